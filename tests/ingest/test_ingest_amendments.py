"""Notices of corrections, told from prose that speaks of corrections to something else."""

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.ingest import amendments
from builder.ingest.amendment_words import may_hold, notices_in

BEFORE = "The harbour office opened a new pier on Monday, and the city paid for half of it."

NOTICES = (
    "Correction: an earlier version of this article misstated the share of the city.",
    "Correction (Nov. 24, 2026): The sum that the city paid was wrong.",
    "Clarification: the pier belongs to the state and not to the city.",
    "Editor’s note: This report was changed to correct the sum that the city paid.",
    "Editor's Note: We have updated this page to accurately reflect the length of the pier.",
    "Update, 4 p.m.: The name of the head of the office was misspelled.",
    "An earlier version of this story gave the wrong year for the old pier.",
    "An earlier version incorrectly said that the state paid for all of it.",
    "This article was amended on 3 May 2026 to say that there are two cranes.",
    "This post originally misstated the depth of the harbour.",
    "We have corrected this article: the pier is 200 metres long.",
    "Korrektur: Die Stadt zahlte nicht zwölf, sondern vierzehn Millionen.",
    "Anmerkung der Redaktion: Wir haben die falsche Summe in diesem Text ersetzt.",
    "In einer früheren Fassung hieß es, das Land habe alles gezahlt.",
    "In einer früheren Version dieses Artikels stand eine andere Summe.",
    "In der ursprünglichen Version hatten wir die Länge falsch angegeben.",
    "Dieser Text wurde nachträglich korrigiert, weil die Summe nicht stimmte.",
    "Wir bitten, den Fehler zu entschuldigen.",
    "Rectificatif : la somme payée par la ville était de quatorze millions.",
    "Une version précédente de cet article donnait une autre somme.",
    "Une version précédente indiquait que l’État avait tout payé.",
    "Contrairement à ce que nous avons écrit, la jetée appartient à l’État.",
    "Cet article a été corrigé : la jetée mesure deux cents mètres.",
    "Fe de erratas: la ciudad pagó catorce millones y no doce.",
    "Corrección: la suma que pagó la ciudad era de catorce millones.",
    "Una versión anterior de este artículo daba otra suma.",
    "Una versión anterior indicaba que el Estado lo pagó todo.",
    "Nota de la redacción: este texto ha sido corregido para precisar la suma.",
)

PROSE = (
    "Correction territory: stocks fell by more than ten percent within a week.",
    "The market saw a correction: prices fell by a tenth within a week.",
    "An earlier version of this law was stopped by the upper house in spring.",
    "The previous version of the app could not be corrected from afar.",
    "The paper was retracted by the journal after a year of doubts.",
    "An earlier version of this article was published in the quarterly.",
    "A version of this article appears in print on Monday.",
    "Editor’s note: this is the second part of a series on harbours.",
    "Editor's Note: This post was first published in 2015 and has been updated for freshness and accuracy.",
    "Update: the ferry was sold to a man who says that this is a case of mistaken identity.",
    "This post has been updated with the latest results.",
    "The report was corrected by the ministry after the vote.",
    "In einer früheren Version des Gesetzes stand nichts davon.",
    "In der ersten Fassung des Romans hieß der Hafen anders.",
    "Der Bericht wurde vom Ministerium korrigiert.",
    "Die Korrektur an den Börsen dauerte eine Woche und kostete Milliarden.",
    "Une version précédente de l’application ne savait pas le faire.",
    "La correction : un mot que le ministre n’aime pas entendre.",
    "Una versión anterior de la aplicación decía otra cosa.",
    "La corrección del mercado duró una semana y costó miles de millones.",
)


@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize(
    "form", ["{0}", "{1} {0}", "{1} ({0}) More than forty ships came.", "{1} [{0}]", "{1} — {0}"]
)
def test_notice_is_told_from_where_it_begins_to_where_it_ends(notice, form):
    assert list(notices_in(form.format(notice, BEFORE))) == [notice]


@pytest.mark.parametrize("prose", PROSE)
@pytest.mark.parametrize("form", ["{0}", "{1} {0}", "{1} ({0})", "{0} {1}"])
def test_prose_about_corrections_to_something_else_is_no_notice(prose, form):
    assert list(notices_in(form.format(prose, BEFORE))) == []


@pytest.mark.parametrize("notice", NOTICES)
def test_what_holds_a_notice_passes_the_quick_test(notice):
    assert may_hold(f"{BEFORE} {notice}".lower())


def test_two_notices_in_one_paragraph_are_told_apart():
    one, two = NOTICES[0], NOTICES[5]

    assert list(notices_in(f"{BEFORE} ({one}) Ships came. ({two})")) == [one, two]


@given(st.text(alphabet="Correction: (Korrektur)[.!?]—\n an earlier version of this article", max_size=200))
def test_any_text_gives_pieces_of_itself(text):
    told = list(notices_in(text))

    assert all(one and one in text for one in told)


@pytest.mark.parametrize("notice", NOTICES[::3])
def test_notice_within_a_paragraph_of_a_page_is_kept_alone(notice):
    html = f"<div><p>{BEFORE * 4} <em>({notice})</em></p><p>{BEFORE}</p></div>"

    assert amendments.notices(lxml.html.fromstring(html), html) == (notice,)


def test_notice_in_a_comment_or_a_link_elsewhere_is_none():
    html = (
        f"<div><div class='comments'><p>{BEFORE} {NOTICES[0]}</p></div>"
        f"<p><a href='/x'>{BEFORE} {NOTICES[0]}</a></p></div>"
    )

    assert amendments.notices(lxml.html.fromstring(html), html) == ()
