"""The files a site is made from, read once, by whoever is the first to need them."""

from pathlib import Path

import pytest

from builder import digest, files
from builder.publish.sources import Sources
from builder.stamps import clock_of
from builder.state import State


@pytest.fixture
def root(make_site) -> Path:
    return make_site(
        """\
-- config.yaml --
site: {title: The Brief}
-- content/items/a.md --
One.
-- content/items/b.md --
Two.
-- content/items/b.evidence.json --
{}
"""
    )


def read(root: Path, state: State, later: str = "", clock_ns: int = 0) -> Sources:
    sources = Sources(root, state, clock_ns)
    sources.read(["config.yaml", "content"], later)
    return sources


def test_what_somebody_else_read_is_not_read_again(root, monkeypatch):
    with State.in_memory() as state:
        whole = read(root, state)
        sources = read(root, state, ".md")
        assert sources.known.keys() == {"config.yaml", "content/items/b.evidence.json"}
        opened: list[str] = []
        monkeypatch.setattr(files, "read_bytes", lambda path: opened.append(path.name) or b"Two.\n")

        sources.tell({path: whole.held[path] for path in ("content/items/a.md", "config.yaml")})

        assert sources.held == whole.held
        assert sources.digest == whole.digest
        assert opened == ["b.md"]


def test_all_that_is_there_is_told_of_before_it_is_read(root):
    with State.in_memory() as state:
        later, whole = read(root, state, ".md"), read(root, state)

        assert sorted(later.plain("content") or ()) == sorted(whole.plain("content") or ())


def test_what_changed_after_it_was_looked_at_is_read_by_the_next_run(root):
    with State.open(root / ".briefpress" / "state.db") as state:
        sources = read(root, state, ".md", clock_of(root / ".briefpress") + 10**10)
        (root / "content/items/a.md").write_text("Another text.")
        sources.tell({"content/items/a.md": digest.of_text("One.\n")})
        sources.held  # noqa: B018 (the rest is read)
        sources.save()

        again = read(root, state)

        assert again.held["content/items/a.md"] == digest.of_text("Another text.")
