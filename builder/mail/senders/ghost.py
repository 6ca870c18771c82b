"""Ghost: https://docs.ghost.org/admin-api."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from builder.errors import DeliveryError
from builder.mail.service import Payload, Setting, Standing
from builder.web.api import Api

KEY = "GHOST_ADMIN_KEY"
_MINUTES = 5
"""How long a token may be valid, by Ghost's rules."""
_ARTICLE = re.compile(r'<div role="article".*</div>', re.DOTALL)
_CARD = "<!--kg-card-begin: html-->\n%s\n<!--kg-card-end: html-->"
"""Other HTML is taken apart by Ghost's editor; a card stays as it is."""
_STANDINGS = {
    "draft": Standing.DRAFT,
    "scheduled": Standing.SENDING,
    "published": Standing.SENT,
    "sent": Standing.SENT,
}


class Ghost:
    """Letters are posts; they are found again by their slug. Ghost puts its own head and foot around them."""

    def __init__(self, setting: Setting) -> None:
        """Raises DeliveryError without GHOST_ADMIN_KEY, an address or a newsletter."""
        self._rules = setting.config.mail.ghost
        if not self._rules.url or not self._rules.newsletter:
            raise DeliveryError(
                "mail.ghost needs a url and a newsletter", "Set both in config.yaml.", path="config.yaml"
            )
        secret = setting.secret(KEY)
        token(secret, setting.now())
        self._api = Api(
            f"{self._rules.url}ghost/api/admin/",
            "Ghost",
            headers=lambda: {
                "Authorization": f"Ghost {token(secret, setting.now())}",
                "Accept-Version": "v5.0",
            },
            secret=secret.rpartition(":")[2],
            wait=setting.wait,
        )

    def find(self, key: str) -> str:
        """As `Service`."""
        answer = self._api.get(f"posts/slug/{quote(key, safe='')}/")
        return str(_post(answer.data).get("id", "")) if answer.status != 404 else ""

    def push(self, payload: Payload, known: str) -> str:
        """As `Service`."""
        article = _ARTICLE.search(payload.html)
        post: dict[str, object] = {
            "title": payload.title,
            "slug": payload.key,
            "status": "draft",
            "html": _CARD % (article[0] if article else payload.html),
            "custom_excerpt": payload.preheader[:300],
            "email_subject": payload.subject[:300],
            "canonical_url": payload.edition_url,
            "email_only": self._rules.email_only,
        }
        if known:
            post["updated_at"] = self._updated_at(known)
            self._api.change("PUT", f"posts/{known}/?source=html", {"posts": [post]})
            return known
        made = _post(self._api.change("POST", "posts/?source=html", {"posts": [post]}).data)
        if not made.get("id"):
            raise DeliveryError("Ghost did not say which post it made")
        return str(made["id"])

    def standing(self, id: str) -> Standing:  # noqa: A002
        """As `Service`."""
        answer = self._api.get(f"posts/{id}/")
        if answer.status == 404:
            return Standing.GONE
        return _STANDINGS.get(str(_post(answer.data).get("status")), Standing.SENDING)

    def test(self, id: str, payload: Payload, address: str) -> None:  # noqa: A002, ARG002
        """Raises DeliveryError: the Admin API answers keys of integrations with 403."""
        raise DeliveryError(
            "Ghost lets no key send a test",
            "Send one from its editor, or with `--via smtp`; mail.require_test: false does without.",
        )

    def send(self, id: str) -> None:  # noqa: A002
        """As `Service`."""
        post = {"status": "published", "updated_at": self._updated_at(id)}
        newsletter = quote(self._rules.newsletter, safe="")
        self._api.change("PUT", f"posts/{id}/?newsletter={newsletter}", {"posts": [post]})

    def _updated_at(self, id: str) -> str:  # noqa: A002
        # Ghost refuses a change by whoever has not seen the last one.
        return str(_post(self._api.get(f"posts/{id}/").data).get("updated_at", ""))


def token(key: str, now: datetime) -> str:
    """The JSON Web Token for an Admin API key `id:secret`, valid for five minutes. Raises DeliveryError."""
    name, _, secret = key.partition(":")
    try:
        signing = bytes.fromhex(secret)
    except ValueError:
        signing = b""
    if not name or not signing:
        raise DeliveryError(
            f"{KEY} is no Admin API key", "It has two parts, id:secret, the second of hexadecimal digits."
        )
    issued = int(now.timestamp())
    head = _part({"alg": "HS256", "typ": "JWT", "kid": name})
    claims = _part({"iat": issued, "exp": issued + _MINUTES * 60, "aud": "/admin/"})
    signed = f"{head}.{claims}"
    made = hmac.new(signing, signed.encode("ascii"), hashlib.sha256).digest()
    return f"{signed}.{_base64(made)}"


def _part(value: Mapping[str, object]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode("utf-8"))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _post(answer: Any) -> Mapping[str, Any]:
    posts = answer.get("posts") if isinstance(answer, Mapping) else None
    return posts[0] if isinstance(posts, list) and posts and isinstance(posts[0], Mapping) else {}
