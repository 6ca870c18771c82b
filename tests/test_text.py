import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from builder import text

ANY = st.text(st.characters(), max_size=200)


@given(ANY)
@example("\u210c")
def test_slug_is_safe_and_stable(value):
    name = text.slug(value)

    assert name == text.slug(name)
    assert 0 < len(name) <= text.SLUG_MAX + 2
    assert name.strip("-") == name
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@given(ANY)
def test_folded_text_is_one_clean_line(value):
    line = text.fold(value)

    assert line == text.fold(line)
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in line)
    assert "  " not in line


@given(ANY, st.integers(min_value=2, max_value=50))
def test_excerpt_keeps_its_limit(value, limit):
    assert len(text.excerpt(value, limit)) <= limit


def test_slug_spells_latin_letters_and_gives_up_on_others():
    assert text.slug("Straße & Café: Ærø’s “guide”") == "strasse-cafe-aeros-guide"
    assert text.slug("日本語", "tag") == "tag"
    assert text.slug("CON") == "con-x"


def test_count_speaks_of_one_and_of_many():
    assert [text.count(1, "item"), text.count(2, "entry", "entries")] == ["1 item", "2 entries"]
