"""`briefpress propose`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder import files
from builder.cli.console import Console
from builder.cli.newsletter import CACHE, Newsletter, open_newsletter, repo_of
from builder.cli.options import common, dry_run
from builder.errors import GitError
from builder.text import count

if TYPE_CHECKING:
    from builder.editorial.proposal import Told
    from builder.gitrepo import Repo
    from builder.model import Item

BRANCH = "briefpress/drafts"


@dataclass(frozen=True)
class Terms:
    """How drafts are proposed."""

    branch: str = BRANCH
    base: str = "main"
    remote: str = "origin"
    title: str = ""
    """Empty: how many drafts there are."""
    push: bool = True


@click.command("propose")
@click.option("--branch", default=BRANCH, show_default=True, help="The branch they are committed on.")
@click.option("--base", default="main", show_default=True, help="The branch they are proposed for.")
@click.option("--remote", default="origin", show_default=True, help="Where the branch is pushed.")
@click.option("--title", default="", help="Of the pull request  [default: how many drafts there are]")
@click.option(
    "--push/--no-push", default=True, help="Push the branch and open a pull request.  [default: push]"
)
@dry_run
@common
@click.pass_obj
def command(
    console: Console, branch: str, base: str, remote: str, title: str, push: bool, dry_run: bool
) -> int:
    """Propose new drafts as a pull request: those that git has not yet, on a branch of their own.

    Items that `pull` has marked as stale go along, where nothing else in them is new to git.

    Your work tree, your branch and what is staged stay as they are. The pull request is opened by GitHub's
    command `gh` where that is at hand; otherwise its address is printed. What it says is also written as a
    page to .briefpress/proposal.html.
    """
    newsletter = open_newsletter(console)
    terms = Terms(branch=branch, base=base, remote=remote, title=title, push=push)
    told = propose(console, newsletter, terms, dry_run=dry_run)
    console.result(told, str(told["address"]) or ("" if dry_run or not told["items"] else branch))
    return 0


def propose(console: Console, newsletter: Newsletter, terms: Terms, *, dry_run: bool) -> dict[str, object]:
    """Propose what git has not yet, and tell of it: the data of what was done. Raises GitError."""
    from builder import forge
    from builder.gitremote import Remote

    repo = repo_of(newsletter.root, commit=True)
    if repo is None:
        raise GitError(f"{newsletter.root} is in no git repository", "Begin one with `git init`.")
    drafts, paths = unsaved_drafts(newsletter, repo)
    marked = unsaved_marks(newsletter, repo)
    paths += [path for _, path in marked]
    branch, remote = terms.branch, terms.remote
    if not paths:
        console.note("nothing to propose: git has every draft")
        return _data(drafts, branch)
    named = terms.title or (
        f"Review {count(len(drafts), 'new draft')}"
        if drafts
        else f"Mark {count(len(marked), 'changed source')}"
    )
    if dry_run:
        there = repo.remote(remote) if terms.push else ""
        if repo.is_new_to(branch, paths):
            done = "would propose"
        else:
            done = (
                "would push"
                if there and not Remote(repo, remote).is_known_pushed(branch)
                else "already proposed"
            )
        console.note(f"{done}: {named}, on {branch}")
        return _data(drafts, branch)
    text = _report(newsletter, drafts, [item for item, _ in marked], named)
    trailers = "\n".join(f"Briefpress-Item: {item.id}" for item in (*drafts, *(item for item, _ in marked)))
    commit = repo.commit_onto(branch, paths, f"{named}\n\n{trailers}\n")
    opened = forge.Opened("", False)
    pushed = False
    address = repo.remote(remote) if terms.push else ""
    is_old = not commit and (not address or Remote(repo, remote).is_pushed(branch))
    if address and not is_old:
        Remote(repo, remote).push(branch, forge.push_options(address, terms.base, named))
        pushed = True
    if address:
        # Again, too: there may have been no `gh` before, and the text is that of today.
        opened = forge.propose(newsletter.root, address, branch, terms.base, named, text)
    done = "proposed" if opened.is_open else "pushed" if pushed else "committed"
    console.note(
        f"{'already proposed' if is_old else done}: {named}, on {branch}{f' to {remote}' if pushed else ''}"
    )
    if terms.push and not address:
        console.note(
            f"Nothing was pushed: there is no remote {remote}; `git remote add {remote} URL` names one."
        )
    if opened.said:
        console.note(f"gh did not open a pull request: {opened.said}")
    if opened.address and not opened.is_open:
        console.note("Open the pull request at this address.")
    told = {"commit": commit, "pushed": pushed, "address": opened.address, "open": opened.is_open}
    return _data(drafts, branch) | told


def unsaved_drafts(newsletter: Newsletter, repo: "Repo") -> "tuple[list[Item], list[Path]]":
    """The drafts that the last commit has not, and their files."""
    from builder.content import pictures
    from builder.model import Status
    from builder.summary import evidence

    root = newsletter.root
    unsaved = set(repo.unsaved(root / "content"))
    here = repo.root.resolve()

    def place(path: str) -> Path:
        return repo.root / (root / path).resolve().relative_to(here)

    drafts = [
        item
        for item in newsletter.loaded.library.items
        if item.status is Status.DRAFT and place(item.path) in unsaved
    ]
    paths = [
        place(path)
        for item in drafts
        for path in (item.path, evidence.path_of(item.path), *pictures.paths_of(item.path))
    ]
    return drafts, [path for path in paths if path in unsaved]


def unsaved_marks(newsletter: Newsletter, repo: "Repo") -> "list[tuple[Item, Path]]":
    """The items, drafts left out, of which the last commit has all but the mark of a source that changed."""
    from builder.content.library import text_of
    from builder.model import Status

    root, here = newsletter.root, repo.root.resolve()
    unsaved = set(repo.unsaved(root / "content"))
    places = [
        (item, repo.root / (root / item.path).resolve().relative_to(here))
        for item in newsletter.loaded.library.items
        if item.status is not Status.DRAFT
    ]
    return [
        (item, place)
        for item, place in places
        if place in unsaved
        and _is_only_marked(item, text_of(root, item.path), next(repo.versions(place), ""))
    ]


def _is_only_marked(item: "Item", text: str, before: str) -> bool:
    """Whether `text` differs from `before` in nothing but the mark that the source has changed."""
    from builder.content import staleness
    from builder.errors import ContentError

    try:
        bare = [staleness.marked(one, None, item.path) for one in (text, before)]
    except ContentError:
        return False
    return bool(before) and bare[0] == bare[1]


def _findings(newsletter: Newsletter, drafts: "list[Item]") -> "dict[str, list[Told]]":
    """What lint has to say of each draft, beside the sentences of the source it was tried against."""
    from builder.editorial import facts, lint
    from builder.editorial.proposal import Told

    told: dict[str, list[Told]] = {}
    for draft, linted in zip(drafts, lint.lint(newsletter.root, drafts, newsletter.config), strict=True):
        subject, _ = lint.read(newsletter.root, draft)
        beside = {
            (finding.code, finding.line, finding.column): statement.nearest(subject)
            for statement in facts.statements(subject, newsletter.config.lint.copied_words)
            for finding in statement.findings
        }
        told[draft.id] = [
            Told(finding=one, source=beside.get((one.code, one.line, one.column), ""))
            for one in linted.findings
        ]
    return told


def _data(drafts: "list[Item]", branch: str) -> dict[str, object]:
    """What is told of a proposal that is not made yet."""
    items = [item.id for item in drafts]
    return {"items": items, "branch": branch, "commit": "", "pushed": False, "address": "", "open": False}


def _report(newsletter: Newsletter, drafts: "list[Item]", marked: "list[Item]", title: str) -> Path:
    """Write what the proposal says, for `gh` and for people; the path of the Markdown."""
    from builder.editorial import proposal

    sections = {section.slug: section.title for section in newsletter.config.sections}
    text = proposal.markdown(drafts, _findings(newsletter, drafts), sections, marked)
    folder = newsletter.root / CACHE
    files.write_atomic(folder / "proposal.md", text, durable=False)
    files.write_atomic(folder / "proposal.html", proposal.page(title, text), durable=False)
    return folder / "proposal.md"
