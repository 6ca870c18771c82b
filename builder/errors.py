"""What can go wrong, in the user's words.

    BriefpressError            exit
    ├── ConfigError              3   config.yaml, every fault with its line
    ├── TemplateError            4   a template: its name and line
    ├── ContentError             5   a file in content/, with path:line
    ├── FileError                6   disk, permissions, a lock
    │   └── GitError             6   git missing or refusing
    ├── SourceError              7   one feed or page; a value in the pipe, an exit only when all fail
    │   ├── FetchError               the answer did not come, or may not be asked for
    │   ├── FeedError                the answer is not a feed
    │   ├── ArticleError             the page holds no article
    │   └── LimitError               reading it would cost more than one document may
    ├── EngineError              9   a summary could not be written
    │   └── EngineStoppedError       nor can any other in this run: a limit, a key, a server
    ├── DeliveryError            9   a letter may not be sent, or who was to take it refused
    │   └── UnsureDeliveryError      nobody knows whether it was done
    └── DeployError              9   a site may not be put before readers, or who was to take it refused

Exit code 2 is a wrong call (Click's own), 70 a bug, 130 an interruption.
No class here knows Click or a terminal: `builder.cli.main` alone turns an error into words and a code.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where."""

    message: str
    """What is wrong, as a sentence without a final stop."""
    path: str = ""
    """The file, relative to the newsletter's folder; empty when no file is to blame."""
    line: int = 0
    """Counted from 1; 0 when the fault has no line."""
    hint: str = ""
    """What to do about it; may be empty."""

    def __str__(self) -> str:
        """`path:line: message`, the form editors and CI annotations understand."""
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.message}" if where else self.message


class BriefpressError(Exception):
    """The base of the family; only its children are raised."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "", *, path: str = "", line: int = 0) -> None:
        self.faults: tuple[Fault, ...] = (Fault(message, path, line, hint),)
        super().__init__(str(self.faults[0]))

    @classmethod
    def of(cls, faults: tuple[Fault, ...]) -> "BriefpressError":
        """One error for several faults found in one go, in the order of `faults` (at least one)."""
        error = cls("")
        error.faults = faults
        error.args = ("\n".join(str(fault) for fault in faults),)
        return error

    @property
    def hint(self) -> str:
        """What to do about the first fault; empty when there is no advice."""
        return self.faults[0].hint


class ConfigError(BriefpressError):
    """`config.yaml` cannot be used as it stands."""

    exit_code = 3


class TemplateError(BriefpressError):
    """A template is missing, malformed, or names what it may not see."""

    exit_code = 4


class ContentError(BriefpressError):
    """A file in `content/` cannot be used as it stands."""

    exit_code = 5


class FileError(BriefpressError):
    """The disk, or another process that holds a lock, said no."""

    exit_code = 6


class GitError(FileError):
    """The `git` command is missing or refused."""


class SourceError(BriefpressError):
    """One feed or page failed; in a pipe this is a value and the others go on."""

    exit_code = 7


class FetchError(SourceError):
    """No usable answer came, or the address may not be asked."""

    status: int = 0
    """The HTTP status that was answered; 0 when none was, or it was not the fault."""
    pause_s: float = 0.0
    """How long the host asks to be left alone; 0 when it does not say."""


class FeedError(SourceError):
    """The answer is not a feed that can be read."""


class ArticleError(SourceError):
    """The page holds no article text."""

    NOTHING_THERE = "the page says that there is nothing at its address"
    """The message of one, by which it is known where only words come through."""


class LimitError(SourceError):
    """A feed or page would take more time or memory than one may."""


class EngineError(BriefpressError):
    """A summary could not be written."""

    exit_code = 9


class EngineStoppedError(EngineError):
    """No summary can be written in this run any more: a limit is reached, or the model's server refuses."""


class DeliveryError(BriefpressError):
    """A letter may not be sent as it stands, or who was to take it refused."""

    exit_code = 9


class UnsureDeliveryError(DeliveryError):
    """Who was to take a letter gave no answer: it may have gone out, or not."""


class DeployError(BriefpressError):
    """A built site may not be put before readers as it stands, or who was to take it refused."""

    exit_code = 9
