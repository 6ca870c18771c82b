"""`briefpress check`."""

import click

from builder.cli.console import Console
from builder.cli.newsletter import now, open_newsletter
from builder.cli.options import common
from builder.cli.outside import ailing, tell_silent
from builder.errors import ContentError
from builder.text import count

EXIT_FINDINGS = 1


@click.command("check")
@common
@click.pass_obj
def command(console: Console) -> int:
    """Read the config and all content and say what is wrong; nothing is changed.

    Exit code 5 when a file cannot be used, 1 when an item or an edition needs attention. Templates are
    tried by `build`.
    """
    from builder.content import library
    from builder.editorial import approval, corrections

    newsletter = open_newsletter(console)
    loaded = newsletter.loaded
    policy = newsletter.config.editorial.edition
    sections = [section.slug for section in newsletter.config.sections]
    findings = (
        *library.faults_of_editions(loaded.library, policy.lookback_days),
        *library.faults_of_sections(loaded.library, sections),
        *approval.faults_of_words(loaded.library),
        *approval.faults_of_evidence(newsletter.root, loaded.library),
    )
    for fault in loaded.faults:
        console.fault(fault, "error")
    for fault in findings:
        console.fault(fault)
    told = len(loaded.faults) + len(findings)
    # How feeds fare is known to the cache alone, so it is told and is no finding.
    feeds, silent = ailing(newsletter.config, now())
    for slug, why in feeds:
        console.note(f"feed {slug} {why}", "yellow")
    tell_silent(console, silent)
    # What a source says is not ours to mend: an editor decides, and nobody's change waits for that.
    stale = corrections.stale(loaded.library)
    for item in stale:
        console.note(f"{item.id} is stale, `briefpress correct {item.id}` shows why: {item.title}", "yellow")
    data: dict[str, object] = {
        "stale": [item.id for item in stale],
        "feeds": [{"feed": slug, "why": why} for slug, why in feeds + silent],
    }
    data |= {"items": len(loaded.library.items), "editions": len(loaded.library.editions)}
    console.result(data, ok=not told)
    items, editions = (
        count(len(loaded.library.items), "item"),
        count(len(loaded.library.editions), "edition"),
    )
    waits = [count(len(stale), "stale item")] if stale else []
    waits += [count(len(feeds), "feed")] if feeds else []
    waits += [count(len(silent), "silent feed")] if silent else []
    state = count(told, "problem") if told else "no problem" if waits else "all in order"
    look = f"; {', '.join(waits)} to look at" if waits else ""
    console.note(f"{items}, {editions}: {state}{look}")
    if loaded.faults:
        return ContentError.exit_code
    return EXIT_FINDINGS if findings else 0
