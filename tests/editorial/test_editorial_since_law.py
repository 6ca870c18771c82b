"""The law of `lint --since`: what is new is all that is found now, less all that was found before."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import worlds
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.config import Config, parse
from builder.content import library
from builder.editorial import lint, since
from builder.editorial.around import Around, around
from builder.model import Library

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SAID = (
    "It is the the end.",
    "See [it](/items/2026-11-01-item-1/).",
    "See [that](/items/2026-11-02-item-2/).",
    "Read [the first](https://example.org/1).",
    "Read [the page](https://example.org/page?utm_source=x).",
    "Read [the other](https://example.org/page).",
    "## A\n\n#### B",
    "TODO",
)
bodies = st.lists(st.sampled_from(SAID), max_size=3, unique=True)
states = st.fixed_dictionaries(
    {
        "items": st.dictionaries(
            st.integers(1, 4), st.tuples(bodies, st.sampled_from(["policy", "research"])), max_size=4
        ),
        "intro": st.none() | bodies,
        "sections": st.sampled_from(["[Policy, Research]", "[Policy]"]),
        "tags": st.sampled_from(["[]", "[feeds]", "[other]"]),
    }
)


def files(state: Mapping[str, object]) -> dict[str, str]:
    """The files of a newsletter in that state."""
    made = {}
    for number, (said, section) in state["items"].items():  # type: ignore[attr-defined]
        text = worlds.item(number, day=number, section=section)
        # Two of four have one source.
        text = text.replace("https://example.org/4", "https://example.org/3")
        made[worlds.item_file(number, number)] = text + "\n" + "\n\n".join(said) + "\n"
    if state["intro"] is not None:
        text = worlds.edition(1, []).replace("    items:\n\n", "    items: []\n")
        made["content/editions/0001.md"] = text.replace("Hello.", "\n\n".join(state["intro"]))  # type: ignore[arg-type]
    return made


def config_of(state: Mapping[str, object], root: Path) -> Config:
    text = worlds.config().replace("[Policy, Research]", str(state["sections"]))
    return parse(f"{text}tags: {state['tags']}\n".encode(), root)


def around_of(config: Config, read: Library) -> Around:
    return around(
        read,
        [section.slug for section in config.sections],
        lookback_days=2,
        impact=False,
        now=NOW,
        tags=config.tags,
        site=config.site.url,
    )


def put(root: Path, held: Mapping[str, str]) -> Library:
    for path in root.rglob("*.md"):
        path.unlink()
    for path, text in held.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return library.load(root).library


def counted(linted: object) -> Counter[tuple[str, ...]]:
    return Counter(
        (one.path, one.code, one.message, one.subject)
        for each in linted
        for one in each.findings  # type: ignore[attr-defined]
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("newsletter")


@settings(max_examples=40)
@given(states, states)
def test_what_is_new_is_what_is_found_now_and_was_not_before(root, was, now):
    old_files, new_files = files(was), files(now)
    old_config, config = config_of(was, root), config_of(now, root)
    old = put(root, old_files)
    before = counted(lint.lint(root, (*old.items, *old.editions), config, around_of(old_config, old)))
    read = put(root, new_files)
    nouns = (*read.items, *read.editions)
    after = counted(lint.lint(root, nouns, config, around_of(config, read)))

    pairs = [
        (path if path in old_files else "", path if path in new_files else "")
        for path in sorted({*old_files, *new_files})
        if old_files.get(path) != new_files.get(path)
    ]
    then = since.then(pairs, lambda paths: {p: old_files[p].encode() for p in paths if p in old_files})
    told = since.new(
        root, read, nouns, then, config, partial(around_of, config), partial(around_of, old_config)
    )
    assert counted(told) == after - before
