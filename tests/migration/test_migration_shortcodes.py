"""Tags of Hugo and Jekyll: put into Markdown where that is clear, told where it is not."""

from datetime import UTC, datetime
from pathlib import Path

import exports
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.migration import hugo, jekyll, shortcodes, tree
from builder.migration.posts import Post

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEAD = "---\ntitle: A\ndate: 2023-01-01\n---\n"


def read(kind, files: dict[str, str], at: Path, name: str) -> Post:
    with tree.opened(exports.folder(files, at / "old")) as found:
        posts = {one.origin: one for one in kind.read(found, UTC, NOW)}
    assert isinstance(posts[name], Post)
    return posts[name]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('{{< figure src="/a.png" alt="A [b]" >}}', "![A (b)](/a.png)"),
        ('{{< figure src="/a.png" caption="The river" link="/b/" >}}', "[![The river](/a.png)](/b/)"),
        ('{{< figure src="/a.png" alt="A" caption="The river" />}}', "![A](/a.png)\n\nThe river"),
        ("{{< youtube w7Ft2ymGmfc >}}", "[Video](https://www.youtube.com/watch?v=w7Ft2ymGmfc)"),
        ('{{% vimeo id="55073825" %}}', "[Video](https://vimeo.com/55073825)"),
        (
            '{{< x user="SanDiegoZoo" id="1453110110599868418" >}}',
            "[Post at X](https://x.com/SanDiegoZoo/status/1453110110599868418)",
        ),
        ("{{< tweet 1453110110599868418 >}}", "[Post at X](https://x.com/i/status/1453110110599868418)"),
        ("{{< gist jmooring 50a7 >}}", "[Gist](https://gist.github.com/jmooring/50a7)"),
        ('{{< ref "b.md#part" >}}', "/posts/b/#part"),
        ('{{< relref path="b" >}}', "/posts/b/"),
        ("{{< highlight go >}}\nx\n{{< /highlight >}}", "```go\nx\n```"),
        ('{{< highlight go-html "lines=1" >}}\n{{< b >}}\n{{</highlight>}}', "```go-html\n{{< b >}}\n```"),
    ],
)
def test_shortcode_that_markdown_has_words_for_becomes_these(written: str, told: str):
    assert (
        shortcodes.resolved(f"a {written} b", lambda path: "posts/b/" if path.startswith("b") else "")
        == f"a {told} b"
    )


@pytest.mark.parametrize(
    "written",
    [
        *(
            "{{< gallery dir=a >}}",
            "{{< youtube >}}",
            '{{< figure alt="no source" >}}',
            '{{< ref "nowhere" >}}',
        ),
        *(
            '{{< figure src="a) b" >}}',
            '{{< youtube "a) [b](c" >}}',
            "`{{< youtube a >}}`",
            "{{< highlight >}}",
        ),
    ],
)
def test_what_is_not_clear_stands_as_it_was_written(written: str):
    assert shortcodes.resolved(written, lambda _: "") == written


@given(st.text(alphabet='{<%/ >}"=`abx\n', max_size=80))
def test_text_without_a_whole_shortcode_is_not_changed(text: str):
    if not shortcodes.WRITTEN.search(text):
        assert shortcodes.resolved(text, lambda _: "x/") == text


def test_hugo_refers_to_texts_by_their_old_places_and_the_rest_is_told_with_its_line(tmp_path: Path):
    body = '[b]({{< ref "/posts/b.md" >}}) [c]({{< relref "c" >}}) [twin]({{< ref "twin" >}})\n'
    body += "\n{{< gallery >}}\n"
    files = {
        "hugo.toml": "",
        "config/_default/permalinks.toml": 'posts = "/:year/:slug/"\n',
        "content/posts/a.md": HEAD + body,
        "content/posts/b.md": HEAD.replace("title: A", "title: B"),
        "content/posts/c/index.md": HEAD.replace("title: A", "title: C"),
        "content/x/twin.md": HEAD,
        "content/y/twin.md": HEAD,
    }

    post = read(hugo, files, tmp_path, "content/posts/a.md")

    assert post.places == ("2023/a/",)
    assert "[b](/2023/b/) [c](/2023/c/) [twin]({{< ref" in post.body
    assert post.notes == (
        "the shortcode gallery stands as it was written: content/posts/a.md:7",
        "the shortcode ref stands as it was written: content/posts/a.md:5",
    )


@pytest.mark.parametrize("folder", ["hugo", "jekyll"])
def test_picture_that_is_not_there_is_told_with_its_line(tmp_path: Path, folder: str):
    body = "![a](/img/a.png)\n\n![gone](/img/gone.png) `![b](/img/code.png)`\n![far](https://example.org/c.png)\n"
    static = "static/" if folder == "hugo" else ""
    name = "content/posts/a.md" if folder == "hugo" else "_posts/2023-01-01-a.md"
    config = "hugo.toml" if folder == "hugo" else "_config.yml"
    files = {config: "", name: HEAD + body, f"{static}img/a.png": "png"}

    post = read(hugo if folder == "hugo" else jekyll, files, tmp_path, name)

    assert post.notes[0] == f"the picture /img/gone.png was not found: {name}:7"
    assert len(post.notes) == 2 and "another host" in post.notes[1]


@pytest.mark.parametrize(
    ("pattern", "public"),
    [(r"a\\.md$", False), (r"/drafts/", True), (r"posts/.*", False), (r"(a+)+$", False), (r"b\\.md$", True)],
)
def test_what_hugo_ignores_was_not_public(tmp_path: Path, pattern: str, public: bool):
    files = {"hugo.toml": f'ignoreFiles = ["{pattern}"]\n', "content/posts/a.md": HEAD}

    post = read(hugo, files, tmp_path, "content/posts/a.md")

    assert post.public == public
    assert public or "ignoreFiles" in post.why


def test_configuration_in_a_folder_hides_what_it_says(tmp_path: Path):
    files = {
        "config/_default/hugo.toml": 'title = "A"\n',
        "config/_default/cascade.yaml": "- target: {path: /posts/**}\n  draft: true\n",
        "content/posts/a.md": HEAD,
    }

    assert not read(hugo, files, tmp_path, "content/posts/a.md").public


def test_address_that_is_none_stays_as_it_is(tmp_path: Path):
    body = "![a](https://[Boulder]/a.png) [b](//[x/b.pdf)\n"

    post = read(hugo, {"hugo.toml": "", "content/posts/a.md": HEAD + body}, tmp_path, "content/posts/a.md")

    assert post.body == body


def test_jekyll_leads_to_posts_and_files_and_tells_the_rest_with_its_line(tmp_path: Path):
    body = (
        "[b]({{ site.baseurl }}{% post_url 2023-01-02-b %}) [c]({% link _posts/2023-01-03-c.md %})\n"
        "[about]({% link about.md %}) [sheet]({% link assets/s.pdf %}) [no]({% post_url 2020-01-01-no %})\n\n"
        '{% include card.html title="x" %}\n\n`{% post_url 2023-01-02-b %}`\n'
    )
    files = {
        "_config.yml": "permalink: pretty\n",
        "_posts/2023-01-01-a.md": HEAD + body,
        "_posts/2023-01-02-b.md": "---\ntitle: B\n---\nB\n",
        "_posts/2023-01-03-c.md": "---\ntitle: C\n---\nC\n",
        "about.md": "---\ntitle: About\npermalink: /about/\n---\nUs\n",
        "assets/s.pdf": "pdf",
    }

    post = read(jekyll, files, tmp_path, "_posts/2023-01-01-a.md")

    assert "[b](/2023/01/02/b/) [c](/2023/01/03/c/)" in post.body
    assert "[about](/about/) [sheet](/assets/s.pdf) [no]({% post_url 2020-01-01-no %})" in post.body
    assert "`{% post_url 2023-01-02-b %}`" in post.body
    assert post.notes == (
        "the Liquid tag include stands as it was written: _posts/2023-01-01-a.md:8",
        "the Liquid tag post_url stands as it was written: _posts/2023-01-01-a.md:6",
    )
