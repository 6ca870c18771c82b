import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.ingest.charset import decode

GERMAN = "Straße, Öl und „Anführung“"
XML = '<?xml version="1.0" encoding="{}"?><rss><title>{}</title></rss>'
LETTERS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\x1b\ufeff"))


@given(
    LETTERS, st.sampled_from(["", "text/xml; charset=iso-8859-1", "text/html; charset=utf-9", "x;charset="])
)
def test_utf8_is_read_whatever_the_header_says(text: str, content_type: str) -> None:
    assert decode(text.encode("utf-8"), content_type) == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_mark_or_form_of_the_first_letters_decides(encoding: str) -> None:
    text = XML.format("iso-8859-1", GERMAN)
    assert decode(text.encode(encoding), "text/xml; charset=iso-8859-1") == text


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("iso-8859-1", "cp1252", GERMAN),
        ("windows-1251", "cp1251", "Новый цитатник"),
        ("gb2312", "gb18030", "新闻 鎔"),
        ("euc-jp", "euc-jp", "福娘童話集"),
        ("Shift_JIS", "cp932", "①福娘"),
        ("iso-2022-jp", "iso-2022-jp", "福娘童話集"),
        ("koi8-r", "koi8-r", "Привет"),
    ],
)
def test_declaration_in_the_document_is_read_as_the_web_means_it(
    label: str, encoding: str, text: str
) -> None:
    document = XML.format(label, text)
    assert decode(document.encode(encoding), "text/xml; charset=utf-8") == document
    page = f'<html><head><meta charset="{label}"></head><body>{text}</body></html>'
    assert decode(page.encode(encoding), "text/html") == page


def test_header_counts_where_the_document_says_nothing() -> None:
    assert decode("Привет, мир".encode("cp1251"), "text/html; charset=windows-1251") == "Привет, мир"


def test_undeclared_text_is_guessed() -> None:
    text = "<p>Le café est fermé, à côté de l’école. Où êtes-vous allés cet été, mon chéri ?</p>" * 3
    assert decode(text.encode("cp1252"), "") == text


def test_one_broken_letter_does_not_turn_utf8_into_mojibake() -> None:
    text = "Öl, Überfluß und Ärger " * 10
    assert decode(text.encode() + b"\xc3", "text/html; charset=iso-8859-1") == text + "\ufffd"


@pytest.mark.parametrize("label", ["utf-7", "rot13", "unicode_escape", "base64", "x-nonsense", "punycode"])
def test_codec_that_could_smuggle_markup_is_not_used(label: str) -> None:
    text = XML.format(label, "+ADw-script+AD4- \\x3cscript\\x3e")
    assert decode(text.encode("ascii"), f"text/xml; charset={label}") == text


@given(st.binary(max_size=300), st.sampled_from(["", "text/html; charset=shift_jis", "a; charset=utf-16"]))
def test_no_bytes_are_too_broken(data: bytes, content_type: str) -> None:
    assert isinstance(decode(data, content_type), str)
