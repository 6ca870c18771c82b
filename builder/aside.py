"""Values that wait for their turn: on disk, where how many there are costs no memory.

The file has no name: nobody else can open it, and it is gone with the process, however that ends.
"""

import pickle
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Generic, Self, TypeVar

from builder.errors import FileError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Slip(Generic[T]):
    """What a value is had back for."""

    start: int = 0
    size: int = 0
    """In bytes; 0: it is not on disk."""
    value: T | None = None


class Aside:
    """A place for values of our own, for any number of threads. Each is taken back once."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._lock = threading.Lock()
        self._left = 0
        self._end = 0

    def put(self, value: T) -> Slip[T]:
        """Lay `value` down; where the disk refuses, it stays in memory."""
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        with self._lock:
            try:
                file = self._opened()
                file.seek(self._end)
                file.write(data)
                # What the disk refuses is told here, and not when another value is asked for.
                file.flush()
            except OSError:
                return Slip(value=value)
            slip: Slip[T] = Slip(self._end, len(data))
            self._end += slip.size
            self._left += 1
        return slip

    def take(self, slip: Slip[T]) -> T:
        """The value that was laid down, as it was. Raises FileError when the disk refuses."""
        if not slip.size:
            kept: T = slip.value  # type: ignore[assignment] # it may be one of None
            return kept
        with self._lock:
            try:
                file = self._opened()
                file.seek(slip.start)
                data = file.read(slip.size)
            except OSError as error:
                raise FileError(f"cannot read a temporary file: {error.strerror or error}") from error
            self._left -= 1
            if not self._left:
                self._end = 0
        value: T = pickle.loads(data)  # noqa: S301 (our own, in a file that nobody else can open)
        return value

    def close(self) -> None:
        """Let go of all that lies here."""
        with self._lock:
            if self._file:
                self._file.close()

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            # It brings half of the library along, and most runs have nothing to wait for.
            import tempfile

            self._file = tempfile.TemporaryFile(prefix="briefpress-")  # noqa: SIM115 (closed by `close`)
        return self._file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
