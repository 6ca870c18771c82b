"""Templates: where they are found, what they may use, and what is said when one is wrong.

A site's `templates/` lies over the packaged theme, file by file. The name `default/base.html` always means
the packaged one, so a site's `base.html` can extend it and change one block. A theme is read whole when it is
opened: what happens to the files later changes neither a key nor a page.
"""

import contextlib
import difflib
import functools
import itertools
import json
import re
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import jinja2
import jinja2.meta
from jinja2.utils import missing

from builder import digest, files
from builder.errors import TemplateError
from builder.render import direct, flat, markup
from builder.render.views import PageView, SiteView, View
from builder.render.wording import MisuseError, Wording, chain

FUNCTIONS = ("asset", "contents", "count", "date", "number", "t", "url")
"""What every template may call, besides Jinja's own; see docs/templates.md."""

_DEFAULT = "default/"
_ASSETS = "assets/"
_MESSAGES = "messages/"
_HASH_LENGTH = 8
_SPOT = re.compile(rb"--spot: #[0-9a-f]{6}")
# Random by design: with them the same view would not give the same page.
_RANDOM = ("lipsum", "random")
_EXPRESSION_FAULTS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages load, named by its content so that it may be cached for ever."""

    path: str
    """`assets/style.3f9a1c2b.css`."""
    data: bytes


def packaged() -> Path:
    """The folder of the templates that come with briefpress."""
    return files.THEME


class Theme:
    """The templates, messages and assets of one site."""

    def __init__(
        self,
        packaged: Mapping[str, bytes],
        own: Mapping[str, bytes],
        folder: str,
        accent: tuple[str, str] | None = None,
    ) -> None:
        """Lay the files `own` of a site over the `packaged` ones; faults call the site's folder `folder`.

        `accent` is the spot colour on light and on dark paper, `#rrggbb`.
        """
        if accent:
            packaged = _coloured(packaged, *accent)
        self._own = own
        self._packaged = packaged
        self._folder = folder
        merged = {**packaged, **own}
        self._templates = {
            **{name: data for name, data in merged.items() if not name.startswith((_ASSETS, _MESSAGES))},
            **{
                _DEFAULT + name: data
                for name, data in packaged.items()
                if not name.startswith((_ASSETS, _MESSAGES))
            },
        }
        self._assets = {
            name.removeprefix(_ASSETS): _asset(name, data)
            for name, data in sorted(merged.items())
            if name.startswith(_ASSETS)
        }
        self._shared_key = digest.of_value(
            (
                (files.program(), jinja2.__version__),
                {name: asset.path for name, asset in self._assets.items()},
                {name: data for name, data in merged.items() if name.startswith(_MESSAGES)},
                {name: data for name, data in packaged.items() if name.startswith(_MESSAGES)},
            )
        )
        self._keys: dict[str, str] = {}
        self._references: dict[str, frozenset[str] | None] = {}
        self.references: dict[str, list[str] | None] = {}
        """The names in a template, by the digest of its text; None when some cannot be known.

        What is put in is believed, and saves parsing each template to tell its key.
        """
        self._wordings: dict[tuple[str, str], Wording] = {}
        self._made: dict[tuple[str, ...], Mapping[str, Callable[..., object]]] = {}
        self._quick: dict[str, Callable[[dict[str, Any]], str] | None] = {}
        self._environment = _environment(self._load)

    @classmethod
    def open(cls, overrides: Path, accent: tuple[str, str] | None = None) -> "Theme":
        """The packaged theme under the files of `overrides`, which may be missing. Raises FileError."""
        return cls(_read(files.THEME), _read(overrides), overrides.name, accent)

    def prepare(self, templates: Iterable[str]) -> None:
        """Have `templates` and all they pull in compiled; what is wrong with one is told when it is used."""
        for template in templates:
            if self._quick_form(template) is None:
                for name in self._reach(template):
                    with contextlib.suppress(jinja2.TemplateError):
                        self._environment.get_template(name)

    def assets(self) -> tuple[Asset, ...]:
        """Every file that pages may load, by name."""
        return tuple(self._assets.values())

    def asset(self, name: str) -> bytes:
        """The content of the asset `name`; empty when there is none."""
        found = self._assets.get(name)
        return found.data if found else b""

    def key(self, template: str) -> str:
        """A digest of all that `template` is made of: what it extends or includes, messages, assets.

        A template that cannot be read has a key too; `render` says what is wrong with it.
        """
        if template not in self._keys:
            parts = {name: self._templates.get(name) for name in self._reach(template)}
            self._keys[template] = digest.of_value((self._shared_key, template, parts))
        return self._keys[template]

    def render(self, template: str, view: View) -> str:
        """The page that `template` makes of `view`. Raises TemplateError with a template's name and line."""
        kind: Any = type(view)
        names = {name: _marked(name, getattr(view, name)) for name in _names(kind)}
        try:
            names.update(self._functions(view.site, view.page))
            if quick := self._quick_form(template):
                # Jinja knows what to say of a fault, and whether there is anything to be said at all. Of this
                # page alone: what other pages are like must not hang on the order in which they are made.
                with contextlib.suppress(Exception):
                    return quick(names)
            return self._environment.get_template(template).render(names)
        except (jinja2.TemplateError, MisuseError, *_EXPRESSION_FAULTS) as error:
            raise self._fault(error, template, names) from error

    def _quick_form(self, template: str) -> Callable[[dict[str, Any]], str] | None:
        """The quick form of `template`; None where it has none."""
        if template not in self._quick:
            self._quick[template] = flat.flattened(self._environment, template, self._source, FUNCTIONS)
        return self._quick[template]

    def _functions(self, site: SiteView, page: PageView) -> Mapping[str, Callable[..., object]]:
        """FUNCTIONS for one page, the same ones for pages that lie as deep."""
        # Hosts show 404.html at any depth, so it alone cannot lead from where it stands.
        root = urlsplit(site.url).path if page.path == "404.html" else "../" * page.path.count("/") or "./"
        asked = (site.language, site.timezone, site.url, root)
        if asked not in self._made:
            self._made[asked] = _functions(root, site.url, self.wording(site), self._assets)
        return self._made[asked]

    # -- finding

    def _source(self, name: str) -> str:
        return self._templates[name].decode("utf-8-sig")

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        data = self._templates.get(name)
        if data is None:
            return None
        try:
            # The name stands for the file's, so that a traceback leads back to it.
            return data.decode("utf-8-sig"), name, lambda: True
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise jinja2.TemplateSyntaxError("not UTF-8 text", line, name, name) from error

    def _reach(self, template: str) -> Sequence[str]:
        """All templates that `template` may pull in, and itself, by name; a computed name may be any."""
        reached: set[str] = set()
        ahead = {template}
        while ahead:
            name = ahead.pop()
            reached.add(name)
            pulled = self._pulled(name)
            if pulled is None:
                return sorted({*self._templates, *reached})
            ahead |= pulled - reached
        return sorted(reached)

    def _pulled(self, name: str) -> frozenset[str] | None:
        """The templates named in `name`; None when some cannot be known."""
        if name not in self._references:
            mark = digest.of_bytes(self._templates.get(name, b""))
            if mark not in self.references:
                found = self._parsed(name)
                self.references[mark] = None if found is None else sorted(found)
            told = self.references[mark]
            self._references[name] = None if told is None else frozenset(told)
        return self._references[name]

    def _parsed(self, name: str) -> frozenset[str] | None:
        if name not in self._templates:
            return frozenset()
        try:
            loaded = self._load(name)
            tree = self._environment.parse(loaded[0] if loaded else "", name, name)
        except jinja2.TemplateSyntaxError:
            return None
        names = list(jinja2.meta.find_referenced_templates(tree))
        return None if None in names else frozenset(name for name in names if name is not None)

    # -- words

    def wording(self, site: SiteView) -> Wording:
        """The theme's own words in the language of `site`. Raises TemplateError."""
        return self.words(site.language, site.timezone)

    def words(self, language: str, timezone: str) -> Wording:
        """The theme's own words in `language`, in English where it lacks them. Raises TemplateError."""
        asked = (language, timezone)
        if asked not in self._wordings:
            tables = [
                self._table(name, data)
                for served in chain(language)
                for source in (self._own, self._packaged)
                if (data := source.get(name := f"{_MESSAGES}{served}.json")) is not None
            ]
            self._wordings[asked] = Wording(tables, language, ZoneInfo(timezone))
        return self._wordings[asked]

    def _table(self, name: str, data: bytes) -> Mapping[str, object]:
        hint = "A message file is one JSON object: keys and texts."
        try:
            table = json.loads(data)
        except json.JSONDecodeError as error:
            raise TemplateError(
                f"not JSON: {error.msg}", hint, path=self._shown(name), line=error.lineno
            ) from error
        except UnicodeDecodeError as error:
            raise TemplateError("not UTF-8 text", hint, path=self._shown(name)) from error
        if not isinstance(table, dict):
            raise TemplateError("not a JSON object", hint, path=self._shown(name))
        return table

    # -- faults

    def _fault(self, error: Exception, template: str, names: Mapping[str, object]) -> TemplateError:
        """`error` in the words of the author of templates."""
        name, line = self._place(error, template)
        if isinstance(error, jinja2.TemplateSyntaxError):
            message, hint = f"not a valid template: {_sentence(error.message or '')}", _SYNTAX_HINT
            name, line = error.name or name, error.lineno
        elif isinstance(error, jinja2.TemplateNotFound):
            wanted = str(error)
            message, hint = f"there is no template {wanted}", _did_you_mean(wanted, self._templates)
            # A page's own template has no line that asks for it.
            line = line if wanted != template else 0
        elif isinstance(error, _UnknownError):
            message, hint = _unknown(error, names)
        elif isinstance(error, MisuseError):
            message, hint = str(error), _did_you_mean(error.wanted, error.known)
        else:
            message, hint = f"cannot be evaluated: {_sentence(str(error))}", _VIEW_HINT
        return TemplateError(message, hint, path=self._shown(name), line=line)

    def _place(self, error: Exception, template: str) -> tuple[str, int]:
        """The template and line that `error` comes from: the innermost one on the stack."""
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if frame.filename in self._templates:
                return frame.filename, frame.lineno or 0
        return template, 0

    def _shown(self, name: str) -> str:
        """`name` as a file of the newsletter's folder, or as the packaged template it is."""
        if name in self._own:
            return f"{self._folder}/{name}"
        return _DEFAULT + name if name in self._packaged else name


_SYNTAX_HINT = "Look at this line and those above it: each {% if %}, {% for %} and {% block %} needs its end."
_VIEW_HINT = "docs/templates.md lists what each template may use."


class _UnknownError(jinja2.UndefinedError):
    """A template named something that is not there."""

    def __init__(self, owner: object, name: str, message: str) -> None:
        super().__init__(message)
        self.owner = owner
        """What was asked for it; `missing` when it was a name of its own."""
        self.name = name
        """Empty when Jinja's message says all."""


class _Strict(jinja2.StrictUndefined):
    """Any use of a name that is not there is a fault, and the fault knows the name."""

    __slots__ = ()

    def __init__(
        self, hint: str | None = None, obj: Any = missing, name: str | None = None, _exc: Any = None
    ) -> None:
        # Jinja calls this with the message when the name is used.
        super().__init__(hint, obj, name, functools.partial(_UnknownError, obj, name or ""))  # type: ignore[arg-type]


class _Environment(jinja2.Environment):
    """Jinja, except that the markup of a view is known to be safe by the name of its field."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As Jinja's, with `*_html` as markup."""
        try:
            value = getattr(obj, attribute)
        except AttributeError:
            value = super().getattr(obj, attribute)
        return _marked(attribute, value) if attribute.endswith("_html") else value


def _environment(load: Callable[[str], tuple[str, str, Callable[[], bool]] | None]) -> jinja2.Environment:
    environment = _Environment(
        loader=jinja2.FunctionLoader(load),
        autoescape=lambda name: not (name or "").endswith(".txt"),
        auto_reload=False,
        undefined=_Strict,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        cache_size=-1,
    )
    for name in _RANDOM:
        environment.globals.pop(name, None)
        environment.filters.pop(name, None)
    return environment


def _marked(name: str, value: Any) -> Any:
    return direct.marked(value) if name.endswith(direct.MARKUP) else value


@functools.cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _functions(
    root: str, home: str, wording: Wording, assets: Mapping[str, Asset]
) -> Mapping[str, Callable[..., object]]:
    """FUNCTIONS for the pages from which `root` leads to the root of the site, whose address is `home`."""
    return {
        "asset": functools.partial(_asset_url, assets, root, home),
        "contents": markup.contents,
        "count": wording.count,
        "date": wording.date,
        "number": wording.number,
        "t": wording.say,
        # The same links stand on many pages.
        "url": functools.lru_cache(8192)(functools.partial(_url, root)),
    }


def _url(root: str, path: str) -> str:
    if path.startswith(("https://", "http://", "#")):
        return path
    return root + _quoted(path)


def _quoted(path: str) -> str:
    # Nearly all are made by us, of a few letters.
    return path if _PLAIN.fullmatch(path) else quote(path, safe="/?#[]@!$&'()*+,;=:%~")


_PLAIN = re.compile(r"[a-zA-Z0-9_./?#=&%+,;:~-]*")


def _asset_url(
    assets: Mapping[str, Asset], root: str, home: str, name: str, *, absolute: bool = False
) -> str:
    if name not in assets:
        raise MisuseError(f"there is no asset {name}", name, tuple(assets))
    return _url(home if absolute else root, assets[name].path)


def _asset(name: str, data: bytes) -> Asset:
    stem, dot, suffix = name.rpartition(".")
    mark = digest.of_bytes(data)[:_HASH_LENGTH]
    return Asset(f"{stem}.{mark}.{suffix}" if dot else f"{name}.{mark}", data)


def _coloured(packaged: Mapping[str, bytes], light: str, dark: str) -> Mapping[str, bytes]:
    """`packaged` with other spot colours in its style sheet: those of light and dark paper in turn."""
    name = f"{_ASSETS}style.css"
    colours = itertools.cycle((light, dark))
    coloured = _SPOT.sub(lambda _: f"--spot: {next(colours)}".encode(), packaged.get(name, b""))
    return {**packaged, name: coloured}


def _read(folder: Path) -> Mapping[str, bytes]:
    """Every file of a templates folder by its name in it; hidden files and editors' copies are none."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in paths}
    return MappingProxyType(
        {
            name: files.read_bytes(path)
            for name, path in named.items()
            if not name.endswith("~") and not any(part.startswith(".") for part in name.split("/"))
        }
    )


def _unknown(error: _UnknownError, names: Mapping[str, object]) -> tuple[str, str]:
    owner = error.owner
    if owner is missing and error.name:
        if error.name in FUNCTIONS or error.name in names:
            return (
                f"{error.name} is not known in here",
                "Import the file `with context`: a macro sees no page without it.",
            )
        return f"nothing here is called {error.name}", _did_you_mean(error.name, names)
    if is_dataclass(owner):
        known = [field.name for field in fields(owner)]
        return f"{type(owner).__name__} has no {error.name}", _did_you_mean(error.name, known)
    return _sentence(str(error)), _VIEW_HINT


def _did_you_mean(wanted: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(wanted, names, n=1)
    if near:
        return f"Did you mean {near[0]}?"
    return f"There is: {', '.join(names)}." if 0 < len(names) <= 20 else _VIEW_HINT


def _sentence(message: str) -> str:
    message = message.strip().rstrip(".")
    return message[:1].lower() + message[1:]
