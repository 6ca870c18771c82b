"""Which addresses may be asked: web addresses of public hosts. Pure: no name is looked up here.

Two looks are needed. `place` reads a URL before anything is dialled; `why_not_public` judges the IP address a
name led to, at the moment its socket is opened, since a name may lead elsewhere at every look-up.
"""

import ipaddress
import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

import httpx2

from builder.errors import FetchError

WEB_PORTS = frozenset([80, 443, 8000, 8008, 8080, 8081, 8088, 8443, 8888])
"""Ports on which a public feed may live. Elsewhere some other service listens, which would read our request
as its own commands; `fetch.allow_hosts` lets a single one through."""

URL_MAX = 8000
"""Characters; RFC 9110 asks servers to support this many."""

_PORTS = {"http": 80, "https": 443}
# Address schemes by which feed readers are called; they mean http unless they wrap a whole address.
_READER_SCHEME = re.compile(r"^(?:feed|itpc|pcast):(?=//|https?:)", re.IGNORECASE)
_WEB_URL = re.compile(r"^https?://[^/?#\\]", re.IGNORECASE)
_CREDENTIALS = re.compile(r"//[^/?#]*@")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

# Names that never lead out of the machine or its network (RFC 6761, RFC 6762, RFC 8375, ICANN's .internal).
_INNER_NAMES = (".localhost", ".localdomain", ".local", ".internal", ".intranet", ".lan", ".home.arpa")

# What the IANA IPv4 Special-Purpose Address Registry keeps from the public, and multicast; listed here since
# `ipaddress` calls some of it global, differently from one Python version to the next.
_INNER_IPV4 = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # the host's own service on a cloud, though in a public range
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
# All of IPv6 that is handed out to the public is in here, less what RFC 6890 and its kin keep back.
_PUBLIC_IPV6 = ipaddress.IPv6Network("2000::/3")
_KEPT_BACK_IPV6 = tuple(
    ipaddress.IPv6Network(net)
    for net in ("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20")
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_ISATAP_MARKS = (0x00005EFE, 0x02005EFE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one request goes."""

    url: httpx2.URL
    """As it is asked: percent-encoded, its host in ASCII, without a fragment."""
    host: str
    """Lower case; an IPv6 address without its brackets."""
    port: int

    @property
    def authority(self) -> str:
        """Host and port, as in `fetch.allow_hosts`."""
        return authority(self.host, self.port)

    @property
    def name(self) -> str:
        """How messages call the host: without a port that goes without saying."""
        return self.authority if self.port != _PORTS[self.url.scheme] else self.host


def authority(host: str, port: int) -> str:
    """`host:port`, the form of `fetch.allow_hosts`; an IPv6 address stands in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def place(url: str, allow: frozenset[str] = frozenset()) -> Place:
    """Where `url` leads, if it may be asked; an authority in `allow` always may. Raises FetchError."""
    asked = _READER_SCHEME.sub(_web_scheme, url.strip())
    if not _WEB_URL.match(asked):
        raise FetchError(f"{_shown(url)} is not a web address", "It has to begin with http:// or https://.")
    if len(asked) > URL_MAX:
        raise FetchError(f"{_shown(url)} is longer than {URL_MAX} characters")
    try:
        parsed = httpx2.URL(asked).copy_with(fragment=None)
        port = parsed.port or _PORTS[parsed.scheme]
        host = parsed.raw_host.decode("ascii").lower()
    except (httpx2.InvalidURL, ValueError, TypeError) as error:
        raise FetchError(f"{_shown(url)} is not a valid address") from error
    if parsed.userinfo:
        raise FetchError(
            f"the address of {host} holds a user name or password",
            "Credentials in an address end up in logs and pages; use a feed that is open to all.",
        )
    found = Place(parsed, host, port)
    if found.authority not in allow:
        _check(found, url)
    return found


def why_not_public(address: str) -> str:
    """Why the IP address `address` is not asked, as the end of a sentence; empty when it is a public one.

    An IPv4 address inside an IPv6 one (mapped, 6to4, NAT64, ISATAP) counts as what it is: that is where the
    packets arrive.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "is not an IP address"
    while isinstance(ip, IPv6Address):
        inner = _inner_ipv4(ip)
        if inner is None:
            public = ip in _PUBLIC_IPV6 and not any(ip in net for net in _KEPT_BACK_IPV6) and not ip.scope_id
            return "" if public else "is not public"
        ip = inner
    return "is not public" if any(ip in net for net in _INNER_IPV4) else ""


def is_inner(host: str) -> bool:
    """Whether `host`, a name or an address, is known not to be on the public net."""
    host = host.removesuffix(".")
    if _is_ip(host):
        return bool(why_not_public(host))
    return "." not in host or f".{host}".endswith(_INNER_NAMES)


def _check(found: Place, url: str) -> None:
    host = found.host.removesuffix(".")
    if not 1 <= found.port <= 65535:
        raise FetchError(f"{_shown(url)} is not a valid address")
    if _is_ip(host):
        reason = why_not_public(host)
        if reason:
            raise refusal(found.authority, f"the address {host} {reason}")
    else:
        _check_name(found, host)
    if found.port not in WEB_PORTS:
        raise FetchError(
            f"port {found.port} of {found.host} is not a web port",
            f'If a feed really is there, add "{found.authority}" to fetch.allow_hosts in config.yaml.',
        )


def _check_name(found: Place, host: str) -> None:
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise FetchError(f"{_shown(found.host)} is not a valid host name")
    if _NUMBER.fullmatch(labels[-1]):
        # What a resolver reads as an address although it looks like none: 127.1, 0x7f000001, 017700000001.
        raise FetchError(f"{_shown(found.host)} is not a valid host name")
    if len(labels) == 1 or f".{host}".endswith(_INNER_NAMES):
        raise refusal(found.authority, f"the host {host} is not a public one")


def refusal(where: str, message: str) -> FetchError:
    """The error for a host that is not public; `where` is its authority, to be added if it is trusted."""
    return FetchError(message, f'If you trust this host, add "{where}" to fetch.allow_hosts in config.yaml.')


def _inner_ipv4(ip: IPv6Address) -> IPv4Address | None:
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if (
        ip in _NAT64
        or (ip in _COMPATIBLE and int(ip) > 0xFFFF)
        or int(ip) >> 32 & 0xFFFFFFFF in _ISATAP_MARKS
    ):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _web_scheme(found: re.Match[str]) -> str:
    wraps = found.string[found.end() :].lower().startswith(("http:", "https:"))
    return "" if wraps else "http:"


def _shown(url: str) -> str:
    # Never a password in a message: messages are logged and shown.
    open_part = _CREDENTIALS.sub("//", url.strip())
    printable = "".join(letter if letter.isprintable() else "\ufffd" for letter in open_part)
    return (printable if len(printable) <= 100 else printable[:99] + "…") or "an empty address"
