from pathlib import Path

import pytest

from builder import forge

GH = """\
#!/bin/sh
echo "$@" >> "{log}"
if [ "$2" = create ] && [ -e "{log}.taken" ]; then
  echo 'a pull request for branch "x" already exists' >&2; exit 1
fi
echo https://github.com/o/r/pull/7
"""


@pytest.mark.parametrize(
    ("remote", "page"),
    [
        ("git@github.com:o/r.git", "https://github.com/o/r/compare/main...briefpress/drafts?expand=1"),
        (
            "https://u:secret@github.com/o/r",
            "https://github.com/o/r/compare/main...briefpress/drafts?expand=1",
        ),
        (
            "ssh://git@git.example.org:2222/o/r/",
            "https://git.example.org/o/r/compare/main...briefpress/drafts?expand=1",
        ),
        (
            "https://gitlab.com/g/s/r.git",
            "https://gitlab.com/g/s/r/-/merge_requests/new"
            "?merge_request[source_branch]=briefpress/drafts&merge_request[target_branch]=main",
        ),
        ("/srv/git/r.git", ""),
        ("../r.git", ""),
        ("file:///srv/git/r.git", ""),
    ],
)
def test_the_page_of_a_remote_is_where_a_branch_is_proposed(remote: str, page: str) -> None:
    assert forge.address(remote, "briefpress/drafts", "main") == page


def test_no_secret_of_a_remote_is_in_an_address() -> None:
    assert "secret" not in forge.address("https://me:secret@github.com/o/r.git", "b", "main")


@pytest.fixture
def gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    log = tmp_path / "gh.log"
    script = tmp_path / "bin" / "gh"
    script.parent.mkdir()
    script.write_text(GH.format(log=log))
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:/usr/bin:/bin")
    return log


def test_gh_opens_the_pull_request_where_it_is_at_hand(gh: Path, tmp_path: Path) -> None:
    opened = forge.propose(tmp_path, "git@github.com:o/r.git", "drafts", "main", "Two", tmp_path / "r.md")

    assert opened == forge.Opened("https://github.com/o/r/pull/7", True)
    assert gh.read_text().startswith("pr create --head drafts --base main --title Two --body-file")


def test_a_branch_that_stands_proposed_gets_the_text_of_today(gh: Path, tmp_path: Path) -> None:
    gh.with_suffix(".log.taken").touch()

    opened = forge.propose(tmp_path, "git@github.com:o/r.git", "drafts", "main", "Two", tmp_path / "r.md")

    assert opened.is_open
    assert "pr edit drafts --title Two" in gh.read_text()


def test_without_gh_there_is_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    opened = forge.propose(tmp_path, "git@github.com:o/r.git", "drafts", "main", "Two", tmp_path / "r.md")

    assert (opened.is_open, opened.said) == (False, "")
    assert opened.address.endswith("compare/main...drafts?expand=1")
