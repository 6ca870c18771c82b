"""A sender that keeps letters in a folder; a folder `sent` in it stands for the readers."""

from pathlib import Path

from builder.mail.service import Payload, Setting, Standing


class Spool:
    """Letters are files by their key. `mail.options.folder` says where."""

    def __init__(self, setting: Setting) -> None:
        self._folder = setting.config.root / setting.config.mail.options.get("folder", "outbox")
        (self._folder / "sent").mkdir(parents=True, exist_ok=True)

    def find(self, key: str) -> str:
        return key if self.standing(key) is not Standing.GONE else ""

    def push(self, payload: Payload, known: str) -> str:
        self._at(payload.key).write_text(payload.html, encoding="utf-8")
        return payload.key

    def standing(self, id: str) -> Standing:
        if (self._folder / "sent" / f"{id}.html").exists():
            return Standing.SENT
        return Standing.DRAFT if self._at(id).exists() else Standing.GONE

    def test(self, id: str, payload: Payload, address: str) -> None:
        self._at(f"{id}-test").write_text(f"<!-- to {address} -->{payload.html}", encoding="utf-8")

    def send(self, id: str) -> None:
        # In one step: a crash leaves a draft or a sent letter, and never two.
        self._at(id).rename(self._folder / "sent" / f"{id}.html")

    def _at(self, id: str) -> Path:
        return self._folder / f"{id}.html"
