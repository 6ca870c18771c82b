"""What an export hides stays hidden, and what of it cannot be read is feared."""

from datetime import UTC, datetime
from pathlib import Path

import exports
import pytest

from builder.migration import hugo, jekyll, tree
from builder.migration.posts import Left, Post

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def posts(kind, files: dict[str, str], at: Path) -> dict[str, Post | Left]:
    with tree.opened(exports.folder(files, at / "old")) as found:
        return {one.origin: one for one in kind.read(found, UTC, NOW)}


def of_hugo(at: Path, head: str, **more: str) -> Post:
    told = {"hugo.toml": "", "content/posts/a.md": f"---\ntitle: A\ndate: 2023-01-01\n{head}\n---\nText.\n"}
    return posts(hugo, told | more, at)["content/posts/a.md"]


@pytest.mark.parametrize(
    "head",
    [
        *("published: false", "published: no", "published: soon"),
        *("draft: true", "draft: on", 'draft: "T"', "draft: y", "draft: 1", "draft: maybe", "draft: [true]"),
        *("build: {render: never}", "_build: {render: never}", "build: {render: link}", "build: never"),
        *("build: {list: never}", "headless: true"),
        *("pubdate: 2099-01-01", "published: 2099-01-01", "publishDate: soon", "expiryDate: long ago"),
        *("expiryDate: 2024-01-01", "unpublishDate: 2024-13-01"),
    ],
)
def test_what_hugo_hides_or_nobody_can_read_is_no_public_text(tmp_path: Path, head: str):
    post = of_hugo(tmp_path, head)

    assert not post.public
    assert post.why


@pytest.mark.parametrize(
    "head",
    [
        *(
            "",
            "draft: false",
            "draft: off",
            "draft:",
            "draft: no",
            "published: true",
            "published: 2023-01-01",
        ),
        *("publishDate: 2023-01-01", "expiryDate:", "expiryDate: 2099-01-01", "build: {render: always}"),
    ],
)
def test_what_hugo_shows_is_public(tmp_path: Path, head: str):
    assert of_hugo(tmp_path, head).public


@pytest.mark.parametrize(
    ("name", "text", "public"),
    [
        ("content/_index.md", "---\ncascade: {draft: true}\n---\n", False),
        ("content/posts/_index.md", "---\ncascade:\n  draft: true\n---\n", False),
        ("content/posts/_index.md", "---\ncascade:\n- draft: true\n---\n", False),
        ("content/posts/_index.de.md", "+++\n[[cascade]]\ndraft = true\n+++\n", False),
        ("content/posts/_index.md", "+++\n[cascade]\n[cascade._build]\nrender = 'never'\n+++\n", False),
        ("content/posts/_index.md", "---\ncascade: {target: {path: /posts/**}, draft: true}\n---\n", False),
        ("content/posts/_index.md", "---\ncascade: {_target: {path: '{/x/**}'}, draft: true}\n---\n", False),
        ("content/posts/_index.md", "---\ncascade: always\n---\n", False),
        ("content/posts/_index.md", "---\ncascade: [\n---\n", False),
        ("hugo.yaml", "cascade: {draft: true}\n", False),
        ("hugo.yaml", "cascade: {target: {path: /posts/*}, draft: true}\n", False),
        ("content/posts/_index.md", "---\ndraft: true\n---\n", True),
        ("content/other/_index.md", "---\ncascade: {draft: true}\n---\n", True),
        ("content/posts/_index.md", "---\ncascade: {target: {path: /other/**}, draft: true}\n---\n", True),
        ("content/posts/_index.md", "---\ncascade: {target: {kind: section}, draft: true}\n---\n", True),
    ],
)
def test_what_hugo_says_for_all_texts_of_a_folder_holds(tmp_path: Path, name: str, text: str, public: bool):
    files = {
        "hugo.yaml": "title: A\n",
        "content/posts/a.md": "---\ndate: 2023-01-01\n---\nText.\n",
        "content/posts/b.md": "---\ndate: 2023-01-01\ndraft: false\nbuild: {}\n_build: {}\n---\nText.\n",
    }

    found = posts(hugo, files | {name: text}, tmp_path)

    assert found["content/posts/a.md"].public is public


def test_a_text_itself_has_the_last_word(tmp_path: Path):
    index = {"content/posts/_index.md": "---\ncascade: {draft: true}\n---\n"}

    assert of_hugo(tmp_path, "draft: false", **index).public


@pytest.mark.parametrize("name", ["hugo.yaml", "config.json"])
def test_without_a_configuration_that_can_be_read_all_is_feared(tmp_path: Path, name: str):
    files = {name: "{[", "content/posts/a.md": "---\ndate: 2023-01-01\n---\nText.\n"}

    found = posts(hugo, files, tmp_path)

    assert isinstance(found["its configuration"], Left)
    assert not found["content/posts/a.md"].public


@pytest.mark.parametrize("before", ["\n", "\n \n", "\ufeff\n"])
def test_front_matter_below_an_empty_line_is_front_matter(tmp_path: Path, before: str):
    files = {"hugo.toml": "", "content/a.md": f"{before}---\ntitle: A\ndraft: true\n---\nText.\n"}

    post = posts(hugo, files, tmp_path)["content/a.md"]

    assert (post.title, post.public, post.body) == ("A", False, "Text.\n")


def test_front_matter_without_an_end_is_no_text(tmp_path: Path):
    files = {"hugo.toml": "", "content/a.md": "---\ntitle: A\ndraft: true\n\nText.\n"}

    assert isinstance(posts(hugo, files, tmp_path)["content/a.md"], Left)


def of_jekyll(at: Path, config: str, head: str) -> Post:
    name = "_posts/2023-01-01-a.md"
    return posts(jekyll, {"_config.yml": config, name: f"---\ntitle: A\n{head}\n---\nText.\n"}, at)[name]


@pytest.mark.parametrize(
    "head",
    ["published: no", "published: off", "published: False", "published: never", "date: soon", "draft: on"],
)
def test_what_jekyll_hides_or_nobody_can_read_is_no_public_text(tmp_path: Path, head: str):
    assert not of_jekyll(tmp_path, "", head).public


@pytest.mark.parametrize("head", ["", "published: yes", "published:", "draft: false"])
def test_what_jekyll_shows_is_public(tmp_path: Path, head: str):
    assert of_jekyll(tmp_path, "", head).public


@pytest.mark.parametrize(
    ("config", "public"),
    [
        ("defaults:\n- scope: {path: ''}\n  values: {published: false}\n", False),
        ("defaults:\n- scope: {path: _posts, type: posts}\n  values: {published: no}\n", False),
        ("defaults:\n- scope: {path: '_posts/2023-*'}\n  values: {published: false}\n", False),
        ("defaults:\n- values: {published: false}\n", False),
        ("defaults: all\n", False),
        ("exclude: [_posts/2023-01-01-a.md]\n", False),
        ("a: [\n", False),
        ("- a\n", False),
        ("", True),
        ("defaults:\n- scope: {path: '', type: pages}\n  values: {published: false}\n", True),
        ("defaults:\n- scope: {path: other}\n  values: {published: false}\n", True),
        ("exclude: [vendor]\n", True),
    ],
)
def test_what_the_configuration_of_jekyll_says_for_many_texts_holds(
    tmp_path: Path, config: str, public: bool
):
    assert of_jekyll(tmp_path, config, "").public is public


def test_what_a_text_of_jekyll_says_itself_has_the_last_word(tmp_path: Path):
    config = "defaults:\n- values: {published: false}\n"

    assert of_jekyll(tmp_path, config, "published: true").public
