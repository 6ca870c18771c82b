"""The editor in a browser: a page, and what Sveltia CMS or Decap CMS must know of our files. Pure.

Both read the same `config.yml`. <https://sveltiacms.app/en/docs/config-basics>
<https://decapcms.org/docs/configuration-options/>

A save must be a small commit: so a form has the keys that people change and no others (both keep what they do
not know), the text is edited as Markdown (a rich editor writes it anew), and times are written as ours are.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from builder.config import Config
from builder.content import forms, frontmatter
from builder.content.forms import Field, Form, Kind
from builder.errors import ConfigError

PAGE, SETTINGS = "index.html", "config.yml"
MARK = "Made by `briefpress admin build`: change config.yaml, and run it again."
"""A line of each file, by which it is known as ours."""
_UNPKG = "https://unpkg.com"
_TIME = "YYYY-MM-DDTHH:mm:ss[Z]"
_MEDIA = "media"


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A CMS, by the one version that was looked at."""

    package: str
    version: str
    file: str
    """In the package."""
    integrity: str
    """Of that file, as Subresource Integrity has it."""
    evaluates: bool = False
    """Whether it makes code of text as it runs, which its page must then allow."""
    knows_all: bool = False
    """Whether it has all entries at hand; one that asks for each as it is looked for cannot for thousands."""
    fonts: tuple[str, ...] = ()
    """Where its letters and signs come from."""

    @property
    def url(self) -> str:
        """Where it stands on the web; never another file."""
        return f"{_UNPKG}/{self.package}@{self.version}/{self.file}"

    @property
    def name(self) -> str:
        """What it is called beside the page."""
        return self.file.rpartition("/")[2]


SCRIPTS: Mapping[str, Script] = {
    "sveltia": Script(
        package="@sveltia/cms",
        version="0.221.1",
        file="dist/sveltia-cms.js",
        integrity="sha384-JQ+XsKx/UzwdTiNnFStza3XtqqQoVtyNPApkfvwlzZDfhe7giE9CnfQrpHqgv3k6",
        knows_all=True,
        fonts=("https://cdn.jsdelivr.net/fontsource/",),
    ),
    "decap": Script(
        package="decap-cms",
        version="3.16.3",
        file="dist/decap-cms.js",
        integrity="sha384-A/Gdn928CNLufmnGWGs9RM4Q9o8bSNLeJERqBFrBjwzL7FRpoLT3MPF8Tl0+Wd2p",
        evaluates=True,
    ),
}
"""By `admin.cms`."""
_ASKED: Mapping[str, tuple[str, ...]] = {
    "github": ("https://api.github.com", "https://www.githubstatus.com", "https://*.githubusercontent.com"),
    "gitlab": ("https://gitlab.com", "https://secure.gravatar.com"),
    "git-gateway": ("https://api.netlify.com",),
    "local": ("http://localhost:8081", "http://127.0.0.1:8081"),
}
"""What a backend must be able to ask."""


def files(config: Config) -> dict[str, str]:
    """The files of the folder `admin/` by name, without the script. Raises ConfigError for want of a repo."""
    if config.admin.backend in ("github", "gitlab") and not config.admin.repo:
        raise ConfigError(
            "it is not said which repository the editor in a browser works on",
            "Set `admin.repo: owner/name` in config.yaml, or `admin.backend: local`.",
        )
    return {PAGE: page(config), SETTINGS: settings(config)}


def page(config: Config) -> str:
    """The page that loads the CMS: found by nobody who is not told, and allowed no more than it needs."""
    script = SCRIPTS[config.admin.cms]
    source = script.name if config.admin.vendor else script.url
    crossing = "" if config.admin.vendor else ' crossorigin="anonymous"'
    return f"""\
<!doctype html>
<!-- {MARK} -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="{escape(policy(config), quote=False)}">
<title>{escape(f"Edit {config.site.title}")}</title>
<link rel="cms-config-url" type="text/yaml" href="{SETTINGS}">
</head>
<body>
<noscript>This editor needs JavaScript.</noscript>
<script src="{escape(source)}" integrity="{script.integrity}"{crossing}></script>
</body>
</html>
"""


def is_local(page: str) -> bool:
    """Whether `page` is that of an editor with `admin.backend: local`, which nobody but its maker can use."""
    return MARK in page and _ASKED["local"][0] in page


def policy(config: Config) -> str:
    """What the page may load and ask, as a Content-Security-Policy."""
    script = SCRIPTS[config.admin.cms]
    # Its own folder there, so that a page with a hole could load no other package.
    home = () if config.admin.vendor else (f"{_UNPKG}/{script.package}@{script.version}/",)
    asked = _ASKED[config.admin.backend]
    if config.admin.auth_url:
        asked += (config.admin.auth_url.rstrip("/"),)
    rules: dict[str, tuple[str, ...]] = {
        "default-src": ("'none'",),
        "base-uri": ("'none'",),
        "form-action": ("'none'",),
        "script-src": ("'self'", *home, *(("'unsafe-eval'",) if script.evaluates else ())),
        "style-src": ("'self'", "'unsafe-inline'"),
        "font-src": ("'self'", "data:", *script.fonts),
        "img-src": ("'self'", "blob:", "data:", "https:"),
        "media-src": ("'self'", "blob:"),
        "frame-src": ("'self'", "blob:"),
        "worker-src": ("'self'", "blob:"),
        "connect-src": ("'self'", "blob:", "data:", *home, *asked),
    }
    return "; ".join(" ".join((name, *sources)) for name, sources in rules.items())


def settings(config: Config) -> str:
    """The configuration of the CMS: `config.yml`."""
    admin, site = config.admin, config.site
    values: dict[str, object] = {
        "backend": dict(_backend(config)),
        **({"local_backend": True} if admin.backend == "local" else {}),
        "publish_mode": "editorial_workflow" if admin.workflow else "simple",
        "media_folder": f"static/{_MEDIA}",
        "public_folder": f"/{_MEDIA}",
        "site_url": site.url,
        "display_url": site.url,
        "show_preview_links": False,
        # Of Sveltia CMS: an empty field is no key, and a list stands as ours do.
        "output": {"omit_empty_optional_fields": True, "yaml": {"indent_size": 2, "indent_sequences": True}},
        "slug": {"encoding": "ascii", "clean_accents": True},
        "collections": frontmatter.Rows(_collection(form, config) for form in forms.FORMS),
    }
    return f"# {MARK}\n{frontmatter.dump(values)}"


def _backend(config: Config) -> Iterator[tuple[str, object]]:
    admin = config.admin
    # On one's own machine Decap finds its local server by itself, and Sveltia asks for the folder.
    name = (
        admin.backend if admin.backend != "local" else ("git-gateway" if admin.cms == "decap" else "github")
    )
    yield "name", name
    if name in ("github", "gitlab"):
        yield "repo", admin.repo or "local/newsletter"
    yield "branch", admin.branch
    if admin.auth_url:
        yield "base_url", admin.auth_url.rstrip("/")
    yield (
        "commit_messages",
        {
            "create": "Add {{collection}}: {{slug}}",
            "update": "Edit {{collection}}: {{slug}}",
            "delete": "Remove {{collection}}: {{slug}}",
            "uploadMedia": "Add {{path}}",
            "deleteMedia": "Remove {{path}}",
        },
    )


def _collection(form: Form, config: Config) -> dict[str, object]:
    made: dict[str, object] = {
        "name": form.name,
        "label": form.label,
        "label_singular": form.one,
        "description": form.about,
        "folder": f"content/{form.name}",
        "extension": "md",
        "format": "yaml-frontmatter",
        "create": form.new,
        "delete": form.new,
        "identifier_field": "title",
        "editor": {"preview": False},
    }
    if form is forms.ITEMS:
        made |= {
            "path": "{{year}}/{{slug}}",
            "summary": "{{title}} ({{status}})",
            "sortable_fields": ("date", "title", "status"),
            "view_filters": frontmatter.Rows(
                {"label": status.capitalize(), "field": "status", "pattern": status}
                for status in next(field.choices for field in form.fields if field.name == "status")
            ),
            "view_groups": frontmatter.Rows([{"label": "Section", "field": "section"}]),
        }
    elif form is forms.EDITIONS:
        made |= {"summary": "{{number}}: {{title}}", "sortable_fields": ("date", "title")}
    made["fields"] = frontmatter.Rows(_fields(form, config))
    return made


def _fields(form: Form, config: Config) -> Iterator[dict[str, object]]:
    """In the order in which the keys stand in a file, as Decap CMS writes them in the order of its fields."""
    shown = {field.name: field for field in form.fields if field.name != "section" or config.sections}
    keys = {*shown, *forms.MADE[form.name]}
    for key in (*frontmatter.ORDER, *sorted(keys - {*frontmatter.ORDER})):
        if key in shown:
            yield _field(shown[key], config)
        elif key in keys:
            yield {"name": key, "label": key, "required": False, "widget": "hidden"}


def _field(field: Field, config: Config) -> dict[str, object]:
    made: dict[str, object] = {"name": field.name, "label": field.label}
    if field.hint:
        # The hint is shown as it stands, or as Markdown.
        made["hint"] = field.hint
    made["required"] = field.required
    if field.otherwise:
        made["default"] = field.otherwise
    if field.pattern and field.kind in (Kind.LINE, Kind.TEXT):
        made["pattern"] = (field.pattern, f"It must match {field.pattern}")
    match field.kind:
        case Kind.LINE:
            made["widget"] = "string"
        case Kind.TEXT:
            made["widget"] = "text"
        case Kind.TIME:
            made |= {"widget": "datetime", "format": _TIME, "picker_utc": True}
        case Kind.CHOICE:
            made |= {"widget": "select", "options": _options(field, config)}
        case Kind.WORDS:
            made |= _words(field, config)
        case Kind.PARTS:
            made |= {"widget": "list", "collapsed": False, "fields": frontmatter.Rows(_part(config))}
        case Kind.MARKDOWN:
            made |= {"widget": "markdown", "modes": frontmatter.Rows(["raw"])}
    return made


def _part(config: Config) -> Iterator[dict[str, object]]:
    """The fields of a part of an edition.

    Each item has a widget of its own: a relation with `multiple` would lose an item that it has not loaded.
    Of an entry with a note Decap CMS keeps the note; Sveltia CMS sees none there, and must not save without.
    """
    yield {"name": "title", "label": "Heading", "widget": "string", "required": False}
    item: dict[str, object] = {"name": "item", "label": "Item"}
    if SCRIPTS[config.admin.cms].knows_all:
        item |= {
            "widget": "relation",
            "collection": forms.ITEMS.name,
            "value_field": "id",
            "search_fields": frontmatter.Rows(["title", "id"]),
            "display_fields": frontmatter.Rows(["{{title}}", "({{status}})"]),
        }
    else:
        item |= {
            "widget": "string",
            "pattern": ("^[0-9a-f]{10}$", "The id of an item, ten characters of 0-9 and a-f"),
            "hint": "Its id, as `briefpress list` tells.",
        }
    yield {
        "name": "items",
        "label": "Items",
        "widget": "list",
        "required": False,
        "collapsed": False,
        "field": item,
    }


def _options(field: Field, config: Config) -> frontmatter.Rows:
    if field.name == "section":
        return frontmatter.Rows({"label": one.title, "value": one.slug} for one in config.sections)
    return frontmatter.Rows(field.choices)


def _words(field: Field, config: Config) -> dict[str, object]:
    if field.name == "tags" and config.tags:
        return {"widget": "select", "multiple": True, "options": frontmatter.Rows(config.tags)}
    return {"widget": "list"}


def is_ours(text: str) -> bool:
    """Whether a file was made here, so that it may be made again."""
    return re.search(re.escape(MARK), "\n".join(text.splitlines()[:3])) is not None
