"""Merge tags: what each service writes into a reader's letter, and how text is kept from being one.

| service    | unsubscribe             | what it reads      | where the service documents it          |
| ---------- | ----------------------- | ------------------ | --------------------------------------- |
| Buttondown | {{ unsubscribe_url }}   | {{ }}, {% %}, {# #} | docs.buttondown.com, template variables |
| listmonk   | {{ UnsubscribeURL }}    | {{ }}              | listmonk.app/docs/templating            |
| Ghost      | %%{unsubscribe_url}%%   | %%{ }%%            | its email renderer                      |
| Mailchimp  | *|UNSUB|*               | *| |*              | mailchimp.com, merge tags               |
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from builder.mail.letter import Letter

_CURLY = re.compile(r"\{(?=[{%#])")


@dataclass(frozen=True, slots=True)
class Tags:
    """The merge tags of one service."""

    unsubscribe: str
    """What it replaces by a reader's unsubscribe address."""
    html: Callable[[str], str]
    """HTML that shows the same, in which the service finds no tag."""
    text: Callable[[str], str]
    """Plain text in which it finds none."""

    def filled(self, letter: Letter) -> tuple[str, str]:
        """HTML and text of `letter` as the service takes them."""
        html = self.unsubscribe.join(map(self.html, letter.html.split(letter.mark)))
        text = self.unsubscribe.join(map(self.text, letter.text.split(letter.mark)))
        return html, text


def _curly_html(html: str) -> str:
    return _CURLY.sub("&#123;", html)


TAGS: Mapping[str, Tags] = {
    "buttondown": Tags("{{ unsubscribe_url }}", _curly_html, lambda text: _CURLY.sub("{\u2060", text)),
    "listmonk": Tags("{{ UnsubscribeURL }}", _curly_html, lambda text: _CURLY.sub('{{ "{" }}', text)),
    "ghost": Tags(
        "%%{unsubscribe_url}%%",
        lambda html: html.replace("%%{", "%&#37;{"),
        lambda text: text.replace("%%{", "%\u2060%{"),
    ),
    "mailchimp": Tags(
        "*|UNSUB|*",
        lambda html: html.replace("*|", "*&#124;"),
        lambda text: text.replace("*|", "*\u2060|"),
    ),
}
