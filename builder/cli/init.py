"""`briefpress init`."""

import re
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder import files
from builder.cli import beginning, hosting
from builder.cli.console import NORMAL, QUIET, Console
from builder.cli.newsletter import now
from builder.cli.options import Refusal, as_options, common, dry_run
from builder.cli.questions import addresses_of, answer_to, refuse_no_address
from builder.errors import BriefpressError, ConfigError, Fault, FileError, SourceError
from builder.publish.deploy.hosts import HOSTS
from builder.text import count, slug

if TYPE_CHECKING:
    from builder.ingest.opml import Outline

_PLAIN = ("github-pages", "gitlab-pages", "netlify")
"""The hosts that need no more than their name."""
_OPTIONS = {
    "site.title": "--title",
    "site.url": "--url",
    "site.language": "--language",
    "fetch.allow_hosts": "--allow-host",
    "feeds": "--feed",
}
"""What brings the values of a config.yaml that is not there yet, by their keys."""
FIRST_DRAFTS = 12
"""So many at most are made of the newest entries: enough to look at, and soon there."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to begin with."""

    title: str
    url: str
    language: str
    feeds: tuple[str, ...] = ()
    """Addresses that are written down as they are."""
    sites: tuple[str, ...] = ()
    """Addresses at which feeds are looked for."""
    opml: str = ""
    """The path of a list, `-`, or empty."""
    allow_hosts: tuple[str, ...] = ()
    ci: str = ""
    host: str = ""
    to: str = ""
    """Where the site goes, as `deploy.to` says it."""
    look: str = "magazine"
    asked: bool = False
    """Whether somebody answers at a terminal."""


_NOTHING = Wish("My Brief", "https://brief.example/", "en")
"""Where nothing is said."""
_TO_ALLOW = re.compile(r'add "([^"]+)" to fetch\.allow_hosts')
_IN_CONFIG = "fetch.allow_hosts in config.yaml"


@dataclass
class Heard(Console):
    """A console that keeps what a command has to tell, for the command that called it; faults are shown."""

    data: Mapping[str, Any] = field(default_factory=dict)
    config: str = ""
    """The path of config.yaml from where it was called: nobody is in its folder yet."""

    def fault(self, fault: Fault, kind: str = "warning") -> None:
        """As in any command, with the newsletter's config named by its path."""
        super().fault(replace(fault, hint=_at(fault.hint, self.config)), kind)

    def note(self, text: str, style: str = "") -> None:
        """Said by whom it was called."""

    def result(
        self,
        data: Mapping[str, object],
        text: str = "",  # noqa: ARG002
        *,
        ok: bool = True,  # noqa: ARG002
        commands: bool = False,  # noqa: ARG002
    ) -> None:
        """Kept."""
        self.data = data


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", help="The newsletter's name.")
@click.option("--url", help="Where the site will stand, such as https://brief.example/.")
@click.option("--language", help="A language tag, such as de.  [default: en]")
@click.option(
    "--feed", "feeds", multiple=True, metavar="URL", help="Follow the feed at this address; may be repeated."
)
@click.option(
    "--site",
    "sites",
    multiple=True,
    metavar="URL",
    help="Find and follow the feed of a site; may be repeated.",
)
@click.option("--opml", metavar="FILE|-", help="Follow the feeds of a list; its groups become sections.")
@click.option(
    "--allow-host",
    "allow_hosts",
    multiple=True,
    metavar="HOST:PORT",
    help="An address outside the public net that may be asked; may be repeated.",
)
@click.option(
    "--ci",
    type=click.Choice(["github", "gitlab"]),
    help="Also write workflows that pull and propose, check what is proposed, and publish what is merged.",
)
@click.option(
    "--host",
    type=click.Choice(list(HOSTS)),
    metavar="HOST",
    help=f"Also prepare for where the site is to stand, as `deploy init` does: {', '.join(HOSTS)}.",
)
@click.option("--to", help="With --host: a folder, s3://bucket/prefix, or a project.")
@click.option(
    "--theme",
    type=click.Choice(list(beginning.LOOKS)),
    help="How the overview begins: cards, a list or headlines, each in a colour.  [default: magazine]",
)
@click.option("-y", "--yes", is_flag=True, help="Ask nothing; what is not given has its default.")
@click.option(
    "--pull/--no-pull",
    default=True,
    help=f"Draft the {FIRST_DRAFTS} newest entries of the feeds.  [default: pull]",
)
@dry_run
@common
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path,
    title: str | None,
    url: str | None,
    language: str | None,
    feeds: tuple[str, ...],
    sites: tuple[str, ...],
    opml: str | None,
    allow_hosts: tuple[str, ...],
    ci: str | None,
    host: str | None,
    to: str | None,
    theme: str | None,
    yes: bool,
    pull: bool,
    dry_run: bool,
) -> int:
    """Start a newsletter: drafts of its feeds, and a built site, in FOLDER, which is made if need be.

    What is not given is asked for at a terminal. A folder that holds files of yours is refused, but for a
    README and a licence; in a newsletter, only --ci has something to add. Exit code 7 when no feed could be
    read: the newsletter stands all the same.
    """
    console: Console = ctx.obj
    if (folder / beginning.CONFIG).exists():
        if not ci:
            raise FileError(
                f"{folder / beginning.CONFIG} is already there",
                "It is a newsletter: work in it, or choose another folder.",
            )
        _refuse_more(ctx, folder)
        return _add_workflows(console, folder, ci, dry_run=dry_run)
    if host and not to and (target := hosting.target_of(host)):
        raise click.UsageError(f"{host} wants --to: {target}")
    if to and not host:
        raise click.UsageError("--to says where on a host the site goes: it needs --host")
    for feed in feeds:
        refuse_no_address(feed)
    asked = sys.stdin.isatty() and not yes and opml != "-"
    given: dict[str, Any] = {
        name: told
        for name, told in (("title", title), ("url", url), ("language", language))
        if told is not None
    }
    plain = replace(_NOTHING, **given)
    with as_options(_OPTIONS):
        _config(folder, replace(plain, feeds=feeds, allow_hosts=allow_hosts), ())
    if asked:
        plain = _site_asked(folder, plain, given)
    wish = replace(
        plain,
        feeds=feeds,
        sites=sites,
        opml=opml or "",
        allow_hosts=allow_hosts,
        ci=ci or "",
        host=host or "",
        to=to or "",
        look=theme or "magazine",
        asked=asked,
    )
    if asked:
        wish = _asked_on(
            wish, no_sources=not feeds and not sites and not opml, no_ci=not ci, no_look=not theme
        )
    return _begin(ctx, console, folder, wish, pull=pull, dry_run=dry_run)


def _begin(
    ctx: click.Context, console: Console, folder: Path, wish: Wish, *, pull: bool, dry_run: bool
) -> int:
    from builder.cli.feedlists import outlines_of
    from builder.config import parse
    from builder.ingest.novelty import Reason

    of_ci = beginning.workflows(wish.ci) if wish.ci else {}
    beside = beginning.others() | of_ci
    outlines = outlines_of(wish.opml) if wish.opml else ()
    # Before anybody is asked for a feed: it would be in vain.
    beginning.refuse_used(folder, beside | {beginning.CONFIG: _config(folder, wish, outlines)})
    found = _found(console, folder, wish)
    text = _config(folder, replace(wish, feeds=wish.feeds + found), outlines, console)
    written = beside | {beginning.CONFIG: text}
    told: dict[str, object] = {"folder": str(folder), "written": sorted(written)}
    if dry_run:
        console.result(told)
        console.note(f"would start {wish.title} in {folder}")
        return 0
    # A host's own workflow goes before that of the CI, which publishes to the CI's pages.
    beginning.write(
        folder, {name: one for name, one in written.items() if not wish.host or name not in of_ci}
    )
    _, prepared = (
        _called(ctx, console, folder, hosting.init_command, host=wish.host, to=wish.to or None)
        if wish.host
        else (0, {})
    )
    beginning.write(folder, written)
    config = parse(text.encode(), folder.resolve())
    feeds = len(config.feeds)
    code, drafted, left = _pulled(ctx, console, folder) if pull and feeds else (0, 0, Counter[str]())
    later, old = left[Reason.OVER_LIMIT], left[Reason.TOO_OLD]
    files_of_site = _built(ctx, console, folder)
    lost = len(wish.sites) > len(found) and not feeds
    enter = "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))} && "
    next_ = f"{enter}briefpress " + (
        "serve --drafts" if drafted else _first_pull(old=bool(old)) if feeds else "feeds add ADDRESS"
    )
    console.result(
        told | {"feeds": feeds, "drafted": drafted, "site": files_of_site, "next": next_}, ok=not code
    )
    done = [
        count(feeds, "feed"),
        count(drafted, "draft"),
        f"a site of {count(files_of_site, 'file')} in site/",
    ]
    console.note(f"started {wish.title} in {folder}: {', '.join(done)}")
    if later:
        console.note(
            f"{count(later, 'older entry', 'older entries')} wait for the next `briefpress pull`", "dim"
        )
    if old and not drafted:
        console.note(
            f"{count(old, 'entry is', 'entries are')} older than fetch.max_age_days in config.yaml, which is "
            f"{config.fetch.max_age_days}: set another there, or draft them for once with --since",
            "yellow",
        )
    if code:
        console.note(
            "No feed could be read; the newsletter stands, and `briefpress pull` tries again.", "yellow"
        )
    for step in prepared.get("then", ()):
        console.note(f"To publish: {step}", "dim")
    console.note("Next:")
    console.note(f"  {next_}", "bold")
    return code or (SourceError.exit_code if lost else 0)


def _config(folder: Path, wish: Wish, outlines: "Sequence[Outline]", console: Console | None = None) -> str:
    """The text of config.yaml. Raises ConfigError for answers that make none, before anything is written."""
    from builder.cli.feedlists import feeds_of, tell_refused
    from builder.config import editing, parse

    # A heading needs an address; what stands under one that has none is in no section.
    groups = {slug(one.group, ""): one.group for one in outlines if slug(one.group, "")}
    text = beginning.config(
        wish.title,
        wish.url,
        wish.language,
        sections=tuple(groups.values()),
        allow_hosts=wish.allow_hosts,
        look=wish.look,
        today=now().date(),
    )
    at = folder.resolve()
    parse(text.encode(), at)
    text = editing.add(text, [{"url": url} for url in dict.fromkeys(wish.feeds)])
    new, refused = feeds_of(parse(text.encode(), at), outlines)
    if console:
        tell_refused(console, refused)
    text = editing.add(text, new)
    parse(text.encode(), at)
    return text


def _found(console: Console, folder: Path, wish: Wish) -> tuple[str, ...]:
    """The feeds of the sites that were named; a site without one is told."""
    return tuple(url for site in wish.sites if (url := _feed_at(console, folder, wish, site)))


def _feed_at(console: Console, folder: Path, wish: Wish, address: str) -> str:
    """The address of the feed at `address`; empty, and told, when there is none to be found."""
    from builder.cli.feeds import find_feed
    from builder.config import parse

    config = parse(_config(folder, replace(wish, opml="", feeds=()), ()).encode(), folder.resolve())
    try:
        url, found, others = find_feed(config, address)
    except BriefpressError as error:
        first = error.faults[0]
        private = _TO_ALLOW.search(first.hint)
        if private and not wish.asked:
            raise Refusal(
                f"{address}: {first.message}",
                f"Nothing was written. If you trust this host, add --allow-host {private[1]}.",
            ) from error
        hint = first.hint
        if private:
            at = _at(hint, str(folder / beginning.CONFIG)).removesuffix(".")
            hint = f"{at} once it is written, then: `briefpress feeds add {address}`"
        console.fault(Fault(f"{address}: {first.message}", hint=hint))
        return ""
    console.note(f"found {found.title or url}: {url}, {count(found.entries, 'entry', 'entries')}")
    for other in others:
        console.note(f"  it also has {other}", "dim")
    return url


def _at(hint: str, config: str) -> str:
    return hint.replace(_IN_CONFIG, _IN_CONFIG.replace(beginning.CONFIG, config))


def _first_pull(*, old: bool) -> str:
    """What drafts entries where nothing was drafted yet; with `old` ones it has to reach back."""
    return f"pull --since 365 --limit {FIRST_DRAFTS}" if old else "pull"


def _pulled(ctx: click.Context, console: Console, folder: Path) -> tuple[int, int, Counter[str]]:
    """The first pull: its exit code, how many drafts it made, and how many entries it left out, by reason."""
    from builder.cli import pull

    code, data = _called(ctx, console, folder, pull.command, limit=FIRST_DRAFTS)
    return code, len(data.get("drafted", ())), Counter(one["reason"] for one in data.get("skipped", ()))


def _built(ctx: click.Context, console: Console, folder: Path) -> int:
    """The number of files of the site."""
    from builder.cli import build

    _, data = _called(ctx, console, folder, build.command, production=False)
    return len(data.get("written", ())) + int(data.get("unchanged", 0))


def _called(
    ctx: click.Context, console: Console, folder: Path, called: click.Command, **options: object
) -> tuple[int, Mapping[str, Any]]:
    """Run another command on the new newsletter: its exit code, and what it told. Its faults are told."""
    heard = Heard(
        root=folder.resolve(),
        verbosity=QUIET if console.json else min(console.verbosity, NORMAL),
        debug=console.debug,
        problems=console.problems,
        config=str(folder / beginning.CONFIG),
    )
    ctx.obj = heard
    try:
        return int(ctx.invoke(called, **options) or 0), heard.data
    except BriefpressError as error:
        heard.error(error)
        return error.exit_code, heard.data
    finally:
        ctx.obj = console


def _add_workflows(console: Console, folder: Path, ci: str, *, dry_run: bool) -> int:
    """Write those workflows that are not there yet."""
    missing = {name: text for name, text in beginning.workflows(ci).items() if not (folder / name).exists()}
    if not dry_run:
        for name, text in missing.items():
            files.create(folder / name, text)
    console.result({"folder": str(folder), "written": sorted(missing)}, "\n".join(sorted(missing)))
    verb = "would write" if dry_run else "wrote"
    console.note(f"{verb} {count(len(missing), 'file')}" if missing else "all of them are there already")
    return 0


def _asked_on(wish: Wish, *, no_sources: bool, no_ci: bool, no_look: bool) -> Wish:
    """The wish with what it did not say, as it is answered at the terminal."""
    if no_sources:
        told = addresses_of(
            answer_to("Feeds or sites to follow, or a list of feeds (.opml); none: later", "", shown=False)
        )
        lists = [one for one in told if Path(one).is_file()]
        wish = replace(
            wish, opml=lists[0] if lists else "", sites=tuple(one for one in told if one not in lists)
        )
    if no_ci:
        ci = answer_to("Workflows for which host", "none", ["none", "github", "gitlab"])
        wish = replace(wish, ci="" if ci == "none" else ci)
    if not wish.host:
        host = answer_to("Host to prepare for; more at `deploy init`", "later", ["later", *_PLAIN])
        wish = replace(wish, host="" if host == "later" else host)
    if no_look:
        wish = replace(wish, look=answer_to("Its look", "magazine", list(beginning.LOOKS)))
    return wish


def _site_asked(folder: Path, plain: Wish, given: Mapping[str, str]) -> Wish:
    """`plain` with what was not given, asked for; each answer is judged before the next question."""
    questions = (
        ("title", "The newsletter's name", plain.title),
        ("url", "The site's address", plain.url),
        ("language", "Its language", plain.language),
    )

    def judged(name: str) -> Callable[[str], str]:
        def judge(answer: str) -> str:
            said: dict[str, Any] = {name: answer}
            try:
                _config(folder, replace(_NOTHING, **said), ())
            except ConfigError as error:
                first = error.faults[0]
                raise click.UsageError(
                    f"{first.message.partition(': ')[2]}. {first.hint}".rstrip()
                ) from error
            return answer

        return judge

    answers: dict[str, Any] = {
        name: answer_to(question, default, judge=judged(name))
        for name, question, default in questions
        if name not in given
    }
    return replace(plain, **answers)


def _refuse_more(ctx: click.Context, folder: Path) -> None:
    """Refuse what --ci would have ignored in a newsletter that stands."""
    able = {"folder", "ci", "dry_run", "yes", "pull"}
    ignored = [
        param.opts[0]
        for param in ctx.command.params
        if param.name
        and param.name in ctx.params
        and param.name not in able
        and ctx.get_parameter_source(param.name) is click.core.ParameterSource.COMMANDLINE
    ]
    if ignored:
        raise Refusal(
            f"{folder} is a newsletter already: {', '.join(ignored)} would change nothing",
            "Here --ci alone has something to add; the rest is in config.yaml.",
        )
