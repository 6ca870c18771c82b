"""`briefpress completion`."""

import click
from click.shell_completion import get_completion_class

from builder.cli.console import Console
from builder.cli.options import common


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@common
@click.pass_context
def command(ctx: click.Context, shell: str) -> int:
    """Print the completion script for a shell.

    For bash: briefpress completion bash > ~/.local/share/bash-completion/completions/briefpress
    """
    completion = get_completion_class(shell)
    assert completion is not None  # noqa: S101 (the choices above are Click's own)
    script = completion(ctx.find_root().command, {}, "briefpress", "_BRIEFPRESS_COMPLETE").source()
    ctx.ensure_object(Console).result({"shell": shell, "script": script}, script)
    return 0
