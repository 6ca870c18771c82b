"""The search index: every public item, in files that stay small and safe."""

import gzip
import json
import random

import sample_views as sample
import worlds
from hypothesis import given
from hypothesis import strategies as st

from builder import digest
from builder.config import parse
from builder.content import items
from builder.model import Library
from builder.publish import material, search
from builder.publish.material import Material
from builder.text import slug


def indexes(tmp_path, texts):
    told = [items.parse(text, f"content/items/2026/{at}.md") for at, text in enumerate(texts)]
    ids = frozenset(item.id for item in told)
    seen = material.public(Library(items=tuple(told)), ids)
    config = parse(worlds.config().encode(), tmp_path)
    of = Material(config, seen, str, lambda item: digest.known(None), "", config.site.url)
    return search.indexes(of)


def columns(index):
    text = index.data.value.decode()
    return json.loads(text.removeprefix("briefpress.index(").removesuffix(")\n"))


def test_every_item_is_in_the_index_with_all_that_is_asked_for(tmp_path):
    (index,) = indexes(tmp_path, [worlds.item(1, title="A & B", tags="[x, y]", day=3), worlds.item(2, day=2)])

    told = columns(index)
    assert told["title"] == ["A & B", "Item 2"]
    assert told["path"] == ["0", "1"]  # not what day and title say
    assert told["day"] == ["2026-11-03", "2026-11-02"]
    assert [told["tags"][tag] for tag in told["tag"][0]] == ["x", "y"]
    assert told["sources"][told["source"][1]] == "Example"
    assert told["tldr"][0] == "One sentence says it."


@given(st.text(max_size=90), st.sampled_from(["", "-x"]))
def test_what_a_browser_cannot_tell_of_an_address_is_in_the_index(title, more):
    card = sample.card(title=title, path=f"items/2026-11-20-{slug(title, 'item')}{more}/")

    told = search._path(card, "2026-11-20") or f"2026-11-20-{search._usual(title)}"

    assert f"items/{told}/" == card.path


def test_the_usual_address_of_an_item_is_not_in_the_index():
    title = "Zürich’s rule: names that last, and servers that are left in peace for ever"

    assert search._path(sample.card(title=title, path=f"items/2026-11-20-{slug(title)}/"), "2026-11-20") == ""


def test_without_items_there_is_nothing_to_load(tmp_path):
    assert indexes(tmp_path, []) == ()


def test_the_name_of_an_index_changes_with_what_is_in_it(tmp_path):
    (one,), (other,) = indexes(tmp_path, [worlds.item(1)]), indexes(tmp_path, [worlds.item(1, title="New")])

    assert one.path != other.path


@given(st.text(max_size=40))
def test_no_text_ends_the_script_it_stands_in(text):
    told = f"</script><!--{text}\u2028"
    escaped = json.dumps(told, ensure_ascii=False).translate(search._ESCAPES)

    assert "<" not in escaped
    assert "\u2028" not in escaped
    assert json.loads(escaped) == told


def test_two_thousand_items_are_one_small_file_and_more_a_file_a_year(tmp_path):
    words = [f"{chance:05x}" for chance in random.Random(1).sample(range(0x10000, 0xFFFFF), 3000)]
    draw = random.Random(2)

    def text(number, year):
        title = " ".join(draw.choices(words, k=9)).title()
        tldr = " ".join(draw.choices(words, k=25))
        told = worlds.item(
            number, title=title, text=tldr, tags=f"[{words[number % 40]}, {words[number % 7]}]"
        )
        return told.replace("date: 2026-", f"date: {year}-")

    (whole,) = indexes(tmp_path, [text(number, 2026) for number in range(2000)])
    assert len(gzip.compress(whole.data.value)) < 100_000

    split = indexes(tmp_path, [text(number, 2024 + number % 2) for number in range(2001)])
    assert [index.path[:12] for index in split] == ["search/2025.", "search/2024."]
    assert sum(len(columns(index)["title"]) for index in split) == 2001
