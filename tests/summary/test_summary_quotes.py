import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.summary import quotes


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said “a b. C d.” and left", ["“a b. C d.”"]),
        ('"One," he said. "Two."', ['"One,"', '"Two."']),
        ('Er sagte: „Das ist gut.“ Dann »nein« und „so"', ["„Das ist gut.“", "»nein«", '„so"']),
        ("« Ainsi », dit-il", ["« Ainsi »"]),
        ("‘I had a taste,’ said Locke of the players’ work", ["‘I had a taste,’"]),
        ("the players' efforts and the '90s and O'Neill", []),
        ("Downey Jr.'s part as captain of the players' team", []),
        ("An interview: “It begins and never ends", ["“It begins and never ends"]),
    ],
)
def test_quotations_are_found_in_any_style(text: str, quoted: list[str]) -> None:
    assert [text[start:end] for start, end in quotes.spans(text)] == quoted


@given(st.text(alphabet="ab “”\"'‘’„«».,", max_size=60))
def test_spans_are_apart_and_blanking_keeps_places(text: str) -> None:
    spans = quotes.spans(text)
    ends = [place for span in spans for place in span]
    assert ends == sorted(ends)
    outside = quotes.outside(text, spans)
    assert len(outside) == len(text)
    assert all(outside[start:end].isspace() for start, end in spans)
