"""Made-up views for every template; each function takes what its test cares about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from builder.render.views import (
    BlockView,
    Card,
    CorrectionView,
    DifferenceView,
    EditionCard,
    EditionPageView,
    EditionsView,
    EditionView,
    FeedsView,
    FigureView,
    Group,
    HomeView,
    IndexView,
    ItemPageView,
    ItemView,
    Link,
    ListView,
    MadeView,
    MissingView,
    Pager,
    PageView,
    PartView,
    ProofView,
    QuoteView,
    RedirectView,
    RetoldView,
    SearchView,
    SiteView,
    SourceView,
    StaticPageView,
    StoryView,
    View,
)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
POLICY = Link(title="Policy", path="sections/policy/", count=2)


def site(**changes: object) -> SiteView:
    made = SiteView(
        title="The Brief",
        url="https://brief.example/repo/",
        language="en",
        direction="ltr",
        timezone="UTC",
        description="What others published.",
        author="The desk",
        sections=(POLICY,),
        pages=(Link(title="About", path="about/"),),
        has_search=True,
        lists=("editions", "sections", "tags", "sources", "archive"),
        generator="Briefpress 0",
    )
    return replace(made, **changes)


def page(path: str, template: str, **changes: object) -> PageView:
    made = PageView(
        path=path,
        title="A title",
        description="",
        template=template,
        canonical="https://brief.example/repo/" + path,
    )
    return replace(made, **changes)


def card(number: int = 0, **changes: object) -> Card:
    made = Card(
        id=f"{number:010x}",
        title=f"Story {number}",
        path=f"items/story-{number}/",
        tldr="What happened.",
        date=NOON - timedelta(hours=number),
        section=POLICY,
        tags=(Link(title="feeds", path="tags/feeds/"),),
        source=SourceView(
            name="A Source",
            path="sources/a-source/",
            url=f"https://source.example/{number}",
            host="source.example",
            author="A. Writer",
            published=NOON,
            text="full",
        ),
    )
    return replace(made, **changes)


def edition_card(number: int = 1) -> EditionCard:
    return EditionCard(
        number=number,
        title=f"Edition title {number}",
        path=f"editions/{number}/",
        date=NOON,
        count=3,
        minutes=2,
        intro="First words.",
    )


def story() -> StoryView:
    figures = (("A Source", 0, "12,000 jobs"), ("Another", 4, "10,000 jobs"))
    told = tuple(
        FigureView(source=name, path=f"items/story-{number}/", text=text) for name, number, text in figures
    )
    return StoryView(others=(card(4), card(5)), differences=(DifferenceView(figures=told),))


def made(**changes: object) -> MadeView:
    told = MadeView(
        writer="extraction",
        name="extraction",
        sentences=2,
        standing=2,
        verbatim=1,
        edited=False,
        read=NOON,
        language="de",
    )
    return replace(told, **changes)


def blocks() -> tuple[BlockView, ...]:
    quote = QuoteView(text="Yes, it said.", number=4, url="https://source.example/0#:~:text=Yes")
    return (
        BlockView(block_html="<h2>TL;DR</h2>", proofs=()),
        BlockView(
            block_html="<p>Yes. No.</p>",
            proofs=(
                ProofView(text="Yes.", verbatim=False, quotes=(quote,)),
                ProofView(text="No.", verbatim=False, quotes=()),
            ),
        ),
    )


def item(**changes: object) -> ItemView:
    told = ItemView(
        card=card(),
        blocks=blocks(),
        made=made(),
        direction="auto",
        minutes=3,
        edition=POLICY,
        story=story(),
        after=Link(title="The next story", path="items/story-1/"),
        corrections=(CorrectionView(date=NOON, text="A name was wrong."),),
    )
    return replace(told, **changes)


def views(of: SiteView | None = None) -> dict[str, View]:
    """One view for each template, by the template's name."""
    shown = of or site()
    cards = tuple(map(card, range(1, 4)))
    newer, older = Link(title="Newer", path="editions/2/"), Link(title="Older", path="editions/0/")
    return {
        "home.html": HomeView(
            site=shown,
            page=page("", "home.html", title=""),
            edition=edition_card(),
            lead=card(),
            cards=cards,
            older=Link(title="", path="archive/"),
            density="cards",
        ),
        "item.html": ItemPageView(
            site=shown,
            page=page("items/story-0/", "item.html", kind="article", published=NOON, modified=NOON),
            item=item(),
        ),
        "edition.html": EditionPageView(
            site=shown,
            page=page("editions/1/", "edition.html"),
            edition=EditionView(
                card=edition_card(),
                intro_html="<p>Hello.</p>",
                intro="Hello.",
                parts=(
                    PartView(title="Policy", slug="policy", cards=(replace(cards[0], note="Our note."),)),
                    PartView(title="Tools", slug="tools", cards=cards[1:]),
                    PartView(title="", slug="part", cards=cards[:1]),
                ),
                first=NOON - timedelta(days=9),
                last=NOON,
                text="editions/1/edition.txt",
                letter="editions/1/letter/",
                corrections=(CorrectionView(date=NOON, text="A number was wrong."),),
                corrected=(RetoldView(title="Old", path="items/old/", date=NOON, text="It was 12."),),
                newer=newer,
                older=older,
            ),
        ),
        "editions.html": EditionsView(
            site=shown,
            page=page("editions/", "editions.html"),
            editions=(edition_card(2), edition_card(1)),
        ),
        "list.html": ListView(
            site=shown,
            page=page("archive/2026/11/page/2/", "list.html"),
            heading="2026-11",
            of="month",
            about="A sentence.",
            cards=cards,
            pager=Pager(number=2, total=3, newer=newer, older=older),
            total=0,
            related=(POLICY,),
            feed="",
            homepage="",
        ),
        "index.html": IndexView(
            site=shown,
            page=page("archive/", "index.html"),
            heading="Archive",
            of="archive",
            groups=(
                Group(
                    title="2026",
                    path="archive/2026/",
                    links=(Link(title="2026-11", path="archive/2026/11/", count=1234),),
                ),
            ),
        ),
        "page.html": StaticPageView(
            site=shown, page=page("about/", "page.html"), body_html="<p>About us.</p>"
        ),
        "search.html": SearchView(
            site=shown,
            page=page("search/", "search.html"),
            indexes=("search/all.js",),
            total=3,
            pagefind="",
            ids="",
        ),
        "feeds.html": FeedsView(
            site=shown,
            page=page("feeds/", "feeds.html"),
            editions=1,
            sections=(Link(title="Policy", path="sections/policy/atom.xml", count=2),),
            tags=(),
            sources=(Link(title="A Source", path="sources/a-source/atom.xml", count=3),),
        ),
        "redirect.html": RedirectView(
            site=shown,
            page=page("old/", "redirect.html", indexed=False),
            target=Link(title="Story 1", path="items/story-1/"),
        ),
        "404.html": MissingView(
            site=shown, page=page("404.html", "404.html", indexed=False), editions=(edition_card(),)
        ),
    }
