"""Services on loopback with the rules of the public APIs: who may ask, what must be told, what is answered.

`Server` answers for one service; `faults` are answers it gives instead, one a request that changes something.
"""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from patience import LONG_S

BUTTONDOWN_KEY = "key-of-buttondown"
LISTMONK_TOKEN = "brief:token-of-listmonk"
GHOST_KEY = "6489d5f2a1:" + "ab" * 32
MAILCHIMP_KEY = "0123456789abcdef-us1"

Reply = tuple[int, object]


class Server:
    """One service: its letters, what it sent, and how it misbehaves."""

    def __init__(self) -> None:
        self.letters: dict[str, dict[str, Any]] = {}
        self.sent: list[str] = []
        self.tests: list[tuple[str, object]] = []
        self.requests: list[tuple[str, str]] = []
        self.faults: list[str] = []
        """`429`, `500`, `refuse`, `hang`: no answer ever; `lost`: done, but the answer does not arrive."""
        self.released = threading.Event()
        self._once: dict[str, Reply] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _any(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                raw = self.rfile.read(length)
                server._handle(self, json.loads(raw) if raw else None)

            do_GET = do_POST = do_PUT = do_PATCH = _any  # noqa: N815

            def log_message(self, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.released.set()
        self._http.shutdown()
        self._http.server_close()

    def _handle(self, request: BaseHTTPRequestHandler, body: Any) -> None:
        parts = urlsplit(request.path)
        self.requests.append((request.command, parts.path))
        fault = self.faults.pop(0) if self.faults and request.command != "GET" else ""
        if fault == "429":
            return self._reply(request, 429, {"detail": "slow down"}, {"Retry-After": "7"})
        if fault == "hang":
            self.released.wait(LONG_S)
            request.close_connection = True
            return None
        if fault == "500":
            return self._reply(request, 500, {"detail": "oops"})
        if fault == "refuse":
            return self._reply(request, 422, {"detail": [{"loc": ["body"], "msg": "not like this"}]})
        if not self.allows(request.headers.get("Authorization", "")):
            return self._reply(request, 401, {"detail": "Invalid token."})
        once = request.headers.get("X-Idempotency-Key", "")
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if once and once in self._once:
            status, data = self._once[once]
        else:
            self.headers = request.headers
            status, data = self.answer(request.command, parts.path, query, body)
            if once:
                self._once[once] = (status, data)
        if fault == "lost":
            # It is done; the answer is not told.
            request.close_connection = True
            return None
        return self._reply(request, status, data)

    def _reply(self, request: BaseHTTPRequestHandler, status: int, data: object, headers: Any = None) -> None:
        raw = b"" if status == 204 else json.dumps(data).encode()
        request.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(raw)))
        request.end_headers()
        request.wfile.write(raw)

    def allows(self, authorization: str) -> bool:
        raise NotImplementedError

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> Reply:
        raise NotImplementedError

    def _put(self, letter: dict[str, Any]) -> dict[str, Any]:
        made = {"id": f"id-{len(self.letters) + 1}", **letter}
        self.letters[made["id"]] = made
        return made


class Buttondown(Server):
    """`status` left out sends at once; a body with front matter is refused; a first send wants a header."""

    statuses = ("draft", "about_to_send", "scheduled", "in_flight", "sent", "paused", "deleted")

    def allows(self, authorization: str) -> bool:
        return authorization == f"Token {BUTTONDOWN_KEY}"

    def answer(self, method, path, query, body):
        match method, path.strip("/").split("/"):
            case "GET", ["emails"]:
                shown = [dict(letter, body="") for letter in reversed(self.letters.values())]
                return 200, {"results": shown, "next": None, "count": len(shown)}
            case "POST", ["emails"]:
                return self._saved(None, {"status": "about_to_send", **body})
            case "GET", ["emails", name]:
                return (200, self.letters[name]) if name in self.letters else (404, {"detail": "Not found."})
            case "PATCH", ["emails", name] if name in self.letters:
                return self._saved(name, body)
            case "POST", ["emails", name, "send-draft"] if name in self.letters:
                self.tests.append((name, body["recipients"]))
                return 200, {}
        return 404, {"detail": "Not found."}

    def _saved(self, name, body):
        if name is None and not body.get("subject"):
            return 422, {"detail": [{"loc": ["body", "subject"], "msg": "Field required"}]}
        if body.get("status") not in (None, *self.statuses):
            return 422, {
                "detail": [{"loc": ["body", "status"], "msg": "Input should be one of the statuses"}]
            }
        if body.get("body", "").startswith("---"):
            return 400, {"code": "body_contains_frontmatter", "detail": "The body has front matter."}
        if body.get("status") == "about_to_send" and not self.headers.get("X-Buttondown-Live-Dangerously"):
            return 400, {"code": "sending_requires_confirmation", "detail": "Say that you mean it."}
        letter = self._put({"status": "draft", **body}) if name is None else self.letters[name]
        letter.update(body)
        if letter["status"] == "about_to_send":
            self.sent.append(letter["id"])
        return 201 if name is None else 200, letter


class Listmonk(Server):
    """Types are checked; only drafts may be changed and started."""

    def allows(self, authorization: str) -> bool:
        return authorization == "Basic " + base64.b64encode(LISTMONK_TOKEN.encode()).decode()

    def answer(self, method, path, query, body):
        match method, path.strip("/").split("/"):
            case "GET", ["api", "campaigns"]:
                found = [one for one in self.letters.values() if query.get("tags") in one["tags"]]
                return 200, {"data": {"results": found, "total": len(found)}}
            case "POST", ["api", "campaigns"]:
                return self._saved(None, body)
            case _, ["api", "campaigns", name, *_] if int(name) not in self.letters:
                return 404, {"message": "Campaign not found."}
            case "GET", ["api", "campaigns", name]:
                return 200, {"data": self.letters[int(name)]}
            case "PUT", ["api", "campaigns", name]:
                return self._saved(int(name), body)
            case "POST", ["api", "campaigns", name, "test"]:
                self.tests.append((name, body["subscribers"]))
                return 200, {"data": True}
            case "PUT", ["api", "campaigns", name, "status"]:
                if self.letters[int(name)]["status"] not in ("draft", "paused"):
                    return 400, {"message": "Only paused campaigns and drafts can be started."}
                self.letters[int(name)]["status"] = body["status"]
                self.sent.append(name)
                return 200, {"data": self.letters[int(name)]}
        return 404, {"message": "Not found"}

    def _saved(self, number, body):
        kinds = {"name": str, "subject": str, "lists": list, "type": str, "content_type": str, "body": str}
        for key, kind in kinds.items():
            if not isinstance(body.get(key), kind) or not body[key]:
                return 400, {"message": f"Invalid `{key}`"}
        if not all(isinstance(one, int) for one in body["lists"]):
            return 400, {"message": "Invalid `lists`"}
        if "{{" in body["body"].replace("{{ UnsubscribeURL }}", ""):
            return 400, {"message": "Error compiling template"}
        if number is None:
            number = len(self.letters) + 1
            self.letters[number] = {"id": number, "status": "draft"}
        elif self.letters[number]["status"] != "draft":
            return 400, {"message": "Cannot update a running or a finished campaign."}
        self.letters[number].update(body)
        return 200, {"data": self.letters[number]}


class Ghost(Server):
    """A token of five minutes; `updated_at` must be that of the last change; mail needs a newsletter."""

    clock: Callable[[], float]

    def allows(self, authorization: str) -> bool:
        kind, _, token = authorization.partition(" ")
        head, claims, signature = token.split(".") if token.count(".") == 2 else ("", "", "")
        name, _, secret = GHOST_KEY.partition(":")

        def read(part: str) -> Any:
            return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))

        if kind != "Ghost" or not head:
            return False
        made = hmac.new(bytes.fromhex(secret), f"{head}.{claims}".encode(), hashlib.sha256).digest()
        told = read(claims)
        return (
            signature == base64.urlsafe_b64encode(made).rstrip(b"=").decode()
            and read(head) == {"alg": "HS256", "typ": "JWT", "kid": name}
            and told["aud"] == "/admin/"
            and 0 < told["exp"] - told["iat"] <= 300
            and told["iat"] <= self.clock() < told["exp"]
        )

    def answer(self, method, path, query, body):
        match method, path.strip("/").split("/")[3:]:
            case "GET", ["posts", "slug", slug]:
                found = [post for post in self.letters.values() if post["slug"] == slug]
                return (
                    (200, {"posts": found})
                    if found
                    else (404, {"errors": [{"message": "Resource not found"}]})
                )
            case "GET", ["posts", name]:
                return (
                    (200, {"posts": [self.letters[name]]}) if name in self.letters else (404, {"errors": []})
                )
            case "POST", ["posts"]:
                return self._saved(None, query, body["posts"][0])
            case "PUT", ["posts", name] if name in self.letters:
                return self._saved(name, query, body["posts"][0])
        return 404, {"errors": [{"message": "Resource not found"}]}

    def _saved(self, name, query, post):
        if name is None and not post.get("title"):
            return 422, {"errors": [{"message": "Validation error", "context": "Title is required."}]}
        if "html" in post and query.get("source") != "html":
            return 422, {"errors": [{"message": "html is read with source=html only"}]}
        if name is not None and post.get("updated_at") != self.letters[name]["updated_at"]:
            return 409, {"errors": [{"message": "Saving failed! Someone else is editing this post."}]}
        letter = self._put({"status": "draft"}) if name is None else self.letters[name]
        letter.update(post, updated_at=f"2026-11-20T09:00:{len(self.requests):02}.000Z")
        if letter["status"] == "published":
            if query.get("newsletter") != "weekly":
                return 422, {"errors": [{"message": "There is no such newsletter"}]}
            self.sent.append(letter["id"])
        return 201 if name is None else 200, {"posts": [letter]}


class Mailchimp(Server):
    """A campaign without content is not sent; one that was sent is not changed."""

    def allows(self, authorization: str) -> bool:
        told = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        return told.partition(":")[2] == MAILCHIMP_KEY

    def answer(self, method, path, query, body):
        match method, path.strip("/").split("/"):
            case "GET", ["campaigns"]:
                return 200, {"campaigns": list(self.letters.values())}
            case "POST", ["campaigns"]:
                if body.get("type") != "regular" or not body.get("recipients", {}).get("list_id"):
                    return 400, {
                        "title": "Invalid Resource",
                        "detail": "The resource submitted is not valid.",
                    }
                return 200, self._put({"status": "save", **body})
            case _, ["campaigns", name, *_] if name not in self.letters:
                return 404, {"title": "Resource Not Found"}
            case "GET", ["campaigns", name]:
                return 200, self.letters[name]
            case "PATCH", ["campaigns", name]:
                self.letters[name].update(body)
                return 200, self.letters[name]
            case "PUT", ["campaigns", name, "content"]:
                self.letters[name]["content"] = body
                return 200, body
            case "POST", ["campaigns", name, "actions", "test"]:
                self.tests.append((name, body["test_emails"]))
                return 204, None
            case "POST", ["campaigns", name, "actions", "send"]:
                if "content" not in self.letters[name] or self.letters[name]["status"] != "save":
                    return 400, {"title": "Bad Request", "detail": "Your Campaign is not ready to send."}
                self.letters[name]["status"] = "sending"
                self.sent.append(name)
                return 204, None
        return 404, {"title": "Resource Not Found"}
