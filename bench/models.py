"""What of a language model's false sentences reaches a page, and what of its true ones does not.

    python bench/models.py PAIRS.jsonl.gz --answers FOLDER [--articles 20] [--replay]
                           [--endpoint URL --model NAME --api-key-env VARIABLE] [--prompts bench/prompts]

Without an endpoint a llama.cpp server with a small model is started (`make test-models` installs both). The
answers are kept in FOLDER, so that a second run, or `--replay`, asks nobody. Every sentence of the model that
would reach a page is printed beside its source, to be read. The prompts in `bench/prompts` are short ones,
for models that longer ones confuse.
"""

import argparse
import gzip
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from builder.chat.endpoint import Endpoint
from builder.chat.forms import FORMS
from builder.chat.kept import Kept
from builder.chat.meter import Meter
from builder.errors import EngineError
from builder.model import Article, Block, BlockKind, Completeness, Profile, Summary
from builder.summary import proof, sentences
from builder.summary.llm import Llm
from builder.summary.llm_prompts import FOLDER, NAMES, Prompts

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "models"))
PROFILE = Profile(passages_min=2, passages_max=3, tldr_sentences=2, passage_sentences=2)
"""Short, because a small model on one core writes some twenty words a second."""


@dataclass
class Count:
    """What happened over all articles."""

    articles: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Why nothing of an answer is shown, by article."""
    rules: Counter[str] = field(default_factory=Counter)
    """What single sentences and headings were refused for."""
    gone: int = 0
    shown: int = 0
    review: int = 0
    extracted: int = 0
    hard: int = 0
    """Hard findings of the proof on pages."""
    unrecorded: int = 0
    """Sentences of the source on a model's page that no record names."""


def main() -> None:
    options = _options()
    with ExitStack() as stack:
        chat = None
        if not options.replay:
            url = options.endpoint or stack.enter_context(_llama())
            key = os.environ.get(options.api_key_env, "") if options.api_key_env else ""
            chat = stack.enter_context(
                Endpoint(url, FORMS[options.api](), Meter(), key=key, user_agent="briefpress", timeout_s=600)
            )
        engine = Llm(
            Kept(Path(options.answers), chat),
            Prompts({name: (Path(options.prompts) / name).read_text("utf-8") for name in NAMES}),
            model=options.model,
            answer_tokens=options.answer_tokens,
            article_chars=4000,
        )
        count = Count()
        started = time.monotonic()
        for article in _articles(Path(options.pairs), options.articles):
            try:
                summary = engine.summarise(article, PROFILE)
            except EngineError as error:
                print(f"! {article.title}: {error}")
                continue
            _tell(article, summary, count)
        _report(count, options.model, time.monotonic() - started)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pairs", help="articles: JSON lines with title and paragraphs, gzipped")
    parser.add_argument("--answers", required=True, help="the folder in which answers are kept")
    parser.add_argument("--articles", type=int, default=20)
    parser.add_argument("--endpoint", default="")
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--api", choices=sorted(FORMS), default="openai")
    parser.add_argument("--api-key-env", default="")
    parser.add_argument("--prompts", default=str(ROOT / "templates" / FOLDER), help="a folder of prompts")
    parser.add_argument("--answer-tokens", type=int, default=700)
    parser.add_argument("--replay", action="store_true")
    return parser.parse_args()


def _llama() -> "ExitStack":
    import llama_server

    if absent := llama_server.missing():
        sys.exit(f"not installed: {absent}; run make test-models, or name an --endpoint")
    return llama_server.running()  # type: ignore[return-value]


def _articles(path: Path, most: int) -> Iterator[Article]:
    """Articles of both sets in turn, as far as they are of a usual length."""
    found = 0
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            pair = json.loads(line)
            paragraphs = [" ".join(text.split()) for text in pair["paragraphs"] if text.strip()]
            if not 1500 <= sum(map(len, paragraphs)) <= 6000:
                continue
            yield Article(
                url="https://source.example/",
                title=pair["title"],
                blocks=tuple(Block(BlockKind.PARAGRAPH, text) for text in paragraphs),
                completeness=Completeness.FULL,
                language="en",
            )
            found += 1
            if found == most:
                return


def _tell(article: Article, summary: Summary, count: Count) -> None:
    told = summary.provenance
    if told is None:
        return
    count.articles += 1
    count.gone += len(summary.replaced)
    for gone in summary.replaced:
        count.rules.update(_rule(why) for why in gone.why.split("; "))
    parts = proof.check(summary, article)
    count.hard += sum(finding.hard for part in parts for finding in part.findings)
    if told.refused:
        count.refused[told.refused] += 1
        return
    source = [sentence.text for sentence in sentences.split(article)]
    print(f"\n== {article.title}")
    for part in parts:
        if "/" not in part.where:
            print(f"   {part.where}: {part.text}")
        elif part.where in told.replaced:
            count.extracted += 1
        else:
            count.shown += 1
            doubtful = part.where in told.review
            count.review += doubtful
            count.unrecorded += part.text in source and len(part.sources) == 1 and not part.support
            print(f"   {part.where}{' (review)' if doubtful else ''} [{part.support:.2f}] {part.text}")
            print("\n".join(f"        | {source[index]}" for index in part.sources))


def _rule(why: str) -> str:
    return why.partition(" ")[0] if why.startswith(("F", "support")) else why


def _report(count: Count, model: str, seconds: float) -> None:
    written = count.gone + count.shown
    print(f"\n{model}: {count.articles} articles in {seconds:,.0f} s")
    print(f"  sentences and headings refused     {count.gone:5}")
    print(f"  sentences of the model on pages    {count.shown:5}  of which marked for review {count.review}")
    print(f"  sentences of the source instead    {count.extracted:5}")
    print(f"  hard findings on pages             {count.hard:5}")
    print(f"  share of the model's text refused  {count.gone / (written or 1):5.2f}")
    print("  whole answers refused:")
    for why, times in count.refused.most_common():
        print(f"    {times:4}  {why}")
    print("  single refusals, by rule:")
    for rule, times in count.rules.most_common():
        print(f"    {times:4}  {rule}")


if __name__ == "__main__":
    main()
