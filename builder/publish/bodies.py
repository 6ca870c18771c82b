"""The HTML of Markdown texts, rendered once and kept by digest."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from builder import digest, files, text
from builder.config import Config
from builder.render import engines, markup, tame
from builder.state import State


class Bodies:
    """Gives the HTML of a text, from memory or by rendering it. A fork has a memory of its own."""

    def __init__(self, state: State, to_html: Callable[[str], str], rendering: str) -> None:
        """Render with `to_html`, of which `rendering` tells all that makes a difference."""
        self._state = state
        self._to_html = to_html
        self._html: dict[str, str] = {}
        self._fresh: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._has_some: bool | None = None
        """Whether the cache has any; None while nobody asked."""
        self.rendering = rendering
        """A part of the key of whatever shows such HTML."""

    def __call__(self, text: str) -> str:
        """The safe HTML of `text`."""
        key = self._keys.get(text) or self._key(text)
        html = self._html.get(key)
        if html is None:
            html = self._html[key] = self._fresh[key] = self._to_html(text)
        return html

    def fetch(self, texts: Iterable[str]) -> None:
        """Have at hand what the cache knows of `texts`, and nothing else that was not just rendered."""
        self._keys = {text: self._key(text) for text in texts}
        if self._has_some is None:
            self._has_some = self._state.has_bodies()
        self._html = self._state.bodies({*self._keys.values()}) if self._has_some and self._keys else {}

    def fresh(self) -> Mapping[str, str]:
        """What was rendered since this was last asked, for `keep` in the process that has the cache."""
        taken, self._fresh = self._fresh, {}
        return taken

    def keep(self, fresh: Mapping[str, str]) -> None:
        """Put what was rendered into the cache."""
        if fresh:
            self._state.keep_bodies(fresh)
            self._has_some = True

    def _key(self, text: str) -> str:
        return digest.of_text(f"{self.rendering}\0{text}")


def bodies_of(config: Config, state: State) -> Bodies:
    """The HTML of Markdown texts in the way that `config` asks for."""
    rules = config.markdown
    code = files.digest_of(markup.__file__, tame.__file__, text.__file__, *engines.CODE)
    rendering = digest.of_value((code, versions(config), rules))
    return Bodies(state, partial(markup.to_html, extensions=rules.extensions, engine=rules.engine), rendering)


def versions(config: Config) -> Mapping[str, str]:
    """Of the libraries that have a say in what the pages look like."""
    installed = files.installed()
    return {
        name: installed.get(name, "") for name in ("jinja2", "nh3", engines.PACKAGES[config.markdown.engine])
    }
