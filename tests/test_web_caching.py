"""What answers say of when to ask again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.web.caching import freshness_s, retry_after_s

DATE = "Fri, 20 Nov 2026 08:00:00 GMT"
LATER = "Fri, 20 Nov 2026 09:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": 'Max-Age="600"'}, 600),
        ({"cache-control": "max-age=600", "age": "100"}, 500),
        ({"cache-control": "max-age=600", "age": "1000"}, 0),
        ({"cache-control": "max-age=600, no-cache"}, 0),
        ({"cache-control": "no-store", "expires": LATER, "date": DATE}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({"expires": LATER, "date": DATE}, 3600),
        ({"expires": DATE, "date": LATER}, 0),
        ({"expires": LATER}, 0),
        ({"expires": "0", "date": DATE}, 0),
        ({}, 0),
    ],
)
def test_freshness_is_what_the_host_says(headers, seconds):
    assert freshness_s(headers) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120),
        ({"retry-after": LATER, "date": DATE}, 3600),
        ({"retry-after": "soon"}, 0),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "9" * 40}, 0),
    ],
)
def test_pause_is_what_the_host_asks(headers, seconds):
    assert retry_after_s(headers) == seconds


@given(
    st.dictionaries(st.sampled_from(["cache-control", "expires", "date", "age", "retry-after"]), st.text())
)
def test_no_header_is_too_broken(headers):
    assert freshness_s(headers) >= 0
    assert retry_after_s(headers) >= 0
