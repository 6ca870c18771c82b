"""Pure text: str → str."""

import re
import unicodedata

_SPACE = re.compile(r"\s+")
# Unicode's categories Cc and Cs, but for tab and newline.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BIDI_AND_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_WORD = re.compile(r"\w+(?:['\u2019\-]\w+)*")
_TRACKING = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|hsa|vero)_\w+|at_(?:medium|campaign|custom\w*|link\w*)|fbclid|gclid|gclsrc|dclid"
    r"|gbraid|wbraid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|igsh|epik|mkt_tok|mc_cid|mc_eid|_hsenc|_hsmi"
    r"|__hssc|__hstc|hsctatracking|spm|s_cid|cmpid|ncid|rb_clickid|wickedid|srsltid|xtor|guccounter|_ga|_gl"
    r"|guce_referrer\w*|ref_src|ref_url",
    re.IGNORECASE,
)
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
# What RFC 5321 lets stand without quotes, and a domain of letters, digits and hyphens.
_MAIL_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
SLUG_MAX = 60
"""Characters; with date and id a file name stays far below the 255 bytes of common file systems."""

# Letters that NFKD leaves whole although Latin readers know a spelling for them.
_LATIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ŋ": "ng"}
)


def is_tracking(parameter: str) -> bool:
    """Whether the parameter of an address says how a reader came, and never what is shown."""
    return _TRACKING.fullmatch(parameter) is not None


def fold(text: str) -> str:
    """`text` on one line: `clean`, and each run of white space as one space."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return str(text).strip()
    spaced = _SPACE.sub(" ", clean(text))
    return spaced.strip()


def clean(text: str) -> str:
    """`text` in NFC without control characters (tab and newline stay) and without lone surrogates."""
    # Most texts are told to be so ten times as fast as they are made so.
    tidy = text.replace("\n", "").isprintable()
    if tidy and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return str(text)
    kept = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", kept)


def slug(text: str, fallback: str = "item") -> str:
    """A name for a path or an address: a to z, digits and single hyphens, 1 to SLUG_MAX characters.

    Accents are dropped; scripts that have no Latin letters give `fallback`. `slug(slug(x)) == slug(x)`.
    """
    is_plain = text.isascii()
    name = text.lower().replace(" ", "-") if is_plain else _unaccented(text)
    # Most are words with single spaces between them, and so are done.
    if not is_plain or "--" in name or not name.replace("-", "").isalnum():
        name = _NOT_SLUG.sub("-", name.replace("'", "").replace("\u2019", ""))
    name = name.strip("-")
    if len(name) > SLUG_MAX:
        cut = name[: SLUG_MAX + 1].rpartition("-")[0]
        name = cut or name[:SLUG_MAX]
    name = name.strip("-") or fallback
    return f"{name}-" + "x" if name in _DEVICE_NAMES else name


def _unaccented(text: str) -> str:
    folded = unicodedata.normalize("NFKD", _BIDI_AND_INVISIBLE.sub("", text).casefold().translate(_LATIN))
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


# Names that Windows keeps for devices, with any ending.
_DEVICE_NAMES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(10))]
)


def is_mail_address(text: str) -> bool:
    """Whether `text` is one mail address that every server takes: ASCII, without quotes, name or comment."""
    return len(text) <= 254 and len(text.partition("@")[0]) <= 64 and bool(_MAIL_ADDRESS.fullmatch(text))


def words(text: str) -> tuple[str, ...]:
    """The words of `text` as written, hyphenated ones whole."""
    return tuple(_WORD.findall(text))


def excerpt(text: str, limit: int) -> str:
    """The start of `text` on one line, at most `limit` characters, cut between words with an ellipsis."""
    line = fold(text)
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    kept = cut.rpartition(" ")[0] or cut
    return kept.rstrip(" ,;:.\u2013\u2014-") + "\u2026"


def count(number: int, singular: str, plural: str = "") -> str:
    """`1 item`, `2 items`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
