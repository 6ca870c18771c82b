"""Pictures of drafts: asked for when the config says so, made small, and nothing but pixels."""

import io
import struct
import zlib
from pathlib import Path

import pytest
import worlds

from builder import turns
from builder.cli.console import QUIET, Console
from builder.cli.main import run
from builder.config import load
from builder.content import items
from builder.errors import FetchError, SourceError
from builder.ingest import articles, illustrating, rasters
from builder.ingest.asking import Sources
from builder.ingest.origin import NO_VALIDATORS, Folder, open_to_all
from builder.ingest.reading import InPlace, dump_article
from builder.ingest.robots import Robots
from builder.memory import Memory
from builder.model import Article, Completeness
from builder.web import Fetched, Validators

Image = pytest.importorskip("PIL.Image")


def picture(size: tuple[int, int], form: str = "PNG", **options: object) -> bytes:
    data = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(data, form, **options)
    return data.getvalue()


def bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_is_made_a_small_jpeg_without_what_is_not_pixels(form):
    options = {"exif": b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00"} if form in ("JPEG", "WEBP") else {}

    made = rasters.small(picture((2000, 1500), form, **options))

    image = Image.open(io.BytesIO(made))
    # Noise is the worst that a picture can be: it gets fewer pixels.
    assert (image.format, image.size) == ("JPEG", (480, 360))
    assert len(made) < 2 * rasters.BYTES_MAX
    assert not image.getexif()


def test_a_picture_keeps_its_pixels_as_long_as_it_is_small_enough():
    data = io.BytesIO()
    Image.linear_gradient("L").resize((2000, 1500)).convert("RGB").save(data, "PNG")

    made = rasters.small(data.getvalue())

    assert Image.open(io.BytesIO(made)).size == (960, 720)
    assert len(made) <= rasters.BYTES_MAX


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        picture((100, 100)),
        picture((1, 1), "GIF"),
        picture((600, 400), "BMP"),
        picture((600, 400))[:2000],
        bomb(30_000, 30_000),
        bomb(8_000, 8_000),
    ],
)
def test_what_is_no_photograph_is_refused(data):
    with pytest.raises(SourceError):
        rasters.small(data)


@pytest.mark.parametrize(
    ("head", "image"),
    [
        ('<meta property="og:image" content="/a.jpg">', "https://news.example/a.jpg"),
        ('<meta name="twitter:image" content="https://cdn.example/b.png">', "https://cdn.example/b.png"),
        (
            '<meta name="twitter:image" content="/x.png"><meta name="og:image" content="/og.png">',
            "https://news.example/og.png",
        ),
        ('<meta property="twitter:image:src" content="/x.png">', "https://news.example/x.png"),
        (
            '<meta property="og:image:secure_url" content="https://cdn.example/s.png">',
            "https://cdn.example/s.png",
        ),
        (
            '<meta property="og:image" content=""><meta property="og:image" content="/2.jpg">',
            "https://news.example/2.jpg",
        ),
        ('<meta property="og:image" content="javascript:alert(1)">', ""),
        ('<meta property="og:image" content="data:image/png;base64,AAAA">', ""),
        ("", ""),
    ],
)
def test_a_page_names_its_picture_by_a_web_address(head, image):
    words = " ".join(
        f"<p>Sentence {one} of the article says what happened at the pier.</p>" for one in range(30)
    )
    html = f"<html><head><title>T</title>{head}</head><body><article>{words}</article></body></html>"

    assert articles.extract(html.encode(), "text/html", "https://news.example/1").image == image


class Web:
    def __init__(self, pages: dict[str, bytes]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def get(self, url, validators=NO_VALIDATORS, *, max_bytes, admit=open_to_all):
        admit(url)
        if url not in self.pages:
            error = FetchError(f"{url} answered 404")
            error.status = 404
            raise error
        self.asked.append(url)
        return Fetched(url, self.pages[url], "image/png", Validators())


@pytest.fixture
def root(make_site) -> Path:
    return make_site(
        f"-- config.yaml --\n{worlds.config()}"
        f"\n-- {worlds.item_file(1)} --\n{worlds.item(1)}"
        f"\n-- {worlds.item_file(2)} --\n{worlds.item(2)}"
    )


def illustrated(root: Path, web: Web, **images: str) -> list[object]:
    config = load(root)
    known = [items.parse((root / worlds.item_file(n)).read_text(), worlds.item_file(n)) for n in (1, 2)]
    with Memory.of(root / "none") as memory:
        for item, image in zip(known, images.values(), strict=False):
            article = Article(
                url=item.source.url, title="T", blocks=(), completeness=Completeness.FULL, image=image
            )
            memory.keep_text(item.id, dump_article(article))
        sources, reader = Sources(Folder(root, config.site), web), InPlace()
        return list(
            illustrating.illustrate(
                config, known, sources, reader, memory, turns.in_line, Robots(web, reader, 0)
            )
        )


def test_a_draft_gets_the_picture_that_its_page_names(root):
    web = Web({"https://news.example/a.png": picture((640, 360))})

    (got,) = illustrated(root, web, one="https://news.example/a.png", two="")

    assert isinstance(got, illustrating.Illustrated)
    assert (root / got.path).read_bytes().startswith(b"\xff\xd8\xff")
    assert got.path == worlds.item_file(1).replace(".md", ".jpg")


def test_a_picture_that_cannot_be_had_is_told_and_holds_nothing_up(root):
    web = Web({"https://news.example/b.png": picture((640, 360)), "https://news.example/c.svg": b"<svg/>"})

    first = illustrated(root, web, one="https://news.example/a.png", two="https://news.example/b.png")
    second = illustrated(root, web, one="https://news.example/c.svg")

    assert [type(one) for one in first] == [illustrating.Bare, illustrating.Illustrated]
    assert [type(one) for one in second] == [illustrating.Bare]


def test_a_picture_that_is_there_stays(root):
    own = (root / worlds.item_file(1)).with_suffix(".png")
    own.write_bytes(b"mine")

    assert (
        illustrated(
            root, Web({"https://n.example/a.png": picture((640, 360))}), one="https://n.example/a.png"
        )
        == []
    )
    assert own.read_bytes() == b"mine"
    assert not own.with_suffix(".jpg").exists()


def test_robots_txt_is_heeded(root):
    rules = b"User-agent: *\nDisallow: /a.png\n"
    web = Web({"https://n.example/robots.txt": rules, "https://n.example/a.png": picture((640, 360))})

    (told,) = illustrated(root, web, one="https://n.example/a.png")

    assert isinstance(told, illustrating.Bare)
    assert "robots.txt" in told.why


def test_without_pillow_a_pull_that_shall_get_pictures_says_what_to_do(root, monkeypatch, capsys):
    config = (root / "config.yaml").read_text(encoding="utf-8")
    (root / "config.yaml").write_text(config + "fetch:\n  images: true\n", encoding="utf-8")
    monkeypatch.setattr("builder.cli.pull.find_spec", lambda _: None)

    assert run(Console(verbosity=QUIET), ["--root", str(root), "pull"]) == 3

    assert "pip install 'briefpress[images]'" in capsys.readouterr().err
