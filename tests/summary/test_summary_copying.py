from made_up import HARBOUR

from builder.summary import copying
from builder.summary.ground import Ground

LONG = (
    "The operators say that new sockets have to be fitted to thirty ships, and that shipyards are booked out "
    "until next spring."
)


def test_long_run_of_the_sources_words_is_found() -> None:
    (found,) = copying.findings(LONG, Ground.of(HARBOUR), 15)
    assert found.code == "F701"
    assert found.message.startswith("22 words")
    assert list(copying.findings(LONG, Ground.of(HARBOUR), 22)) == []


def test_words_between_quotation_marks_may_be_copied() -> None:
    assert list(copying.findings(f"They say: “{LONG}”", Ground.of(HARBOUR), 8)) == []


def test_share_of_a_short_source_says_nothing() -> None:
    assert copying.share(400, 500, 0.5) is None
    assert copying.share(400, 1000, 0.5) is None
    found = copying.share(700, 1000, 0.5)
    assert found is not None
    assert found.message == "70 percent of the source is reproduced"
