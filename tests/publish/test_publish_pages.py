from collections.abc import Sequence
from dataclasses import replace

import worlds
from hypothesis import given
from hypothesis import strategies as st

from builder import digest
from builder.config import parse
from builder.content import editions as edition_files
from builder.content import items as item_files
from builder.content.stories import resolve
from builder.model import Library, Site
from builder.publish import material, pages, search, shelves
from builder.publish.lists import paginate
from builder.publish.material import Material, up
from builder.render.places import direction_of, site_view

SIZES = st.integers(min_value=1, max_value=7)


@given(st.lists(st.integers(), max_size=60), SIZES)
def test_pages_hold_every_item_once_in_order(items, size):
    pages = paginate(items, size)

    assert [item for page in reversed(pages) for item in page] == items
    assert all(len(page) == size for page in pages[:-1])


@given(st.lists(st.integers(), max_size=60), SIZES)
def test_a_new_item_changes_the_newest_page_only(items, size):
    before, after = paginate(items, size), paginate([-1, *items], size)

    assert after[: len(before) - 1] == before[:-1]


def test_a_list_without_items_is_one_empty_page():
    assert paginate([], 20) == [[]]


def test_way_up_leads_to_the_root_of_the_site():
    assert [up(""), up("about/"), up("tags/x/page/2/"), up("404.html")] == ["./", "../", "../../../../", "./"]


LIBRARIES = st.lists(
    st.builds(
        worlds.item,
        st.integers(1, 3),
        title=st.sampled_from(["One", "Two"]),
        tags=st.sampled_from(["[a]", "[A, b]", "[]"]),
        section=st.sampled_from(["policy", "research", "none"]),
        text=st.sampled_from(
            ["Words.", "The firm announced 12 layoffs in Ohio.", "It announced 15 layoffs in Ohio."]
        ),
        story=st.integers(0, 2),
        day=st.integers(1, 3),
    ),
    max_size=5,
)


EDITIONS = st.lists(
    st.tuples(st.sampled_from([[1], [1, 2], [3, 2, 1]]), st.booleans(), st.sampled_from(["One", "Two"])),
    max_size=2,
)


def made(tmp_path, texts: list[str], publish: str) -> dict[str, material.Page]:
    found: dict[str, material.Page] = {}
    for page in given_pages(tmp_path, texts, publish):
        shown = page.pages.value if isinstance(page, material.Run) else (page,)
        found.update((one.output, one) for one in shown)
    return found


def given_pages(
    tmp_path, texts: list[str], publish: str, editions: Sequence[tuple[list[int], bool, str]] = ()
) -> list[material.Page | material.Run]:
    told = {f"content/items/{at}.md": text for at, text in enumerate(texts)}
    items = {(item := item_files.parse(text, path)).id: item for path, text in told.items()}
    issues = [
        replace(edition_files.parse(worlds.edition(at, placed, published=published), f"{at}.md"), title=title)
        for at, (placed, published, title) in enumerate(editions, start=1)
    ]
    library = Library(
        items=tuple(items.values()), editions=tuple(issues), stories=resolve(items.values(), ())
    )
    config = parse(worlds.config(publish).encode(), tmp_path)
    of = Material(
        config,
        material.public(library, frozenset(items)),
        lambda text: f"<p>{text}</p>",
        lambda item: digest.known(None),
        "plain",
        "https://brief.example/",
    )
    return list(pages.site_pages(of, shelves.shelves(of), search.indexes(of)))


@given(before=LIBRARIES, after=LIBRARIES)
def test_pages_of_one_digest_show_the_same(tmp_path_factory, before, after):
    folder = tmp_path_factory.getbasetemp()
    one, other = made(folder, before, "items"), made(folder, after, "items")

    for output in one.keys() & other.keys():
        if one[output].known.digest == other[output].known.digest:
            assert one[output].view == other[output].view


@given(before=LIBRARIES, after=LIBRARIES, issues=EDITIONS, others=EDITIONS)
def test_runs_of_one_digest_are_the_same_pages(tmp_path_factory, before, after, issues, others):
    folder = tmp_path_factory.getbasetemp()
    one, other = (
        {
            run.name: run
            for run in given_pages(folder, texts, "items", editions)
            if isinstance(run, material.Run)
        }
        for texts, editions in ((before, issues), (after, others))
    )

    for name in one.keys() & other.keys():
        if one[name].pages.digest == other[name].pages.digest:
            assert one[name].templates == other[name].templates
            pairs = zip(one[name].pages.value, other[name].pages.value, strict=True)
            for page, twin in pairs:
                assert (page.output, page.known.digest, page.modified) == (
                    twin.output,
                    twin.known.digest,
                    twin.modified,
                )
                assert page.view == twin.view


@given(LIBRARIES)
def test_what_a_page_says_of_itself_is_what_its_view_says(tmp_path_factory, texts):
    for page in made(tmp_path_factory.getbasetemp(), texts, "items").values():
        told = page.view.page
        assert (page.template, page.modified, page.indexed) == (told.template, told.modified, told.indexed)
        assert told.canonical == f"https://brief.example/{page.path}"


def test_a_text_is_written_in_the_direction_of_its_language():
    assert [direction_of(one) for one in ("ar", "ur-PK", "he", "de", "zh")] == [
        "rtl",
        "rtl",
        "rtl",
        "ltr",
        "ltr",
    ]


def test_a_form_for_machines_that_is_made_late_is_what_it_is_at_once():
    site = site_view(Site(title="T", url="https://x.example/"), (), (), "https://x.example/")
    asked = []

    def data():
        asked.append(1)
        return '{"@type":"NewsArticle"}'

    late = material.page_view(site, "a/", "A", "", "item.html", data)
    at_once = material.page_view(site, "a/", "A", "", "item.html", data())

    assert (late.title, len(asked)) == ("A", 1)
    assert (late.data_html, late.data_digest) == (at_once.data_html, at_once.data_digest)
    assert digest.of_value(late) == digest.of_value(at_once)
    assert replace(late, title="B").data_html == at_once.data_html
    assert len(asked) == 2
