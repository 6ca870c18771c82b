"""The terminal screen of `briefpress review`; the one file that knows Textual."""

import os
import shlex
import subprocess
from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Footer, Input, Static

from builder.cli.pile import Pile
from builder.content import staleness
from builder.editorial.facts import Statement
from builder.editorial.review import Verdict
from builder.editorial.sitting import Sitting
from builder.errors import BriefpressError
from builder.model import Item, Status
from builder.summary.body import Kind

_SECTION_MAX = 10
"""Cells: longer names of sections are cut in the list."""
_LINES_MAX = 16
"""Lines that came and went since an approval: more are rather read as they stand now."""
_ASKS = {
    "reject": "Why is it rejected? Enter alone gives no reason.",
    "tag": "Its tags, with commas between.",
    "filter": "Only items with these words; nothing shows all.",
}


class Screen(App[None]):
    """What waits on the left, the item at hand beside its source on the right."""

    CSS = """
    #pile { width: 42%; min-width: 30; height: 1fr; scrollbar-size-vertical: 1; }
    #reading { padding: 0 3; scrollbar-size-vertical: 1; }
    #words { height: auto; }
    #ask { display: none; dock: bottom; margin-bottom: 1; }
    #ask.asking { display: block; }
    """
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "approve", "Approve"),
        Binding("r", "ask('reject')", "Reject"),
        Binding("e", "edit", "Edit"),
        Binding("t", "ask('tag')", "Tags"),
        Binding("n", "place", "Into the edition"),
        Binding("u", "undo", "Undo"),
        Binding("slash", "ask('filter')", "Find"),
        Binding("space", "read(1)", "Read on"),
        Binding("b", "read(-1)", "Read back", show=False),
        Binding("j", "move(1)", "Next", show=False),
        Binding("k", "move(-1)", "Previous", show=False),
        Binding("escape", "leave", show=False),
        Binding("q", "quit", "Quit"),
        # In a terminal of its own Ctrl-C is a key, which Textual would only answer with advice.
        Binding("ctrl+c", "quit", show=False, priority=True),
    ]

    def __init__(self, sitting: Sitting, title: str) -> None:
        super().__init__()
        self.title = title
        self._sitting = sitting
        self._wanted = ""
        self._asked = ""

    def compose(self) -> ComposeResult:
        """The two panes, the line for answers, and the keys."""
        with Horizontal():
            yield Pile(_row, id="pile")
            with VerticalScroll(id="reading", can_focus=False):
                yield Static(id="words")
        yield Input(id="ask", select_on_focus=False)
        yield Footer()

    def on_mount(self) -> None:
        """Fill the list."""
        self._fill()
        self._pile.focus()

    @property
    def _pile(self) -> Pile:
        return self.query_one("#pile", Pile)

    @property
    def _here(self) -> str:
        """The id of the item at hand; empty when nothing waits."""
        return self._pile.here.id if self._pile.here else ""

    # -- showing

    def _fill(self) -> None:
        """Show what waits, the cursor where it was."""
        self._pile.show([item for item in self._sitting.waiting() if self._fits(item)])

    def _fits(self, item: Item) -> bool:
        if not self._wanted:
            return True
        words = self._wanted.casefold().split()
        held = f"{item.title} {item.source.name} {item.section} {' '.join(item.tags)}".casefold()
        return all(word in held for word in words)

    @on(Pile.Moved)
    def _show(self) -> None:
        """The item at hand."""
        words = self.query_one("#words", Static)
        if not self._here:
            words.update(Text("Nothing waits here.", style="dim"))
            return
        item = self._sitting.item(self._here)
        words.update(_reading(item, self._sitting.beside(item.id), *self._sitting.changes(item.id)))
        self.query_one("#reading", VerticalScroll).scroll_home(animate=False)

    # -- doing

    def action_move(self, by: int) -> None:
        """Go down or up."""
        self._pile.move(by)

    def action_read(self, pages: int) -> None:
        """Scroll the item at hand by a page."""
        pane = self.query_one("#reading", VerticalScroll)
        pane.scroll_relative(y=pages * (pane.size.height - 2), animate=False)

    def action_approve(self) -> None:
        """Approve the item at hand."""
        self._try(lambda item: self._sitting.decide(item, Verdict.APPROVE), "approved")

    def action_place(self) -> None:
        """Put the item at hand into the open edition."""
        self._try(lambda item: self._sitting.place(item, self._sitting.open_edition()), "in the edition")

    def action_undo(self) -> None:
        """Take the last step back."""
        try:
            step = self._sitting.undo()
        except BriefpressError as error:
            self._tell(error)
            return
        self._fill()
        self._pile.find(step.item)
        self.notify(f"undone: {step.said}", markup=False)

    def action_edit(self) -> None:
        """Open the item's file in the editor, then read it again."""
        if not self._here:
            return
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        with self.suspend():
            subprocess.run([*shlex.split(editor), str(self._sitting.path(self._here))], check=False)  # noqa: S603
        self._try(self._sitting.read_again, "read again")

    def action_ask(self, what: str) -> None:
        """Open the line for an answer."""
        if not self._here and what != "filter":
            return
        self._asked = what
        ask = self.query_one("#ask", Input)
        ask.value = ", ".join(self._sitting.item(self._here).tags) if what == "tag" else ""
        ask.placeholder = _ASKS[what]
        ask.add_class("asking")
        ask.focus()

    def action_leave(self) -> None:
        """Close the line without an answer."""
        self.query_one("#ask", Input).remove_class("asking")
        self._asked = ""
        self._pile.focus()

    @on(Input.Submitted, "#ask")
    def _answer(self, told: Input.Submitted) -> None:
        asked, words = self._asked, told.value.strip()
        self.action_leave()
        if asked == "filter":
            self._wanted = words
            self._fill()
        elif asked == "tag":
            tags = [tag for part in words.split(",") if (tag := part.strip())]
            self._try(lambda item: self._sitting.tag(item, tags), "tagged")
        elif asked == "reject":
            self._try(lambda item: self._sitting.decide(item, Verdict.REJECT, words), "rejected")

    def _try(self, step: Callable[[str], Item], said: str) -> None:
        """Do something to the item at hand, and say how it went."""
        if not self._here:
            return
        try:
            item = step(self._here)
        except BriefpressError as error:
            self._tell(error)
            return
        self._renew(item)
        self.notify(f"{said}: {item.title}", markup=False)

    def _renew(self, item: Item) -> None:
        """Show an item as it is now: of ten thousand rows only its own is touched."""
        self._pile.renew(item, stays=self._sitting.waits(item))

    def _tell(self, error: BriefpressError) -> None:
        self.notify("\n".join(map(str, error.faults)), title=error.hint, severity="error", markup=False)


def _row(item: Item) -> Text:
    """An item on a line: section, day, title."""
    section = (item.section or "–")[:_SECTION_MAX].ljust(_SECTION_MAX)
    style = "yellow" if item.status is Status.CHANGED else ""
    row = Text.assemble(
        " ", (section, "cyan"), "  ", (f"{item.date:%m-%d}", "dim"), "  ", (item.title, style)
    )
    row.no_wrap = True
    return row


def _reading(
    item: Item, sentences: tuple[Statement, ...], changed: tuple[str, ...], lines: tuple[str, ...]
) -> Text:
    """An item for reading: what it says, and in grey what that rests on.

    `changed` is in what it is other than it was approved, `lines` those that came and went.
    """
    words = Text()
    words.append(f"\n{item.title}\n", style="bold")
    words.append(f"{item.source.name}  {item.date:%Y-%m-%d}  {item.source.url}\n", style="dim")
    if changed:
        words.append(f"changed since it was approved: {', '.join(changed)}\n", style="yellow")
    for line in lines[:_LINES_MAX]:
        words.append(f"  {line}\n", style="green" if line[0] == "+" else "red")
    if len(lines) > _LINES_MAX:
        words.append("  `briefpress approve --diff` shows all\n", style="dim")
    for difference in item.stale.found if item.stale else ():
        words.append(f"{staleness.told(difference)}\n", style="yellow")
    if item.tags:
        words.append(f"{', '.join(item.tags)}\n", style="cyan")
    for one in sentences:
        if one.traced.kind is Kind.HEADING:
            words.append(f"\n{one.traced.text}\n", style="bold cyan")
            continue
        mark = "• " if one.traced.kind is Kind.POINT else ""
        words.append(f"\n{mark}{one.traced.text}\n")
        if one.traced.edited:
            words.append("  written or changed by hand\n", style="italic yellow")
        for cited in one.traced.cited:
            said = "word for word" if cited.text == one.traced.text else cited.text
            words.append(f"  ↳ {cited.index + 1}  {said}\n", style="dim")
        for finding in one.findings:
            words.append(f"  {finding.code} {finding.message}\n", style="red" if finding.hard else "yellow")
    return words
