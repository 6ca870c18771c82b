"""The list one holds oneself: a CSV file with a column `email`, kept outside of git. Pure.

Other columns that are read: `name`; `token`, which stands for the reader in the unsubscribe address; and
`status`: only rows with none, `active`, `subscribed`, `enabled` or `confirmed` get mail. Columns that are not
known are left alone.
"""

import csv
import hashlib
import hmac
import io
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from builder.errors import DeliveryError, Fault
from builder.text import excerpt, fold, is_mail_address

_GETTING_MAIL = frozenset(["", "active", "subscribed", "enabled", "confirmed"])
_COLUMNS = ("email", "name", "token", "status")
_TOKEN_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who gets the letter."""

    email: str
    """As written; two that differ in case alone are one reader."""
    name: str
    token: str
    """Stands for the reader in the unsubscribe address; empty when there is none."""

    @property
    def key(self) -> str:
        """By what a reader is known."""
        return self.email.lower()


def parse(data: bytes, path: str, secret: str = "") -> tuple[tuple[Reader, ...], tuple[Fault, ...]]:
    """Who gets mail, each once, in the order of the file; and the rows that cannot be used.

    A reader without a token gets one made of the address with `secret`, if there is one. Raises DeliveryError
    when the file is no list of mail addresses at all.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DeliveryError("is not UTF-8 text", "Save the file as UTF-8.", path=path, line=line) from error
    rows = csv.reader(io.StringIO(text, newline=""), _dialect(text), strict=True)
    try:
        return _read(rows, path, secret)
    except csv.Error as error:
        raise DeliveryError(f"is no CSV: {error}", path=path, line=rows.line_num) from error


def unsubscribe_url(template: str, email: str, token: str) -> str:
    """The address that takes one reader off the list; empty without a `template`."""
    return template.replace("{token}", quote(token, safe="")).replace("{email}", quote(email, safe=""))


def token_of(email: str, secret: str) -> str:
    """What stands for a reader in an address: nobody can make it without the `secret`."""
    made = hmac.new(secret.encode("utf-8"), email.lower().encode("utf-8"), hashlib.sha256)
    return made.hexdigest()[:_TOKEN_LENGTH]


def _read(rows: Any, path: str, secret: str) -> tuple[tuple[Reader, ...], tuple[Fault, ...]]:
    head = [fold(name).casefold() for name in next(rows, [])]
    if "email" not in head:
        hint = "Its first line names the columns: `email`, and if you like `name`, `token` and `status`."
        raise DeliveryError("has no column `email`", hint, path=path, line=1)
    places = {name: head.index(name) for name in _COLUMNS if name in head}
    readers: dict[str, Reader] = {}
    faults: list[Fault] = []
    for row in rows:
        told = {name: fold(row[at]) if at < len(row) else "" for name, at in places.items()}
        email = told["email"]
        if not any(row) or told.get("status", "").casefold() not in _GETTING_MAIL:
            continue
        if not is_mail_address(email):
            what = f"{excerpt(email, 60)!r} is not a mail address" if email else "has no mail address"
            faults.append(Fault(what, path, rows.line_num))
            continue
        token = told.get("token", "") or (token_of(email, secret) if secret else "")
        reader = Reader(email, told.get("name", ""), token)
        readers.setdefault(reader.key, reader)
    return tuple(readers.values()), tuple(faults)


def _dialect(text: str) -> type[csv.Dialect]:
    # Spreadsheets of half the world write semicolons; tabs come from the others.
    first = text.partition("\n")[0]

    class Found(csv.excel):
        delimiter = max(",;\t", key=first.count)

    return Found
