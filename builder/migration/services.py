"""Exports of Substack and Buttondown → posts and subscribers.

What is known of them is known from public programs that read them, not from a specification:

| | list | texts | readers |
| --- | --- | --- | --- |
| Substack | `posts.csv`: post_id, post_date, is_published, email_sent_at, type, audience, title, subtitle, podcast_url | `posts/<post_id>.html`; a post stood at `p/<slug>` | `email_list.*.csv` or `subscribers*.csv`: email, email_disabled … |
| Buttondown | `emails.csv` or `emails.json`: id, subject, publish_date, slug, and status, email_type in newer ones | `emails/<slug>.md`, or `body` in the list; it stood at `archive/<slug>` | `subscribers.csv`: email or email_address, type |
"""  # noqa: E501 (a table has long lines)

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from builder.errors import BriefpressError, ContentError
from builder.migration import front, hypertext, permalinks, references
from builder.migration.posts import Found, Left, Post, Subscriber
from builder.migration.tree import Tree
from builder.text import fold, is_mail_address, slug

_READERS = re.compile(r"(?:.*/)?(?:email_list[^/]*|subscribers?[^/]*)\.csv", re.IGNORECASE)
_STATISTICS = re.compile(r".*\.(?:delivers|opens)\.csv|(?:.*/)?(?:events|requests|email_stats)[^/]*")
_FANCY = re.compile(r"\A\s*<!--\s*buttondown-editor-mode:\s*(\w+)\s*-->\s*")
_MERGED = re.compile(r"\{\{\s*([\w.]+)")
_MAILED = frozenset(["", "sent", "imported", "published"])
_OPEN = frozenset(["", "public"])
_GETTING_MAIL = frozenset(
    "active regular premium gifted trialed churning past_due paid subscribed enabled confirmed".split()  # noqa: SIM905
)
_POSTS_CSV = frozenset(
    """
    post_id post_date is_published email_sent_at inbox_sent_at type audience title subtitle podcast_url
    """.split()  # noqa: SIM905 (as a list it is too long to read)
)
_EMAILS = frozenset(
    """
    id secondary_id subject publish_date creation_date slug status email_type type body description tags image
    canonical_url metadata source
    """.split()  # noqa: SIM905 (as a list it is too long to read)
)
csv.field_size_limit(16 * 2**20)


def is_substack(tree: Tree) -> bool:
    """Whether `tree` is an export of Substack."""
    return "posts.csv" in tree


def is_buttondown(tree: Tree) -> bool:
    """Whether `tree` is an export of Buttondown."""
    return any(name in tree for name in ("emails.json", "emails.csv", "subscribers.csv")) or any(
        name.startswith("emails/") and name.endswith(".md") for name in tree.names
    )


def substack(tree: Tree, zone: tzinfo, now: datetime) -> Iterator[Found]:
    """The posts of an export of Substack, in the order of its list, and its readers."""
    taken = {"posts.csv"}
    rows = list(_rows(tree, "posts.csv"))
    yield from _unread("posts.csv", rows, _POSTS_CSV)
    for row in rows:
        number, _, name = row.get("post_id", "").partition(".")
        origin = next(
            (one for one in (f"posts/{row.get('post_id')}.html", f"posts/{number}.html") if one in tree), ""
        )
        told = fold(row.get("title", "")) or name or number
        if not number:
            yield Left("posts.csv", f"a post without an id: {told or 'without a title'}")
            continue
        if not origin:
            yield Left("posts.csv", f"there is no file for {row['post_id']} ({told})")
            continue
        taken.add(origin)
        try:
            yield _substack_post(tree, row, origin, number, name, told, zone, now)
        except BriefpressError as error:
            if isinstance(error, ContentError):
                yield Left(origin, error.faults[0].message)
            else:
                raise
    yield from _rest(tree, taken)


def _substack_post(
    tree: Tree,
    row: Mapping[str, str],
    origin: str,
    number: str,
    name: str,
    title: str,
    zone: tzinfo,
    now: datetime,
) -> Post:
    body, notes = hypertext.markdown(tree.text(origin))
    kind, audience = row.get("type", "").strip().lower(), row.get("audience", "").strip().lower()
    date = front.moment(row.get("post_date"), zone)
    sent = front.moment(row.get("email_sent_at"), zone)
    why = ""
    if row.get("is_published", "").strip().lower() != "true":
        why = "a draft"
    elif audience not in {"everyone", ""}:
        why = f"for {audience.replace('_', ' ')} readers"
    elif kind not in {"newsletter", "podcast", "page", ""}:
        why = f"of the kind {kind}"
    elif date and date > now:
        why = f"not published before {date:%Y-%m-%d}"
    if audio := row.get("podcast_url", "").strip():
        body = f"[{audio}]({audio})\n\n{body}" if audio.startswith("http") else body
    return Post(
        key=f"substack:{number}",
        origin=origin,
        title=title,
        body=body,
        slug=slug(name or title, number),
        date=None if kind == "page" else date,
        public=not why,
        why=why,
        is_page=kind == "page",
        sent=sent,
        places=tuple(filter(None, [permalinks.place(f"p/{name}") if name else ""])),
        description=fold(row.get("subtitle", "")),
        extra=front.kept({"audience": audience if audience != "everyone" else "", "kind": kind}),
        notes=(*notes, *references.elsewhere(body)),
    )


def buttondown(tree: Tree, zone: tzinfo, now: datetime) -> Iterator[Found]:
    """The emails of an export of Buttondown, in the order of its list, and its readers."""
    taken: set[str] = set()
    listed = next((name for name in ("emails.json", "emails.csv") if name in tree), "")
    rows: list[Mapping[str, Any]] = []
    if listed:
        taken.add(listed)
        rows = _documents(tree, listed) if listed.endswith(".json") else list(_rows(tree, listed))
    yield from _unread(listed, rows, _EMAILS)
    told = {str(row.get("slug") or "") for row in rows}
    # Programs of Buttondown keep emails as files with front matter, and no list.
    for name in tree.names:
        if name.startswith("emails/") and name.endswith(".md") and name[7:-3] not in told:
            try:
                values, body = front.read(tree.text(name), name)
            except BriefpressError as error:
                yield Left(name, error.faults[0].message)
                continue
            rows.append({**values, "slug": values.get("slug") or name[7:-3], "body": body, "_origin": name})
    for row in rows:
        name = front.text(str(row.get("slug") or ""))
        file = f"emails/{name}.md"
        origin = str(row.get("_origin") or (file if file in tree else listed))
        body = tree.text(file) if file in tree and "_origin" not in row else str(row.get("body") or "")
        taken.add(origin)
        if not body.strip():
            yield Left(origin, f"there is no text of {fold(str(row.get('subject') or name))!r}")
            continue
        yield _buttondown_post(row, name, origin, body, zone, now)
    yield from _rest(tree, taken)


def _buttondown_post(
    row: Mapping[str, Any], name: str, origin: str, body: str, zone: tzinfo, now: datetime
) -> Post:
    notes: tuple[str, ...] = ()
    mode = _FANCY.match(body)
    body = _FANCY.sub("", body)
    if (mode and mode[1] == "fancy") or re.match(r"\s*<(?:p|h[1-6]|div|figure|table|ul|ol)\b", body):
        body, notes = hypertext.markdown(body)
    status = str(row.get("status") or "").strip().lower()
    kind = str(row.get("email_type") or row.get("type") or "").strip().lower()
    date = front.moment(row.get("publish_date"), zone) or front.moment(row.get("creation_date"), zone)
    why = ""
    if status not in _MAILED:
        why = f"of the status {status}"
    elif not front.moment(row.get("publish_date"), zone):
        why = "without a day on which it was published"
    elif kind not in _OPEN:
        why = f"for {kind} readers"
    elif date and date > now:
        why = f"not published before {date:%Y-%m-%d}"
    if merged := sorted({found[1] for found in _MERGED.finditer(body)}):
        notes = (*notes, f"the tags {', '.join(merged)} stand as they were written")
    title = fold(str(row.get("subject") or "")) or name
    more = {key: row[key] for key in ("image", "canonical_url", "metadata", "email_type") if row.get(key)}
    return Post(
        key=f"buttondown:{row.get('id') or name or slug(title)}",
        origin=origin,
        title=title,
        body=body.strip("\n") + "\n",
        slug=slug(name or title, "email"),
        date=date,
        public=not why,
        why=why,
        sent=date if not why else None,
        places=tuple(filter(None, [permalinks.place(f"archive/{name}") if name else ""])),
        description=front.text(row.get("description")),
        tags=front.words(row.get("tags")),
        extra=front.kept(more),
        notes=(*notes, *references.elsewhere(body)),
    )


def _unread(name: str, rows: Sequence[Mapping[str, Any]], known: frozenset[str]) -> Iterator[Left]:
    """The columns of a list that hold something and are not taken."""
    columns = {key for row in rows for key, value in row.items() if value not in (None, "", [], {})}
    if more := sorted(columns - known):
        yield Left(name, f"its columns {', '.join(more)} are not taken")


def _rest(tree: Tree, taken: set[str]) -> Iterator[Found]:
    """The readers, and what else there is."""
    for name in tree.names:
        if name in taken or _STATISTICS.fullmatch(name):
            continue
        if _READERS.fullmatch(name):
            yield from _readers(tree, name)
        else:
            yield Left(name, "is not known here")


def _readers(tree: Tree, name: str) -> Iterator[Found]:
    for number, row in enumerate(_rows(tree, name), 2):
        email = fold(row.get("email") or row.get("email_address") or row.get("Email") or "")
        if not is_mail_address(email):
            yield Left(name, f"line {number} has no mail address")
            continue
        told = (
            (row.get("type") or row.get("subscriber_type") or row.get("status") or "active").strip().lower()
        )
        if row.get("email_disabled", "").strip().lower() == "true" or row.get("unsubscription_date"):
            told = "unsubscribed"
        yield Subscriber(email, fold(row.get("name", "")), "active" if told in _GETTING_MAIL else told)


def _rows(tree: Tree, name: str) -> Iterator[dict[str, str]]:
    try:
        for row in csv.DictReader(io.StringIO(tree.text(name), newline="")):
            yield {str(key).strip(): value or "" for key, value in row.items() if key is not None}
    except csv.Error as error:
        raise ContentError(f"is no CSV: {error}", "Export it again.", path=name) from error


def _documents(tree: Tree, name: str) -> list[Mapping[str, Any]]:
    try:
        told = json.loads(tree.text(name))
    except (ValueError, RecursionError) as error:
        raise ContentError(f"is no JSON: {error}", "Export it again.", path=name) from error
    # The answer of the API has the list inside.
    told = told.get("results", []) if isinstance(told, dict) else told
    return [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
