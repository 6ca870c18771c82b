"""`config.yaml` → `Config`, or every fault at once."""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from builder import text
from builder.config import Config, find_root, load, parse
from builder.errors import ConfigError, Fault
from builder.model import Feed, Profile, Section, Site

SITE = "site:\n  title: The Open Web Brief\n  url: https://brief.example\n"
ROOT = Path("/nowhere/newsletter")

_WRITTEN = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def config(more: str = "", root: Path = ROOT) -> Config:
    """That of a site with `more` keys."""
    return parse((SITE + more).encode(), root)


def faults(source: str | bytes, root: Path = ROOT) -> tuple[Fault, ...]:
    with pytest.raises(ConfigError) as caught:
        parse(source if isinstance(source, bytes) else source.encode(), root)
    assert caught.value.exit_code == 3
    assert all(fault.path == "config.yaml" and fault.line >= 1 for fault in caught.value.faults)
    return caught.value.faults


def said(more: str, root: Path = ROOT) -> str:
    """The one fault that `more` is, with its hint."""
    (fault,) = faults(SITE + more, root)
    return f"{fault}; {fault.hint}"


def feed(entry: str) -> Feed:
    return config(f"feeds:\n  - {entry}\n").feeds[0]


# What is accepted


def test_two_keys_are_enough() -> None:
    made = config()
    assert made.site == Site(title="The Open Web Brief", url="https://brief.example/")
    assert (made.feeds, made.sections, made.summary.profile) == ((), (), Profile())
    assert (made.build.output, made.build.static) == ("site", {"static": ""})
    assert (made.editorial.publish, made.fetch.max_age_days, made.fetch.allow_hosts) == ("editions", 30, ())


@given(_WRITTEN, _WRITTEN, st.sampled_from(["en", "de", "pt-BR"]), st.integers(1, 500))
def test_what_is_dumped_is_loaded(title: str, description: str, language: str, size: int) -> None:
    site = {
        "title": f"x{title}",
        "url": "https://brief.example/",
        "language": language,
        "description": description,
    }
    made = parse(yaml.safe_dump({"site": site, "build": {"page_size": size}}).encode(), ROOT)
    assert (made.site.title, made.site.description) == (text.fold(f"x{title}"), text.fold(description))
    assert (made.site.language, made.build.page_size) == (language, size)


@pytest.mark.parametrize("title", ["2026", "no", "on", "2026-02-30", "1e3", "0x1F", "yes: no"])
def test_text_is_taken_as_written(title: str) -> None:
    quoted = f'"{title}"' if ":" in title else title
    assert parse(f"site: {{title: {quoted}, url: https://a.example/}}".encode(), ROOT).site.title == title


def test_norwegian_is_a_language() -> None:
    assert parse(SITE.encode() + b"  language: no\n", ROOT).site.language == "no"


def test_json_is_yaml() -> None:
    source = {"site": {"title": "x", "url": "https://a.example/b"}, "feeds": []}
    assert parse(json.dumps(source).encode(), ROOT).site.url == "https://a.example/b/"


def test_a_key_without_a_value_is_one_left_out() -> None:
    empty = "feeds:\nsections: ~\nsummary:\nbuild:\n  output:\n  page_size:\nfetch:\n  contact: ''\n"
    assert config(empty) == config()


def test_short_forms_mean_the_long_ones() -> None:
    short = config(
        "feeds:\n  - https://a.example/feed\nsections: [Policy]\nsummary: {sections: 4}\n",
    )
    long = config(
        "feeds:\n  - url: https://a.example/feed\nsections: [{title: Policy, slug: policy}]\n"
        "summary: {sections: {min: 4, max: 4}}\n"
    )
    assert short == long
    assert short.sections == (Section(slug="policy", title="Policy"),)


def test_words_are_a_list_or_text_with_commas() -> None:
    made = feed("{url: a.xml, tags: 'AI,  open web, , AI', include: [rss, Atom], exclude: 2026}")
    assert (made.tags, made.include, made.exclude) == (("AI", "open web"), ("rss", "Atom"), ("2026",))


@pytest.mark.parametrize(
    ("entry", "slug"),
    [
        (
            "{url: https://www.example.org/feed.xml, name: Ein Blog für Öffentlichkeit}",
            "ein-blog-fur-offentlichkeit",
        ),
        ("{url: https://www.example.org/feed.xml, slug: mine}", "mine"),
        ("https://www.example.org/feed.xml", "example-org"),
        ("https://example.org/blog/rss/index.xml", "example-org-blog"),
        ("{url: https://example.org/rss, name: 日本}", "example-org"),
        ("samples/feed.xml", "samples"),
    ],
)
def test_a_slug_comes_from_the_name_else_the_address(entry: str, slug: str) -> None:
    assert feed(entry).slug == slug


def test_a_feed_added_later_renames_no_other() -> None:
    one, two = "  - https://example.org/a/feed\n", "  - https://example.org/b/feed\n"
    assert {made.slug for made in config(f"feeds:\n{two}{one}").feeds} == {
        config(f"feeds:\n{one}").feeds[0].slug,
        config(f"feeds:\n{two}").feeds[0].slug,
    }


def test_a_feed_is_as_old_as_it_says_or_as_all_are() -> None:
    made = config("fetch: {max_age_days: 7}\nfeeds: [a.xml, {url: b.xml, max_age_days: 0}]\n")
    assert [one.max_age_days for one in made.feeds] == [7, 0]


@pytest.mark.parametrize("name", ["policy-law", "Policy & Law", "POLICY & LAW", "Policy Law"])
def test_a_feed_names_its_section_by_slug_or_title(name: str) -> None:
    made = config(f"sections: [Policy & Law]\nfeeds: [{{url: a.xml, section: {name}}}]\n")
    assert made.feeds[0].section == "policy-law"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("HTTPS://Brief.Example", "https://brief.example/"),
        ("http://brief.example:8080/a/b", "http://brief.example:8080/a/b/"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_the_site_ends_in_a_slash(url: str, kept: str) -> None:
    assert parse(f"site: {{title: x, url: '{url}'}}".encode(), ROOT).site.url == kept


def test_hosts_are_kept_as_they_are_dialled() -> None:
    made = config('fetch: {allow_hosts: ["127.0.0.1:8080", "LocalHost:80", "[::1]:443"]}\n')
    assert made.fetch.allow_hosts == ("127.0.0.1:8080", "localhost:80", "[::1]:443")


def test_static_folders_have_their_places() -> None:
    made = config("build:\n  static:\n    static:\n    photos/: /images/2026/\n    samples: ./\n")
    assert made.build.static == {"static": "", "photos": "images/2026", "samples": ""}


# What is refused


def test_all_faults_are_told_at_once_by_line() -> None:
    found = faults(
        "site:\n"
        "  titel: x\n"
        "  url: brief.example\n"
        "feeds:\n"
        "  - url: https://a.example/feed\n"
        "    section: polcy\n"
        "    max_items: many\n"
        "  - url: https://a.example/feed#x\n"
        "    section: polcy\n"
        "sections: [Policy]\n"
        "fetch:\n"
        "  workers: 0\n"
        "  workers: 2\n"
        "post: {}\n"
    )
    assert [str(fault) for fault in found] == [
        "config.yaml:1: site.title: is missing",
        "config.yaml:2: site.titel: unknown key",
        "config.yaml:3: site.url: must be an address that begins with https:// or http://",
        "config.yaml:7: feeds[0].max_items: must be a whole number",
        "config.yaml:9: feeds[1].section: there is no section polcy",
        "config.yaml:12: fetch.workers: must be at least 1",
        "config.yaml:13: workers: is given twice, first in line 12",
        "config.yaml:14: post: unknown key",
    ]
    assert [found[index].hint for index in (1, 2, 4)] == [
        "Did you mean title?",
        "Did you mean https://brief.example?",
        "Did you mean policy?",
    ]


@pytest.mark.parametrize("source", ["", "# nothing", "---\n", "~"])
def test_an_empty_file_is_told_how_to_begin(source: str) -> None:
    (fault,) = faults(source)
    assert str(fault) == "config.yaml:1: site: is missing"
    assert "briefpress init" in fault.hint


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("title: x\n", "4: title: unknown key; Did you mean site.title?"),
        ("feed: []\n", "4: feed: unknown key; Did you mean feeds?"),
        ("timeout: -1\n", "Did you mean fetch.timeout_s?"),
        ("feeds: https://a.example/\n", "4: feeds: must be a list; Begin each"),
        ("feeds:\n  - url:\n", "5: feeds[0].url: has no value"),
        ("feeds:\n  -\n", "5: feeds[0]: has no value"),
        ("feeds:\n  - [a]\n", "5: feeds[0]: must hold keys"),
        ("feeds:\n  - url: [a]\n", "5: feeds[0].url: must be text"),
        ("feeds:\n  - file:///etc/passwd\n", "5: feeds[0]: must be an address that begins with https://"),
        ("feeds:\n  - ../feed.xml\n", "must be a path inside"),
        ("feeds:\n  - /feed.xml\n", "must be a path inside"),
        ('feeds:\n  - "a\\0b"\n', "must be a plain path"),
        ("feeds:\n  - example.org/feed.xml\n", "Did you mean https://example.org/feed.xml?"),
        ("feeds:\n  - http://user:pw@example.org/feed\n", "must not hold a user name or password"),
        ("feeds:\n  - http://exa mple.org/feed\n", "must not hold white space"),
        ("feeds:\n  - http://[::1/feed\n", "is not a valid web address"),
        ("feeds:\n  - {url: 日本}\n", "5: feeds[0]: needs a slug"),
        ("feeds:\n  - {url: a.xml, slug: A B}\n", "feeds[0].slug: must be lower-case letters"),
        ("feeds:\n  - {url: a.xml, title: x}\n", "The keys here are url, name, slug"),
        ("feeds:\n  - {url: a.xml, full_text: maybe}\n", "must be true or false"),
        ("feeds:\n  - {url: a.xml, section: x}\n", "there is no section x; Add it to the sections."),
        (
            "sections:\n  - News\n  - title: news\n",
            "6: sections[1].slug: news is already that of sections[0] in line 5",
        ),
        ("sections: [日本]\n", "sections[0]: needs a slug"),
        (
            "summary: {engine: Ex tract}\n",
            "4: summary.engine: must be lower-case letters, digits and hyphens",
        ),
        ("summary: {sections: many}\n", "4: summary.sections: must be a whole number"),
        ("summary: {sections: 99}\n", "4: summary.sections: must be at most 8"),
        ("summary: {sections: {min: 5, max: 3}}\n", "4: summary.sections: min is 5, but max is 3"),
        ("editorial: {publish: item}\n", "must be editions or items; Did you mean items?"),
        ("fetch: {timeout_s: .nan}\n", "4: fetch.timeout_s: must be a number"),
        ("fetch: {timeout_s: 1e99}\n", "must be at most 600"),
        (f"fetch: {{workers: {'9' * 5000}}}\n", "has too many digits"),
        ("fetch: {allow_hosts: ['*']}\n", "4: fetch.allow_hosts[0]: must be host:port"),
        ("fetch: {allow_hosts: ['localhost']}\n", "must be host:port"),
        ("fetch: {allow_hosts: ['localhost:99999']}\n", "must be host:port"),
        ('fetch: {contact: "a@b.example\\r\\nX: y"}\n', "must be a mail address or a web address"),
        ("markdown: {extensions: [tabels]}\n", "Did you mean tables?"),
        ("smtp_password: hunter2\n", "smtp_password: unknown key"),
    ],
)
def test_each_fault_has_its_words(more: str, words: str) -> None:
    told = said(more)
    assert words in told
    assert not re.search("pw|hunter2", told)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("url: https://a.example/?x=1", "must be without ? and #"),
        ("url: javascript:alert(1)", "must be an address that begins with"),
        ("url: https:///a", "must be an address that begins with"),
        ("url: http://me:pw@a.example/", "must not hold a user name"),
        ("url: me:pw@a.example", "must be an address that begins with"),
        ("language: english", "Write it as en, de or pt-BR."),
        ("language: en_GB", "Did you mean en-GB?"),
        ("timezone: Berlin", "Did you mean Europe/Berlin?"),
        ("timezone: europe/berlin", "Did you mean Europe/Berlin?"),
        ("timezone: localtime", "is no known time zone"),
        ("timezone: ../../etc/passwd", "is no known time zone"),
        ("timezone: Europe", "is no known time zone"),
        (f"title: {'x' * 100_000}", "is too long: 300 is the most"),
        ('title: " \\x07"', "site.title: is empty"),
        ("author: {name: x}", "must be text"),
        ("id: https://a.example/", "must begin with a host or a mail address of yours"),
        ("id: a.example,2026", "must end in a day on which the host was yours"),
        ("id: a.example,2026-02-30", "must end in a day on which the host was yours"),
    ],
)
def test_a_site_must_be_one(line: str, words: str) -> None:
    site = {"title": "x", "url": "https://a.example/"}
    key = line.partition(":")[0]
    rest = "".join(f"  {name}: {value}\n" for name, value in site.items() if name != key)
    (fault,) = faults(f"site:\n{rest}  {line}\n")
    assert words in f"{fault}; {fault.hint}"
    assert "pw" not in f"{fault}{fault.hint}"


def test_twins_are_named_with_both_lines() -> None:
    twice = "feeds:\n  - http://EXAMPLE.org/rss\n  - {name: other, url: http://example.org:80/rss#top}\n"
    assert "6: feeds[1].url: http://example.org/rss is already that of feeds[0] in line 5; Remove" in said(
        twice
    )
    named = "feeds:\n  - {name: a, url: a.xml}\n  - {name: A, url: b.xml}\n"
    assert "6: feeds[1].slug: a is already that of feeds[0] in line 5; Give it a slug" in said(named)


@pytest.mark.parametrize(
    "output",
    [
        ".",
        "./",
        "~",
        "~/x",
        "/tmp/x",
        "../x",
        "a/../..",
        "content",
        "Content",
        "content/items",
        "templates",
        "static",
        "samples",
        ".git/hooks",
        ".briefpress",
        "config.yaml",
        "C:x",
        "a\\b",
    ],
)
def test_the_site_is_built_beside_our_own_files(output: str) -> None:
    assert "5: build.output: must be" in said(f"build:\n  output: '{output}'\n").replace("must not", "must")


def test_links_cannot_lead_the_build_elsewhere(tmp_path: Path) -> None:
    root = tmp_path / "newsletter"
    (root / "content").mkdir(parents=True)
    for name, target in {"out": "..", "in": "content", "home": ".", "a": "b", "b": "a"}.items():
        (root / name).symlink_to(target)
    assert "leads outside" in said("build: {output: out}\n", root)
    assert "leads outside" in said("feeds: [out/feed.xml]\n", root)
    assert "must be apart from content" in said("build: {output: in}\n", root)
    assert "must not be the newsletter's folder" in said("build: {output: home}\n", root)
    assert "leads outside" in said("build: {output: a/site}\n", root)
    (root / "site").symlink_to(tmp_path)
    assert "1: build.output: leads outside" in said("", root)


@pytest.mark.parametrize(
    ("static", "words"),
    [
        ("{content: ''}", "must be apart from content"),
        ("{.: ''}", "must not be the newsletter's folder"),
        ("{../x: ''}", "must be a path inside"),
        ("{static: ../x}", "build.static.static: must be a path inside"),
        ("{site/x: ''}", "must be apart from the static folder site/x"),
        ("static", "must hold keys and values"),
    ],
)
def test_static_folders_hold_nothing_of_ours(static: str, words: str) -> None:
    assert words in said(f"build:\n  static: {static}\n")


# Whole files


def test_no_hostile_file_is_an_exception_of_another_kind(shared: Callable[..., Path]) -> None:
    lines = shared("data", "hostile", "config.jsonl").read_text(encoding="utf-8").splitlines()
    for case in map(json.loads, lines):
        raw = case["payload"]
        # None of them names a site, so none is a newsletter of ours.
        assert faults(base64.b64decode(raw) if case.get("encoding") else raw.encode()), case["id"]


def test_a_thousand_feeds_of_one_host_are_accepted(shared: Callable[..., Path]) -> None:
    lines = shared("data", "hostile", "config.jsonl").read_text(encoding="utf-8").splitlines()
    (payload,) = (case["payload"] for case in map(json.loads, lines) if case["kind"] == "thousand-feeds")
    assert len(config(payload).feeds) == 1000


_KEYS = st.sampled_from(
    [
        "site",
        "feeds",
        "sections",
        "summary",
        "fetch",
        "build",
        "static",
        "url",
        "title",
        "min",
        "slug",
        "tags",
        "<<",
    ]
)
_ANY = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.dates()
_TREES = st.recursive(
    _ANY, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=5), max_leaves=20
)


@given(_TREES)
def test_no_shape_is_an_exception_of_another_kind(shape: object) -> None:
    source = yaml.dump(shape, Dumper=yaml.SafeDumper)
    try:
        parse(source.encode(), ROOT)
    except ConfigError as error:
        assert all(fault.path == "config.yaml" and fault.line >= 1 for fault in error.faults)
        assert not any("Input should" in str(fault) for fault in error.faults)


# Where it is


def test_the_root_is_the_nearest_folder_upward(make_site: Callable[..., Path]) -> None:
    root = make_site(f"-- config.yaml --\n{SITE}\n-- inner/config.yaml --\n{SITE}\n-- inner/a/b/c.txt --\n")
    assert find_root(root / "inner" / "a" / "b") == root / "inner"
    assert find_root(root) == root
    assert load(root).root == root


def test_no_newsletter_here_says_how_to_begin(tmp_path: Path) -> None:
    for look in (find_root, load):
        with pytest.raises(ConfigError, match=r"there is no config\.yaml in") as caught:
            look(tmp_path)
        assert "--root" in caught.value.hint
        assert "briefpress init" in caught.value.hint


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ("mail: {listmonk: {url: http://lists.example.org/}}\n", "must begin with https://"),
        ("mail: {unsubscribe: http://a.example/leave}\n", "must begin with https://"),
        ("mail: {unsubscribe: 'https://a.example/{name}'}\n", "no other braces"),
        ('mail: {from_address: "a@b.example, c@d.example"}\n', "must be a mail address"),
        ('mail: {from_address: "a@b.example\\r\\nBcc: x@y.example"}\n', "must be a mail address"),
        ("mail: {subscribers: ../readers.csv}\n", "inside the newsletter's folder"),
        ("mail: {buttondown: {url: 'https://u:p@api.example/'}}\n", "must not hold a user name"),
    ],
)
def test_what_a_letter_may_not_be_sent_with_is_refused(more: str, what: str) -> None:
    assert what in said(more)


def test_a_service_on_this_machine_may_do_without_encryption() -> None:
    made = config("mail: {listmonk: {url: 'http://127.0.0.1:9000'}}\n")

    assert made.mail.listmonk.url == "http://127.0.0.1:9000/"
    assert (made.mail.via, made.mail.from_name) == ("files", "The Open Web Brief")
