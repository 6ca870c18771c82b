"""What of a source that changed is told, and that its moving parts are not."""

import gzip
import json
import random
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.ingest import articles
from builder.model import (
    Article,
    Aspect,
    Difference,
    Entry,
    Item,
    Passage,
    Profile,
    Source,
    Status,
    Summary,
    Unit,
)
from builder.summary import changed, evidence, outline, reading
from builder.summary.evidence import Evidence
from builder.summary.extract import Extract

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://harbour.example/pier"
PARAGRAPHS = (
    "The harbour office of Northport opened a new pier on 4 November 2026 after two years of work.",
    "Ships of the northern line will use the pier from spring, said the head of the office, Greta Holm.",
    "The old pier stays open for fishing boats, which need less depth than ferries.",
    "Builders moved 40,000 tons of stone to the new site by barge over the winter.",
    "The city paid $12 million of the cost and the state paid the rest of it.",
    "Residents had asked for a wall against noise, which is not part of the first stage.",
    "A second crane will be delivered in May and tested through the summer months.",
    "The office expects 20 ferries a day when the pier is in full use next year.",
    "Work on the road between the pier and the station begins after the last ferry of the season.",
)


def page(
    *paragraphs: str,
    title: str = "Northport opens a new pier",
    head: str = "",
    before: str = "",
    after: str = "",
) -> str:
    told = "".join(f"<p>{one}</p>" for one in paragraphs or PARAGRAPHS)
    return (
        f"<html lang='en'><head><title>{title}</title>{head}</head><body>{before}"
        f"<article><h1>{title}</h1>{told}</article>{after}</body></html>"
    )


def everything(article: Article) -> Summary:
    """A summary that rests on every sentence of its article."""
    units = tuple(Unit(text=one.text, sources=(at,)) for at, one in enumerate(reading.of(article).sentences))
    passage = Passage(heading="All of it", units=units[1:], bulleted=True)
    return Summary(tldr=units[:1], headline="All", passages=(passage,), language="en", by="extract/1")


def drafted(html: str, url: str = URL, engine=everything) -> tuple[Item, Evidence]:
    article = again(html, url)
    summary = engine(article)
    body = outline.markdown(summary, article.title, "The Brief")
    item = Item(
        id="0123456789",
        path="content/items/2026/a.md",
        title=article.title,
        status=Status.APPROVED,
        date=NOW,
        source=Source(feed="harbour", name="Harbour", url=url),
        tldr=summary.tldr[0].text if summary.tldr else "",
        body=body,
        by=summary.by,
    )
    return item, evidence.parse(evidence.dump(article, summary, NOW, body))


def again(html: str, url: str = URL) -> Article:
    entry = Entry(feed="harbour", id="1", url=url, title="")
    return articles.choose(articles.extract(html.encode(), "text/html; charset=utf-8", url), entry)


def found(now: str, was: str = "") -> tuple[Difference, ...] | None:
    return changed.differences(*drafted(was or page()), again(now))


def edited(old: str, new: str) -> str:
    assert old in page()
    return page().replace(old, new)


def test_the_summary_of_the_example_rests_on_what_the_tests_change():
    item, _ = drafted(page())

    for fact in ("$12 million", "40,000 tons", "Greta Holm", "4 November 2026", "20 ferries"):
        assert fact in item.body, fact


def test_same_page_tells_nothing():
    assert found(page()) == ()


@pytest.mark.parametrize(
    ("old", "new", "aspect", "was", "now"),
    [
        ("$12 million", "$14 million", Aspect.FIGURE, "$12 million", "$14 million"),
        ("40,000 tons", "45,000 tons", Aspect.FIGURE, "40,000 tons", "45,000 tons"),
        ("20 ferries", "12 ferries", Aspect.FIGURE, "20 ferries", "12 ferries"),
        ("4 November 2026", "6 November 2026", Aspect.DATE, "4 November 2026", "6 November 2026"),
        ("Greta Holm", "Karin Voss", Aspect.NAME, "Greta Holm", "Karin Voss"),
    ],
)
def test_changed_fact_is_told_with_the_sentence_it_stands_in_now(old, new, aspect, was, now):
    (one,) = found(edited(old, new))

    assert (one.aspect, one.was.partition(" a ")[0], one.now.partition(" a ")[0]) == (aspect, was, now)
    assert new in one.sentence


def test_one_of_two_equal_figures_is_told():
    was = page(*PARAGRAPHS, "The pier has 3 cranes for grain and 3 cranes for stone on the eastern side.")

    (one,) = found(was.replace("3 cranes for stone", "5 cranes for stone"), was)

    assert (one.aspect, one.now[:1]) == (Aspect.FIGURE, "5")


def test_figure_of_a_sentence_that_is_gone_is_told():
    (one,) = found(page(*(one for one in PARAGRAPHS if "$12" not in one)))

    assert (one.aspect, one.was, one.now) == (Aspect.FIGURE, "$12 million", "")


def test_denial_is_told():
    (one,) = found(edited("will use the pier from spring", "will not use the pier from spring"))

    assert one.aspect is Aspect.STATEMENT
    assert "will not use" in one.now
    assert "will use" in one.was


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("which need less depth than ferries", "which can do with less depth than ferries"),
        ("Residents had asked for a wall", "Those who live there had called for a wall"),
        ("Work on the road between the pier and the station begins", "The road from the pier is to be begun"),
    ],
)
def test_sentence_in_other_words_is_told_with_both(old, new):
    (one,) = found(edited(old, new))

    assert one.aspect is Aspect.WORDING
    assert old in one.was
    assert new in one.now


def test_sentence_that_is_gone_without_a_fact_is_told():
    gone = "The old pier stays open for fishing boats, which need less depth than ferries."

    (one,) = found(page(*(one for one in PARAGRAPHS if one != gone)))

    assert one.aspect in (Aspect.WORDING, Aspect.STATEMENT)
    assert (one.was, one.now) == (gone, "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("fishing boats, which", "fishing boats – which"),
        ("The old pier stays", "THE OLD PIER stays"),
        ("depth than ferries.", "depth than ferries (12)."),
        ("summer months.</p><p>The office", "summer months. The office"),
        ("Residents had", "Residents\u00a0had"),
    ],
)
def test_type_counters_and_paragraphs_are_no_other_words(old, new):
    assert found(edited(old, new)) == ()


def test_sentence_that_the_summary_does_not_rest_on_may_be_put_otherwise():
    item, proof = drafted(page())
    kept = "\n".join(one for one in item.body.splitlines() if "Residents" not in one)
    html = edited("Residents had asked for a wall", "Those who live there had called for a wall")

    assert changed.differences(replace(item, body=kept), proof, again(html)) == ()


def test_page_that_ends_early_as_for_those_who_do_not_pay_gives_no_notes_on_words():
    plain = [one for one in PARAGRAPHS if not re.search(r"\d|Greta", one)]
    rest = [
        "Less depth is what boats need, and what ferries, fishing boats and residents had asked for in May.",
        "Summer months and the last season had the station tested through noise, and a wall stays open.",
    ]
    item, proof = drafted(page(*plain, *rest))
    cut = again(page(*plain))

    told = changed.differences(item, proof, cut)
    whole = changed.differences(item, replace(proof, length=len(cut.text)), cut)

    assert told == ()
    assert [one.was for one in whole] == rest


def test_page_read_under_a_wrong_charset_gives_no_notes():
    damaged = page(title="Northport \ufffdpens a new pier").replace("Residents", "R\ufffdsidents")
    damaged = damaged.replace("Greta Holm", "Gret\ufffd Holm").replace("a wall", "\ufffd" * 90)

    assert found(damaged) == ()


@pytest.mark.parametrize(
    "title", ["Northport opens a new pier | Harbour", "Northport opens a new pier - harbour"]
)
def test_name_of_the_site_behind_a_headline_is_no_change_of_it(title):
    assert found(page(title=title)) == ()
    assert found(page(), was=page(title=title)) == ()


def test_other_words_behind_a_headline_are_a_change_of_it():
    assert [one.aspect for one in found(page(title="Northport opens a new pier - report"))] == [
        Aspect.HEADLINE
    ]


def test_sentence_without_a_letter_is_not_compared():
    was = page(*PARAGRAPHS[:4], "?!", *PARAGRAPHS[4:])

    assert found(page(), was=was) == ()


@given(st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_any_order_of_the_same_sentences_is_not_told(chance: random.Random):
    told = list(PARAGRAPHS)
    chance.shuffle(told)
    cut = chance.randrange(1, len(told))

    assert found(page(" ".join(told[:cut]), *told[cut:])) == ()


def test_changed_headline_is_told():
    (one,) = found(page(title="Northport delays its new pier"))

    assert (one.aspect, one.was, one.now) == (
        Aspect.HEADLINE,
        "Northport opens a new pier",
        "Northport delays its new pier",
    )


@pytest.mark.parametrize("title", ["NORTHPORT OPENS A NEW PIER", "Northport opens a new pier (12)"])
def test_headline_in_other_type_or_with_a_counter_is_the_same(title):
    assert found(page(title=title)) == ()


@pytest.mark.parametrize(
    "notice",
    [
        "Correction: an earlier report gave a wrong sum for the share of the city.",
        "Correction (Nov. 24, 2026): The sum that the city paid was wrong in this report.",
        "This article has been corrected since it was first published.",
        "An earlier version of this article misstated the sum that the city paid.",
        "Retraction: the publisher has withdrawn this report.",
        "Editor’s note: This report was changed to correct the sum.",
        "Korrektur: In diesem Bericht stand zuerst eine falsche Summe.",
        "In einer früheren Version dieses Artikels stand eine falsche Summe.",
        "Rectificatif : la somme payée par la ville était fausse.",
        "Une version précédente de cet article donnait une somme fausse.",
        "Corrección: la suma que pagó la ciudad estaba equivocada.",
        "Una versión anterior de este artículo daba una suma equivocada.",
    ],
)
@pytest.mark.parametrize("place", ["in the article", "in an aside", "declared"])
def test_notice_of_a_correction_is_told(notice, place):
    if place == "in the article":
        html = page(*PARAGRAPHS, notice)
    elif place == "in an aside":
        html = page(after=f"<aside class='note'><p><em>{notice}</em></p></aside>")
    else:
        told = {"@type": "NewsArticle", "correction": [{"@type": "CorrectionComment", "text": notice}]}
        html = page(head=f"<script type='application/ld+json'>{json.dumps(told)}</script>")

    assert found(html) == (Difference(aspect=Aspect.NOTICE, now=notice),)


def test_notice_that_stood_there_when_it_was_drafted_is_not_told():
    html = page(*PARAGRAPHS, "Correction: an earlier report gave a wrong sum for the city.")

    assert found(html, was=html) == ()


@pytest.mark.parametrize("form", ["{} ({})", "{} {}"])
def test_notice_at_the_end_of_a_paragraph_is_told_alone(form):
    notice = "Correction: an earlier report gave a wrong sum for the share of the city."
    now = page(*PARAGRAPHS[:3], form.format(PARAGRAPHS[3], notice), *PARAGRAPHS[4:])

    assert found(now) == (Difference(aspect=Aspect.NOTICE, now=notice),)


def test_notice_that_earlier_versions_did_not_see_or_kept_in_its_paragraph_is_not_told():
    notice = "Correction: an earlier report gave a wrong sum for the share of the city."
    paragraph = f"{PARAGRAPHS[3]} ({notice})"
    html = page(*PARAGRAPHS[:3], paragraph, *PARAGRAPHS[4:])
    item, proof = drafted(html)

    for known in ((), (paragraph,)):
        assert changed.differences(item, replace(proof, notices=known), again(html)) == ()
    assert changed.differences(item, replace(proof, notices=(), digest=""), again(html))


MOVING = (
    "<nav><a href='/corrections'>Corrections and clarifications</a></nav>",
    "<footer><p>Our rules for corrections: write to the desk. Page viewed 4,711 times.</p></footer>",
    "<aside class='related'><p><a href='/x'>Correction: Story on the Northport crane fire</a></p></aside>",
    "<section id='comments'><p>This article has been corrected, I read 14 million elsewhere!</p></section>",
    "<div class='counter'>1,204 shares</div>",
    "<p class='stamp'>Updated 25 November 2026, 10:14</p>",
    "<ul><li><a href='/1'>Ten things about piers</a></li><li><a href='/2'>99 crabs</a></li></ul>",
    "<script>var visits = 123456;</script>",
)


@given(st.lists(st.sampled_from(MOVING), max_size=8), st.lists(st.sampled_from(MOVING), max_size=8))
@settings(max_examples=40)
def test_moving_parts_around_an_article_are_never_told(before, after):
    assert found(page(before="".join(before), after="".join(after))) == ()


@given(st.randoms(use_true_random=False), st.integers(0, 2))
@settings(max_examples=40)
def test_added_sentences_and_other_quotes_are_not_told(chance: random.Random, more: int):
    told = list(PARAGRAPHS)
    for n in range(more):
        told.insert(
            chance.randrange(len(told) + 1), f"Gulls were seen at {n + 3} places on the quay that day."
        )

    assert found(page(*told).replace("'", "’").replace("<html lang=’en’>", "<html lang='en'>")) == ()


def test_page_that_holds_another_text_is_not_compared():
    wall = page(
        *(f"Subscribe to read on, for as little as {n} euros in {n} months or so." for n in range(3, 30))
    )

    assert found(wall) is None


def test_what_the_summary_does_not_use_is_not_told():
    item, proof = drafted(page())
    kept = [one for one in item.body.splitlines() if "$12 million" not in one]
    html = edited("$12 million", "$14 million")

    assert changed.differences(replace(item, body="\n".join(kept)), proof, again(html)) == ()


def test_fact_in_an_editors_own_words_is_told_when_the_source_drops_it():
    item, proof = drafted(page())
    own = replace(item, body=item.body + "\nThe city's share was $12 million, the brief adds.\n")
    html = page(*(one for one in PARAGRAPHS if "$12" not in one))

    assert any(one.was == "$12 million" for one in changed.differences(own, proof, again(html)))


def test_what_editors_reworded_is_compared_though_a_correction_names_the_old_figure():
    item, proof = drafted(page())
    was = "The city paid $12 million of the cost and the state paid the rest of it."
    own = replace(item, body=item.body.replace(was, "Northport bore $12 million of what the pier cost."))
    assert own.body != item.body
    html = page(
        *(one.replace("$12 million", "$14 million") for one in PARAGRAPHS[:5]),
        f"{PARAGRAPHS[5]} Correction: an earlier version gave the share of the city as $12 million.",
        *PARAGRAPHS[6:],
    )

    (one, *others) = changed.differences(own, proof, again(html))

    assert (one.aspect, one.was, one.now) == (Aspect.FIGURE, "$12 million", "$14 million")
    assert all(other.aspect is Aspect.NOTICE for other in others)


@pytest.mark.parametrize(
    ("old", "new", "was", "own"),
    [
        (
            "4 November 2026",
            "6 November 2026",
            "4 November 2026",
            "Since 4 November 2026 there is a new pier.",
        ),
        ("Greta Holm", "Karin Voss", "Greta Holm", "Ships come in spring, as Greta Holm told the press."),
        ("40,000 tons", "45,000 tons", "40,000 tons", "Barges brought 40,000 tons of stone."),
        ("20 ferries", "25 ferries", "20 ferries", "The office hopes for 20 ferries daily."),
        ("20 ferries", "25 ferries", "20 ferries", "The office hopes for 20 of them a day."),
    ],
)
def test_each_fact_of_a_reworded_sentence_is_told_once(old, new, was, own):
    item, proof = drafted(page())
    line = next(one for one in item.body.splitlines() if old in one)
    mine = replace(item, body=item.body.replace(line, f"- {own}" if line.startswith("- ") else own))

    (one,) = changed.differences(mine, proof, again(edited(old, new)))

    assert (one.was, one.now) == (was, new)
    assert changed.differences(mine, proof, again(page())) == ()


def test_what_a_reworded_sentence_does_not_say_is_not_told():
    item, proof = drafted(page())
    was = "The city paid $12 million of the cost and the state paid the rest of it."
    own = replace(item, body=item.body.replace(was, "City and state shared the cost."))

    assert changed.differences(own, proof, again(edited("$12 million", "$14 million"))) == ()


def pages(shared):
    folder = shared("data", "miniweb")
    for told in json.loads((folder / "manifest.json").read_text("utf-8"))["pages"]:
        raw = gzip.decompress((folder / told["file"]).read_bytes())
        yield told["id"], raw.decode(told["declared_charset"] or "utf-8", "replace")


def moved(html: str) -> str:
    """The page at another time: other numbers in its margins, other links, a banner, a counter."""
    html = re.sub(
        r"(<body[^>]*>)", r"\1<div class='banner'>Only 3 days left: 20% off!</div>", html, count=1, flags=re.I
    )
    aside = (
        "<aside class='related'><h3>More</h3><ul><li><a href='/a'>Correction: On the price of tea</a></li>"
        "<li><a href='/b'>42 new crabs found</a></li></ul></aside><div class='comments'><p>37 comments</p>"
        "<p>This article was corrected? I read 99 percent.</p></div>"
    )
    return re.sub(
        r"</body>", lambda _: f"{aside}<p>Seen 12,345 times today.</p></body>", html, count=1, flags=re.I
    )


def test_real_pages_read_twice_give_no_alarm(shared):
    alarms, read = {}, 0
    for name, html in pages(shared):
        url = f"https://pages.example/{name}"
        try:
            item, proof = drafted(html, url, lambda article: Extract().summarise(article, Profile()))
        except articles.ArticleError:
            continue
        read += 1
        for version in (html, moved(html)):
            if told := changed.differences(item, proof, again(version, url)):
                alarms[name] = told
    assert read >= 30
    assert not alarms
