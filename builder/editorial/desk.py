"""What editors decide, as changes to files: found, planned, then applied with one commit each.

A plan reads and writes nothing but the values it returns, so that it can be shown before it is carried out.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TypeVar

from builder import files
from builder.content import changes, editions, frontmatter, items, pictures
from builder.content.changes import Change
from builder.content.library import Loaded, text_of
from builder.editorial import approval, arrange, compose, retold, review
from builder.editorial.review import Verdict
from builder.errors import ContentError, Fault
from builder.gitrepo import Repo
from builder.model import Edition, Item, Library, Part, Policy, Section, Status, Unread
from builder.summary import evidence

Filed = TypeVar("Filed", Item, Unread)

PREFIX_MIN = 4
"""Characters of an id that must be given: fewer are too easily another item's."""
_SHOWN = 5
_LIST_HINT = "`briefpress list` shows ids and titles."
_ID_LETTERS = frozenset("0123456789abcdef")
_VERBS = {Verdict.APPROVE: "Approve", Verdict.REJECT: "Reject", Verdict.REOPEN: "Reopen"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A verdict on an item, and what follows from it."""

    item: Item
    """As it was."""
    status: Status
    """As it will be."""
    change: Change | None
    """None when the item has that status already: there is nothing to do."""
    is_taken: bool = False
    """Whether the file holds the decision already, and only git does not."""
    commit: str = ""
    """The short hash once it is committed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An edition about to be opened or published."""

    edition: Edition
    change: Change
    commit: str = ""
    """As in `Decision`."""


def find(library: Library, ref: str) -> Item:
    """The item that `ref` names: an id, at least the first four characters of one, or a path.

    A path may be absolute, or just its end, such as the file's name. Raises ContentError when it names none,
    or several, and with what is wrong with its file when that cannot be read.
    """
    found = _by_path(library.items, ref) if ref.endswith(".md") else _by_id(library.items, ref)
    if len(found) == 1:
        return found[0]
    if not found:
        unread = library.unread
        broken = _by_path(unread, ref) if ref.endswith(".md") else _by_id(unread, ref)
        if broken:
            raise ContentError.of(tuple(fault for one in broken for fault in one.faults))
        raise ContentError(f"there is no item {ref}", _LIST_HINT)
    named = "; ".join(f"{item.id} {item.title}" for item in found[:_SHOWN])
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    raise ContentError(f"{ref} may be any of {len(found)} items: {named}{more}", "Give more of the id.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Who decides, when, and why."""

    by: str
    """`Name <mail>`; empty when nobody is known."""
    at: datetime
    reason: str = ""
    """Said of what is rejected."""


def waiting(
    library: Library,
    shown: Callable[[str], str],
    *,
    feed: str = "",
    tag: str = "",
    section: str = "",
    since: datetime | None = None,
) -> tuple[Item, ...]:
    """The items that wait for a decision, by path: drafts, and what is other than it was approved; but some.

    `shown` is as in `approval.rests_on_other`. `since` leaves out what is dated earlier.
    """
    return tuple(
        item
        for item in library.items
        if feed in ("", item.source.feed)
        and section in ("", item.section)
        and (not tag or tag in item.tags)
        and (since is None or item.date >= since)
        and waits(item, shown)
    )


def waits(item: Item, shown: Callable[[str], str]) -> bool:
    """Whether an item waits for a decision: a draft, or other words or evidence than were approved."""
    return item.status in (Status.DRAFT, Status.CHANGED) or approval.rests_on_other(item, shown)


def beneath(library: Library, place: str) -> tuple[Item | Edition, ...]:
    """The items and editions below the folder `place`, or the edition in the file `place`; empty for none.

    `place` is a path from the newsletter's root, or the end of one.
    """
    name = PurePosixPath(place).as_posix().strip("/").removeprefix("./")
    nouns: tuple[Item | Edition, ...] = (*library.items, *library.editions)
    if name in ("", "."):
        return nouns
    files_of_editions = (edition for edition in library.editions if f"/{edition.path}".endswith(f"/{name}"))
    return (*(noun for noun in nouns if f"/{name}/" in f"/{noun.path}"), *files_of_editions)


def plan_decisions(
    root: Path,
    library: Library,
    refs: Iterable[str],
    verdict: Verdict,
    judge: Judge,
    repo: Repo | None = None,
) -> tuple[Decision, ...]:
    """What `verdict` of `judge` on the items `refs` would change, each item once, in the order given.

    A decision that a file holds already is one to commit, where the last commit of `repo` does not have it.
    Raises ContentError with all that cannot be found or may not be decided so.
    """
    decisions: dict[str, Decision] = {}
    faults: list[Fault] = []
    for ref in refs:
        try:
            item = find(library, ref)
            if item.id not in decisions:
                decisions[item.id] = _decision(root, item.path, verdict, judge)
        except ContentError as error:
            faults.extend(error.faults)
    if faults:
        raise ContentError.of(tuple(faults))
    if repo:
        decisions |= _uncommitted(root, [one for one in decisions.values() if not one.change], verdict, repo)
    return tuple(decisions.values())


def decide(
    root: Path, loaded: Loaded, refs: Iterable[str], verdict: Verdict, judge: Judge, repo: Repo | None
) -> tuple[Decision, ...]:
    """Carry out `plan_decisions`: two keys of each file, and with a `repo` one commit each.

    Raises ContentError before anything is written; FileError or GitError for one leaves those before it done.
    """
    return tuple(
        replace(one, commit=changes.apply(one.change, root, repo)) if one.change else one
        for one in plan_decisions(root, loaded.library, refs, verdict, judge, repo)
    )


def plan_edition(
    root: Path,
    loaded: Loaded,
    sections: tuple[Section, ...],
    policy: Policy,
    *,
    title: str,
    date: datetime,
    zone: str = "UTC",
    publish: str = "editions",
    repo: Repo | None = None,
) -> Prepared | None:
    """The next edition, not published, of what is approved and waits; None when `policy` finds it too thin.

    `title` may hold `{number}`. A number that an edition ever had in `repo` is not given again. Raises
    ContentError when its file is already there: an edition that cannot be read has a number too.
    """
    library = loaded.library
    number = compose.next_number(library)
    while repo and _is_used(number, root, repo):
        number += 1
    named = title.replace("{number}", str(number))
    edition = compose.compose(
        library, sections, policy, number=number, date=date, title=named, zone=zone, publish=publish
    )
    if edition is None:
        return None
    path = editions.path_of(number)
    if files.inside(root, path).exists():
        raise ContentError(
            f"{path} is in the way", "Correct or remove it: `briefpress check` says what it lacks."
        )
    edition = replace(edition, path=path)
    change = Change(
        writes={path: editions.dump(edition, _titles(library))},
        message=f"Open: {edition.title}",
        trailers=(f"Briefpress-Edition: {number}",),
    )
    return Prepared(edition=edition, change=change)


def plan_arrangement(
    root: Path, loaded: Loaded, number: int, rule: Callable[[Edition], tuple[Part, ...]], verb: str
) -> Prepared:
    """Edition `number` with its parts as `rule` makes them of its file; `verb` opens the commit's subject.

    Raises ContentError when there is no such edition or `rule` refuses, and when a published edition would
    get an item that is not approved.
    """
    library = loaded.library
    path = edition_of(library, number).path
    text = text_of(root, path)
    edition = editions.parse(text, path)
    arranged = replace(edition, parts=rule(edition))
    new = set(arrange.listed(arranged.parts)) - set(arrange.listed(edition.parts))
    known = {item.id: item for item in library.items}
    if edition.published and (
        hasty := [known[one] for one in new if known[one].status is not Status.APPROVED]
    ):
        raise ContentError.of(
            tuple(
                Fault(
                    f"{item.id} ({item.title}) is not approved: {item.status.value}",
                    path,
                    hint=f"Edition {number} is published: approve the item first.",
                )
                for item in sorted(hasty, key=lambda item: item.id)
            )
        )
    change = Change(
        writes={path: editions.rearranged(text, path, arranged.parts, _titles(library))},
        message=f"{verb}: {edition.title}",
        trailers=(f"Briefpress-Edition: {number}",),
    )
    return Prepared(edition=arranged, change=change)


def plan_withdrawal(root: Path, loaded: Loaded, number: int) -> Prepared:
    """Edition `number` without its `published`. Raises ContentError when it is not published."""
    path = edition_of(loaded.library, number).path
    text = text_of(root, path)
    edition = editions.parse(text, path)
    if not edition.published:
        raise ContentError(f"edition {number} is not published", path=path)
    change = Change(
        writes={path: frontmatter.replace(text, "published", None, path)},
        message=f"Unpublish: {edition.title}",
        trailers=(f"Briefpress-Edition: {number}",),
    )
    return Prepared(edition=replace(edition, published=None), change=change)


def plan_publication(
    root: Path, loaded: Loaded, number: int, now: datetime, publish: str = "editions"
) -> Prepared:
    """Edition `number` with `published` set to `now`, and with the corrections that no edition tells of yet.

    Raises ContentError when there is no such edition, when it is published already, when it lists nothing,
    and, naming each with its line, when it lists items that are not approved or do not exist.
    """
    edition = edition_of(loaded.library, number)
    text = text_of(root, edition.path)
    edition = editions.parse(text, edition.path)
    if edition.published:
        when = frontmatter.timestamp(edition.published)
        raise ContentError(f"edition {number} is already published ({when})", path=edition.path)
    listed = tuple(placed.item for part in edition.parts for placed in part.items)
    if not listed:
        raise ContentError(f"edition {number} lists no items", path=edition.path)
    if faults := tuple(_not_public(loaded.library, edition, listed, text)):
        raise ContentError.of(faults)
    at = now.replace(microsecond=0)
    more = retold.untold(loaded.library, publish, now)
    text = frontmatter.replace(text, "published", at, edition.path)
    change = Change(
        writes={edition.path: retold.with_retold(text, edition.path, more, _titles(loaded.library))},
        message=f"Publish: {edition.title}",
        trailers=(f"Briefpress-Edition: {number}",),
    )
    told = (*edition.corrected, *more)
    return Prepared(edition=replace(edition, published=at, corrected=told), change=change)


def carry_out(prepared: Prepared, root: Path, repo: Repo | None) -> Prepared:
    """Write what was planned for an edition's file and, with a `repo`, commit it."""
    return replace(prepared, commit=changes.apply(prepared.change, root, repo))


def is_as_it_is(prepared: Prepared, root: Path) -> bool:
    """Whether what was planned is what stands there already."""
    return all(
        (root / path).is_file() and text_of(root, path) == text
        for path, text in prepared.change.writes.items()
    )


def _is_used(number: int, root: Path, repo: Repo) -> bool:
    """Whether there once was an edition of that number, which is gone."""
    place = root / editions.path_of(number)
    return not place.exists() and repo.knew(place)


def _titles(library: Library) -> dict[str, str]:
    return {item.id: item.title for item in library.items}


def _by_path(known: Iterable[Filed], ref: str) -> list[Filed]:
    parts = [part for part in PurePosixPath(ref).parts if part != ".."]
    end = "/" + "/".join(parts).lstrip("/")
    return [one for one in known if f"/{one.path}".endswith(end) or end.endswith(f"/{one.path}")]


def _by_id(known: Iterable[Filed], ref: str) -> list[Filed]:
    start = ref.lower()
    if len(start) < PREFIX_MIN and set(start) <= _ID_LETTERS:
        raise ContentError(f"`{ref}` is too short for an id", f"Give at least {PREFIX_MIN} characters of it.")
    return [one for one in known if one.id.startswith(start)]


def _decision(root: Path, path: str, verdict: Verdict, judge: Judge) -> Decision:
    text = text_of(root, path)
    item = items.parse(text, path)
    status = review.status_after(item, verdict)
    shown = approval.digest_of_evidence(root, path)
    if status is item.status and not _lapsed(item, shown) and not _told_more(item, judge.reason):
        return Decision(item=item, status=status, change=None)
    judged = review.reviewed(item, status, judge.by, judge.at, shown, judge.reason)
    text = frontmatter.replace(text, "status", status.value, path)
    text = frontmatter.replace(text, "review", items.review_values(judged) if judged else None, path)
    return Decision(item=item, status=status, change=replace(_commit_of(item, verdict), writes={path: text}))


def _commit_of(item: Item, verdict: Verdict) -> Change:
    """The commit of a decision, without the item's own file."""
    return Change(
        # A decision in git without its proof would be one that a clone cannot check.
        along=(evidence.path_of(item.path), *pictures.paths_of(item.path)),
        message=f"{_VERBS[verdict]}: {item.title}",
        trailers=(f"Briefpress-Item: {item.id}",),
    )


def _uncommitted(root: Path, taken: Sequence[Decision], verdict: Verdict, repo: Repo) -> dict[str, Decision]:
    """Those of `taken`, by the item's id, that the files hold and the last commit of `repo` does not."""
    places = {repo.path_of(root / one.item.path): one for one in taken}
    unsaved = sorted(repo.unsaved_of([repo.root / path for path in places]))
    committed = repo.held_at("HEAD", unsaved)
    found: dict[str, Decision] = {}
    for path in unsaved:
        item = places[path].item
        if _is_new_to(committed.get(path), item):
            change = _commit_of(item, verdict)
            change = replace(change, along=(item.path, *change.along))
            found[item.id] = replace(places[path], change=change, is_taken=True)
    return found


def _is_new_to(committed: bytes | None, item: Item) -> bool:
    """Whether what was decided on `item` is other than in the file as `committed`, None for no such file."""
    if committed is None:
        return item.status is not Status.DRAFT
    try:
        was = items.parse(committed.decode("utf-8", "replace"), item.path)
    except ContentError:
        return True
    return (was.status, was.review) != (item.status, item.review)


def _lapsed(item: Item, shown: str) -> bool:
    """Whether an approval is to be given anew: by hand nobody gave one, or not on the evidence `shown`."""
    if item.status is not Status.APPROVED:
        return False
    return item.review is None or bool(item.review.evidence and item.review.evidence != shown)


def _told_more(item: Item, reason: str) -> bool:
    """Whether a rejected item is given a reason that it does not have."""
    return item.status is Status.REJECTED and reason not in ("", item.review.reason if item.review else "")


def edition_of(library: Library, number: int) -> Edition:
    """The edition of that number. Raises ContentError when there is none."""
    for edition in library.editions:
        if edition.number == number:
            return edition
    numbers = ", ".join(str(edition.number) for edition in library.editions[-_SHOWN:])
    hint = (
        f"The latest {'are' if ',' in numbers else 'is'} {numbers}."
        if numbers
        else "There is none yet: `briefpress edition new` opens one."
    )
    raise ContentError(f"there is no edition {number}", hint)


def _not_public(library: Library, edition: Edition, listed: Sequence[str], text: str) -> Iterator[Fault]:
    """What keeps `edition` from being published, by line."""
    known = {item.id: item for item in library.items}
    lines = editions.lines(text, edition.path)
    for item_id in dict.fromkeys(listed):
        item = known.get(item_id)
        if item is None:
            yield Fault(f"there is no item {item_id}", edition.path, lines[item_id], _LIST_HINT)
        elif item.status is not Status.APPROVED:
            hint = f"Approve it (`briefpress approve {item_id}`) or take it out of the edition."
            what = f"{item_id} ({item.title}) is not approved: {item.status.value}"
            yield Fault(what, edition.path, lines[item_id], hint)
