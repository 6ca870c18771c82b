"""The list of the terminal screen: of ten thousand rows only those in sight are drawn."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from builder.model import Item


class Pile(ScrollView, can_focus=True):
    """Items, one a row, and a cursor on one of them."""

    DEFAULT_CSS = """
    Pile { overflow-x: hidden; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", show=False),
        Binding("up", "step(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("home", "go(0)", show=False),
        Binding("end", "go(-1)", show=False),
    ]

    class Moved(Message):
        """Another item is at hand, or the one at hand has changed."""

    def __init__(self, row: Callable[[Item], Text], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._row = row
        self._items: list[Item] = []
        self.cursor = 0
        """The row at hand, from 0."""

    @property
    def row_count(self) -> int:
        """How many items there are."""
        return len(self._items)

    @property
    def here(self) -> Item | None:
        """The item at hand; None when there is none."""
        return self._items[self.cursor] if self.cursor < len(self._items) else None

    def show(self, items: Sequence[Item]) -> None:
        """Hold `items`, the cursor where it was."""
        self._items = list(items)
        self._settle(self.cursor)

    def renew(self, item: Item, *, stays: bool) -> None:
        """Show the item at hand as it is now, or no more."""
        if stays:
            self._items[self.cursor] = item
        else:
            del self._items[self.cursor]
        self._settle(self.cursor)

    def find(self, item_id: str) -> None:
        """Go to an item, if it is there."""
        place = next((at for at, item in enumerate(self._items) if item.id == item_id), None)
        if place is not None:
            self._settle(place)

    def move(self, by: int) -> None:
        """Go down or up."""
        self._settle(self.cursor + by)

    def action_step(self, by: int) -> None:
        """Go down or up by a row."""
        self.move(by)

    def action_page(self, by: int) -> None:
        """Go down or up by what is in sight."""
        self.move(by * max(self.size.height - 1, 1))

    def action_go(self, row: int) -> None:
        """Go to the first row, or with -1 to the last."""
        self._settle(row if row >= 0 else self.row_count - 1)

    def on_click(self, event: events.Click) -> None:
        """Go to the row that was clicked."""
        self._settle(event.y + self.scroll_offset.y)

    def on_resize(self) -> None:
        """Be as wide as there is room."""
        self.virtual_size = Size(self.size.width, self.row_count)

    def render_line(self, y: int) -> Strip:
        """The line `y` of what is in sight."""
        row, width = y + self.scroll_offset.y, self.size.width
        if row >= self.row_count:
            return Strip.blank(width, self.rich_style)
        text = self._row(self._items[row])
        text.truncate(width, overflow="ellipsis")
        if row == self.cursor:
            # In one colour: each of its own, turned round, would cut the row to pieces.
            text, style = Text(text.plain), self.rich_style + Style(reverse=True)
        else:
            style = self.rich_style
        segments = Segment.apply_style(text.render(self.app.console), style)
        return Strip(segments).adjust_cell_length(width, style)

    def _settle(self, row: int) -> None:
        self.cursor = min(max(row, 0), max(self.row_count - 1, 0))
        self.virtual_size = Size(self.size.width, self.row_count)
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False)
        self.refresh()
        self.post_message(self.Moved())
