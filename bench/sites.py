"""One newsletter in the form that each builder reads, with a theme that makes the same pages of it.

The pages: one an item; lists by 20 of each of 40 tags, 20 sources, 4 sections and every month; an index of
each kind of list; an overview; a feed of the newest items with their text; a sitemap; a style sheet.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from corpus import Piece

TITLE = "The Brief"
URL = "https://bench.example/"
STYLE = "body { max-width: 40rem; margin: auto; font: 1rem/1.5 serif }\n" * 8
FOOTER = "Made for a measurement."
"""What changes when a template does."""

Files = Mapping[str, str]


def write(root: Path, files: Files) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


# -- briefpress


def briefpress(root: Path, pieces: Iterable[Piece], engine: str = "markdown", theme: str = "equal") -> None:
    sections = ", ".join(sorted({piece.section for piece in pieces}))
    config = (
        f"site: {{title: {TITLE}, url: '{URL}'}}\nsections: [{sections}]\neditorial: {{publish: items}}\n"
        f"markdown: {{engine: {engine}}}\n"
    )
    write(root, {"config.yaml": config, **(_BRIEFPRESS_THEME if theme == "equal" else {})})
    for piece in pieces:
        head = (
            f"id: {piece.number:010x}\ntitle: {piece.title}\nstatus: approved\ndate: {_iso(piece)}\n"
            f"section: {piece.section.lower()}\ntags: [{', '.join(piece.tags)}]\n"
            f"source:\n  feed: {_slug(piece.source)}\n  name: {piece.source}\n"
            f"  url: https://example.org/{piece.number}\ntldr: {piece.tldr}\nby: extract/1\n"
        )
        write(root, {f"content/items/{piece.date.year}/{piece.name}.md": f"---\n{head}---\n{piece.body}"})


_BRIEFPRESS_THEME = {
    "templates/base.html": """<!doctype html>
<html lang="{{ site.language }}">
<head>
<meta charset="utf-8">
<title>{{ page.title }} · {{ site.title }}</title>
<meta name="description" content="{{ page.description }}">
<link rel="canonical" href="{{ page.canonical }}">
<link rel="stylesheet" href="{{ asset('style.css') }}">
<link rel="alternate" type="application/rss+xml" href="{{ url('feed.xml') }}">
</head>
<body data-template="{{ page.template }}">
<header><a href="{{ url('') }}">{{ site.title }}</a>
<nav>{% for link in site.sections %}<a href="{{ url(link.path) }}">{{ link.title }}</a> {% endfor %}</nav></header>
<main>{% block main %}{% endblock %}</main>
<footer>FOOTER</footer>
</body>
</html>
""".replace("FOOTER", FOOTER),
    "templates/item.html": """{% extends "base.html" %}
{% set card = item.card %}
{% block main %}
<article><h1>{{ card.title }}</h1>
<p><a href="{{ url(card.source.path) }}">{{ card.source.name }}</a> <time>{{ date(card.date, "iso") }}</time></p>
{% for block in item.blocks %}{{ block.block_html }}{% endfor %}
<ul>{% for tag in card.tags %}<li><a href="{{ url(tag.path) }}">{{ tag.title }}</a></li>{% endfor %}</ul>
</article>
{% endblock %}
""",
    "templates/list.html": """{% extends "base.html" %}
{% block main %}
<h1>{{ heading }}</h1>
{% for card in cards %}
{% include "parts/card.html" %}
{% endfor %}
<p>{% if pager.newer %}<a href="{{ url(pager.newer.path) }}">newer</a> {% endif %}{{ pager.number }} of {{ pager.total }}
{% if pager.older %} <a href="{{ url(pager.older.path) }}">older</a>{% endif %}</p>
{% endblock %}
""",
    "templates/home.html": """{% extends "base.html" %}
{% block main %}
{% if lead %}{% with card = lead %}{% include "parts/card.html" %}{% endwith %}{% endif %}
{% for card in cards %}
{% include "parts/card.html" %}
{% endfor %}
{% endblock %}
""",
    "templates/index.html": """{% extends "base.html" %}
{% block main %}
<h1>{{ heading }}</h1>
{% for group in groups %}<ul>
{% for link in group.links %}
<li><a href="{{ url(link.path) }}">{{ link.title }}</a> {{ link.count }}</li>
{% endfor %}
</ul>{% endfor %}
{% endblock %}
""",
    "templates/parts/card.html": """<article><h2><a href="{{ url(card.path) }}">{{ card.title }}</a></h2>
<p>{{ card.tldr }}</p>
<p><a href="{{ url(card.source.path) }}">{{ card.source.name }}</a> <time>{{ date(card.date, "iso") }}</time></p>
</article>
""",
    "templates/assets/style.css": STYLE,
}


# -- Hugo


def hugo(root: Path, pieces: Iterable[Piece]) -> None:
    settings = {
        "title": TITLE,
        "baseURL": URL,
        "locale": "en",
        "taxonomies": {"tag": "tags", "source": "sources", "topic": "topics", "month": "months"},
        "pagination": {"pagerSize": 20, "disableAliases": True},
        "services": {"rss": {"limit": 30}},
        "outputs": {"home": ["html", "rss"], "section": ["html"], "taxonomy": ["html"], "term": ["html"]},
        "markup": {"goldmark": {"extensions": {"typographer": {"disable": True}}}},
        "params": {"sections": sorted({piece.section for piece in pieces})},
    }
    write(root, {"hugo.json": json.dumps(settings), "assets/style.css": STYLE, **_HUGO_THEME})
    for piece in pieces:
        head = (
            f"title: {piece.title}\ndate: {_iso(piece)}\nid: {piece.number:010x}\ntopics: [{piece.section}]\n"
            f"tags: [{', '.join(piece.tags)}]\nsources: [{piece.source}]\nmonths: ['{piece.date:%Y-%m}']\n"
            f"link: https://example.org/{piece.number}\ndescription: {piece.tldr}\n"
        )
        write(root, {f"content/items/{piece.name}.md": f"---\n{head}---\n{piece.body}"})


_HUGO_THEME = {
    "layouts/baseof.html": """<!doctype html>
<html lang="{{ site.Language.Lang }}">
<head>
<meta charset="utf-8">
<title>{{ .Title }} · {{ site.Title }}</title>
<meta name="description" content="{{ .Description }}">
<link rel="canonical" href="{{ .Permalink }}">
{{ with resources.Get "style.css" | fingerprint }}<link rel="stylesheet" href="{{ .RelPermalink }}">{{ end }}
<link rel="alternate" type="application/rss+xml" href="{{ "index.xml" | relURL }}">
</head>
<body data-template="{{ .Kind }}">
<header><a href="{{ "/" | relURL }}">{{ site.Title }}</a>
<nav>{{ range site.Params.sections }}<a href="{{ printf "/topics/%s/" (urlize .) | relURL }}">{{ . }}</a> {{ end }}</nav></header>
<main>{{ block "main" . }}{{ end }}</main>
<footer>FOOTER</footer>
</body>
</html>
""".replace("FOOTER", FOOTER),
    "layouts/page.html": """{{ define "main" }}
<article><h1>{{ .Title }}</h1>
<p>{{ range .Params.sources }}<a href="{{ printf "/sources/%s/" (urlize .) | relURL }}">{{ . }}</a>{{ end }} <time>{{ .Date.Format "2006-01-02T15:04:05Z" }}</time></p>
{{ .Content }}
<ul>{{ range .Params.tags }}<li><a href="{{ printf "/tags/%s/" (urlize .) | relURL }}">{{ . }}</a></li>{{ end }}</ul>
</article>
{{ end }}
""",
    "layouts/card.html": """<article><h2><a href="{{ .RelPermalink }}">{{ .Title }}</a></h2>
<p>{{ .Description }}</p>
<p>{{ range .Params.sources }}<a href="{{ printf "/sources/%s/" (urlize .) | relURL }}">{{ . }}</a>{{ end }} <time>{{ .Date.Format "2006-01-02T15:04:05Z" }}</time></p>
</article>
""",
    "layouts/term.html": """{{ define "main" }}
<h1>{{ .Title }}</h1>
{{ $pager := .Paginate .Pages }}{{ range $pager.Pages }}{{ .Render "card" }}{{ end }}
<p>{{ with $pager.Prev }}<a href="{{ .URL }}">newer</a> {{ end }}{{ $pager.PageNumber }} of {{ $pager.TotalPages }}
{{ with $pager.Next }} <a href="{{ .URL }}">older</a>{{ end }}</p>
{{ end }}
""",
    "layouts/list.html": """{{ define "main" }}<h1>{{ .Title }}</h1>{{ end }}
""",
    "layouts/taxonomy.html": """{{ define "main" }}
<h1>{{ .Title }}</h1>
<ul>{{ range .Data.Terms.Alphabetical }}<li><a href="{{ .Page.RelPermalink }}">{{ .Page.Title }}</a> {{ .Count }}</li>
{{ end }}</ul>
{{ end }}
""",
    "layouts/home.html": """{{ define "main" }}
{{ range first 27 (where site.RegularPages "Section" "items") }}{{ .Render "card" }}{{ end }}
{{ end }}
""",
    "layouts/home.rss.xml": """<rss version="2.0"><channel><title>{{ site.Title }}</title><link>{{ site.BaseURL }}</link>
{{ range first 30 (where site.RegularPages "Section" "items") }}<item><title>{{ .Title }}</title><link>{{ .Permalink }}</link>
<guid>{{ .Params.id }}</guid><pubDate>{{ .Date.Format "Mon, 02 Jan 2006 15:04:05 -0700" }}</pubDate>
<description>{{ .Content | html }}</description></item>
{{ end }}</channel></rss>
""",
}


# -- Pelican


def pelican(root: Path, pieces: Iterable[Piece]) -> None:
    settings = f"""
SITENAME, SITEURL, AUTHOR, TIMEZONE, DEFAULT_LANG = {TITLE!r}, {URL.rstrip("/")!r}, "x", "UTC", "en"
PATH, THEME, OUTPUT_PATH = "content", "theme", "output"
ARTICLE_PATHS = ["items"]
ARTICLE_URL, ARTICLE_SAVE_AS = "items/{{slug}}/", "items/{{slug}}/index.html"
DEFAULT_PAGINATION = 20
PAGINATION_PATTERNS = (
    (1, "{{url}}", "{{save_as}}"),
    (2, "{{base_name}}/page/{{number}}/", "{{base_name}}/page/{{number}}/index.html"),
)
PAGINATED_TEMPLATES = {{"tag": None, "category": None, "author": None, "period_archives": None}}
MONTH_ARCHIVE_SAVE_AS = "archive/{{date:%Y}}/{{date:%m}}/index.html"
DIRECT_TEMPLATES = ["index", "tags", "categories", "authors", "sitemap"]
SITEMAP_SAVE_AS = "sitemap.xml"
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = TRANSLATION_FEED_ATOM = None
FEED_RSS, FEED_MAX_ITEMS, RSS_FEED_SUMMARY_ONLY = "feed.xml", 30, False
CACHE_CONTENT = LOAD_CONTENT_CACHE = True
MARKDOWN = {{"extension_configs": {{"markdown.extensions.extra": {{}}}}, "output_format": "html5"}}
"""
    write(root, {"pelicanconf.py": settings, **_PELICAN_THEME})
    for piece in pieces:
        head = (
            f"Title: {piece.title}\nDate: {piece.date:%Y-%m-%d %H:%M}\nSlug: {piece.name}\n"
            f"Category: {piece.section}\nTags: {', '.join(piece.tags)}\nAuthor: {piece.source}\n"
            f"Link: https://example.org/{piece.number}\nSummary: {piece.tldr}\n"
        )
        write(root, {f"content/items/{piece.name}.md": f"{head}\n{piece.body}"})


_PELICAN_LIST = """{% extends "base.html" %}
{% block main %}
<h1>{{ NAME }}</h1>
{% for article in (articles_page.object_list if articles_page else articles) %}{% include "card.html" %}{% endfor %}
{% if articles_page %}<p>{{ articles_page.number }} of {{ articles_paginator.num_pages }}</p>{% endif %}
{% endblock %}
"""
_PELICAN_INDEX = """{% extends "base.html" %}
{% block main %}
<ul>{% for one, found in NAME %}<li><a href="{{ SITEURL }}/{{ one.url }}">{{ one }}</a> {{ found | length }}</li>
{% endfor %}</ul>
{% endblock %}
"""
_PELICAN_THEME = {
    "theme/static/style.css": STYLE,
    "theme/templates/base.html": """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{{ title or SITENAME }} · {{ SITENAME }}</title>
<link rel="stylesheet" href="{{ SITEURL }}/theme/style.css">
<link rel="alternate" type="application/rss+xml" href="{{ SITEURL }}/feed.xml">
</head>
<body>
<header><a href="{{ SITEURL }}/">{{ SITENAME }}</a>
<nav>{% for one, _ in categories %}<a href="{{ SITEURL }}/{{ one.url }}">{{ one }}</a> {% endfor %}</nav></header>
<main>{% block main %}{% endblock %}</main>
<footer>FOOTER</footer>
</body>
</html>
""".replace("FOOTER", FOOTER),
    "theme/templates/card.html": """<article><h2><a href="{{ SITEURL }}/{{ article.url }}">{{ article.title }}</a></h2>
<p>{{ article.summary }}</p>
<p><a href="{{ SITEURL }}/{{ article.author.url }}">{{ article.author }}</a> <time>{{ article.date.isoformat() }}</time></p>
</article>
""",
    "theme/templates/article.html": """{% extends "base.html" %}
{% block main %}
<article><h1>{{ article.title }}</h1>
<p><a href="{{ SITEURL }}/{{ article.author.url }}">{{ article.author }}</a> <time>{{ article.date.isoformat() }}</time></p>
{{ article.content }}
<ul>{% for tag in article.tags %}<li><a href="{{ SITEURL }}/{{ tag.url }}">{{ tag }}</a></li>{% endfor %}</ul>
</article>
{% endblock %}
""",
    "theme/templates/index.html": """{% extends "base.html" %}
{% block main %}{% for article in articles[:27] %}{% include "card.html" %}{% endfor %}{% endblock %}
""",
    "theme/templates/sitemap.html": """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{% for article in articles %}<url><loc>{{ SITEURL }}/{{ article.url }}</loc></url>
{% endfor %}</urlset>
""",
    **{
        f"theme/templates/{one}.html": _PELICAN_LIST.replace("NAME", one)
        for one in ("tag", "category", "author")
    },
    "theme/templates/period_archives.html": _PELICAN_LIST.replace("{{ NAME }}", "{{ period | join(' ') }}"),
    **{
        f"theme/templates/{one}.html": _PELICAN_INDEX.replace("NAME", one)
        for one in ("tags", "categories", "authors")
    },
}


# -- Eleventy


def eleventy(root: Path, pieces: Iterable[Piece]) -> None:
    write(root, {"package.json": '{"type": "module"}', "input/style.css": STYLE, **_ELEVENTY_THEME})
    for piece in pieces:
        head = (
            f"layout: item.njk\ntags: item\ntitle: {piece.title}\ndate: {_iso(piece)}\n"
            f"section: {piece.section}\ntopics: [{', '.join(piece.tags)}]\nsource: {piece.source}\n"
            f"month: '{piece.date:%Y-%m}'\nlink: https://example.org/{piece.number}\ndescription: {piece.tldr}\n"
            f"permalink: /items/{piece.name}/\n"
        )
        write(root, {f"input/items/{piece.name}.md": f"---\n{head}---\n{piece.body}"})


_ELEVENTY_THEME = {
    "eleventy.config.js": """const slug = (name) => name.toLowerCase().replaceAll(" ", "-");
const kinds = { topics: (d) => d.topics, sources: (d) => [d.source], sections: (d) => [d.section], months: (d) => [d.month] };
export default function (config) {
  config.addPassthroughCopy("input/style.css");
  config.addFilter("slug2", slug);
  config.addFilter("iso", (date) => date.toISOString());
  config.addCollection("newest", (api) => api.getFilteredByTag("item").reverse());
  config.addCollection("lists", (api) => {
    const lists = [];
    for (const [kind, of] of Object.entries(kinds)) {
      const found = new Map();
      for (const item of api.getFilteredByTag("item").reverse())
        for (const name of of(item.data)) found.set(name, found.get(name) ?? []).get(name).push(item);
      for (const [name, items] of found)
        for (let at = 0; at < items.length; at += 20)
          lists.push({ kind, name, number: at / 20 + 1, total: Math.ceil(items.length / 20), items: items.slice(at, at + 20) });
    }
    return lists;
  });
  return { dir: { input: "input", output: "output" }, markdownTemplateEngine: false };
}
""",
    "input/_includes/base.njk": """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{{ title }} · TITLE</title>
<meta name="description" content="{{ description }}">
<link rel="stylesheet" href="/style.css">
<link rel="alternate" type="application/rss+xml" href="/feed.xml">
</head>
<body>
<header><a href="/">TITLE</a></header>
<main>{{ content | safe }}</main>
<footer>FOOTER</footer>
</body>
</html>
""".replace("FOOTER", FOOTER).replace("TITLE", TITLE),
    "input/_includes/item.njk": """---
layout: base.njk
---
<article><h1>{{ title }}</h1>
<p><a href="/sources/{{ source | slug2 }}/">{{ source }}</a> <time>{{ date | iso }}</time></p>
{{ content | safe }}
<ul>{% for tag in topics %}<li><a href="/topics/{{ tag | slug2 }}/">{{ tag }}</a></li>{% endfor %}</ul>
</article>
""",
    "input/_includes/card.njk": """<article><h2><a href="{{ one.url }}">{{ one.data.title }}</a></h2>
<p>{{ one.data.description }}</p>
<p><a href="/sources/{{ one.data.source | slug2 }}/">{{ one.data.source }}</a> <time>{{ one.date | iso }}</time></p>
</article>
""",
    "input/lists.njk": """---
layout: base.njk
pagination: {data: collections.lists, size: 1, alias: list}
permalink: "/{{ list.kind }}/{{ list.name | slug2 }}/{% if list.number > 1 %}page/{{ list.number }}/{% endif %}"
---
<h1>{{ list.name }}</h1>
{% for one in list.items %}{% include "card.njk" %}{% endfor %}
<p>{{ list.number }} of {{ list.total }}</p>
""",
    "input/index.njk": """---
layout: base.njk
permalink: /
---
{% for one in collections.newest.slice(0, 27) %}{% include "card.njk" %}{% endfor %}
""",
    "input/feed.njk": """---
permalink: /feed.xml
---
<rss version="2.0"><channel>{% for one in collections.newest.slice(0, 30) %}<item><title>{{ one.data.title }}</title>
<link>{{ one.url }}</link><description>{{ one.content }}</description></item>{% endfor %}</channel></rss>
""",
    "input/sitemap.njk": """---
permalink: /sitemap.xml
---
<urlset>{% for one in collections.newest %}<url><loc>{{ one.url }}</loc></url>{% endfor %}</urlset>
""",
}


SITES: Mapping[str, Callable[[Path, Iterable[Piece]], None]] = {
    "hugo": hugo,
    "pelican": pelican,
    "eleventy": eleventy,
}


def _iso(piece: Piece) -> str:
    return f"{piece.date:%Y-%m-%dT%H:%M:%SZ}"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())
