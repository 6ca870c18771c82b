"""The terminal screen, driven by keys as a person would."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import worlds
from patience import LONG_S

pytest.importorskip("textual", reason="the extra `review` is not installed")

from rich.text import Text
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from builder.cli.console import Console
from builder.cli.main import run
from builder.cli.pile import Pile
from builder.cli.screen import Screen
from builder.content import items, library
from builder.editorial import desk
from builder.editorial.desk import Judge
from builder.editorial.review import Verdict
from builder.editorial.sitting import Sitting
from builder.model import Status

NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)


@pytest.fixture
def root(make_site) -> Path:
    texts = {worlds.item_file(number): worlds.item(number, status="draft") for number in (1, 2, 3)}
    texts["content/editions/0001.md"] = worlds.edition(1, [], published=False)
    return make_site("\n".join(f"-- {path} --\n{text}" for path, text in texts.items()))


def screen(root: Path) -> Screen:
    judge = lambda reason: Judge(by="Ed", at=NOW, reason=reason)  # noqa: E731
    return Screen(Sitting(root, library.load(root), (), judge, None), "The Brief")


def drive(app: Screen, play: Callable[[Pilot[None]], Awaitable[None]]) -> None:
    async def main() -> None:
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            await play(pilot)

    # In a thread of its own: where a browser was driven before, this one has a loop that runs.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, main()).result()


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Wait until the screen shows it: Textual's own pause is over as soon as a busy machine is slow."""
    end = time.monotonic() + LONG_S
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        await pilot.pause()


def shown(app: Screen) -> tuple[int, str]:
    words = app.query_one("#words", Static).content
    return app.query_one("#pile", Pile).row_count, str(words)


def statuses(root: Path) -> list[Status]:
    return [item.status for item in library.load(root).library.items]


def test_one_key_approves_and_the_next_item_is_at_hand(root):
    app = screen(root)

    async def play(pilot):
        await until(pilot, lambda: "Item 1" in shown(app)[1])
        await pilot.press("a")
        await until(pilot, lambda: shown(app)[0] == 2)
        await until(pilot, lambda: "Item 2" in shown(app)[1] and "Item 1" not in shown(app)[1])

    drive(app, play)
    assert statuses(root) == [Status.APPROVED, Status.DRAFT, Status.DRAFT]


def test_a_rejection_asks_why_and_undo_takes_it_back(root):
    app = screen(root)

    async def play(pilot):
        await pilot.press("j", "r", *"too old", "enter")
        await until(pilot, lambda: statuses(root) == [Status.DRAFT, Status.REJECTED, Status.DRAFT])
        assert library.load(root).library.items[1].review.reason == "too old"
        await pilot.press("u")
        await until(pilot, lambda: shown(app)[0] == 3 and "Item 2" in shown(app)[1])

    drive(app, play)
    assert statuses(root) == [Status.DRAFT] * 3


def test_tags_find_and_the_edition_have_a_key_each(root):
    app = screen(root)

    async def play(pilot):
        await pilot.press("slash", *"item 3", "enter")
        await until(pilot, lambda: shown(app)[0] == 1)
        await pilot.press("t", *", new", "enter")
        await until(pilot, lambda: library.load(root).library.items[2].tags == ("feeds", "new"))
        await pilot.press("n")
        await until(pilot, lambda: bool(library.load(root).library.editions[0].parts))

    drive(app, play)
    read = library.load(root).library
    assert read.items[2].tags == ("feeds", "new")
    assert [placed.item for placed in read.editions[0].parts[-1].items] == [worlds.item_id(3)]


def test_the_editor_opens_the_file_and_what_it_wrote_is_shown(root, tmp_path, monkeypatch):
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/^title: .*/title: Mine/' \"$1\"\n", encoding="utf-8")
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    app = screen(root)
    monkeypatch.setattr(app, "suspend", __import__("contextlib").nullcontext)

    async def play(pilot):
        await pilot.press("e")
        await until(pilot, lambda: "Mine" in shown(app)[1])

    drive(app, play)


def test_a_decision_that_cannot_be_taken_is_told_and_the_screen_stays(root):
    app = screen(root)
    path = root / worlds.item_file(1)

    async def play(pilot):
        path.write_text("not an item\n", encoding="utf-8")
        await pilot.press("a")
        await until(pilot, lambda: any("front matter" in note.message for note in app._notifications))
        assert shown(app)[0] == 3

    drive(app, play)
    assert path.read_text(encoding="utf-8") == "not an item\n"


def test_what_changed_since_it_was_approved_is_there_with_what_changed(root):
    desk.decide(root, library.load(root), [worlds.item_id(3)], Verdict.APPROVE, Judge(by="Ed", at=NOW), None)
    path = root / worlds.item_file(3)
    path.write_text(
        path.read_text(encoding="utf-8").replace("title: Item 3", "title: Mine"), encoding="utf-8"
    )
    app = screen(root)

    async def play(pilot):
        assert shown(app)[0] == 3
        await pilot.press("j", "j")
        await pilot.pause()
        assert "changed since it was approved: words" in shown(app)[1]
        await pilot.press("a")
        await pilot.pause()
        assert shown(app)[0] == 2

    drive(app, play)


def test_without_a_terminal_the_other_commands_are_named(root, capsys):
    (root / "config.yaml").write_text(worlds.config(), encoding="utf-8")

    assert run(Console(), ["review", "--root", str(root)]) == 1
    assert "approve" in capsys.readouterr().err


def test_of_ten_thousand_rows_only_those_in_sight_are_drawn():
    one = items.parse(worlds.item(1), "content/items/x.md")
    drawn: list[str] = []

    def row(item):
        drawn.append(item.id)
        return Text(item.id)

    class Held(App[None]):
        def compose(self):
            yield Pile(row, id="pile")

        def on_mount(self):
            self.query_one(Pile).show([replace(one, id=worlds.item_id(at)) for at in range(10_000)])
            self.query_one(Pile).focus()

    app = Held()

    async def play(pilot):
        pile = app.query_one(Pile)
        await until(pilot, lambda: pile.row_count == 10_000)
        await pilot.press("end")
        await until(pilot, lambda: (pile.cursor, pile.here.id) == (9_999, worlds.item_id(9_999)))
        await pilot.press("pageup", "up", "home", "down")
        await until(pilot, lambda: pile.cursor == 1)

    drive(app, play)
    assert len(drawn) < 1_000
    assert worlds.item_id(5_000) not in drawn


def test_a_click_takes_an_item_at_hand(root):
    app = screen(root)

    async def play(pilot):
        await until(pilot, lambda: "Item 1" in shown(app)[1])
        await pilot.click("#pile", offset=(5, 2))
        await until(pilot, lambda: "Item 3" in shown(app)[1])

    drive(app, play)


def test_ctrl_c_leaves_the_screen_also_while_something_is_asked(root):
    app = screen(root)

    async def play(pilot):
        await pilot.press("r", "ctrl+c")
        await pilot.pause()

    drive(app, play)

    assert app._exit
