"""`briefpress run`: the daily job, each step by the function that its own command calls."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder import files
from builder.cli import build, deploy, mailing, propose, pull, pulled
from builder.cli.console import QUIET, Console
from builder.cli.newsletter import (
    CACHE,
    config_of,
    lock_of,
    now,
    open_desk,
    open_newsletter,
    repo_of,
    sure_now,
)
from builder.cli.options import common, dry_run, json_lines
from builder.cli.steps import End, Outcome, Step, exit_code, hindrance
from builder.errors import BriefpressError, GitError
from builder.publish.standing import Wish
from builder.text import count
from builder.workers import Mapper, forks, in_line, usable_cores

if TYPE_CHECKING:
    from builder.config import Config
    from builder.gitrepo import Repo

_THREADS_S = 2.0
"""Threads of a pull that is over are given so long to end."""


@click.command("run")
@click.option(
    "--publish",
    type=click.Choice(["none", "propose", "commit"]),
    help="What becomes of new drafts.  [default: run.publish]",
)
@click.option(
    "--skip",
    type=click.Choice([step.value for step in Step]),
    multiple=True,
    help="Leave a step out; may be repeated.",
)
@click.option("--offline", is_flag=True, help="Ask no feed; read their last good copies.")
@click.option(
    "--production/--no-production",
    default=lambda: bool(os.environ.get("CI")),
    help="Build nothing while an approved item is other than it was approved.  [default: on where CI is set]",
)
@json_lines
@dry_run
@common
@click.pass_obj
def command(
    console: Console,
    publish: str | None,
    skip: tuple[str, ...],
    offline: bool,
    production: bool,
    dry_run: bool,
) -> int:
    """Do the daily job: pull, propose, build, deploy, mail; with run.push between a git pull and a git push.

    It is safe to run at any moment, again at any moment, and to kill at any moment: the next run does what is
    left. A step that fails holds up only what rests on it: the site is built after a pull that failed, an
    unbuilt site is not deployed, and a letter goes only when its site was built and deployed in this run. No
    letter goes without run.mail in config.yaml. With run.push it begins with what the remote of the branch at
    hand has, and ends with a push, never by force. The exit code is that of the first step that failed.
    """
    config = config_of(console)
    with lock_of(config.root, dry_run):
        if not dry_run:
            _sweep(console, config)
        job = _Job(console, config, publish or "", offline, production, dry_run)
        outcomes: dict[Step, Outcome] = {}
        for step in Step:
            ends = {done: outcome.end for done, outcome in outcomes.items()}
            console.event("begun", {"step": step})
            outcomes[step] = done = _outcome(console, step, job, skip, ends)
            told = {"step": step, "end": done.end, "said": done.said, "exit_code": done.exit_code}
            console.event("ended", told)
    code = exit_code(outcomes)
    data = [
        {"step": step, "end": one.end, "said": one.said, "exit_code": one.exit_code, "data": one.data}
        for step, one in outcomes.items()
    ]
    console.result({"steps": data}, _table(console, outcomes), ok=not code)
    return code


def _outcome(
    console: Console, step: Step, job: "_Job", skip: tuple[str, ...], ends: dict[Step, End]
) -> Outcome:
    """What became of a step that is taken, unless it is not asked for or makes no sense any more."""
    try:
        if why := job.off(step):
            return Outcome(End.OFF, why)
        if step in skip:
            return Outcome(End.SKIPPED, f"--skip {step}")
        if why := hindrance(step, ends):
            return Outcome(End.SKIPPED, why)
        return job.steps[step]()
    except BriefpressError as error:
        console.error(error)
        return Outcome(End.FAILED, str(error.faults[0]), error.exit_code)


class _Job:
    """The steps of one run."""

    def __init__(
        self, console: Console, config: "Config", publish: str, offline: bool, production: bool, dry_run: bool
    ) -> None:
        self._console = console
        self._config = config
        self._asked_publish = publish
        self._offline = offline
        self._dry_run = dry_run
        # One moment for the site and the letter: what becomes public meanwhile waits for the next run.
        self._wish = Wish(clock=sure_now(), production=production)
        self.steps: dict[Step, Callable[[], Outcome]] = {
            Step.SYNC: self._synced,
            Step.PULL: self._pulled,
            Step.PUBLISH: self._published,
            Step.BUILD: self._built,
            Step.DEPLOY: self._deployed,
            Step.MAIL: self._mailed,
            Step.PUSH: self._pushed,
        }

    @property
    def _publish(self) -> str:
        """What becomes of new drafts."""
        return self._asked_publish or self._config.run.publish

    def off(self, step: Step) -> str:
        """Why the config asks for no such step; empty when it does."""
        if step in (Step.SYNC, Step.PUSH) and not self._config.run.push:
            return "run.push is off"
        if step is Step.PULL and not self._config.feeds:
            return "there are no feeds"
        if step is Step.PUBLISH and self._publish == "none":
            return "run.publish is none: drafts stay files"
        if step is Step.DEPLOY and not deploy.deploys(self._config):
            host = self._config.deploy.host
            return f"{host} builds or fetches the site by itself" if host else "deploy.host is not set"
        if step is Step.MAIL and not self._config.run.mail:
            return "run.mail is off"
        return ""

    def _synced(self) -> Outcome:
        from builder import gitremote

        repo = self._repo()
        to = gitremote.upstream(repo)
        if self._dry_run:
            return Outcome(End.IDLE, f"what {to} has would be taken")
        caught = gitremote.catch_up(repo, to)
        data = {"from": str(to), "taken": caught.taken, "moved": caught.moved}
        if not caught.taken:
            return Outcome(End.IDLE, f"{to} has nothing new", 0, data)
        self._config = config_of(self._console)
        said = f"{count(caught.taken, 'commit')} from {to}"
        said += f", {count(caught.moved, 'commit')} of ours put after" if caught.moved else ""
        return Outcome(End.DONE, said, 0, data)

    def _pushed(self) -> Outcome:
        from builder import gitremote

        repo = self._repo()
        to = gitremote.upstream(repo)
        if self._dry_run:
            return Outcome(End.IDLE, f"what is committed would be pushed to {to}")
        number = gitremote.publish(repo, to)
        data = {"to": str(to), "commits": number}
        if not number:
            return Outcome(End.IDLE, f"{to} has every commit", 0, data)
        return Outcome(End.DONE, f"{count(number, 'commit')} pushed to {to}", 0, data)

    def _repo(self) -> "Repo":
        """The repository around the newsletter. Raises GitError when there is none."""
        repo = repo_of(self._config.root, commit=True)
        if repo is None:
            raise GitError(f"{self._config.root} is in no git repository", "Begin one with `git init`.")
        return repo

    def _pulled(self) -> Outcome:
        from builder.ingest.asking import Wish as Question

        wish = Question(feeds=frozenset(), force=False, offline=self._offline, since=None, limit=0)
        tally = pull.pull_feeds(
            self._console, wish, commit=False, replay=self._offline, dry_run=self._dry_run
        )
        code = pull.exit_code(tally)
        said = pulled.in_words(tally, dry_run=self._dry_run)
        if code:
            return Outcome(End.FAILED, said, code, pulled.data_of(tally))
        partly = bool(tally.broken or tally.failed)
        done = End.DONE if tally.drafted or (self._dry_run and tally.new) else End.IDLE
        return Outcome(End.PARTLY if partly else done, said, 0, pulled.data_of(tally))

    def _published(self) -> Outcome:
        newsletter = open_newsletter(self._console)
        if self._publish == "propose":
            told = propose.propose(self._console, newsletter, propose.Terms(), dry_run=self._dry_run)
            number = len(told["items"]) if isinstance(told["items"], list) else 0
            is_new = self._dry_run or bool(told["commit"] or told["pushed"])
            verb = "would be proposed" if self._dry_run else f"proposed on {told['branch']}"
            verb = verb if is_new else "already proposed"
            said = f"{count(number, 'draft')} {verb}" if number else "git has every draft"
            return Outcome(End.DONE if number and is_new else End.IDLE, said, 0, told)
        repo = self._repo()
        # Also those that a run wrote which was killed before it could commit them.
        drafts, paths = propose.unsaved_drafts(newsletter, repo)
        marked = propose.unsaved_marks(newsletter, repo)
        hash_ = ""
        if marked and not self._dry_run:
            said = f"Mark {count(len(marked), 'changed source')}\n"
            hash_ = repo.commit([path for _, path in marked], said)
        if drafts and not self._dry_run:
            hash_ = repo.commit(sorted(paths), f"Draft {count(len(drafts), 'item')}\n")
        data = {"items": [item.id for item in drafts], "commit": hash_}
        if not drafts and marked:
            data["marked"] = [item.id for item, _ in marked]
            return Outcome(End.DONE, f"{count(len(marked), 'changed source')} marked", 0, data)
        if not drafts:
            return Outcome(End.IDLE, "git has every draft", 0, data)
        verb = "would be committed" if self._dry_run else f"committed as {hash_}"
        return Outcome(End.DONE, f"{count(len(drafts), 'draft')} {verb}", 0, data)

    def _built(self) -> Outcome:
        console, root = self._console, self._config.root
        with build.keeping_all(), console.progress("Reading") as progress:
            tally = build.build_site(
                console, root, self._wish, progress, mapper=_mapper(), dry_run=self._dry_run
            )
        said = build.in_words(tally, dry_run=self._dry_run)
        console.note(said)
        if tally.exit_code:
            return Outcome(End.FAILED, said, tally.exit_code, build.data_of(tally))
        moved = tally.written or tally.removed
        return Outcome(End.DONE if moved else End.IDLE, said, 0, build.data_of(tally))

    def _deployed(self) -> Outcome:
        rules = self._config.deploy
        if self._dry_run:
            # What would be put there is not built.
            return Outcome(End.DONE, f"would be deployed to {rules.host}")
        done = deploy.deploy_site(
            self._console, self._config, self._wish, max_deletes=rules.max_deletes, dry_run=False
        )
        said = deploy.in_words(done, dry_run=False)
        self._console.note(said)
        moved = done.put or done.removed
        return Outcome(End.DONE if moved else End.IDLE, said, 0, deploy.data_of(done))

    def _mailed(self) -> Outcome:
        from builder.mail import due

        newsletter = open_desk(self._console, commit=True, dry_run=self._dry_run)
        moment = self._wish.clock or now()
        edition = due.newest(newsletter.loaded.library, moment)
        if edition is None:
            return Outcome(End.IDLE, "no edition is published")
        begun = mailing.is_begun(newsletter, edition.number)
        zone = newsletter.config.site.timezone
        if why := due.hindrance(edition, newsletter.config.run, moment, zone, begun=begun):
            return Outcome(End.IDLE, why)
        terms = mailing.Terms(really=True)
        code, data = mailing.send_letter(
            self._console, newsletter, edition.number, terms, dry_run=self._dry_run
        )
        if "why" in data:
            return Outcome(End.IDLE, str(data["why"]), code, data)
        said = f"edition {edition.number} {'would be sent' if self._dry_run else 'by'} {data.get('via', '')}"
        if code == pull.EXIT_PARTIAL:
            return Outcome(End.PARTLY, f"{said}: not everybody has it yet", code, data)
        return Outcome(End.FAILED if code else End.DONE, said, code, data)


def _mapper() -> Mapper:
    """Forks, once the threads of the pull have ended: a process that forks must have no other."""
    until = time.monotonic() + _THREADS_S
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.name.startswith("Thread-rich"):
            thread.join(max(until - time.monotonic(), 0))
    return forks(usable_cores()) if threading.active_count() == 1 else in_line


def _sweep(console: Console, config: "Config") -> None:
    """Remove what a run that was killed as it wrote left beside its files."""
    for path in stray(config):
        if _is_kept(config.root, path):
            continue
        files.remove(path)
        console.detail(f"removed {path.relative_to(config.root)}, left by a run that was killed")


def _is_kept(root: Path, path: Path) -> bool:
    """Whether git holds `path`, or cannot be asked: somebody else may have given it a name such as ours."""
    try:
        repo = repo_of(root, commit=True)
        return repo is not None and repo.holds(path)
    except GitError:
        return True


def stray(config: "Config") -> Iterator[Path]:
    """The temporary files of killed runs in the folders that we write to."""
    root, moment = config.root, now().timestamp()
    yield from files.leftovers(root, moment, deep=False)
    for name in ("content", config.build.output, CACHE, "outbox"):
        yield from files.leftovers(root / name, moment)


def _table(console: Console, outcomes: dict[Step, Outcome]) -> str:
    """What became of each step; of those alone that went wrong for who asked for quiet."""
    rows = [
        (step.value, one.end.value, one.said)
        for step, one in outcomes.items()
        if console.verbosity > QUIET or one.end in (End.FAILED, End.PARTLY)
    ]
    return console.table(("step", "end", "what"), rows) if rows else ""
