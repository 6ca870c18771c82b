"""A web server for a folder and a mail server, on loopback: tells their ports, and notes who got mail."""

import os
import sys
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

TESTS = Path(__file__).resolve().parents[1]
sys.path += [str(TESTS), str(TESTS / "mail")]

import mailserver  # noqa: E402


class Taken(list):
    """Notes each reader at once: the process is killed in the end."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = Path(path)

    def append(self, told: tuple[str, bytes]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{told[0]}\n")


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


web = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=sys.argv[1]))
Thread(target=web.serve_forever, daemon=True).start()
post = mailserver.MailServer()
post.taken = Taken(sys.argv[2])
sys.stdout.write(f"{web.server_address[1]} {post.port}\n")
sys.stdout.flush()
begun_by = os.getppid()
while os.getppid() == begun_by:
    time.sleep(1)
