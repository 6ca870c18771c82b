"""What a build writes for the host that the config names."""

import json
import re
from pathlib import Path

import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from builder.cli.console import QUIET, Console
from builder.cli.main import run
from builder.publish.deploy import hostfiles, policies
from builder.publish.deploy.hosts import HOSTS

SOURCES = st.lists(st.sampled_from(["'self'", "data:", "https:", "'unsafe-inline'", "*"]), max_size=3)
POLICIES = st.lists(
    st.dictionaries(
        st.sampled_from(["default-src", "script-src", "style-src", "img-src", "base-uri", "form-action"]),
        SOURCES.map(lambda found: tuple(dict.fromkeys(found))),
    ),
    min_size=1,
    max_size=4,
)


@pytest.fixture
def built(make_site):
    """`built("host: netlify")` is the site of a small newsletter with that under `deploy`."""

    def build(deploy: str, more: str = "", *options: str) -> Path:
        config = worlds.config() + f"deploy: {{{deploy}}}\n"
        moved = worlds.item(1, more="aliases: [2019/an-old-page/, old+er.html]\n")
        root = make_site(f"-- config.yaml --\n{config}-- {worlds.item_file(1)} --\n{moved}{more}")
        assert run(Console(verbosity=QUIET), ["build", "--root", str(root), *options]) == 0
        return root / "site"

    return build


def host_files(site: Path) -> set[str]:
    names = (hostfiles.HEADERS, hostfiles.REDIRECTS, hostfiles.CNAME, hostfiles.NOJEKYLL, hostfiles.VERCEL)
    return {name for name in names if (site / name).exists()}


@pytest.mark.parametrize(
    ("host", "files"),
    [
        ("github-pages", {".nojekyll", "CNAME"}),
        ("gitlab-pages", set()),
        ("netlify", {"_headers", "_redirects"}),
        ("cloudflare-pages", {"_headers", "_redirects"}),
        ("vercel", {"vercel.json"}),
        ("s3", set()),
        ("folder", set()),
    ],
)
def test_each_host_gets_what_it_reads_and_every_one_the_pages_for_old_places(built, host, files):
    site = built(f"host: {host}")

    assert host_files(site) == files
    assert (site / "404.html").exists()
    assert 'http-equiv="refresh"' in (site / "2019/an-old-page/index.html").read_text()


def test_every_host_is_tried_above():
    assert set(HOSTS) == {
        "github-pages",
        "gitlab-pages",
        "netlify",
        "cloudflare-pages",
        "vercel",
        "s3",
        "folder",
    }


@pytest.mark.parametrize(
    ("url", "domain"),
    [("https://brief.example/", "brief.example"), ("https://me.github.io/brief/", None)],
)
def test_a_domain_of_ones_own_is_told_and_one_of_the_host_is_not(built, url, domain):
    site = built("host: github-pages", "", "--base-url", url)

    found = (site / "CNAME").read_text().strip() if (site / "CNAME").exists() else None
    assert found == domain


def test_redirects_lead_from_old_places_and_netlify_is_told_to_prefer_them(built):
    new = next(built("host: cloudflare-pages").glob("items/**/index.html")).parent.as_posix()
    new = f"/items/{new.partition('/items/')[2]}/"

    assert (built("host: cloudflare-pages") / "_redirects").read_text() == (
        f"/2019/an-old-page/ {new} 301\n/old+er.html {new} 301\n"
    )
    assert (built("host: netlify") / "_redirects").read_text() == (
        f"/2019/an-old-page/ {new} 301!\n/old+er.html {new} 301!\n"
    )
    redirects = json.loads((built("host: vercel") / "vercel.json").read_text())["redirects"]
    assert redirects[1] == {"source": "/old\\+er.html", "destination": new, "permanent": True}


def test_assets_may_be_kept_for_ever_and_nothing_else(built):
    site = built("host: netlify", "-- static/assets/mine.css --\nb{}\n")

    rules = re.findall(
        r"^(/\S+)\n  Cache-Control: public, max-age=31536000, immutable$", text(site), re.MULTILINE
    )

    assert len(rules) >= 5
    assert all(re.search(r"\.[0-9a-f]{8}\.\w+$", rule) and (site / rule[1:]).is_file() for rule in rules)


def text(site: Path) -> str:
    return (site / "_headers").read_text()


def policy(site: Path) -> policies.Policy:
    return policies.parse(re.search(r"Content-Security-Policy: (.*)", text(site))[1])


def test_the_policy_of_the_header_forbids_nothing_that_a_page_allows(built):
    site = built("host: netlify")
    pages = list(site.rglob("*.html"))

    assert len(pages) > 10
    for page in pages:
        own = policies.of_page(page.read_text())
        assert own
        assert policies.forbidden(policy(site), own) == ()
    assert policy(site)["default-src"] == ()
    assert policy(site)["script-src"] == ("'self'",)
    assert "default-src 'none'" in text(site)
    assert "frame-ancestors 'none'" in text(site)


def test_a_theme_that_allows_more_is_allowed_more_by_the_header(built):
    mine = (
        "-- templates/page.html --\n{% extends 'default/page.html' %}{% block policy %}"
        '<meta content="script-src https://a.example \'sha256-abc=\'" http-equiv="Content-Security-Policy">'
        "{% endblock %}\n-- content/pages/about.md --\n---\ntitle: About\nstatus: approved\n---\nHi.\n"
    )
    site = built("host: netlify", mine)

    assert policies.of_page((site / "about/index.html").read_text()) == {
        "script-src": ("https://a.example", "'sha256-abc='")
    }
    assert policy(site)["script-src"] == ("'self'", "https://a.example", "'sha256-abc='")
    assert "default-src" not in policy(site)


def test_a_page_of_ones_own_without_a_policy_is_not_held_to_one(built):
    site = built("host: netlify", "-- static/embed.html --\n<script>let a</script>\n")

    rules = hostfiles.parse_headers(text(site))

    def held(path: str) -> list[str]:
        return [name for place, told in rules if hostfiles.holds(place, path) for name in told]

    assert "Content-Security-Policy" not in held("/embed.html")
    assert "X-Content-Type-Options" in held("/embed.html")
    for page in site.rglob("*.html"):
        path = "/" + page.relative_to(site).as_posix().removesuffix("index.html")
        assert held(path).count("Content-Security-Policy") == (path != "/embed.html")


def test_a_page_of_ones_own_that_may_do_more_widens_no_other(built):
    meta = '<meta http-equiv="Content-Security-Policy" content="script-src \'unsafe-eval\'">'
    site = built("host: netlify", f"-- static/admin/index.html --\n{meta}\n")

    assert "unsafe-eval" not in text(site)
    rules = [
        place for place, told in hostfiles.parse_headers(text(site)) if "Content-Security-Policy" in told
    ]
    assert "/items/*" in rules
    assert not [place for place in rules if hostfiles.holds(place, "/admin/")]


def test_a_file_of_ones_own_takes_the_place_of_ours(built):
    site = built("host: netlify", "-- static/_headers --\n/*\n  X-Mine: yes\n")

    assert text(site) == "/*\n  X-Mine: yes\n"


def test_a_host_that_nobody_knows_stops_the_build(make_site, capsys):
    root = make_site(f"-- config.yaml --\n{worlds.config()}deploy: {{host: geocities}}\n")

    assert run(Console(), ["build", "--root", str(root)]) == 3
    assert "there is no host geocities" in capsys.readouterr().err


@given(POLICIES)
def test_the_widest_policy_forbids_nothing_that_one_of_them_allows(found):
    widest = policies.widest(found)

    for one in found:
        assert policies.forbidden(widest, one) == ()
    if len(found) == 1:
        assert widest == found[0]
    assert policies.parse(policies.dump(widest)) == widest


def test_what_is_forbidden_is_named():
    assert policies.forbidden(
        policies.parse("default-src 'none'; script-src 'self'; frame-ancestors 'none'"),
        policies.parse("script-src 'self' https://a.example; img-src 'self'; default-src 'none'"),
    ) == ("script-src", "img-src")
