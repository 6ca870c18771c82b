"""Tasks that do what documents must not make a reader do."""

import os
import socket
import subprocess
import time
from pathlib import Path

from builder.errors import FeedError


def echo(*parts: bytes) -> bytes:
    return b"".join(parts)


def pid() -> bytes:
    return str(os.getpid()).encode()


def refuse(message: bytes) -> bytes:
    raise FeedError(message.decode(), "a hint")


def break_off() -> bytes:
    raise ZeroDivisionError


def spin() -> bytes:
    while True:
        pass


def sleep() -> bytes:
    time.sleep(3600)
    return b""


def eat() -> bytes:
    return str(len([bytearray(2**20) for _ in range(4096)])).encode()


def grow() -> bytes:
    return str(len(bytearray(300 * 2**20))).encode()


def flood(mib: bytes) -> bytes:
    return bytes(int(mib) * 2**20)


def die() -> bytes:
    os.abort()


def dial() -> bytes:
    return socket.create_connection(("127.0.0.1", 9)).recv(1)


def run() -> bytes:
    return subprocess.check_output(["/bin/true"])


def write(path: bytes) -> bytes:
    Path(path.decode()).write_bytes(b"x")
    return b""


def environment() -> bytes:
    return "\n".join(name for name in os.environ if not name.startswith("LC_")).encode()


TASKS = {
    function.__name__: function
    for function in (
        *(echo, pid, refuse, break_off, spin, sleep, eat, grow, flood, die, dial, run, write, environment),
    )
}
