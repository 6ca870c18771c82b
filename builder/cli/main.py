"""The command `briefpress`: finds the command, and turns every error into words and an exit code.

A command's file is imported only when it runs, so that `briefpress --help` starts at once.
"""

import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from types import FrameType

import click

from builder import __version__, digest, files
from builder.cli.console import Console, harmless
from builder.cli.newsletter import CACHE
from builder.cli.options import Refusal, common
from builder.errors import BriefpressError, Fault, FileError

EXIT_BUG = 70
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143

CHAPTERS: dict[str, dict[str, str]] = {
    "Begin": {
        "init": "Start a newsletter: drafts of its feeds, and a built site.",
        "import": "Take over a newsletter that was made elsewhere.",
        "config": "Work with config.yaml.",
        "admin": "Set up editing in a browser.",
    },
    "Gather": {
        "pull": "Fetch the feeds and write a draft for each new entry.",
        "feeds": "Follow feeds, leave them, and see how they fare.",
        "draft": "Summarise one page, file or text and print it.",
        "redraft": "Write drafts anew, with the newsletter's engine or another.",
    },
    "Edit": {
        "status": "Say how the newsletter stands, and what comes next.",
        "list": "List items by status, section, feed or tag.",
        "show": "Show one item.",
        "explain": "Show each sentence of an item beside its source.",
        "review": "Work through the drafts in a terminal screen.",
        "approve": "Let items be published.",
        "reject": "Keep items from being published.",
        "reopen": "Make approved or rejected items drafts again.",
        "correct": "Record what was wrong in a published item.",
        "story": "See and decide which items report the same event.",
        "fmt": "Put content files into one form, as after an edit in a browser.",
        "lint": "Say where items state what their sources do not.",
        "propose": "Propose new drafts as a pull request.",
    },
    "Publish": {
        "edition": "Compose and publish editions.",
        "check": "Read the config and all content and say what is wrong.",
        "build": "Render the site.",
        "verify": "Say where the built site is not what its sources make.",
        "serve": "Show the site on this machine only, built again at each change.",
        "deploy": "Put the built site where readers are.",
        "mail": "Preview, check, export and send the letter.",
    },
    "Operate": {
        "run": "Do the daily job: pull, propose, build, deploy, mail.",
        "doctor": "Look at all that Briefpress stands on.",
        "tidy": "Remove what is safe to lose.",
        "manual": "Print the manual page.",
        "completion": "Print the completion script for a shell.",
    },
}
"""The commands in the order of the work, as `--help` shows them."""

COMMANDS = {name: said for chapter in CHAPTERS.values() for name, said in chapter.items()}
"""Every command and its one-line help; the module `builder.cli.NAME` holds it as `command`."""


class _Commands(click.Group):
    """A group whose commands are files, imported when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"builder.cli.{_MODULES.get(cmd_name, cmd_name)}")
        found = getattr(module, _ATTRIBUTES.get(cmd_name, "command"))
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        # One column for all chapters: each list would find a width of its own.
        widest = max(map(len, COMMANDS))
        for chapter, commands in CHAPTERS.items():
            with formatter.section(chapter):
                formatter.write_dl([(name.ljust(widest), said) for name, said in commands.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            raise click.UsageError(
                f"{error.message.rstrip('.')}; did you mean {near[0]!r}?" if near else error.message, ctx
            ) from error


# A module may not be called `list`, and the three verdicts share one.
_MODULES = {
    "list": "listing",
    "import": "importing",
    "approve": "decide",
    "reject": "decide",
    "reopen": "decide",
}
_ATTRIBUTES = {"approve": "approve", "reject": "reject", "reopen": "reopen"}


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
)
@click.version_option(__version__, message="briefpress %(version)s")
@common
def cli() -> None:
    """Feeds in, a reviewed newsletter out.

    A newsletter is a folder: config.yaml names the feeds, `pull` writes a Markdown draft for each new entry,
    editors approve them, `build` renders the site.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    console = Console()
    _heed_sigterm(console)
    try:
        code = run(console, arguments)
        if sys.stdout:
            sys.stdout.flush()
    except BrokenPipeError:
        # Who reads us has enough. Python would complain again when it closes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    if code in (EXIT_INTERRUPTED, EXIT_TERMINATED):
        # At the end of the interpreter a thread that waits for a server would be waited for.
        if sys.stderr:
            sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _heed_sigterm(console: Console) -> None:
    """Let SIGTERM, which systemd and runners of CI send, end a command as Ctrl-C does; a second one kills."""

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        console.terminated = True
        raise KeyboardInterrupt

    # Who began us may have it ignored.
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, end)


def run(console: Console, arguments: list[str] | None = None) -> int:
    """Run one command; its exit code. The only place where an error becomes words."""
    try:
        returned = cli.main(args=arguments, prog_name="briefpress", obj=console, standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (click.Abort, KeyboardInterrupt):
        how = "terminated" if console.terminated else "interrupted"
        click.echo(f"{how}: what was done is kept", err=True)
        _fail(console, how)
        return EXIT_TERMINATED if console.terminated else EXIT_INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        # A call that cannot be read has set no option yet.
        asked = sys.argv[1:] if arguments is None else arguments
        console.lines = console.lines or "--json-lines" in asked
        console.json = console.json or console.lines or "--json" in asked
        context = error.ctx if isinstance(error, click.UsageError) else None
        if context:
            console.command = context.command_path.partition(" ")[2]
        hint = f"`{context.command_path} --help` shows how it is called." if context else ""
        hint = error.hint if isinstance(error, Refusal) else hint
        console.fault(Fault(error.format_message(), hint=hint), "error")
        if console.json:
            console.result({}, ok=False)
        return error.exit_code
    except BriefpressError as error:
        console.error(error)
        console.result({}, ok=False)
        return error.exit_code
    except BrokenPipeError:
        raise
    except Exception as error:
        if console.debug:
            raise
        told = f"bug: {type(error).__name__}: {error}\n  {_report(console, error)}"
        click.echo(harmless(told), err=True)
        _fail(console, f"bug: {type(error).__name__}: {error}")
        return EXIT_BUG
    return returned if isinstance(returned, int) else 0


def _fail(console: Console, message: str) -> None:
    """The one document, for a program that waits for it."""
    if console.json:
        console.problems.append(Fault(message))
        console.result({}, ok=False)


def _report(console: Console, error: Exception) -> str:
    """Write the traceback to a file, and say where it is."""
    import tempfile
    import traceback

    story = "".join(traceback.format_exception(error))
    head = f"briefpress {__version__}, Python {sys.version}\n{sys.argv}\n\n"
    cache = console.root / CACHE if console.root else None
    folder = cache if cache and cache.is_dir() else Path(tempfile.gettempdir())
    path = folder / f"bug-{digest.of_text(story)[:8]}.txt"
    try:
        files.write_atomic(path, head + story, durable=False)
    except FileError as unwritable:
        return f"The whole story could not be kept: {unwritable}"
    return f"The whole story is in {path}"
