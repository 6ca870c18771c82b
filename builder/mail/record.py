"""What became of an edition's letter, as the edition's own front matter tells it: the key `mail`, and `sent`.

    mail:
      tested: {digest: 5171d58b7c32f9a1, at: 2026-11-23T08:00:00Z, to: editor@brief.example}
      buttondown: {id: em_1, state: draft, digest: 5171d58b7c32f9a1, at: 2026-11-23T08:05:00Z}
      again: [{at: 2026-11-24T08:00:00Z, reason: the links were wrong}]
    sent: 2026-11-23T09:00:00Z

It is written before and after each step that the world sees, and waits for the disk: after a crash it says
what was about to be done. Once `sent` stands there no later run has anything to write, so a note in git's
folder tells of it until it is committed: `builder.content.unfinished`.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from builder import files
from builder.content import changes, editions, frontmatter, unfinished
from builder.content.changes import Change
from builder.content.library import text_of
from builder.errors import FileError
from builder.gitrepo import Repo
from builder.model import Edition


class State(StrEnum):
    """How far a letter is with one sender."""

    PUSHING = "pushing"
    """A draft is about to be made there: it may be, or not."""
    DRAFT = "draft"
    SENDING = "sending"
    """It is about to be sent, or some of it was."""
    SENT = "sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How far a letter is with one sender."""

    id: str = ""
    """Of the draft there; empty for smtp, and before it is known."""
    state: State
    digest: str
    """Of the letter it was."""
    at: str


class Record:
    """The record of one edition, read from its file and written to it."""

    def __init__(self, root: Path, edition: Edition, repo: Repo | None = None) -> None:
        """Take the `edition` as it stands below `root`; with a `repo` the record can be committed."""
        self._root = root
        self._repo = repo
        self._noted: Path | None = None
        self._path = edition.path
        self.edition = edition
        """As it is on disk."""

    @property
    def again(self) -> int:
        """How often the letter was sent again on purpose."""
        told = self._told.get("again")
        return len(told) if isinstance(told, Sequence) and not isinstance(told, str) else 0

    @property
    def tested(self) -> str:
        """The digest of the letter that was tested last; empty when none was."""
        return str(_mapping(self._told.get("tested")).get("digest", ""))

    @property
    def senders(self) -> tuple[str, ...]:
        """All that heard of the letter."""
        return tuple(name for name, told in self._told.items() if name != "tested" and _mapping(told))

    def entry(self, sender: str) -> Entry | None:
        """How far the letter is with `sender`; None when it never heard of it."""
        told = _mapping(self._told.get(sender))
        if not told:
            return None
        known = {state.value for state in State}
        # What cannot be read counts as the most that may have happened.
        state = State(str(told["state"])) if str(told.get("state")) in known else State.SENDING
        return Entry(
            id=str(told.get("id", "")),
            state=state,
            digest=str(told.get("digest", "")),
            at=str(told.get("at", "")),
        )

    def set_entry(self, sender: str, entry: Entry, *, sent: datetime | None = None) -> None:
        """Write down how far the letter is with `sender`, and when it went out to all."""
        told = {"id": entry.id, "state": entry.state.value, "digest": entry.digest, "at": entry.at}
        self._write({sender: {key: value for key, value in told.items() if value}}, sent=sent)

    def set_tested(self, digest: str, at: datetime, to: str) -> None:
        """Write down that the letter was tested."""
        self._write({"tested": {"digest": digest, "at": frontmatter.timestamp(at), "to": to}})

    def begin_again(self, at: datetime, reason: str) -> None:
        """Write down that the letter is to be sent again, and why; what was sent before is forgotten here."""
        told = self._told.get("again")
        before = tuple(told) if isinstance(told, Sequence) and not isinstance(told, str) else ()
        entry = {"at": frontmatter.timestamp(at), "reason": reason}
        kept = {"tested": self._told["tested"]} if "tested" in self._told else {}
        text = text_of(self._root, self._path)
        text = frontmatter.replace(text, "mail", kept | {"again": (*before, entry)}, self._path)
        self._put(frontmatter.replace(text, "sent", None, self._path))

    def commit(self, what: str = "letter") -> str:
        """Commit the edition's file as it stands; the commit's short hash, empty without a repository.

        What git refuses stays in the file, and the next run that commits tries again. Raises GitError.
        """
        commit = changes.apply(self._change(what), self._root, self._repo)
        unfinished.forget(self._noted)
        return commit

    def _change(self, what: str) -> Change:
        return Change(
            along=(self._path,),
            message=f"Record the {what} of edition {self.edition.number}",
            trailers=(f"Briefpress-Edition: {self.edition.number}",),
        )

    @property
    def _told(self) -> Mapping[str, object]:
        return _mapping(self.edition.extra.get("mail"))

    def _write(self, told: Mapping[str, object], *, sent: datetime | None = None) -> None:
        text = text_of(self._root, self._path)
        # Read anew, so that what an editor wrote meanwhile stays.
        now = _mapping(editions.parse(text, self._path).extra.get("mail"))
        text = frontmatter.replace(text, "mail", {**now, **told}, self._path)
        if sent:
            text = frontmatter.replace(text, "sent", sent, self._path)
            self._note(text)
        self._put(text)

    def _note(self, text: str) -> None:
        """Note that the file is about to hold `text`, which is to be committed."""
        if not self._repo:
            return
        path = files.inside(self._root, self._path)
        before, after = {path: files.read_bytes(path)}, {path: text.encode("utf-8")}
        message = changes.commit_message(self._change("letter"))
        # A disk that refuses the note must not keep what was sent from being on record.
        with suppress(FileError):
            self._noted = unfinished.note(self._repo, before, after, (), message)

    def _put(self, text: str) -> None:
        changes.apply(Change(writes={self._path: text}, message="Record"), self._root, None)
        read = editions.parse(text, self._path)
        self.edition = replace(self.edition, extra=read.extra, sent=read.sent)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
