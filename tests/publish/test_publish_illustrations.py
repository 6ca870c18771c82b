"""The picture of an item: shown with its size, copied, and gone with the item."""

import io
import re
from pathlib import Path

import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from builder.cli.console import QUIET, Console
from builder.cli.main import run
from builder.publish.illustrations import size_of

Image = pytest.importorskip("PIL.Image")


def picture(size: tuple[int, int], form: str = "JPEG", **options: object) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, "#a8201a").save(data, form, **options)
    return data.getvalue()


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True, "comment": b"x" * 70, "exif": b"Exif\x00\x00" + b"y" * 300}),
        ("PNG", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"Exif\x00\x00" + b"y" * 30}),
    ],
)
def test_the_size_of_a_picture_is_read_from_its_head(form, options):
    assert size_of(picture((321, 123), form, **options)) == (321, 123)


@given(st.binary(max_size=60) | st.binary(max_size=60).map(lambda rest: b"\xff\xd8\xff" + rest))
def test_what_is_no_picture_has_no_size(data):
    size = size_of(data)

    assert size is None or min(size) > 0


@given(st.integers(0, 40))
def test_a_picture_that_is_cut_off_has_no_size_or_its_own(at):
    for form in ("JPEG", "PNG", "WEBP"):
        assert size_of(picture((320, 200), form)[:at]) in (None, (320, 200))


@pytest.fixture
def root(make_site) -> Path:
    return make_site(
        f"-- config.yaml --\n{worlds.config()}"
        f"\n-- {worlds.item_file(1)} --\n{worlds.item(1)}"
        f"\n-- {worlds.item_file(2)} --\n{worlds.item(2, status='draft')}"
        f"\n-- {worlds.item_file(3)} --\n{worlds.item(3)}"
    )


def build(root: Path) -> None:
    assert run(Console(verbosity=QUIET), ["--root", str(root), "build"]) == 0


def page(root: Path, number: int) -> str:
    return (root / f"site/items/2026-11-01-item-{number}/index.html").read_text(encoding="utf-8")


def test_an_item_shows_the_file_of_its_name_and_nobody_sees_a_drafts(root):
    for number in (1, 2):
        (root / worlds.item_file(number)).with_suffix(".jpg").write_bytes(picture((640, 360)))

    build(root)

    made = root / "site/items/2026-11-01-item-1/picture.jpg"
    assert made.read_bytes() == picture((640, 360))
    assert 'picture.jpg" width="640" height="360" alt="" loading="lazy"' in page(root, 1)
    assert "Picture: Example" in page(root, 1)
    assert "<figure" not in page(root, 3)
    assert len(list((root / "site").rglob("picture.*"))) == 1


def test_the_overview_shows_the_picture_of_its_lead_alone(root):
    for number in (1, 3):
        (root / worlds.item_file(number)).with_suffix(".jpg").write_bytes(picture((640, 360)))

    build(root)

    home = (root / "site/index.html").read_text(encoding="utf-8")
    lead = re.search(r'class="headline" dir="auto"><a href="([^"]+)"', home)[1]
    assert re.findall(r"<img[^>]*>", home) == [
        f'<img src="{lead}picture.jpg" width="640" height="360" alt="" decoding="async">'
    ]


def test_a_fragment_that_a_feed_hung_on_another_is_one(root):
    path = root / worlds.item_file(1)
    path.write_text(path.read_text().replace("https://example.org/1", "https://example.org/1#a#b"))

    build(root)

    assert 'href="https://example.org/1#a%23b"' in page(root, 1)


def test_another_picture_is_shown_and_none_when_it_is_gone(root):
    file = (root / worlds.item_file(1)).with_suffix(".png")
    file.write_bytes(picture((10, 20), "PNG"))
    build(root)
    file.write_bytes(picture((30, 40), "PNG"))
    build(root)
    assert 'width="30" height="40"' in page(root, 1)

    file.unlink()
    build(root)

    assert "<figure" not in page(root, 1)
    assert not list((root / "site").rglob("picture.*"))


def test_what_is_no_picture_is_not_shown(root):
    (root / worlds.item_file(1)).with_suffix(".jpg").write_text("<svg onload=alert(1)>", encoding="utf-8")

    build(root)

    assert "<figure" not in page(root, 1)


def test_the_picture_stands_between_tldr_and_overview(root):
    text = worlds.item(1) + "\n## The Overview\n\nMore.\n"
    (root / worlds.item_file(1)).write_text(text, encoding="utf-8")
    (root / worlds.item_file(1)).with_suffix(".webp").write_bytes(picture((64, 36), "WEBP"))
    evidence = (root / worlds.item_file(1)).with_suffix(".evidence.json")
    evidence.write_text(worlds.evidence("One sentence says it."), encoding="utf-8")

    build(root)

    write = (root / worlds.item_file(3)).with_suffix(".webp").write_bytes
    write(picture((64, 36), "WEBP"))
    build(root)
    assert page(root, 3).index("One sentence says it.</p>") < page(root, 3).index("<figure")

    html = page(root, 1)
    assert html.index(">TL;DR Summary") < html.index("<figure") < html.index(">The Overview")
