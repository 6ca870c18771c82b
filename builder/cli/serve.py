"""`briefpress serve`."""

import threading

import click

from builder.cli.build import build_site
from builder.cli.console import Console, Progress
from builder.cli.newsletter import PREVIEW, config_of, now
from builder.cli.options import common
from builder.errors import BriefpressError
from builder.publish.standing import Wish
from builder.text import count


@click.command("serve")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any free one."
)
@click.option("--drafts", is_flag=True, help="Show drafts too.")
@common
@click.pass_obj
def command(console: Console, port: int, drafts: bool) -> int:
    """Show the site on this machine only, built again at each change.

    The site is built into .briefpress/preview; what `build` wrote is left alone. Ctrl-C ends it.
    """
    from builder.publish import serve

    config = config_of(console)
    folder = config.root / PREVIEW
    preview = serve.Preview(folder, port)

    def rebuild() -> bool:
        try:
            # Who looks at drafts looks at what is to come.
            clock = None if drafts else now()
            wish = Wish(out=folder, base_url=preview.url, drafts=drafts, clock=clock)
            tally = build_site(console, config.root, wish, Progress())
        except BriefpressError as error:
            console.error(error)
            return False
        console.note(f"wrote {count(len(tally.written), 'file')}, {tally.unchanged:,} unchanged", "dim")
        return True

    rebuild()
    preview.start()
    watched = [config.root / name for name in ("config.yaml", "content", "templates", *config.build.static)]
    stop = threading.Event()
    try:
        console.note(f"{preview.url}  (Ctrl-C ends it)", "bold")
        seen = serve.changes([path for path in watched if path.exists()], stop)
        for _ in serve.rebuilt(seen, rebuild, preview.reloads):
            pass
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
        preview.stop()
    return 0
