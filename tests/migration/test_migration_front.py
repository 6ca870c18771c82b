"""Front matter and addresses of other programs."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from builder.errors import ContentError
from builder.migration import front, jekyll, permalinks, references, shortcodes

DAY = datetime(2023, 2, 3, 23, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "text",
    [
        "---\nTitle: A\ntags: [x]\n---\nBody\n",
        '+++\nTitle = "A"\ntags = ["x"]\n+++\nBody\n',
        '{"Title": "A", "tags": ["x"]}Body\n',
    ],
)
def test_three_languages_say_the_same(text):
    values, body = front.read(text, "a.md")

    assert (values["title"], front.words(values["tags"]), body) == ("A", ("x",), "Body\n")


@pytest.mark.parametrize(
    "text", ["+++\nx = \n+++\n", '{"a": ', "---\na: [\n---\n", "---\na: &x 1\nb: *x\n---\n"]
)
def test_what_cannot_be_read_is_a_fault_of_the_file(text):
    with pytest.raises(ContentError) as caught:
        front.read(text, "posts/a.md")

    assert caught.value.faults[0].path == "posts/a.md"


@pytest.mark.parametrize(
    ("told", "time"),
    [
        ("2023-02-04", "2023-02-03T23:00:00+00:00"),
        ("2023-02-04 10:00", "2023-02-04T09:00:00+00:00"),
        ("2023-02-04 10:00:00 +0200", "2023-02-04T08:00:00+00:00"),
        ("2023-02-04T10:00:00.123Z", "2023-02-04T10:00:00+00:00"),
        ("2023-2-4", "2023-02-03T23:00:00+00:00"),
    ],
)
def test_times_without_a_zone_are_of_the_site(told, time):
    assert front.moment(told, BERLIN).isoformat() == time


@pytest.mark.parametrize("told", ["", None, "soon", "2023-13-01", "0000-01-01", "2023-02-04 25:00"])
def test_what_is_no_time_is_none(told):
    assert front.moment(told, UTC) is None


@pytest.mark.parametrize(
    ("pattern", "place"),
    [
        ("/:year/:month/:slug/", "2023/02/a-title/"),
        ("/:categories/:year/:month/:day/:title:output_ext", "x/y/2023/02/03/file.html"),
        ("/:section/:filename", "posts/file/"),
        ("/:nonsense/:title", ""),
        ("https://old.example/:title/index.html", "file/"),
    ],
)
def test_patterns_make_the_places_they_made(pattern, place):
    made = permalinks.filled(
        pattern, name="file", title="A Title", date=DAY, section="posts", categories=("X", "Y")
    )

    assert made == place


@pytest.mark.parametrize("address", ["", "/", "../up/", "/a b/", "/.well-known/x", "/ü/"])
def test_what_can_be_no_place_of_ours_is_none(address):
    assert permalinks.place(address) == ""


@pytest.mark.parametrize(
    "text", ["<img ", "![", "![a](", '<img src="', "]( ", "{% highlight a ", "{% highlight a %}"]
)
def test_a_text_of_beginnings_is_read_in_a_time_that_goes_with_its_length(text):
    # A quadratic reading of this would outlast the suite.
    body = text * (2_000_000 // len(text))

    assert references.elsewhere(body) == ()
    assert jekyll._plain(body) == body


@pytest.mark.parametrize("text", ["{{< a ", "{{<" + " " * 200_000, "{{<" + "a" * 200_000])
def test_a_text_of_shortcodes_without_ends_holds_none(text):
    assert not shortcodes.WRITTEN.search(text * (400_000 // len(text)))


def test_code_of_jekyll_is_fenced():
    ruby = "{% highlight ruby linenos %}\nx = 1\n\n{%- endhighlight -%}"
    body = f"a\n{ruby}\nb {{% highlight c -%}} {{% endhighlight %}}"

    assert jekyll._plain(body) == "a\n```ruby\nx = 1\n\n```\nb ```c\n \n```"
