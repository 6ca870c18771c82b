"""Bytes of feeds and pages to text, whatever was said of them."""

import codecs
import re

_HEAD = 8192
"""Bytes in which a document's own declaration is looked for; browsers look at 1024, real pages need more."""

_IN_DOCUMENT = re.compile(
    rb"""<\?xml[^>]*?\sencoding\s*=\s*["']\s*([\w.:-]+)|<meta[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)""", re.I
)
_IN_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.I)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
# Windows-1252's letters as their bytes; the five that it leaves undefined are read as control characters.
_TO_BYTES = {ord(bytes([byte]).decode("cp1252", "ignore") or chr(byte)): byte for byte in range(0x80, 0xA0)}
_LEADS = frozenset(map(chr, range(0xC2, 0xF5)))
"""What the first byte of a letter in UTF-8 looks like in Windows-1252."""
_TWISTED_MIN = 3

# UTF-32 before UTF-16, whose mark its own begins with.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
# What a label is read as on the web: the superset its authors really use (WHATWG Encoding, 4.2).
_READ_AS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
# Codecs a document may name. Python knows more (utf-7, rot13, unicode_escape) that would smuggle markup in.
_NAMEABLE = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp125\d|cp874|cp866|cp93[26]|cp9[45][09]|koi8-[ru]|mac-(roman|cyrillic)|tis-620"
    r"|gb2312|gbk|gb18030|big5(hkscs)?|euc_(jp|jis_2004|kr)|shift_jis(_2004|x0213)?|iso2022_(jp\w*|kr)|hz"
)

# What pages that declare nothing are written in; of two that fit equally well, the first.
_GUESSES = (
    *("cp1252", "gb18030", "cp932", "euc_jp", "cp1251", "big5", "cp949", "cp1250", "iso8859_2", "cp1256"),
    *("cp1253", "cp1255", "cp1254", "cp874", "koi8_r", "cp1257"),
)


def decode(data: bytes, content_type: str) -> str:
    """The text of `data`; never fails, letters that cannot be read become U+FFFD.

    A byte order mark decides, then the bytes themselves where they are UTF-8, since headers and declarations
    lie more often than that; then what the document says of itself, what `content_type` says, and at last
    what the bytes look like.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    for start, encoding in _UNMARKED:
        if data.startswith(start):
            return data.decode(encoding, "replace")
    declared = _declared(data, content_type)
    if b"\x1b" in data and declared and declared[0].startswith("iso2022"):
        return data.decode(declared[0], "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy(data, declared)


def untwisted(text: str) -> str:
    """`text` as it was before a program took its UTF-8 for Windows-1252 and wrote that as UTF-8 once more.

    Only where all of it can be read so, in more than a few places: one letter that is meant as it stands
    breaks the pattern, so that a text which merely shows what such a mistake looks like stays as it is.
    """
    first = _BEYOND_ASCII.search(text)
    if first is None or first[0] not in _LEADS:
        return text
    try:
        plain = text.translate(_TO_BYTES).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
    return plain if len(_BEYOND_ASCII.findall(plain)) >= _TWISTED_MIN else text


def _legacy(data: bytes, declared: tuple[str, ...]) -> str:
    if _mostly_utf8(data):
        return data.decode("utf-8", "replace")
    for encoding in declared:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    if declared and declared[0] != "utf-8":
        return data.decode(declared[0], "replace")
    return data.decode(_guessed(data), "replace")


def _declared(data: bytes, content_type: str) -> tuple[str, ...]:
    inside = _IN_DOCUMENT.search(data[:_HEAD])
    header = _IN_HEADER.search(content_type)
    labels = [
        (inside[1] or inside[2]).decode("ascii", "replace") if inside else "",
        header[1] if header else "",
    ]
    return tuple(dict.fromkeys(codec for label in labels if (codec := _codec(label))))


def _codec(label: str) -> str:
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    return _READ_AS.get(name, name) if _NAMEABLE.fullmatch(name) else ""


def _mostly_utf8(data: bytes) -> bool:
    # One letter cut in half by a careless program does not make a text something else than UTF-8.
    inside = sum(len(letter) for letter in _MULTIBYTE.findall(data))
    return inside >= 0.9 * len(_NOT_ASCII.findall(data))


def _guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes

    # Enough to know a language by, taken where letters are rather than in the markup of the head.
    sample = b" ".join(re.findall(rb"[^<>]*[\x80-\xff][^<>]*", data))[:20_000]
    found = from_bytes(sample, cp_isolation=list(_GUESSES))
    best = found.best()
    if best is None:
        return _GUESSES[0]
    # Its scores cannot part neighbours that share most letters, so near ones count as equal.
    near = (one for one in found if one.chaos < best.chaos + 0.01 and one.coherence > best.coherence - 0.15)
    equals = {encoding for one in near for encoding in one.could_be_from_charset}
    return next((encoding for encoding in _GUESSES if encoding in equals), best.encoding)
