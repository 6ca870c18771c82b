"""Where a post stood, by the patterns in which Hugo and Jekyll write addresses. Pure.

The tokens are those of gohugo.io/content-management/urls and jekyllrb.com/docs/permalinks.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from builder.text import slug

_TOKEN = re.compile(r":([a-z_]+(?:\[[^\]]*\])?)")
_NOT_IN_PLACE = re.compile(r"[^\w.~+,=@/-]", re.ASCII)
JEKYLL_STYLES: Mapping[str, str] = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}


def filled(
    pattern: str,
    *,
    name: str,
    title: str,
    date: datetime | None,
    section: str = "",
    categories: Sequence[str] = (),
    written: str = "",
) -> str:
    """The place that `pattern` makes, from the root; empty when it has a token that is not known.

    `name` is the file's, without day and ending; `written` the slug in the front matter, if there is one.
    `date` is in the zone in which the site's days begin.
    """
    told = {
        "title": written or name,
        "slug": written or slug(title, name),
        "filename": name,
        "contentbasename": name,
        "slugorfilename": written or name,
        "slugorcontentbasename": written or name,
        "section": section,
        "sections": section,
        "categories": "/".join(slug(one, "") for one in categories),
        "output_ext": ".html",
    }
    if date:
        year, week, weekday = date.isocalendar()
        told |= {
            "year": f"{date.year:04}",
            "short_year": f"{date.year % 100:02}",
            "month": f"{date.month:02}",
            "i_month": str(date.month),
            "monthname": f"{date:%B}".lower(),
            "day": f"{date.day:02}",
            "i_day": str(date.day),
            "yearday": str(date.timetuple().tm_yday),
            "y_day": f"{date.timetuple().tm_yday:03}",
            "week": f"{week:02}",
            "w_year": str(year),
            "w_day": str(weekday),
            "short_day": f"{date:%a}",
            "hour": f"{date.hour:02}",
            "minute": f"{date.minute:02}",
            "second": f"{date.second:02}",
        }
    tokens = _TOKEN.findall(pattern)
    if any(token not in told for token in tokens):
        return ""
    return place(_TOKEN.sub(lambda token: told[token[1]], pattern))


def place(address: str) -> str:
    """An address or a path as a place from the root of its site; empty when it can be no place of ours."""
    path = re.sub(r"^[a-z][a-z0-9+.-]*://[^/]*", "", address.strip(), flags=re.IGNORECASE)
    path = re.sub(r"/{2,}", "/", path.partition("#")[0].partition("?")[0]).lstrip("/")
    path = path.removesuffix("index.html") if path.endswith("/index.html") else path
    if not path or _NOT_IN_PLACE.search(path) or any(part.startswith(".") for part in path.split("/")):
        return ""
    return path if path.endswith(("/", ".html")) else f"{path}/"
