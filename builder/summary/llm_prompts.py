"""What a model is told: three templates that an editor may replace, and the article between two markers.

system.txt    the rules             profile, language, tone, schema
article.txt   the article, fenced   profile, title, sentences (number, text), fence
repair.txt    what was wrong        profile, findings
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from builder import digest
from builder.chat.talk import Message, Role
from builder.errors import TemplateError
from builder.model import Profile
from builder.summary.llm_source import Source
from builder.text import fold

FOLDER = "prompts"
"""Below a newsletter's `templates/`."""
NAMES = ("system.txt", "article.txt", "repair.txt")

_HINT = "docs/models.md lists what each prompt may use."
_LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# Where a chat's own marks begin: shown as data they must not be read as marks by a server.
_MARKS = str.maketrans({"<": "‹", ">": "›", "{": "(", "}": ")", "|": "¦"})
_FENCE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Numbered:
    """A sentence of the article as a model sees it."""

    number: int
    """One more than its index."""
    text: str


class Prompts:
    """The templates, read."""

    def __init__(self, texts: Mapping[str, str], names: Mapping[str, str] | None = None) -> None:
        """`texts` by NAMES; faults call them by `names`. Raises TemplateError for one that is malformed."""
        self._texts = dict(texts)
        self._names = names or {}
        environment = ImmutableSandboxedEnvironment(
            undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
        )
        self._templates: dict[str, jinja2.Template] = {}
        for name in NAMES:
            try:
                self._templates[name] = environment.from_string(self._texts[name])
            except jinja2.TemplateSyntaxError as error:
                raise self._fault(name, f"not a valid template: {error.message}", error.lineno) from error

    def digest(self, profile: Profile, schema: Mapping[str, object]) -> str:
        """Of all that shapes an answer beside the article."""
        return digest.of_value((self._texts, profile, schema))

    def opening(
        self, source: Source, profile: Profile, schema: Mapping[str, object]
    ) -> tuple[Message, Message]:
        """The first two messages: the rules, and the article."""
        system = self._rendered(
            "system.txt",
            profile=profile,
            language=_LANGUAGES.get(source.code, "the language of the article"),
            tone=fold(profile.tone),
            schema=json.dumps(schema, separators=(",", ":")),
        )
        article = self._rendered(
            "article.txt",
            profile=profile,
            title=shown(source.title),
            sentences=[Numbered(index + 1, shown(source.texts[index])) for index in source.told],
            # Nothing that an article holds can name its own digest, and so none can close the fence.
            fence=f"article {source.digest[:_FENCE_LENGTH]}",
        )
        return Message(Role.SYSTEM, system), Message(Role.USER, article)

    def repair(self, profile: Profile, findings: Sequence[str]) -> Message:
        """The message that asks for a better answer."""
        return Message(Role.USER, self._rendered("repair.txt", profile=profile, findings=list(findings)))

    def _rendered(self, name: str, **values: object) -> str:
        try:
            return self._templates[name].render(values).strip()
        except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise self._fault(name, f"cannot be evaluated: {error}", _line(error)) from error

    def _fault(self, name: str, message: str, line: int) -> TemplateError:
        return TemplateError(
            message, _HINT, path=self._names.get(name, f"default/{FOLDER}/{name}"), line=line
        )


def shown(text: str) -> str:
    """`text` of an article on one line, without what a chat might take for a mark of its own."""
    return fold(_INVISIBLE.sub("", text)).translate(_MARKS).replace("[INST]", "(INST)")


def _line(error: BaseException) -> int:
    """The template's line in which `error` arose; 0 when that is not known."""
    trace, line = error.__traceback__, 0
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
