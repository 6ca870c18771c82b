"""What a reader does in a browser: search, colours, density, keys, evidence; none of it is needed to read.

What comes of a click or a key is expected, not looked up: a busy machine shows it later.
"""

import re
from urllib.parse import urlsplit

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed").expect
ITEM = "items/2026-11-19-dmarc-joins-the-standards-track-as-rfc-9989/"
PAGES = ["", ITEM, "editions/1/", "editions/", "tags/", "tags/newsletters/", "archive/", "about/", "search/"]
PAGES += ["feeds/", "404.html", "sources/field-notes-mail/"]


def found(page, *titles):
    expect(page.locator(".results .headline")).to_have_text(list(titles))


# -- every page


@pytest.mark.parametrize("path", PAGES)
def test_a_page_breaks_nothing_asks_no_other_host_and_asks_little(open_page, address, path):
    page = open_page(path)

    asked = [url for url in page.asked if "/.briefpress/" not in url]
    assert page.faults == []
    assert {urlsplit(url).netloc for url in page.asked} == {urlsplit(address).netloc}
    assert len(asked) <= 6


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_scrolls_sideways(open_page, path, width):
    page = open_page(path, viewport={"width": width, "height": 800})

    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_eight_stories_are_in_reach_without_scrolling(open_page):
    page = open_page()

    inside = (
        "e => { const box = e.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight }"
    )
    assert sum(page.evaluate(inside, link) for link in page.query_selector_all("main .headline a")) >= 8


def test_the_lead_is_set_larger_than_the_rest(open_page):
    page = open_page()

    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    lead = page.eval_on_selector(".lead .headline", size)
    assert lead > 1.5 * page.eval_on_selector(".rest .headline", size)


# -- without a script


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_read_without_a_script(open_page, path):
    page = open_page(path, java_script_enabled=False)

    assert page.locator("h1").is_visible()
    assert page.locator("main").inner_text().strip()
    for control in (".scheme", ".density", ".keys", ".keys-open"):
        assert not any(one.is_visible() for one in page.locator(control).all())


def test_the_evidence_of_a_sentence_opens_without_a_script(open_page):
    page = open_page(ITEM, java_script_enabled=False)
    proof = page.locator("details.proof").first
    quote = proof.locator("blockquote").first
    expect(quote).to_be_hidden()

    proof.locator("summary").click()

    expect(quote).to_be_visible()
    assert quote.inner_text().startswith("DMARC, the check that ties a message")
    assert quote.inner_text() in page.locator(".summary > p").first.inner_text()
    assert ":~:text=" in proof.locator("a").first.get_attribute("href")


def test_search_without_a_script_says_so_and_leads_on(open_page):
    page = open_page("search/", java_script_enabled=False)

    assert not page.locator(".search").is_visible()
    page.locator(".unscripted a").first.click()
    page.wait_for_url("**/archive/")


# -- search


def test_search_loads_its_index_on_the_first_key_and_not_before(open_page):
    page = open_page("search/")
    assert not [url for url in page.asked if re.search(r"/search/all\.", url)]

    page.fill("#_q", "robots")

    first = page.locator(".results .headline").first
    expect(first).to_have_text("RFC 9309 turned robots.txt from a custom into a standard")
    expect(page.locator(".results mark").first).to_have_text(re.compile("^robots$", re.I))
    assert len([url for url in page.asked if re.search(r"/search/all\.", url)]) == 1


def test_search_is_in_the_address_and_comes_back_from_it(open_page, address):
    page = open_page("search/")
    page.fill("#_q", "list")
    page.wait_for_selector(".results .headline")
    page.select_option("#_tag", "newsletters")
    page.wait_for_url(f"{address}search/?q=list&tag=newsletters")
    titles = page.locator(".results .headline").all_inner_texts()
    assert titles

    page.reload()

    found(page, *titles)
    assert page.input_value("#_tag") == "newsletters"


def test_filters_alone_find_by_tag_source_and_day(open_page):
    page = open_page("search/?source=Field+Notes%3A+Mail&from=2026-11-01&to=2026-11-30")

    found(
        page,
        "DMARC joins the standards track as RFC 9989",
        "List-Id gives a mailing list a name that survives moves",
    )


def test_words_are_found_whatever_their_case_and_accents_and_all_of_them(open_page):
    page = open_page("search/")
    page.fill("#_q", "DMÁRC joins")
    found(page, "DMARC joins the standards track as RFC 9989")

    page.fill("#_q", "dmarc zebra")

    expect(page.locator(".said")).to_have_text("Nothing found.")


def test_a_result_leads_to_its_story(open_page):
    page = open_page("search/?q=dmarc")
    link = page.locator(".results .headline a").first
    title = link.inner_text()

    link.click()

    expect(page.locator("h1")).to_have_text(title)


def test_every_result_leads_to_a_page_that_is_there(open_page, site):
    page = open_page("search/?from=2000-01-01")
    page.wait_for_selector(".results .headline")

    links = page.eval_on_selector_all(".results a", "links => links.map(link => link.pathname)")

    assert len(links) == len(list((site / "items").iterdir()))
    assert all((site.parent / link.strip("/") / "index.html").is_file() for link in links)


def test_whole_texts_are_searched_and_the_place_is_shown(open_page, texts):
    page = open_page(f"{texts}search/")
    page.locator("#_q").press_sequentially("tag: URI")
    result = page.locator(".results .card", has=page.locator("mark"))

    result.first.wait_for()
    page.locator(".results .tldr mark").first.wait_for()

    assert page.faults == []
    assert [url for url in page.asked if not url.startswith(texts) and "/.briefpress/" not in url] == []
    result.first.locator("a").click()
    page.wait_for_selector("body[data-template=item]")


def test_texts_that_are_found_are_filtered_by_tag_source_and_day(open_page, texts):
    page = open_page(f"{texts}search/?q=readers&from=2026-11-01")
    page.locator(".results .card").first.wait_for()
    page.locator(".results mark").first.wait_for(state="attached")
    days = page.locator(".results .day").all_inner_texts()

    assert days
    assert all("Nov 2026" in day for day in days)


def test_lost_readers_search_from_where_they_are(open_page):
    page = open_page("404.html")

    page.fill("#_q", "sitemap")
    page.keyboard.press("Enter")

    found(page, "A sitemap tells crawlers what changed, if its dates are true")


# -- colours and density


def paper(page):
    return page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


def scheme(page, name):
    """Expect that the reader chose `name`; empty: nothing."""
    chosen = f"[data-scheme={name}]" if name else ":not([data-scheme])"
    expect(page.locator(f"html{chosen}")).to_have_count(1)


@pytest.mark.parametrize("system", ["light", "dark"])
def test_colours_follow_the_system_until_the_reader_chooses(open_page, system):
    page = open_page(color_scheme=system)
    as_system = paper(page)
    seen = {}
    for chosen in ("light", "dark", ""):
        page.click(".scheme")
        scheme(page, chosen)
        seen[chosen] = paper(page)

    assert seen["light"] != seen["dark"]
    assert seen[""] == as_system == seen[system]


def test_chosen_colours_are_there_before_the_first_paint_of_the_next_page(open_page, address):
    page = open_page(color_scheme="light")
    page.click(".scheme")
    page.click(".scheme")
    scheme(page, "dark")

    # Asked when the head is read and there is no body yet.
    page.add_init_script(
        "new MutationObserver((_, seen) => { if (document.body) { window.first = "
        "document.documentElement.dataset.scheme; seen.disconnect(); } })"
        ".observe(document, { childList: true, subtree: true })"
    )
    page.goto(f"{address}about/")

    assert page.evaluate("window.first") == "dark"
    expect(page.locator(".scheme")).to_have_text("Colours: dark")


def test_density_is_chosen_kept_and_shown(open_page):
    page = open_page()
    summary = page.locator(".rest .tldr").first
    expect(summary).to_be_visible()

    page.click(".density [value=headlines]")
    expect(summary).to_be_hidden()
    page.reload()

    expect(summary).to_be_hidden()
    expect(page.locator(".density [value=headlines]")).to_have_attribute("aria-pressed", "true")
    page.click(".density [value=list]")
    expect(summary).to_be_visible()


# -- keys


def test_keys_step_from_story_to_story_and_back(open_page):
    page = open_page()
    stories = page.locator("main .headline a").all_inner_texts()

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(":focus")).to_have_text(stories[1])
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(page.locator(":focus")).to_have_text(stories[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/2026-11-12-stable-identifiers-keep-old-posts-from-coming-back-as-new/")


def test_on_a_story_the_key_leads_to_the_next_of_its_edition(open_page):
    page = open_page(ITEM)

    page.keyboard.press("j")
    page.wait_for_url("**/items/2026-11-09-**")

    expect(page.locator("h1")).to_have_text("List-Id gives a mailing list a name that survives moves")


def test_slash_goes_to_the_search_and_into_its_field(open_page):
    page = open_page()

    page.keyboard.press("/")
    page.wait_for_url("**/search/")
    page.keyboard.press("/")
    page.keyboard.type("jk?")

    expect(page.locator("#_q")).to_be_focused()
    expect(page.locator("#_q")).to_have_value("jk?")
    expect(page.locator(".keys")).to_be_hidden()


def test_question_mark_explains_the_keys_and_they_can_be_switched_off(open_page):
    page = open_page()
    page.keyboard.press("?")
    expect(page.locator(".keys")).to_be_visible()

    page.click(".keys input")
    expect(page.locator(".keys input")).to_be_checked()
    page.keyboard.press("Escape")
    expect(page.locator(".keys")).to_be_hidden()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('main')") is None

    page.reload()
    page.keyboard.press("?")
    expect(page.locator(".keys")).to_be_hidden()
    page.click(".keys-open")
    expect(page.locator(".keys")).to_be_visible()


# -- from a file


def test_a_site_opened_from_a_file_leads_from_page_to_page_and_searches(open_page, site):
    page = open_page(f"{site.as_uri()}/index.html")

    page.locator("main .headline a").first.click()
    page.wait_for_url("**/items/*/index.html")
    expect(page.locator("h1")).to_be_visible()

    page.click(".nav a[rel=search]")
    page.fill("#_q", "robots")
    page.wait_for_selector(".results .headline")
    page.locator(".results .headline a").first.click()
    expect(page.locator("h1")).to_have_text("RFC 9309 turned robots.txt from a custom into a standard")
    assert page.faults == []
