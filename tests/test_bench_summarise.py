"""The floor under the scores of summaries: it holds, and only an explicit flag lowers it."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bench"))

import frequencies  # noqa: E402
import summarise  # noqa: E402

GOT = {"news": (40.0, 17.0, 36.0)}


@pytest.fixture
def floor(tmp_path: Path) -> Path:
    path = tmp_path / "floor.json"
    assert summarise.under_floor(path, GOT, lower=True) == []
    return path


def test_a_drop_below_the_floor_is_told_and_leaves_the_floor(floor):
    pinned = floor.read_text("utf-8")

    assert summarise.under_floor(floor, GOT, lower=False) == []
    assert summarise.under_floor(floor, {"news": (39.9, 17.0, 36.0)}, lower=False) == [
        "news: 39.90 is under the floor (39.95)"
    ]
    assert len(summarise.under_floor(floor, {}, lower=False)) == 3
    assert floor.read_text("utf-8") == pinned


def test_only_the_flag_lowers_the_floor(floor):
    assert summarise.under_floor(floor, {"news": (30.0, 9.0, 20.0)}, lower=True) == []
    assert json.loads(floor.read_text("utf-8")) == {"news": [29.95, 8.95, 19.95]}


def test_a_missing_floor_is_a_failure(tmp_path):
    assert "no floor" in summarise.under_floor(tmp_path / "none.json", GOT, lower=False)[0]


def test_scores_are_those_of_rouge():
    tongue = summarise.language.load("en")

    assert summarise.rouge(["the cat sat"], ["the cat sat"], tongue) == (100.0, 100.0, 100.0)
    assert summarise.rouge(["a b c d"], ["a b x y"], tongue) == pytest.approx((50.0, 100 / 3, 50.0))
    assert summarise.rouge(["a b"], ["x y"], tongue) == (0.0, 0.0, 0.0)


def test_the_bench_leaves_with_one_below_the_floor_and_with_nought_above(tmp_path):
    text = [
        f"The harbour of Northport opens berth {number} for electric ferries today." for number in range(9)
    ]
    row = {"id": "1", "set": "news", "title": "", "paragraphs": text, "reference": text[:1]}
    pairs, floor = tmp_path / "pairs.jsonl.gz", tmp_path / "floor.json"
    pairs.write_bytes(gzip.compress(json.dumps(row).encode()))

    def run(*flags: str) -> int:
        command = [sys.executable, str(ROOT / "bench" / "summarise.py"), str(pairs), "--floor", str(floor)]
        return subprocess.run([*command, *flags], capture_output=True, check=False).returncode

    assert run("--lower") == 0
    assert run() == 0
    floor.write_text(json.dumps({"news": [100.0, 100.0, 100.0]}))
    assert run() == 1


def test_table_is_expected_from_how_often_words_are_met():
    rows = [
        {"ngram": "the", "freq": "500", "cumshare": "0.05"},
        {"ngram": "harbours", "freq": "100", "cumshare": "0.06"},
        {"ngram": "harbour", "freq": "100", "cumshare": "0.07"},
        {"ngram": "x1", "freq": "100", "cumshare": "0.08"},
    ]

    made = json.loads(frequencies.expected(rows, "en", "made up"))

    assert made == {"source": "made up", "documents": 1000, "stems": {"1000": "harbour"}}


def test_table_counts_the_texts_in_which_a_stem_is_met():
    made = json.loads(frequencies.table(["a harbour and harbours", "the harbour of Northport", "one"], "en"))

    assert made == {"documents": 3, "stems": {"2": "harbour"}}
