"""docs/mail.md tells all that the letter's template sees, and how many rules there are."""

import re
from dataclasses import fields
from pathlib import Path

from builder.cli import posting
from builder.cli.letters import export_command
from builder.letter_rules import LETTER
from builder.mail import service, smtp
from builder.mail.senders import buttondown, ghost, listmonk, mailchimp
from builder.mail.tags import TAGS
from builder.mail.views import LetterView, Story
from builder.render.views import View

SENDERS = (buttondown, listmonk, ghost, mailchimp)
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "mail.md").read_text(encoding="utf-8")


def test_every_variable_of_the_letter_is_told():
    told = re.findall(r"^\| `(\w+)` \|", PAGE.partition("## The template")[2], re.MULTILINE)
    base = {field.name for field in fields(View)}

    assert told == [field.name for field in fields(LetterView) if field.name not in base]


def test_every_field_of_a_story_is_told():
    sentence = re.search(r"A story has (.*?);", PAGE, re.DOTALL)

    assert sentence
    assert re.findall(r"`(\w+)`", sentence[1]) == [field.name for field in fields(Story)]


def test_every_family_of_rules_is_told_and_their_number_is_right():
    families = set(re.findall(r"^\| M(\d)\.\. \|", PAGE, re.MULTILINE))

    assert families == {code[1] for code, *_ in LETTER}
    assert f"# {len(LETTER)} rules" in PAGE


def test_a_letter_can_be_exported_for_every_service_with_tags():
    (option,) = [one for one in export_command.params if one.name == "service"]

    assert list(option.type.choices) == list(TAGS) == list(service.BUILTIN)


def test_every_sender_has_a_section_and_its_secrets_are_told():
    sections = set(re.findall(r"^### (\w+)$", PAGE, re.MULTILINE))
    secrets = {smtp.PASSWORD, posting.UNSUBSCRIBE_SECRET, *(sender.KEY for sender in SENDERS)}

    assert {*service.BUILTIN, "smtp", "files"} <= sections
    assert all(f"`{secret}`" in PAGE for secret in secrets)
