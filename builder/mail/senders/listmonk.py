"""listmonk: https://listmonk.app/docs/apis/campaigns/ and its OpenAPI document."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from builder.errors import DeliveryError
from builder.mail.service import Payload, Setting, Standing
from builder.web.api import Api

KEY = "LISTMONK_TOKEN"
_STANDINGS = {
    "draft": Standing.DRAFT,
    "finished": Standing.SENT,
    "cancelled": Standing.GONE,
}


class Listmonk:
    """Letters are campaigns; they are found again by our key among their tags."""

    def __init__(self, setting: Setting) -> None:
        """Raises DeliveryError without LISTMONK_TOKEN, an address or a list."""
        mail = setting.config.mail
        self._rules = mail.listmonk
        if not self._rules.url or not self._rules.lists:
            raise DeliveryError(
                "mail.listmonk needs a url and lists", "Set both in config.yaml.", path="config.yaml"
            )
        self._from = f"{mail.from_name} <{mail.from_address}>" if mail.from_address else ""
        secret = setting.secret(KEY)
        login = base64.b64encode(secret.encode("utf-8")).decode("ascii")
        self._api = Api(
            self._rules.url,
            "listmonk",
            headers=lambda: {"Authorization": f"Basic {login}"},
            secret=secret.rpartition(":")[2],
            wait=setting.wait,
        )

    def find(self, key: str) -> str:
        """As `Service`."""
        found = _data(self._api.get(f"api/campaigns?tags={quote(key, safe='')}&per_page=all").data)
        for campaign in found.get("results") or ():
            if key in (campaign.get("tags") or ()) and campaign.get("status") != "cancelled":
                return str(campaign["id"])
        return ""

    def push(self, payload: Payload, known: str) -> str:
        """As `Service`."""
        body = self._body(payload)
        if known:
            self._api.change("PUT", f"api/campaigns/{known}", body)
            return known
        made = _data(self._api.change("POST", "api/campaigns", body).data)
        if not made.get("id"):
            raise DeliveryError("listmonk did not say which campaign it made")
        return str(made["id"])

    def standing(self, id: str) -> Standing:  # noqa: A002
        """As `Service`."""
        answer = self._api.get(f"api/campaigns/{id}")
        if answer.status == 404:
            return Standing.GONE
        return _STANDINGS.get(str(_data(answer.data).get("status")), Standing.SENDING)

    def test(self, id: str, payload: Payload, address: str) -> None:  # noqa: A002
        """As `Service`; listmonk tests only with an address that one of its subscribers has."""
        self._api.change("POST", f"api/campaigns/{id}/test", self._body(payload) | {"subscribers": [address]})

    def send(self, id: str) -> None:  # noqa: A002
        """As `Service`."""
        self._api.change("PUT", f"api/campaigns/{id}/status", {"status": "running"})

    def _body(self, payload: Payload) -> dict[str, object]:
        return {
            "name": f"{payload.title} ({payload.key})",
            "subject": payload.subject,
            "lists": list(self._rules.lists),
            "type": "regular",
            "content_type": "html",
            "messenger": "email",
            "body": payload.html,
            "altbody": payload.text,
            "tags": [payload.key],
            **({"from_email": self._from} if self._from else {}),
            **({"template_id": self._rules.template} if self._rules.template else {}),
        }


def _data(answer: Any) -> Mapping[str, Any]:
    inner = answer.get("data") if isinstance(answer, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}
