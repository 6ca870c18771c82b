from datetime import UTC, datetime, timedelta
from pathlib import Path

import destinations
import pytest

from builder.errors import DeployError
from builder.publish.deploy import schedules
from builder.publish.deploy.check import Checked, check
from builder.publish.deploy.hosts import HOSTS

URL = "https://brief.test-site.org/"
HEAD = '<!doctype html><title>A</title><link rel="canonical" href="{}">'


def page(path: str, body: str, url: str = URL) -> bytes:
    return (HEAD.format(url + path) + body).encode()


def looked(
    tmp_path: Path, files: dict[str, bytes], *, url: str = URL, host: str = "", remote: str = ""
) -> Checked:
    whole = {
        "index.html": page("", "", url),
        "404.html": b'<a href="/">Home</a>' if url.count("/") == 3 else b"",
    } | files
    return check(destinations.site(tmp_path / "site", whole), url, host, remote)


def faults(tmp_path: Path, files: dict[str, bytes], **asked: str) -> list[str]:
    return [str(fault) for fault in looked(tmp_path, files, **asked).faults]


@pytest.mark.parametrize(
    "body",
    [
        '<a href="b/">',
        '<a href="b/#there">',
        '<a href="../a/b/?q=1#top">',
        '<a href="/a/b/">',
        '<a href="https://brief.test-site.org/a/b/">',
        '<a href="https://elsewhere.org/nothing">',
        '<a href="mailto:a@b.org"><a href="#here" id="here">',
        '<a href="b/#:~:text=words">',
        '<img src="p%20q.png" srcset="p%20q.png 1x, /a/p%20q.png 2x">',
        '<a href="http://[">',
    ],
)
def test_a_link_that_leads_somewhere_is_no_fault(tmp_path, body):
    files = {
        "a/index.html": page("a/", body),
        "a/b/index.html": page("a/b/", '<p id="there">'),
        "a/p q.png": b"",
    }

    assert faults(tmp_path, files) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<a href="c/">', "c/ leads to nothing"),
        ('<a href="/b/">', "/b/ leads to nothing"),
        ('<a href="b/#gone">', "b/#gone leads to a place in the page that is not there"),
        ('<a href="b">', "b lacks a slash at its end"),
        ('<img src="gone.png">', "gone.png leads to nothing"),
        ('<img srcset="gone.png 1x">', "gone.png leads to nothing"),
        ('<script src="/gone.js">', "/gone.js leads to nothing"),
        ('<form action="/search/">', "/search/ leads to nothing"),
        ('<meta property="og:image" content="https://brief.test-site.org/g.png">', "leads to nothing"),
        ('<meta http-equiv="refresh" content="0; url=../gone/">', "../gone/ leads to nothing"),
    ],
)
def test_a_link_that_leads_nowhere_is_told_with_its_page(tmp_path, body, said):
    files = {"a/index.html": page("a/", body), "a/b/index.html": page("a/b/", "")}

    (told,) = faults(tmp_path, files)

    assert told.startswith("a/index.html: ")
    assert said in told


def test_what_styles_feeds_and_the_sitemap_name_is_followed(tmp_path):
    files = {
        "s.css": b"a{background:url('gone.png')}",
        "feed.xml": f"<rss><channel><item><link>{URL}x/</link></item></channel></rss>".encode(),
        "atom.xml": f"<feed xmlns='http://www.w3.org/2005/Atom'><link href='{URL}y/'/></feed>".encode(),
        "feed.json": f'{{"home_page_url": "{URL}", "items": [{{"url": "{URL}z/"}}]}}'.encode(),
        "sitemap.xml": f"<urlset><url><loc>{URL}w/</loc></url></urlset>".encode(),
    }

    told = faults(tmp_path, files)

    assert [one.partition(": ")[0] for one in told] == [
        "atom.xml",
        "feed.json",
        "feed.xml",
        "s.css",
        "sitemap.xml",
    ]


def test_below_a_path_a_link_to_the_root_is_a_fault_and_one_below_it_none(tmp_path):
    url = "https://someone.github.io/repo/"
    files = {
        "a/index.html": page("a/", '<a href="/a/">wrong</a><a href="/repo/a/">right</a><a href="../">', url)
    }

    assert faults(tmp_path, files, url=url) == ["a/index.html: /a/ leads out of /repo/"]


def test_a_site_for_another_address_is_told_once(tmp_path):
    files = {
        "index.html": page("", "", "https://other.org/"),
        "a/index.html": page("a/", "", "https://other.org/"),
    }

    assert faults(tmp_path, files) == [
        f"index.html: the site was built for https://other.org/, and not for {URL}"
    ]


def test_a_page_may_call_itself_by_another_that_is_there(tmp_path):
    files = {"a/index.html": page("b/", ""), "b/index.html": page("b/", "")}

    assert faults(tmp_path, files) == []
    assert "calls itself" in faults(tmp_path, {"a/index.html": page("b/", "")})[0]


def test_the_page_for_lost_readers_must_be_there_and_name_its_links_from_the_root(tmp_path):
    one = destinations.site(tmp_path / "site", {"index.html": page("", "")})

    assert "404.html: is missing" in str(check(one, URL, "").faults[0])
    assert "is relative" in faults(tmp_path, {"404.html": b'<a href="index.html">'})[0]


@pytest.mark.parametrize(
    ("url", "host", "remote", "said"),
    [
        ("https://someone.github.io/", "github-pages", "git@github.com:someone/brief.git", "/brief/"),
        ("https://someone.github.io/x/", "github-pages", "https://github.com/someone/brief", "/brief/"),
        (
            "https://someone.github.io/x/",
            "github-pages",
            "https://github.com/someone/someone.github.io",
            "io/,",
        ),
        ("https://a.gitlab.io/", "gitlab-pages", "git@gitlab.com:a/brief.git", "a.gitlab.io/brief/"),
        ("https://brief.org/x/", "netlify", "", "at the root of an address"),
        ("http://brief.org/", "", "", "is not https"),
        ("https://brief.example/", "", "", "belongs to nobody"),
    ],
)
def test_an_address_that_the_host_will_not_give_is_a_doubt(tmp_path, url, host, remote, said):
    found = looked(tmp_path, {}, url=url, host=host, remote=remote)

    assert said in str(found.doubts[0])


@pytest.mark.parametrize(
    ("url", "host", "remote"),
    [
        ("https://someone.github.io/brief/", "github-pages", "git@github.com:Someone/brief.git"),
        ("https://someone.github.io/", "github-pages", "git@github.com:someone/someone.github.io.git"),
        ("https://someone.github.io/x/", "github-pages", "git@github.com:others/brief.git"),
        ("https://brief.org/", "github-pages", "git@github.com:someone/brief.git"),
        ("https://brief.org/x/", "s3", ""),
    ],
)
def test_an_address_that_may_be_is_none(tmp_path, url, host, remote):
    assert looked(tmp_path, {}, url=url, host=host, remote=remote).doubts == ()


def test_a_domain_must_be_that_of_the_site(tmp_path):
    files = {"CNAME": b"other.org\n"}

    assert "says other.org" in faults(tmp_path, files, host="github-pages")[0]
    assert faults(tmp_path, {"CNAME": b"brief.test-site.org\n"}, host="github-pages") == []
    assert faults(tmp_path, files, host="folder") == []


@pytest.mark.parametrize("host", [name for name, host in HOSTS.items() if host.redirects])
def test_more_redirects_than_a_host_takes_are_a_fault_and_nearly_as_many_a_doubt(tmp_path, host):
    limit = HOSTS[host].redirects

    def files(number: int) -> dict[str, bytes]:
        if host == "vercel":
            rules = ",".join('{"source":"/a","destination":"/"}' for _ in range(number))
            return {"vercel.json": f'{{"redirects":[{rules}]}}'.encode()}
        return {"_redirects": b"/a / 301\n" * number}

    assert faults(tmp_path, files(limit), host=host) == []
    assert f"{limit:,} redirects" in str(looked(tmp_path, files(limit), host=host).doubts[0])
    assert f"takes no more than {limit:,}" in faults(tmp_path, files(limit + 1), host=host)[0]
    assert looked(tmp_path, files(limit // 2), host=host).doubts == ()


def test_a_file_that_is_too_large_is_named(tmp_path):
    (told,) = faults(tmp_path, {"big.pdf": b"0" * (25 * 2**20 + 1)}, host="cloudflare-pages")

    assert told == "big.pdf: 26,214,401 bytes in one file; Cloudflare Pages takes no more than 26,214,400"


def test_a_header_that_forbids_what_a_page_allows_is_a_fault(tmp_path):
    meta = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src https:">'
    files = {
        "a/index.html": page("a/", meta),
        "b/index.html": page("b/", meta),
        "_headers": b"/a/*\n  Content-Security-Policy: default-src 'self'; img-src 'self'\n",
    }

    assert faults(tmp_path, files, host="netlify") == [
        "a/index.html: allows more by its own policy than the header does: img-src"
    ]
    vercel = (
        b'{"headers":[{"source":"/b/(.*)","headers":[{"key":"Content-Security-Policy",'
        b'"value":"default-src \'none\'"}]}]}'
    )
    files = {name: data for name, data in files.items() if name != "_headers"} | {"vercel.json": vercel}
    assert faults(tmp_path, files, host="vercel") == [
        "b/index.html: allows more by its own policy than the header does: img-src"
    ]


@pytest.mark.parametrize(
    "text", [b"{", b"[]", b'{"headers": 1}', b'{"headers": [{"source": 1, "headers": []}]}']
)
def test_settings_that_vercel_cannot_read_are_told(tmp_path, text):
    with pytest.raises(DeployError, match=r"vercel\.json: is nothing that Vercel can read"):
        looked(tmp_path, {"vercel.json": text}, host="vercel")


NOW = datetime(2026, 11, 25, tzinfo=UTC)
WORKFLOWS = (".github/workflows/pull.yml",)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, ""),
        (45, ""),
        (47, "will stop on 2026-12-08"),
        (59, "will stop"),
        (60, "has stopped on 2026-11-25"),
    ],
)
def test_a_schedule_that_stops_is_told_a_fortnight_before(days, said):
    found = list(schedules.doubts(WORKFLOWS, NOW - timedelta(days=days), NOW))

    assert bool(found) == bool(said)
    assert all(said in str(fault) for fault in found)


def test_no_schedule_no_doubt(tmp_path):
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "publish.yml").write_text("on:\n  push:\n")
    (folder / "pull.yml").write_text('on:\n  schedule:\n    - cron: "17 5 * * 1-5"\n')

    assert schedules.scheduled(tmp_path) == WORKFLOWS
    assert list(schedules.doubts((), NOW - timedelta(days=99), NOW)) == []
    assert list(schedules.doubts(WORKFLOWS, None, NOW)) == []
