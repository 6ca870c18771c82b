"""`briefpress init`: a newsletter that works at once, whatever the web does; never among files of others."""

import io
import json
import re
import threading
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from builder.cli import beginning
from builder.cli.console import Console
from builder.cli.main import run
from builder.cli.questions import addresses_of
from builder.config import load, parse

TODAY = date(2026, 11, 20)
ANSWERS = ("--title", "A Brief", "--url", "https://brief.example/")
TEXT = " ".join(
    f"Sentence {number} says what the committee decided about the budget." for number in range(30)
)


class Site(BaseHTTPRequestHandler):
    """A site with a page that names its feed, and a feed of two entries, so many days old."""

    days = 0

    def do_GET(self) -> None:
        day = format_datetime(datetime.now(UTC) - timedelta(days=self.days))
        pages = {
            "/": '<html><link rel="alternate" type="application/rss+xml" href="/feed.xml"></html>',
            "/feed.xml": '<rss version="2.0"><channel><title>The Gazette</title>'
            + "".join(
                f"<item><guid>{n}</guid><title>News {n}</title><description>{TEXT}</description>"
                f"<pubDate>{day}</pubDate></item>"
                for n in range(2)
            )
            + "</channel></rss>",
        }
        body = pages.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html" if self.path == "/" else "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def host():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def init(folder: Path, *options: str) -> int:
    return run(Console(), ["init", str(folder), *ANSWERS, *options])


def held(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_site_whose_entries_are_old_is_told_so_and_what_drafts_them_does(
    tmp_path, host, capsys, monkeypatch
):
    monkeypatch.setattr(Site, "days", 45)
    folder = tmp_path / "brief"

    assert init(folder, "--site", f"http://{host}/", "--allow-host", host) == 0

    error = " ".join(capsys.readouterr().err.split())
    assert "2 entries are older than fetch.max_age_days in config.yaml, which is 30" in error
    (next_,) = re.findall(r"&& briefpress (pull .*)", error)

    def pull(*words: str) -> str:
        assert run(Console(), ["pull", *words, "--root", str(folder)]) == 0
        return " ".join(capsys.readouterr().err.split())

    assert "`briefpress pull --force` says why" in pull("--offline")
    assert "2 entries skipped (2 too old)" in pull("--force")
    assert "2 entries skipped (2 older than --since)" in pull("--since", "40")
    assert "2 new items drafted" in pull(*next_.split()[1:])
    assert "older" not in pull("--force")


def test_a_site_becomes_a_newsletter_with_drafts_and_a_built_site(tmp_path, host, capsys):
    folder = tmp_path / "brief"

    assert init(folder, "--site", f"http://{host}/", "--allow-host", host, "--json") == 0

    told = json.loads(capsys.readouterr().out)["data"]
    assert [feed.url for feed in load(folder).feeds] == [f"http://{host}/feed.xml"]
    assert told["drafted"] == len(list((folder / "content/items").rglob("*.md"))) == 2
    assert (folder / "site/index.html").is_file()
    assert told["next"].endswith("briefpress serve --drafts")
    assert "News 1" not in (folder / "site/index.html").read_text()


def test_a_web_that_fails_leaves_a_newsletter_that_works(tmp_path, host, capsys):
    folder = tmp_path / "brief"

    assert init(folder, "--feed", f"http://{host}/nothing.xml", "--allow-host", host) == 7

    assert (folder / "site/index.html").is_file()
    assert "the newsletter stands" in capsys.readouterr().err
    assert run(Console(), ["check", "--root", str(folder)]) == 0


def test_a_site_without_a_feed_is_told_and_the_rest_is_done(tmp_path, host, capsys):
    folder = tmp_path / "brief"

    options = ("--site", f"http://{host}/none", "--site", f"http://{host}", "--allow-host", host)
    assert init(folder, *options) == 0

    assert len(load(folder).feeds) == 1
    assert f"http://{host}/none" in capsys.readouterr().err


def test_groups_of_a_list_of_feeds_become_sections(tmp_path):
    (tmp_path / "list.opml").write_text(
        '<opml version="2.0"><body><outline text="Policy"><outline text="A" xmlUrl="https://a.example/f"/></outline>'
        '<outline text="B" xmlUrl="https://b.example/f"/></body></opml>'
    )

    assert init(tmp_path / "brief", "--opml", str(tmp_path / "list.opml"), "--no-pull") == 0

    config = load(tmp_path / "brief")
    assert [section.title for section in config.sections] == ["Policy"]
    assert [(feed.name, feed.section) for feed in config.feeds] == [("A", "policy"), ("B", "")]


@pytest.mark.parametrize("name", ["notes.txt", "content/items/mine.md", ".gitignore", "site/index.html"])
def test_a_folder_with_files_of_the_users_is_left_alone(tmp_path, name, capsys):
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("mine")

    assert init(tmp_path) == 6

    assert held(tmp_path) == {name: b"mine"}
    assert name.partition("/")[0] in capsys.readouterr().err


def test_a_fresh_repository_with_a_readme_is_a_fine_place(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "README.md").write_text("mine")

    assert init(tmp_path) == 0

    assert (tmp_path / "README.md").read_text() == "mine"


def test_a_beginning_that_was_cut_off_is_begun_again(tmp_path):
    whole, part = tmp_path / "whole", tmp_path / "part"
    assert init(whole, "--no-pull") == 0
    for name in (".gitignore", "content/pages/about.md"):
        (part / name).parent.mkdir(parents=True, exist_ok=True)
        (part / name).write_bytes((whole / name).read_bytes())

    assert init(part, "--no-pull") == 0

    assert (part / "config.yaml").read_bytes() == (whole / "config.yaml").read_bytes()


def test_a_dry_run_writes_nothing(tmp_path):
    assert init(tmp_path / "brief", "--dry-run", "--ci", "github") == 0

    assert not (tmp_path / "brief").exists()


def test_questions_are_asked_at_a_terminal(tmp_path, host, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    answers = ["Weekly", "https://weekly.example/", "de", f"http://{host}/", "github", "github-pages", "wire"]
    monkeypatch.setattr("sys.stdin", Terminal("\n".join(answers) + "\n"))

    assert run(Console(), ["init", str(tmp_path / "brief"), "--allow-host", host]) == 0

    config = load(tmp_path / "brief")
    assert (config.site.title, config.site.url, config.site.language) == (
        "Weekly",
        "https://weekly.example/",
        "de",
    )
    assert len(config.feeds) == 1
    assert config.build.density == "headlines"
    assert (tmp_path / "brief/.github/workflows").is_dir()


def test_a_host_is_prepared_for_and_its_workflow_goes_before_that_of_the_ci(tmp_path):
    folder = tmp_path / "brief"

    assert init(folder, "--ci", "github", "--host", "s3", "--to", "s3://bucket/x", "--no-pull") == 0

    config = load(folder)
    assert (config.deploy.host, config.deploy.to) == ("s3", "s3://bucket/x")
    assert "AWS_REGION" in (folder / ".github/workflows/briefpress-publish.yml").read_text()
    assert (folder / ".github/workflows/briefpress-pull.yml").is_file()
    *comment, line = (folder / "requirements.txt").read_text().splitlines()
    assert line.startswith("briefpress[s3]==")
    assert comment[-1].startswith("# briefpress[s3] @ git+https://")


def test_a_host_that_wants_a_place_is_asked_for_it_before_anything_is_written(tmp_path, capsys):
    assert init(tmp_path / "brief", "--host", "vercel") == 2

    assert "--to" in capsys.readouterr().err
    assert not (tmp_path / "brief").exists()


@pytest.mark.parametrize("look", beginning.LOOKS)
def test_every_look_makes_a_sound_config(look, tmp_path):
    config = parse(
        beginning.config("A", "https://a.example/", "en", look=look, today=TODAY).encode(), tmp_path
    )

    assert config.build.density == beginning.LOOKS[look].density


def test_what_is_commented_out_is_sound_too(tmp_path):
    text = beginning.config("A", "https://a.example/", "en", today=TODAY)
    said = text.replace("feeds: []", "feeds:").replace("\n#  ", "\n  ").replace("#mail:", "mail:")

    config = parse(said.replace("  #contact", "  contact").encode(), tmp_path)

    assert config.mail.from_address == "editor@a.example"
    assert [feed.name for feed in config.feeds] == ["Example"]


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("https://owned.net/x", "  id: owned.net,2026-11-20"),
        ("https://brief.example/", "  #id: brief.example,2026-11-20"),
        ("http://127.0.0.1:8000/", "  #id: brief.example,2026-11-20"),
        ("https://my_host.net/", "  #id: brief.example,2026-11-20"),
    ],
)
def test_a_new_newsletter_has_an_id_for_ever_where_its_host_is_somebodys(tmp_path, url, line):
    text = beginning.config("A", url, "en", today=TODAY)

    assert line in text
    assert parse(text.encode(), tmp_path)


@pytest.mark.parametrize(
    ("options", "option"),
    [
        (("--url", "nowhere"), "--url: "),
        (("--language", "no language"), "--language: "),
        (("--title", ""), "--title: "),
        (("--allow-host", "a b"), "--allow-host: "),
        (("--feed", "notaurl"), "--feed: "),
        (("--to", "x"), "--to "),
    ],
)
def test_an_option_that_is_wrong_is_named_and_nothing_is_written(tmp_path, options, option, capsys):
    assert run(Console(), ["init", str(tmp_path / "brief"), "--yes", *options]) in (2, 3)

    told = capsys.readouterr().err
    assert told.startswith(f"error: {option}")
    assert "config.yaml" not in told
    assert not (tmp_path / "brief").exists()


def test_a_private_site_is_refused_with_the_option_that_allows_it(tmp_path, host, capsys):
    assert init(tmp_path / "brief", "--site", f"http://{host}/") == 2

    assert f"add --allow-host {host}" in capsys.readouterr().err
    assert not (tmp_path / "brief").exists()


def test_a_private_feed_names_the_file_that_allows_its_host(tmp_path, host, capsys):
    folder = tmp_path / "brief"

    assert init(folder, "--feed", f"http://{host}/feed.xml") == 7

    assert f'add "{host}" to fetch.allow_hosts in {folder}/config.yaml.' in capsys.readouterr().err
    assert (folder / "config.yaml").is_file()


def test_a_private_site_that_is_answered_names_the_file_that_is_to_come(tmp_path, host, monkeypatch, capsys):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    answers = ["Weekly", "https://weekly.example/", "en", f"http://{host}/", "none", "later", "wire"]
    monkeypatch.setattr("sys.stdin", Terminal("\n".join(answers) + "\n"))
    folder = tmp_path / "brief"

    run(Console(), ["init", str(folder)])

    told = capsys.readouterr().err
    assert (
        f'add "{host}" to fetch.allow_hosts in {folder}/config.yaml once it is written, then: `brief' in told
    )


def test_what_a_newsletter_that_stands_would_ignore_is_refused(tmp_path, capsys):
    assert init(tmp_path, "--no-pull") == 0
    before = held(tmp_path)

    assert run(Console(), ["init", str(tmp_path), "--ci", "github", "--title", "X"]) == 2

    assert "--title would change nothing" in capsys.readouterr().err
    assert held(tmp_path) == before


def test_a_wrong_answer_is_asked_for_again_at_once(tmp_path, monkeypatch, capsys):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    answers = [
        "Weekly",
        "nowhere",
        "https://weekly.example/",
        "no language",
        "de",
        "",
        "none",
        "later",
        "wire",
    ]
    monkeypatch.setattr("sys.stdin", Terminal("\n".join(answers) + "\n"))

    assert run(Console(), ["init", str(tmp_path / "brief")]) == 0

    site = load(tmp_path / "brief").site
    assert (site.title, site.url, site.language) == ("Weekly", "https://weekly.example/", "de")


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("", []),
        ("a.example,b.example", ["a.example", "b.example"]),
        ("https://a.example, b.example/x ", ["https://a.example", "b.example/x"]),
        ("https://a.example/1,2.xml,https://b.example", ["https://a.example/1,2.xml", "https://b.example"]),
        ("a.example; b.example,", ["a.example", "b.example"]),
    ],
)
def test_addresses_stand_between_spaces_or_commas(told, found):
    assert addresses_of(told) == found
