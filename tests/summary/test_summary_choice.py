from made_up import HARBOUR, article

from builder.model import Article, BlockKind
from builder.summary.choice import BUDGET, TLDR_WORDS, Budget, Choice
from builder.summary.reading import Reading

BODY = (
    "The new substation feeds eleven berths from the city grid. Engineers of the grid company tested one of "
    "the berths in January. Ferry fares rise by two percent when the berths are connected. A second "
    "substation is planned for the cruise terminal. The price of power is the same for every shipping line. "
)


def tldr(made: Article, count: int = 3, budget: Budget = BUDGET) -> list[str]:
    reading = Reading(made)
    return [reading.lines[index].text for index in Choice(reading).tldr(count, budget)]


def test_tldr_says_more_until_enough_is_said() -> None:
    little, much = Budget(0.0, 1, 1), Budget(0.0, 80, 80)
    assert [len(tldr(HARBOUR, 3, budget)) for budget in (little, much)] == [1, 3]
    assert len(tldr(HARBOUR, 2, much)) == 2
    assert sum(len(text.split()) for text in tldr(HARBOUR, 3, Budget(1.0, 500, 500))) <= TLDR_WORDS


def test_scene_before_the_point_is_passed_over() -> None:
    scene = "Anna Example pulls her coat closer and looks at the grey water of the bay. "
    point = "The city of Northport builds a shore power network for its ferries. "
    made = article(
        scene + scene.replace("grey", "dark") + point + BODY, "Shore power network for ferries", "en"
    )
    assert tldr(made)[0] == point.strip()
    assert scene.strip() not in tldr(made)


def test_text_with_subheadings_says_its_point_before_them() -> None:
    parts = "\n\n".join(f"# Part {name}\n\n{BODY}" for name in ("one", "two", "three"))
    point = "The city of Northport builds a shore power network for all of its ferries."
    more = "Ferries switch off their engines while they are moored in the port."
    assert tldr(article(f"{point} {more}\n\n{parts}", language="en")) == [point, more]


def test_sentence_that_leans_on_another_comes_only_with_it() -> None:
    made = article(
        "The council of Northport approved the network on Tuesday after a long debate in public. "
        "It had refused the same network a year before because of its price. " + BODY,
        language="en",
    )
    assert [text[:11] for text in tldr(made)[:2]] == ["The council", "It had refu"]
    assert not tldr(made, 1)[0].startswith("It had")


def test_we_may_speak_in_a_tldr() -> None:
    point = "We have built a shore power network that feeds eleven berths from the city grid of Northport."
    assert tldr(article(f"{point} {BODY * 2}", "Shore power in Northport", "en"))[0] == point


def test_torn_points_and_prose_of_a_section_do_not_mix() -> None:
    points = "- Berths that are fed by the second substation\n\n- Ships that switch their engines off in port"
    reading = Reading(article(f"{BODY}\n\n{points}", language="en"))
    chosen = Choice(reading).of_one_form(range(len(reading.lines)), 3)
    assert all(reading.lines[index].is_prose for index in chosen)
    alone = [index for index, line in enumerate(reading.lines) if line.kind is BlockKind.POINT]
    assert Choice(reading).of_one_form(alone, 3) == tuple(alone)


def test_even_opens_a_text_without_leaning_on_anything() -> None:
    first = "Auch neueste Technik kann den Menschen im Stall nicht ersetzen, sagen die Fachleute. "
    rest = "Die Sensoren der Hersteller melden dem Betrieb, wie viel eine Kuh am Tag frisst und läuft. " * 2
    opening = Reading(article(first + rest, language="de")).lines[0]
    later = Reading(article(rest + first, language="de")).lines[-1]
    assert (opening.depends, later.depends) == (False, True)
