"""What `briefpress doctor` looks at in a newsletter: config, caches, engine, content, mail and hosts."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from builder import database, files, gitrepo, memory, state
from builder.cli import checkup
from builder.cli.checkup import Check, fail, ok, warn
from builder.cli.config import SCHEMA, schema_text
from builder.cli.newsletter import CACHE
from builder.cli.outside import MEMORY, client_of, health_of, quarantine
from builder.errors import BriefpressError, ConfigError, FetchError, FileError, SourceError
from builder.text import count

if TYPE_CHECKING:
    from builder.config import Config
    from builder.ingest.reading import Reader
    from builder.model import Library
    from builder.web import Client

_LARGE = 2 * 2**30
_OLD_PULL = timedelta(days=7)
_LATE = 2
"""An edition is late after so many of the usual gaps."""
_WORKFLOWS = (
    ".github/workflows/*.y*ml",
    ".forgejo/workflows/*.y*ml",
    ".gitea/workflows/*.y*ml",
    ".gitlab-ci.yml",
)


def config(root: Path) -> "tuple[Config | None, list[Check]]":
    """The config of the newsletter in `root`, where it can be read, and how it stands."""
    from builder.config import load

    try:
        found = load(root)
    except (ConfigError, FileError) as error:
        return None, [fail("config", str(fault), fault.hint or "Mend that line.") for fault in error.faults]
    checks = [ok("config", f"{count(len(found.feeds), 'feed')}, {count(len(found.sections), 'section')}")]
    schema = root / SCHEMA
    named = SCHEMA in files.read_bytes(root / "config.yaml").decode("utf-8", "replace")
    if schema.is_file() and files.read_bytes(schema).decode("utf-8", "replace") != schema_text():
        checks.append(warn("config", f"{SCHEMA} is that of another version", "`briefpress config schema`"))
    elif named and not schema.is_file():
        checks.append(
            warn("config", f"{SCHEMA}, which config.yaml names, is not here", "`briefpress config schema`")
        )
    if found.markdown.engine == "comrak" and not checkup.has_extra("fast"):
        checks.append(
            fail("config", "markdown.engine is comrak, which is missing", "`pip install 'briefpress[fast]'`")
        )
    if found.build.pictures != "none" and not checkup.has_extra("images"):
        checks.append(
            fail("config", "build.pictures needs Pillow and a font", "`pip install 'briefpress[images]'`")
        )
    return found, checks


def caches(root: Path) -> Iterator[Check]:
    """The two databases of the cache folder, and what a kill may have left beside files."""
    for name, version, loss in (
        ("state.db", state.VERSION, "the next build makes it again"),
        (MEMORY, memory.VERSION, "the next pull makes it again, and asks all feeds"),
    ):
        path = root / CACHE / name
        fix = f"Delete {CACHE}/{name}: {loss}."
        try:
            looked = database.look(path)
        except FileError as error:
            yield fail("state", str(error), "Give yourself the right to read it.")
            continue
        if looked is None:
            yield ok("state", f"{name} is not made yet")
        elif looked.damage:
            yield warn("state", f"{name} is damaged: {looked.damage}", fix)
        elif looked.version != version:
            whose = "a newer briefpress" if looked.version > version else "an older briefpress"
            yield warn("state", f"{name} is that of {whose} (version {looked.version}); {loss}", fix)
        elif looked.size > _LARGE:
            yield warn("state", f"{name} has {looked.size / 2**30:.1f} GiB", "`briefpress tidy`")
        else:
            yield ok("state", f"{name}: {looked.size / 2**20:,.1f} MiB, in order")


def engine(config: "Config") -> Check:
    """Whether the engine that writes summaries can be had."""
    from builder.cli import engines

    name = config.summary.engine
    try:
        with engines.opened(config):
            pass
    except BriefpressError as error:
        return fail("summaries", str(error), error.hint or "See docs/models.md.")
    model = f" ({config.summary.model.name})" if name == "llm" else ""
    return ok("summaries", f"written by {name}{model}")


def content(config: "Config", now: datetime) -> Iterator[Check]:
    """Whether all files can be read; what runs by itself, and whether an edition is due."""
    from builder.content import library

    loaded = library.load(config.root)
    found = loaded.library
    items, editions = count(len(found.items), "item"), count(len(found.editions), "edition")
    if loaded.faults:
        broken = f"{count(len(loaded.faults), 'file')} that cannot be used, such as {loaded.faults[0]}"
        yield fail("content", f"{items}, {editions}, {broken}", "`briefpress check` names them all.")
    else:
        yield ok("content", f"{items}, {editions}")
    yield from _schedule(config, found, now)


def _schedule(config: "Config", library: "Library", now: datetime) -> Iterator[Check]:
    top = config.root
    if (repo := gitrepo.Repo.at(config.root)) is not None:
        top = repo.root
    found = [
        path.relative_to(top).as_posix()
        for pattern in _WORKFLOWS
        for path in sorted(top.glob(pattern))
        if b"briefpress" in files.read_bytes(path)
    ]
    if found:
        yield ok("schedule", f"workflows: {', '.join(found)}")
    else:
        yield ok(
            "schedule", "no workflow here (cron elsewhere cannot be seen); `briefpress init --ci github`"
        )
    asked = [health.asked for health in health_of(config).values() if health.asked]
    if asked:
        last = max(asked)
        said = f"feeds were last asked {_ago(now - last)}"
        late = now - last > _OLD_PULL
        yield warn("schedule", said, "`briefpress pull`, best each day") if late else ok("schedule", said)
    elif config.feeds:
        yield ok("schedule", "feeds were not asked from here yet")
    yield from _edition(library, now)


def _edition(library: "Library", now: datetime) -> Iterator[Check]:
    published = sorted(one.published for one in library.editions if one.published and one.published <= now)
    if len(published) < 2:
        return
    usual = timedelta(seconds=median((b - a).total_seconds() for a, b in pairwise(published[-10:])))
    since = now - published[-1]
    said = f"the last edition was published {_ago(since)}"
    if usual and since > _LATE * usual:
        usually = f"every {count(max(1, round(usual / timedelta(days=1))), 'day')}"
        yield warn("schedule", f"{said}; usually there is one {usually}", "`briefpress edition new`")
    else:
        yield ok("schedule", said)


def mail(config: "Config", environment: Mapping[str, str]) -> Iterator[Check]:
    """Who sends the letter, and whether what that takes is there. No secret is told."""
    from builder.mail import service
    from builder.mail.schedule import SECRETS

    rules = config.mail
    if rules.via == "files":
        yield ok("mail", "nothing is sent from here (mail.via: files)")
        return
    try:
        service.refuse_unknown(config)
    except ConfigError as error:
        yield fail("mail", f"mail.via: {error.faults[0].message}", error.faults[0].hint)
        return
    secret = SECRETS.get(rules.via, "")
    if rules.via == "smtp" and not rules.smtp.user:
        secret = ""
    lacking = [
        key
        for key, value in (("from_address", rules.from_address), ("smtp.host", rules.smtp.host))
        if not value and (key != "smtp.host" or rules.via == "smtp")
    ]
    if lacking:
        names = " and ".join(f"mail.{key}" for key in lacking)
        yield fail("mail", f"{rules.via} sends, but {names} is not set", "Set it in config.yaml.")
    if secret and not environment.get(secret, "").strip():
        yield warn(
            "mail",
            f"{secret} is not in this environment",
            f"`export {secret}=…` where letters are sent; in CI it is a secret of the repository.",
        )
    if rules.via == "smtp":
        path = files.inside(config.root, rules.subscribers)
        if not path.is_file():
            yield warn("mail", f"there is no list of readers at {rules.subscribers}", "See docs/mail.md.")
        elif (repo := gitrepo.Repo.at(config.root)) and repo.holds(path):
            yield fail(
                "mail",
                f"{rules.subscribers} is in git, where every clone has it",
                f"`git rm --cached {rules.subscribers}`, and name it in .gitignore.",
            )
    if not lacking:
        yield ok("mail", f"{rules.via} sends, from {rules.from_address}")


def hosts(config: "Config") -> Iterator[Check]:
    """Whether each host of a feed answers, and whether its robots.txt lets its pages be read."""
    from builder import turns
    from builder.ingest.reading import Apart

    wanted = sorted(
        {
            f"{parts.scheme}://{parts.netloc}"
            for feed in config.feeds
            if (parts := urlsplit(feed.url)).scheme in ("http", "https")
        }
    )
    if not wanted:
        yield ok("network", "no feed is on the network")
        return
    with client_of(config) as web, quarantine() as apart:

        def look(host: str) -> Check:
            return _host(web, Apart(apart), host)

        asked = turns.over_threads(config.fetch.workers)(look, wanted, str)
        yield from (check for _, check in sorted(asked, key=lambda told: told[0]))


def _host(web: "Client", reader: "Reader", host: str) -> Check:
    from builder.ingest.robots import AGENT, READ_BYTES
    from builder.web import NotModified

    name = urlsplit(host).netloc
    try:
        told = web.get(f"{host}/robots.txt", max_bytes=8 * READ_BYTES)
    except FetchError as error:
        why = error.faults[0].message
        if error.status and error.status < 500:
            return ok("network", f"{name} answers, and has no robots.txt ({error.status})")
        return fail("network", f"{name}: {why}", error.hint or f"`briefpress feeds check`, or try {host}.")
    try:
        body = b"" if isinstance(told, NotModified) else told.body[:READ_BYTES]
        allowed, _ = reader.robots(body, AGENT, f"{host}/") if body else (True, 0.0)
    except SourceError as error:
        return warn(
            "network", f"{name}: its robots.txt is no use: {error.faults[0].message}", "Tell its owner."
        )
    if not allowed:
        fix = "Nothing to do: its items keep to the feed's own text."
        return warn("network", f"{name} answers; its robots.txt asks programs not to read its pages", fix)
    return ok("network", f"{name} answers, and lets its pages be read")


def _ago(age: timedelta) -> str:
    if age < timedelta(0):
        return "in the future"
    if age < timedelta(hours=1):
        return "within the hour"
    if age < timedelta(days=2):
        return f"{count(age // timedelta(hours=1), 'hour')} ago"
    return f"{count(age.days, 'day')} ago"
