"""HTML of others as Markdown: the words come along, and nothing that runs."""

from html import escape

from hypothesis import given
from hypothesis import strategies as st

from builder.migration import hypertext
from builder.render import markup
from builder.text import clean, fold

# What a keyboard has; marks of Markdown more often than people write them.
WORDS = st.text(st.sampled_from("ab1.-+#*_`[]()<>&;:!|~=\\{}$ é"), min_size=1, max_size=40)


def shown(html: str) -> str:
    return markup.plain(markup.to_html(hypertext.markdown(html)[0]))


@given(st.lists(WORDS, min_size=1, max_size=3))
def test_words_stay_what_they_are(texts):
    html = "".join(f"<p>{escape(text)}</p>" for text in texts)

    assert shown(html) == fold(clean(" ".join(fold(text) for text in texts)))


def test_marks_become_marks():
    html = "<h2>A</h2><p><b>b</b> <a href='https://x.example/?a=1&amp;b=2'>c_d</a></p><ul><li>e<ul><li>f</li></ul></ul>"

    assert hypertext.markdown(html)[0] == (
        "## A\n\n**b** [c\\_d](https://x.example/?a=1&b=2)\n\n- e\n  - f\n"
    )


def test_code_keeps_its_language_and_its_marks():
    html = '<pre><code class="language-python">a_b = [1] * 2 &lt; 3\n</code></pre>'

    assert hypertext.markdown(html)[0] == "```python\na_b = [1] * 2 < 3\n```\n"


def test_nothing_that_runs_comes_along():
    html = '<p onclick="x()">a <a href="javascript:x()">b</a></p>'
    html += "<script>c</script><style>d</style><svg onload=x()>"

    assert hypertext.markdown(html)[0] == "a b\n"


def test_what_is_embedded_becomes_a_link_and_is_told():
    html = '<p>a</p><iframe src="https://video.example/1"></iframe><form><input></form><video></video>'

    text, notes = hypertext.markdown(html)

    assert text == "a\n\n<https://video.example/1>\n"
    assert notes == (
        "1 form or button left out",
        "1 embedded object without an address left out",
        "1 embedded object of video.example became a link",
    )


def test_a_page_that_is_nested_without_end_gives_its_words():
    text, notes = hypertext.markdown("<div>" * 5000 + "words" + "</div>" * 5000)

    assert text == "words\n"
    assert notes
