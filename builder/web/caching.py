"""What an answer says of when to ask again. Pure: dates are read against the host's own clock."""

import contextlib
import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]{1,10}")
_DIRECTIVE = re.compile(r"""([!#$%&'*+.^_`|~\w-]+)\s*(?:=\s*(?:"([^"]*)"|([^\s,;"]*)))?""")


def freshness_s(headers: Mapping[str, str]) -> float:
    """Seconds for which an answer with `headers` stays fresh (RFC 9111, 4.2); 0 when it does not say."""
    told = {
        name.lower(): quoted or plain
        for name, quoted, plain in _DIRECTIVE.findall(headers.get("cache-control", ""))
    }
    if "no-cache" in told or "no-store" in told:
        return 0.0
    if "max-age" in told:
        return max(0.0, _seconds(told["max-age"]) - _seconds(headers.get("age", "")))
    return _until(headers.get("expires", ""), headers)


def retry_after_s(headers: Mapping[str, str]) -> float:
    """Seconds for which the host wants to be left alone (RFC 9110, 10.2.3); 0 when it does not say."""
    told = headers.get("retry-after", "").strip()
    return _seconds(told) or _until(told, headers)


def _seconds(told: str) -> float:
    return float(told) if _SECONDS.fullmatch(told) else 0.0


def _until(moment: str, headers: Mapping[str, str]) -> float:
    with contextlib.suppress(ValueError, TypeError, IndexError, OverflowError):
        left = parsedate_to_datetime(moment) - parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, left.total_seconds()) if math.isfinite(left.total_seconds()) else 0.0
    return 0.0
