"""Buttondown: https://docs.buttondown.com/api-introduction and its OpenAPI document."""

from collections.abc import Mapping

from builder.errors import DeliveryError
from builder.mail.service import Payload, Setting, Standing
from builder.web.api import Api

KEY = "BUTTONDOWN_API_KEY"
_MARK = "briefpress"
_MODE = "<!-- buttondown-editor-mode: fancy -->\n"
"""Without it the service guesses, by what it meets first, whether a body is HTML or Markdown."""
_PAGES = 3
_STANDINGS = {
    "draft": Standing.DRAFT,
    "sent": Standing.SENT,
    "imported": Standing.SENT,
    "deleted": Standing.GONE,
}


class Buttondown:
    """Letters are emails; they are found again by our key in their metadata."""

    def __init__(self, setting: Setting) -> None:
        """Raises DeliveryError without BUTTONDOWN_API_KEY."""
        key = setting.secret(KEY)
        self._api = Api(
            setting.config.mail.buttondown.url,
            "Buttondown",
            headers=lambda: {"Authorization": f"Token {key}"},
            secret=key,
            wait=setting.wait,
        )

    def find(self, key: str) -> str:
        """As `Service`; the newest emails are looked through."""
        for page in range(1, _PAGES + 1):
            found = self._api.get(f"emails?ordering=-creation_date&excluded_fields=body&page={page}").data
            if not isinstance(found, Mapping):
                break
            for email in found.get("results", ()):
                if (email.get("metadata") or {}).get(_MARK) == key and email.get("status") != "deleted":
                    return str(email["id"])
            if not found.get("next"):
                break
        return ""

    def push(self, payload: Payload, known: str) -> str:
        """As `Service`. The status is always told: left out, the service would send at once."""
        body = {
            "subject": payload.subject,
            "body": _MODE + payload.html,
            "status": "draft",
            "template": "naked",
            "description": payload.preheader,
            "canonical_url": payload.edition_url,
            "metadata": {_MARK: payload.key},
        }
        if known:
            self._api.change("PATCH", f"emails/{known}", body)
            return known
        # The same request made again is answered with the same email, and makes no second one.
        once = {"X-Idempotency-Key": f"{payload.key}-{payload.digest}"}
        made = self._api.change("POST", "emails", body, once).data
        if not isinstance(made, Mapping) or not made.get("id"):
            raise DeliveryError("Buttondown did not say which email it made")
        return str(made["id"])

    def standing(self, id: str) -> Standing:  # noqa: A002
        """As `Service`."""
        answer = self._api.get(f"emails/{id}")
        if answer.status == 404 or not isinstance(answer.data, Mapping):
            return Standing.GONE
        return _STANDINGS.get(str(answer.data.get("status")), Standing.SENDING)

    def test(self, id: str, payload: Payload, address: str) -> None:  # noqa: A002, ARG002
        """As `Service`."""
        self._api.change("POST", f"emails/{id}/send-draft", {"recipients": [address]})

    def send(self, id: str) -> None:  # noqa: A002
        """As `Service`. Buttondown wants it said that this is no exercise."""
        live = {"X-Buttondown-Live-Dangerously": "true"}
        self._api.change("PATCH", f"emails/{id}", {"status": "about_to_send"}, live)
