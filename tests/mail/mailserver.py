"""A real mail server on loopback, with STARTTLS, a login, deferrals, refusals and a way of breaking off."""

import asyncio
import datetime
import ipaddress
import ssl
import threading
from collections import Counter
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from patience import LONG_S

USER, PASSWORD = "brief", "a secret"


class MailServer:
    """Keeps what it takes; `deferred`, `refused` and `lost` say what becomes of whose messages."""

    def __init__(self, *, certificate: Path | None = None, login: bool = False) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.sessions = 0
        self.private: list[bool] = []
        self.deferred: Counter[str] = Counter()
        """How often each reader's message is put off."""
        self.refused: set[str] = set()
        self.refuses_all = ""
        """An answer to every message."""
        self.lost: Counter[str] = Counter()
        """How often the connection ends before the answer; the message is taken all the same."""
        self.halts: tuple[str, int] | None = None
        """At which command, and after how many messages, it falls silent for ever: then `halted` is set."""
        self.halted = threading.Event()
        self._context = None
        if certificate:
            self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._context.load_cert_chain(certificate)
        self._login = login
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(LONG_S)

    def to(self, reader: str) -> int:
        """How many messages `reader` got."""
        return sum(address == reader for address, _ in self.taken)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(LONG_S)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(self._loop.create_server(self._session, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        self._server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _session(self) -> SMTP:
        self.sessions += 1
        return SMTP(
            self,
            loop=self._loop,
            tls_context=self._context,
            require_starttls=bool(self._context),
            authenticator=self._authenticate if self._login else None,
            auth_required=self._login,
            auth_require_tls=bool(self._context),
        )

    def _authenticate(self, server, session, envelope, mechanism, data) -> AuthResult:
        good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=good)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        await self._halt("RCPT")
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        (reader,) = envelope.rcpt_tos
        self.private.append(bool(session.ssl))
        if self.refuses_all:
            return self.refuses_all
        if self.deferred[reader]:
            self.deferred[reader] -= 1
            return "451 4.3.0 try again later"
        self.taken.append((reader, envelope.original_content))
        await self._halt("DATA")
        if self.lost[reader]:
            self.lost[reader] -= 1
            server.transport.abort()
        return "250 2.0.0 queued"

    async def _halt(self, command: str) -> None:
        if self.halts == (command, len(self.taken)):
            self.halted.set()
            await asyncio.Event().wait()


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, as one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a mail server for tests")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path
