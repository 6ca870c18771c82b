"""An edition → a letter: subject, HTML and text. Pure.

edition | its approved items | view | template | inliner | while it is too large: less of the last stories
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from urllib.parse import urlsplit

import css_inline

from builder import digest, text
from builder.config import Config
from builder.content.library import retold
from builder.mail import plaintext, safe, webpage
from builder.mail.editions import placed
from builder.mail.views import Corrected, Detail, LetterPart, LetterView, Story
from builder.model import Edition, Item, Library, Status
from builder.render import markup
from builder.render.places import edition_path, item_path, minutes_to_read, site_view
from builder.render.theme import Theme
from builder.render.views import PageView

TEMPLATE = "mail/letter.html"
PASTE = "mail/paste.html"
PREHEADER_MAX = 110
"""Characters: what the lists of wide clients show."""
_TITLES_IN_PREHEADER = 4
_HASH = re.compile(r"\.[0-9a-f]{8}\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An edition as it is mailed, the same for every reader but for the marks in it."""

    number: int
    """Of the edition."""
    subject: str
    preheader: str
    html: str
    """A whole document. Where the unsubscribe link leads stands `mark`."""
    text: str
    """The same in plain text, with the same links; `mark` stands in it too."""
    mark: str
    """An address that nobody has, in place of each reader's own."""
    stories: tuple[str, ...]
    """The ids of the items in it, in order."""
    shortened: int
    """How many of them hold less than was asked for, so that the letter stays small enough."""
    language: str
    edition_url: str
    archive_url: str
    date: datetime
    """When the edition was published; its own date before."""
    digest: str
    """Sixteen characters that differ when anything a reader sees does."""

    def addressed(self, url: str) -> "Letter":
        """The letter with `url` as its unsubscribe address."""
        return replace(
            self,
            html=self.html.replace(self.mark, safe.in_attribute(url)),
            text=self.text.replace(self.mark, url),
        )


def compose(
    config: Config, library: Library, edition: Edition, theme: Theme, html_of: Callable[[str], str]
) -> Letter:
    """The letter of `edition`: those of its items that are approved, each once, in the editors' order.

    `html_of` gives the safe HTML of a Markdown text. Raises TemplateError.
    """
    return _Composer(config, library, edition, theme, html_of).letter()


def public(
    config: Config,
    library: Library,
    edition: Edition,
    theme: Theme,
    html_of: Callable[[str], str],
    *,
    path: str,
    home: str = "",
) -> str:
    """The letter of `edition` as the page at `path` of the site, without what is anybody's own.

    Sources that begin with `home` are on the site, wherever `config` has it; empty: where that has it.
    Raises TemplateError.
    """
    return _Composer(config, library, edition, theme, html_of, home).page(path)


def pasted(
    config: Config, library: Library, edition: Edition, theme: Theme, html_of: Callable[[str], str]
) -> str:
    """The edition as plain HTML, whole, to be pasted into the editor of a service. Raises TemplateError."""
    return _Composer(config, library, edition, theme, html_of).paste()


class _Composer:
    def __init__(
        self,
        config: Config,
        library: Library,
        edition: Edition,
        theme: Theme,
        html_of: Callable[[str], str],
        home: str = "",
    ) -> None:
        self._config = config
        self._home = home or config.site.url
        self._edition = edition
        self._theme = theme
        self._html_of = html_of
        self._site = site_view(config.site, config.sections, (), config.site.url)
        self._wording = theme.wording(self._site)
        self._sections = {section.slug: section.title for section in config.sections}
        self._parts = tuple(_parts(library, edition))
        self._approved = {item.id: item for item in library.items if item.status is Status.APPROVED}
        self._items = [item for _, held in self._parts for item, _ in held]
        self._url = config.site.url + edition_path(edition.number)
        # Made of what the letter is made of, so that no text in it can hold it.
        told = [edition.title, edition.subject, edition.preheader, edition.intro, self._url]
        told += [part for item in self._items for part in (item.id, item.title, item.tldr, item.body)]
        self._mark = f"https://unsubscribe.invalid/{digest.of_text(chr(0).join(told))[:24]}"
        self._bodies: dict[tuple[str, int], str] = {}

    def letter(self) -> Letter:
        asked = Detail.FULL if self._config.mail.detail == "full" else Detail.BRIEF
        details, html = self._fitting(asked)
        view = self._view(details, asked)
        body = plaintext.of_letter(view, self._texts(details), self._wording)
        return Letter(
            number=self._edition.number,
            subject=view.subject,
            preheader=view.preheader,
            html=html,
            text=body,
            mark=self._mark,
            stories=tuple(item.id for item in self._items),
            shortened=sum(detail < asked for detail in details),
            language=self._config.site.language,
            edition_url=view.edition_url,
            archive_url=view.archive_url,
            date=view.published,
            digest=digest.of_value((view.subject, html, body))[:16],
        )

    def paste(self) -> str:
        asked = Detail.FULL if self._config.mail.detail == "full" else Detail.BRIEF
        return self._theme.render(PASTE, self._view([asked] * len(self._items), asked))

    def page(self, path: str) -> str:
        asked = Detail.FULL if self._config.mail.detail == "full" else Detail.BRIEF
        details, _ = self._fitting(asked)
        # Whoever reads on the site did not come by mail.
        self._config = replace(self._config, mail=replace(self._config.mail, utm_source=""))
        self._bodies = {}
        del self._frame
        self._frame = replace(self._frame, preheader="", unsubscribe_url="", reason="", postal_address="")
        assets = {_HASH.sub(".", one.path.partition("/")[2]): one.path for one in self._theme.assets()}
        return webpage.page(
            self._html(details, asked),
            site=self._config.site.url,
            path=path,
            canonical=self._url,
            description=self._preheader(),
            script=assets.get("site.js", ""),
            icon=assets.get("icon.svg", ""),
        )

    # -- size

    def _fitting(self, asked: Detail) -> tuple[list[Detail], str]:
        """The most detail that is small enough, the first stories keeping theirs longest, and its HTML."""
        count = len(self._items)
        limit = self._config.mail.max_kib * 1024
        for detail in range(asked, -1, -1):
            whole = self._html([Detail(detail)] * count, asked)
            if _size(whole) <= limit or not detail:
                return [Detail(detail)] * count, whole
            more, less = Detail(detail), Detail(detail - 1)
            kept, best = self._most(more, less, asked, limit)
            if best:
                return [more] * kept + [less] * (count - kept), best
        raise AssertionError("the last detail is always taken")  # pragma: no cover

    def _most(self, more: Detail, less: Detail, asked: Detail, limit: int) -> tuple[int, str]:
        """How many of the first stories may be told in `more` detail, and the HTML; empty when none may."""
        count = len(self._items)
        kept, best, low, high = 0, "", 0, count - 1
        while low <= high:
            middle = (low + high) // 2
            html = self._html([more] * middle + [less] * (count - middle), asked)
            if _size(html) <= limit:
                kept, best, low = middle, html, middle + 1
            else:
                high = middle - 1
        return kept, best

    def _html(self, details: Sequence[Detail], asked: Detail) -> str:
        page = self._theme.render(TEMPLATE, self._view(details, asked))
        return _inliner().inline(page).replace(' data-css-inline="keep"', "")

    # -- what the template sees

    def _view(self, details: Sequence[Detail], asked: Detail) -> LetterView:
        shortened = any(detail < asked for detail in details)
        return replace(self._frame, parts=tuple(self._letter_parts(details)), shortened=shortened)

    @cached_property
    def _frame(self) -> LetterView:
        """The letter without its stories: the same at any length."""
        edition, mail, site = self._edition, self._config.mail, self._config.site
        subject = self._subject()
        words = len(edition.intro.split()) + sum(len(item.body.split()) for item in self._items)
        return LetterView(
            site=self._site,
            page=PageView(
                path="", title=subject, description="", template=TEMPLATE, canonical=self._url, indexed=False
            ),
            subject=subject,
            preheader=self._preheader(),
            edition_number=edition.number,
            heading=edition.title,
            is_named=edition.is_named,
            published=edition.published or edition.date,
            story_count=len(self._items),
            minutes=minutes_to_read(words),
            intro_html=self._markup(edition.intro, self._url, 1),
            parts=(),
            corrected=tuple(self._corrected()),
            shortened=False,
            edition_url=self._link(self._url),
            archive_url=self._link(site.url + "editions/"),
            unsubscribe_url=self._mark,
            reason=mail.reason,
            postal_address=mail.postal_address,
        )

    def _corrected(self) -> Iterator[Corrected]:
        for item, one in retold(self._approved, self._edition):
            url = self._link(self._config.site.url + item_path(item))
            yield Corrected(title=item.title, url=url, date=one.date, text=one.words)

    def _subject(self) -> str:
        edition, site = self._edition, self._config.site
        names = {"{title}": edition.title, "{number}": str(edition.number), "{site}": site.title}
        made = self._config.mail.subject
        # One pass, so that a title which holds {site} stays as it is.
        for name in names:
            made = made.replace(name, f"\0{name}\0")
        filled = "".join(names.get(piece, piece) for piece in made.split("\0"))
        return text.fold(edition.subject or filled)

    def _preheader(self) -> str:
        edition = self._edition
        if edition.preheader:
            return edition.preheader
        if edition.intro:
            return text.excerpt(markup.plain(self._html_of(edition.intro)), PREHEADER_MAX)
        titles = "; ".join(item.title for item in self._items[:_TITLES_IN_PREHEADER])
        return text.excerpt(titles, PREHEADER_MAX)

    def _letter_parts(self, details: Sequence[Detail]) -> Iterator[LetterPart]:
        told = iter(zip(details, range(1, len(details) + 1), strict=True))
        for title, held in self._parts:
            stories = [self._story(item, note, title, *next(told)) for item, note in held]
            yield LetterPart(title=title, stories=tuple(stories))

    def _story(self, item: Item, note: str, under: str, detail: Detail, number: int) -> Story:
        page = self._config.site.url + item_path(item)
        section = self._sections.get(item.section, "")
        original = item.source.url
        if local := original.startswith(self._home):
            original = self._config.site.url + original.removeprefix(self._home)
        return Story(
            number=number,
            title=item.title,
            url=self._link(page),
            tldr=item.tldr if detail >= Detail.BRIEF else "",
            body_html=self._body(item, page, 2 if under else 1) if detail >= Detail.FULL else "",
            note=note if detail >= Detail.BRIEF else "",
            section=section if section != under else "",
            source=item.source.name,
            original_url=self._link(original) if detail >= Detail.BRIEF else "",
            host="" if local else urlsplit(item.source.url).netloc.removeprefix("www."),
            date=item.date,
        )

    def _body(self, item: Item, page: str, deeper: int) -> str:
        if (item.id, deeper) not in self._bodies:
            self._bodies[item.id, deeper] = self._markup(item.body, page, deeper)
        return self._bodies[item.id, deeper]

    def _markup(self, source: str, page: str, deeper: int) -> str:
        if not source:
            return ""
        html = markup.rebase(self._html_of(source), self._config.site.url)
        return safe.for_mail(html, page, self._link, deeper)

    def _texts(self, details: Sequence[Detail]) -> plaintext.Texts:
        """The Markdown of the introduction, and of each story that is told in full, as plain text."""
        bodies = [
            self._text(item.body, self._config.site.url + item_path(item)) if detail >= Detail.FULL else ""
            for item, detail in zip(self._items, details, strict=True)
        ]
        return plaintext.Texts(intro=self._text(self._edition.intro, self._url), bodies=tuple(bodies))

    def _text(self, source: str, page: str) -> str:
        links = safe.links(self._markup(source, page, 1))
        return plaintext.of_markdown(
            source, lambda url: self._link(safe.absolute(url, page, self._config.site.url)), links
        )

    def _link(self, url: str) -> str:
        mail, site = self._config.mail, self._config.site
        if not mail.utm_source or not url.startswith(site.url):
            return url
        return safe.marked(url, mail.utm_source, f"edition-{self._edition.number}")


def _parts(library: Library, edition: Edition) -> Iterator[tuple[str, list[tuple[Item, str]]]]:
    """The parts of `edition` that hold an approved item: title, and items with the editors' notes."""
    known = {item.id: item for item in library.items}
    left = set(placed(library, edition))
    for part in edition.parts:
        found: list[tuple[Item, str]] = []
        for one in part.items:
            # An item listed twice is in the letter once.
            if one.item in left:
                left.remove(one.item)
                found.append((known[one.item], one.note))
        if found:
            yield part.title, found


def _size(html: str) -> int:
    return len(html.encode("utf-8"))


@cache
def _inliner() -> css_inline.CSSInliner:
    # Of CSS it is the values in style attributes that are made small; comments, which Outlook reads, stay.
    return css_inline.CSSInliner(load_remote_stylesheets=False, minify_css=True)
