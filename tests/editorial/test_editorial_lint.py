from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import worlds
from made_up import HARBOUR

from builder import config
from builder.content import library
from builder.editorial import facts, lint
from builder.model import Finding, Level, Profile, Verdict
from builder.summary import evidence, outline
from builder.summary.extract import Extract

FETCHED = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
PATH = "content/items/2026/2026-11-20-harbour.md"
BODY_LINE = 14


def site(root: Path, *, body: str = "", evidence_text: str | None = None, settings: str = "") -> Path:
    """A newsletter with one item, drafted from HARBOUR."""
    summary = Extract().summarise(HARBOUR, Profile())
    drafted = outline.markdown(summary, HARBOUR.title, "The Small Brief")
    item = f"""\
---
id: 00000000aa
title: {HARBOUR.title}
status: draft
date: 2026-11-20T09:30:00Z
source:
  feed: example
  name: Example
  url: {HARBOUR.url}
tldr: {summary.tldr[0].text}
by: extract/1
section: policy
---
{body or drafted}"""
    proof = evidence.dump(HARBOUR, summary, FETCHED, drafted) if evidence_text is None else evidence_text
    for path, text in {"config.yaml": worlds.config() + settings, PATH: item}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    if proof:
        (root / evidence.path_of(PATH)).write_text(proof, encoding="utf-8")
    return root


def drafted(root: Path) -> str:
    text = (site(root) / PATH).read_text(encoding="utf-8")
    return text.split("---\n", 2)[2]


def found(root: Path) -> tuple[Finding, ...]:
    (linted,) = lint.lint(root, library.load(root).library.items, config.load(root))
    return linted.findings


def codes(root: Path) -> list[str]:
    return [finding.code for finding in found(root)]


def test_item_as_drafted_has_no_findings(tmp_path: Path) -> None:
    assert found(site(tmp_path)) == ()


def test_finding_stands_where_the_word_is(tmp_path: Path) -> None:
    body = drafted(tmp_path).replace("48 million euros", "84 million euros")
    (one,) = found(site(tmp_path, body=body))
    line = (tmp_path / PATH).read_text(encoding="utf-8").split("\n")[one.line - 1]
    assert line[one.column - 1 :].startswith("84 million euros")
    assert (one.code, one.path) == ("F101", PATH)


def test_added_sentence_is_tried_against_all_that_is_kept(tmp_path: Path) -> None:
    body = drafted(tmp_path) + "\nFerry fares will rise by about two percent. Pirates burned the cathedral.\n"
    (one,) = found(site(tmp_path, body=body))
    assert (one.code, one.verdict, one.level) == ("F901", Verdict.NOT_CHECKABLE, Level.INFO)


def test_edited_sentence_is_never_called_supported(tmp_path: Path) -> None:
    body = drafted(tmp_path).replace("48 million euros", "€48m")
    root = site(tmp_path, body=body)
    subject, _ = lint.read(root, library.load(root).library.items[0])
    edited = [one for one in facts.statements(subject) if one.traced.edited]
    assert [one.verdict for one in edited] == [Verdict.NOT_CHECKABLE]
    assert edited[0].findings == ()


@pytest.mark.parametrize(
    ("url", "passes"),
    [
        (HARBOUR.url, True),
        (HARBOUR.url + "/#part", True),
        ("https://brief.example/about/", True),
        ("../about/", True),
        ("https://docs.allowed.example/x", True),
        ("https://example.org/b", False),
        ("https://allowed.example.evil.example/", False),
        ("//evil.example/", False),
        ("javascript:alert(1)", False),
        ("http://[", False),
    ],
)
def test_only_links_of_the_source_the_site_or_allowed_hosts_pass(
    tmp_path: Path, url: str, passes: bool
) -> None:
    body = drafted(tmp_path) + f"\n[Fares]({url}) will rise by about two percent.\n"
    root = site(tmp_path, body=body, settings="lint: {allow_links: [allowed.example]}\n")
    assert ("F601" not in codes(root)) is passes


def test_changed_title_and_line_are_checked_where_they_stand(tmp_path: Path) -> None:
    path = site(tmp_path) / PATH
    text = path.read_text(encoding="utf-8")
    text = text.replace("title: Northport approves", "title: Pirates of Southport approve").replace(
        "tldr: The harbour authority of", "tldr: Pirates of"
    )
    path.write_text(text, encoding="utf-8")
    assert {(finding.code, finding.line) for finding in found(tmp_path)} >= {("F301", 3)}


def test_without_evidence_an_item_is_not_checkable(tmp_path: Path) -> None:
    (one,) = found(site(tmp_path, evidence_text=""))
    assert (one.code, one.verdict) == ("F901", Verdict.NOT_CHECKABLE)


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 9}', "[" * 100_000])
def test_broken_evidence_is_a_finding_with_its_path(tmp_path: Path, text: str) -> None:
    first, *_ = found(site(tmp_path, evidence_text=text))
    assert (first.code, first.path, first.level) == ("F902", evidence.path_of(PATH), Level.ERROR)


def test_config_gives_a_rule_another_level_or_turns_it_off(tmp_path: Path) -> None:
    body = drafted(tmp_path).replace("48 million", "84 million")
    assert found(site(tmp_path, body=body, settings="lint: {levels: {f101: info}}\n"))[0].level is Level.INFO
    assert found(site(tmp_path, body=body, settings="lint: {levels: {F101: off}}\n")) == ()


def test_text_of_a_model_may_not_copy_at_length(tmp_path: Path) -> None:
    root = site(tmp_path, settings="lint: {copied_words: 12}\n")
    assert codes(root) == []
    path = root / PATH
    path.write_text(path.read_text(encoding="utf-8").replace("by: extract/1", "by: llm/1"), encoding="utf-8")
    assert set(codes(root)) == {"F701"}


def test_sentence_put_in_a_models_place_may_be_the_sources(tmp_path: Path) -> None:
    root = site(tmp_path, settings="lint: {copied_words: 12}\n")
    path = root / PATH
    places = [unit.where for unit in evidence.parse((root / evidence.path_of(PATH)).read_text("utf-8")).units]
    provenance = f"provenance: {{engine: llm/1, model: x/m, prompt: ab, source: cd, replaced: {places}}}"
    path.write_text(
        path.read_text(encoding="utf-8").replace("by: extract/1", f"by: x/m\n{provenance}"), encoding="utf-8"
    )
    assert codes(root) == []


def test_extract_is_held_to_its_share(tmp_path: Path) -> None:
    (one,) = found(site(tmp_path, settings="lint: {copied_share: 0.2}\n"))
    assert one.code == "F702"


def test_other_rules_join_and_their_findings_are_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = Finding(code="E001", message="x", level=Level.WARNING, path=PATH, line=1)
    late = replace(early, line=9)
    monkeypatch.setattr(lint, "RULES", (lambda *_: [late], lambda *_: [early]))
    assert found(site(tmp_path)) == (early, late)
    assert lint.weighs([early], Level.WARNING)
    assert not lint.weighs([early], Level.ERROR)


def test_every_sentence_beside_its_source(tmp_path: Path, make_site: Callable[..., Path]) -> None:
    root = site(tmp_path)
    subject, _ = lint.read(root, library.load(root).library.items[0])
    told = [one for one in facts.statements(subject) if one.traced.proof]
    assert told
    assert all(one.verdict is Verdict.SUPPORTED and one.traced.cited for one in told)
