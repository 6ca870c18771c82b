"""A letter as files: a message, its page, its text, and a page to paste from. Pure."""

from collections.abc import Mapping

from builder.config import MailRules
from builder.mail import mime
from builder.mail.letter import Letter
from builder.mail.mime import Desk, Recipient, Sheet
from builder.mail.readers import unsubscribe_url
from builder.mail.tags import TAGS


def files(
    letter: Letter, paste: str, desk: Desk | None, rules: MailRules, service: str = ""
) -> Mapping[str, bytes]:
    """The files of `letter`, by name; with the merge tags of `service` where it has some.

    The message is addressed to the desk itself. Without a desk, or a way to unsubscribe, there is only the
    page to paste from: whoever it is pasted to brings both.
    """
    name = f"edition-{letter.number:04}"
    made = {f"{name}.paste.html": paste.encode("utf-8")}
    if service in TAGS:
        html, text = TAGS[service].filled(letter)
    elif desk is None or (recipient := _sample(desk, rules)) is None:
        return made
    else:
        shown = letter.addressed(recipient.unsubscribe or recipient.unsubscribe_mail)
        html, text = shown.html, shown.text
        number = mime.message_id(desk, letter.number, desk.address)
        made[f"{name}.eml"] = Sheet(letter, desk).message(recipient, id=number, date=letter.date)
    return made | {f"{name}.html": html.encode("utf-8"), f"{name}.txt": text.encode("utf-8")}


def _sample(desk: Desk, rules: MailRules) -> Recipient | None:
    url = unsubscribe_url(rules.unsubscribe, desk.address, "sample")
    mail = mime.mailto(rules.unsubscribe_mail, "sample") if rules.unsubscribe_mail else ""
    if not url and not mail:
        return None
    return Recipient(address=desk.address, name=desk.name, unsubscribe=url, unsubscribe_mail=mail)
