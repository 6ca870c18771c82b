from datetime import UTC, datetime

from builder.editorial.proposal import Told, markdown, page
from builder.model import Completeness, Item, Source, Status
from builder.rules import finding


def item(number: int = 1, **words: str) -> Item:
    return Item(
        id=f"{number:010x}",
        path=f"content/items/2026/{number}.md",
        title=words.get("title", f"Item {number}"),
        status=Status.DRAFT,
        date=datetime(2026, 11, 20, tzinfo=UTC),
        source=Source(
            feed="x",
            name=words.get("name", "X"),
            url=words.get("url", "https://example.org/1"),
            text=Completeness.TEASER,
        ),
        tldr=words.get("tldr", "One sentence."),
        body="",
        section="policy",
    )


def test_a_report_names_each_draft_its_source_and_what_was_found() -> None:
    told = Told(finding=finding("F101", "12 is not in the source", line=7), source="It has 21.")

    text = markdown([item(1), item(2)], {"0000000001": [told]}, {"policy": "Policy"})

    assert text.startswith("2 new drafts, 1 finding.\n")
    assert "| 1 | Item 1<br>`content/items/2026/1.md` | [X](<https://example.org/1>) | Policy |" in text
    assert "only a teaser could be read; 1 finding |" in text
    assert "- **F101** 12 is not in the source (line 7)\n\n  > It has 21.\n" in text


def test_words_of_a_feed_call_nobody_and_close_nothing() -> None:
    text = markdown([item(title="@octocat fixes #1 | [x](y) <b>", name="@team", tldr="See @all")], {}, {})

    assert "@octocat" not in text and "#1 " not in text and "@team" not in text and "@all" not in text
    assert "<b>" not in text.replace("<br>", "")
    assert 'href="y"' not in page("Drafts", text)


def test_a_long_report_stays_below_what_a_code_host_takes() -> None:
    text = markdown([item(number, title="Long " * 60) for number in range(1, 400)], {}, {})

    assert len(text) < 65_536
    assert "And 299 more" in text


def test_the_page_asks_for_nothing_and_runs_nothing() -> None:
    html = page("Two <drafts>", markdown([item(title="<script>alert(1)</script>")], {}, {}))

    assert "<title>Two &lt;drafts&gt;</title>" in html
    assert "<script" not in html
    assert "src=" not in html and "@import" not in html
