from hypothesis import given
from hypothesis import strategies as st

from builder.publish.lists import paginate
from builder.publish.pages import up

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
