"""Mailchimp: https://mailchimp.com/developer/marketing/api/campaigns/."""

import base64
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from builder.errors import DeliveryError
from builder.mail.service import Payload, Setting, Standing
from builder.web.api import Api

KEY = "MAILCHIMP_API_KEY"
_CENTRE = re.compile(r".+-([a-z]{2}\d{1,3})")
_STANDINGS = {
    "save": Standing.DRAFT,
    "paused": Standing.DRAFT,
    "sent": Standing.SENT,
    "canceled": Standing.GONE,
    "archived": Standing.GONE,
}


class Mailchimp:
    """Letters are campaigns; they are found again by their title, which readers do not see."""

    def __init__(self, setting: Setting) -> None:
        """Raises DeliveryError without MAILCHIMP_API_KEY, an audience or a sender."""
        mail = setting.config.mail
        if not mail.mailchimp.audience or not mail.from_address:
            raise DeliveryError(
                "mail.mailchimp.audience and mail.from_address are needed",
                "Set both in config.yaml.",
                path="config.yaml",
            )
        self._mail = mail
        secret = setting.secret(KEY)
        login = base64.b64encode(f"briefpress:{secret}".encode()).decode("ascii")
        self._api = Api(
            mail.mailchimp.url or _address(secret),
            "Mailchimp",
            headers=lambda: {"Authorization": f"Basic {login}"},
            secret=secret,
            wait=setting.wait,
        )

    def find(self, key: str) -> str:
        """As `Service`; the newest campaigns of the audience are looked through."""
        audience = quote(self._mail.mailchimp.audience, safe="")
        found = self._api.get(
            f"campaigns?list_id={audience}&count=200&sort_field=create_time&sort_dir=DESC"
        ).data
        for campaign in found.get("campaigns", ()) if isinstance(found, Mapping) else ():
            if (campaign.get("settings") or {}).get("title") == key:
                return str(campaign["id"])
        return ""

    def push(self, payload: Payload, known: str) -> str:
        """As `Service`: the campaign, then its content. A campaign without content is not sent."""
        mail = self._mail
        body: dict[str, Any] = {
            "type": "regular",
            "recipients": {"list_id": mail.mailchimp.audience},
            "settings": {
                "title": payload.key,
                "subject_line": payload.subject,
                "preview_text": payload.preheader,
                "from_name": mail.from_name,
                "reply_to": mail.reply_to or mail.from_address,
            },
        }
        if known:
            self._api.change("PATCH", f"campaigns/{known}", body)
        else:
            made = self._api.change("POST", "campaigns", body).data
            known = str(made.get("id", "")) if isinstance(made, Mapping) else ""
            if not known:
                raise DeliveryError("Mailchimp did not say which campaign it made")
        content = {"html": payload.html, "plain_text": payload.text}
        self._api.change("PUT", f"campaigns/{known}/content", content)
        return known

    def standing(self, id: str) -> Standing:  # noqa: A002
        """As `Service`."""
        answer = self._api.get(f"campaigns/{id}")
        if answer.status == 404 or not isinstance(answer.data, Mapping):
            return Standing.GONE
        return _STANDINGS.get(str(answer.data.get("status")), Standing.SENDING)

    def test(self, id: str, payload: Payload, address: str) -> None:  # noqa: A002, ARG002
        """As `Service`."""
        body = {"test_emails": [address], "send_type": "html"}
        self._api.change("POST", f"campaigns/{id}/actions/test", body)

    def send(self, id: str) -> None:  # noqa: A002
        """As `Service`."""
        self._api.change("POST", f"campaigns/{id}/actions/send")


def _address(key: str) -> str:
    centre = _CENTRE.fullmatch(key)
    if not centre:
        raise DeliveryError(
            f"{KEY} names no data centre", "It ends in one, such as -us1; or set mail.mailchimp.url."
        )
    return f"https://{centre[1]}.api.mailchimp.com/3.0/"
