"""One server asked over HTTP: what is sent, what is waited for, and what ends a run."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from model_server import ModelServer, Reply, refused, said
from patience import LONG_S

from builder.chat.endpoint import FAILURES_MAX, Endpoint
from builder.chat.forms import ChatCompletions, Messages
from builder.chat.meter import Limits, Meter
from builder.chat.talk import End, Message, Question, Role
from builder.errors import ConfigError, EngineError, EngineStoppedError

SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "array", "maxItems": 3, "items": {"type": "string", "maxLength": 9}}},
    "required": ["a"],
    "additionalProperties": False,
}


def question(text: str = "Hello") -> Question:
    messages = (Message(Role.SYSTEM, "Be brief."), Message(Role.USER, text))
    return Question(model="stub", messages=messages, schema=SCHEMA, answer_tokens=200)


def endpoint(server: ModelServer, **options) -> Endpoint:
    form = options.pop("form", ChatCompletions())
    meter = options.pop("meter", None) or Meter()
    return Endpoint(server.url, form, meter, user_agent="briefpress/test", **options)


@pytest.fixture
def hurried(monkeypatch):
    """Pauses that a test can wait for."""
    monkeypatch.setattr("builder.chat.endpoint.PAUSES_S", (0.01, 0.01, 0.01))


def test_question_is_sent_as_chat_completions_and_its_answer_read():
    with (
        ModelServer(lambda _: said("hi", asked=12, answered=3)) as server,
        endpoint(server, key="k-1") as asked,
    ):
        answer = asked.ask(question())

    (request,) = server.requests
    assert (answer.text, answer.end, answer.asked, answer.answered) == ("hi", End.DONE, 12, 3)
    assert request.path == "/v1/chat/completions"
    assert request.headers["Authorization"] == "Bearer k-1"
    assert request.body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert request.body["max_tokens"] == 200
    assert "tools" not in request.body


def test_question_is_sent_as_anthropic_messages_and_its_answer_read():
    document = {
        "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "hi"}],
        "stop_reason": "max_tokens",
        "usage": {"input_tokens": 5, "cache_read_input_tokens": 7, "output_tokens": 2},
    }
    with (
        ModelServer(lambda _: Reply(document)) as server,
        endpoint(server, form=Messages(), key="k") as asked,
    ):
        answer = asked.ask(question())

    (request,) = server.requests
    assert (answer.text, answer.end, answer.asked, answer.answered) == ("hi", End.LENGTH, 12, 2)
    assert request.path == "/v1/messages"
    assert (request.headers["x-api-key"], request.headers["anthropic-version"]) == ("k", "2023-06-01")
    assert request.body["system"] == "Be brief."
    # Its hosts refuse a schema with bounds.
    assert "maxLength" not in str(request.body["output_config"])
    assert [one["role"] for one in request.body["messages"]] == ["user"]


def test_pause_that_a_server_asks_for_is_kept_by_every_thread():
    script = lambda r: refused(429, "slow down", {"Retry-After": "1"}) if r.number == 1 else said("ok")  # noqa: E731
    with ModelServer(script) as server, endpoint(server) as asked:
        started = time.monotonic()
        answer = asked.ask(question())

    assert answer.text == "ok"
    assert len(server.requests) == 2
    assert time.monotonic() - started >= 1


def test_passing_fault_is_tried_again_and_not_for_ever(hurried):
    with (
        ModelServer(lambda _: refused(503, "loading model")) as server,
        endpoint(server) as asked,
        pytest.raises(EngineError, match="503 Service Unavailable: loading model"),
    ):
        asked.ask(question())

    assert len(server.requests) == 4


def test_answer_that_breaks_off_is_asked_for_again(hurried):
    script = lambda r: Reply({"x": "y" * 999}, cut=True) if r.number == 1 else said("ok")  # noqa: E731
    with ModelServer(script) as server, endpoint(server) as asked:
        assert asked.ask(question()).text == "ok"


def test_no_more_are_under_way_than_were_allowed():
    three = threading.Barrier(3, timeout=LONG_S)

    def together(_):
        three.wait()
        return Reply(said("ok").document, delay_s=0.05)

    with (
        ModelServer(together) as server,
        endpoint(server, at_once=3) as asked,
        ThreadPoolExecutor(12) as pool,
    ):
        list(pool.map(lambda n: asked.ask(question(str(n))), range(12)))

    assert server.most_at_once == 3


def test_answer_that_takes_too_long_is_given_up_and_not_asked_for_again():
    is_over = threading.Event()

    def never(_):
        is_over.wait(LONG_S)
        return said("ok")

    with ModelServer(never) as server, endpoint(server, timeout_s=2) as asked:
        with pytest.raises(EngineError, match="within 2 s"):
            asked.ask(question())
        is_over.set()

    assert len(server.requests) == 1


def test_closing_ends_a_question_under_way():
    is_over = threading.Event()

    def closing(_):
        asked.close()
        is_over.wait(LONG_S)
        return said("ok")

    with ModelServer(closing) as server:
        asked = endpoint(server, timeout_s=2 * LONG_S)
        with pytest.raises(EngineStoppedError, match="the run was stopped"):
            asked.ask(question())
        is_over.set()


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (
            refused(401, "Incorrect API key provided: k-secret"),
            "401 Unauthorized: Incorrect API key provided: …",
        ),
        (refused(404, "model 'x' not found"), "not found"),
        (refused(429, "You exceeded your current quota", code="insufficient_quota"), "quota"),
        (refused(429, "later", {"Retry-After": "4000"}), "pause of 4,000 s"),
        (Reply({}, 301, {"Location": "https://elsewhere.example/"}), "301"),
    ],
    ids=["key", "model", "money", "pause", "moved"],
)
def test_refusal_for_good_ends_the_run_and_is_not_asked_for_again(reply, words):
    with ModelServer(lambda _: reply) as server, endpoint(server, key="k-secret") as asked:
        for _ in range(3):
            with pytest.raises(EngineStoppedError, match=words) as caught:
                asked.ask(question())

    assert len(server.requests) == 1
    assert "k-secret" not in str(caught.value)


def test_server_that_is_not_there_ends_the_run_with_advice(hurried):
    with ModelServer(lambda _: said("ok")) as server:
        pass
    with endpoint(server) as asked, pytest.raises(EngineStoppedError, match="no connection") as caught:
        asked.ask(question())

    assert "summary.model.endpoint" in caught.value.hint


def test_failures_in_a_row_end_the_run():
    with ModelServer(lambda _: Reply(b"<html>")) as server, endpoint(server) as asked:
        for _ in range(FAILURES_MAX + 3):
            with pytest.raises(EngineError):
                asked.ask(question())

    assert len(server.requests) == FAILURES_MAX


def test_what_a_server_does_not_take_is_learned_once():
    def script(request):
        body = request.body
        if "max_tokens" in body:
            return refused(400, "Unsupported parameter: use 'max_completion_tokens' instead")
        if "temperature" in body:
            return refused(400, "Unsupported value: 'temperature' does not support 0")
        if "maxLength" in str(body.get("response_format")):
            return refused(400, "Invalid schema for response_format: 'maxLength' is not permitted")
        return said("ok")

    with ModelServer(script) as server, endpoint(server) as asked:
        assert asked.ask(question()).text == "ok"
        assert asked.ask(question("again")).text == "ok"

    assert len(server.requests) == 5
    assert server.requests[-1].body["max_completion_tokens"] == 200


def test_server_without_schemas_is_asked_by_the_prompt_alone():
    def script(request):
        if "response_format" in request.body:
            return refused(400, "response_format is not supported")
        return said("ok")

    with ModelServer(script) as server, endpoint(server) as asked:
        assert asked.ask(question()).text == "ok"


def test_texts_that_are_too_long_are_faults_of_those_articles_alone():
    def script(request):
        words = "This model's maximum context length is 8192; see response_format, max_tokens"
        return refused(400, words) if request.last == "long" else said("ok")

    with ModelServer(script) as server, endpoint(server) as asked:
        for _ in range(FAILURES_MAX + 1):
            with pytest.raises(EngineError, match="context length") as caught:
                asked.ask(question("long"))
        assert asked.ask(question()).text == "ok"

    assert "response_format" in server.requests[-1].body
    assert not isinstance(caught.value, EngineStoppedError)


def test_key_is_not_sent_over_the_net_in_the_clear():
    with pytest.raises(ConfigError, match="for everybody to read"):
        Endpoint("http://llm.example.com/v1", ChatCompletions(), Meter(), key="k", user_agent="t")


def test_meter_never_lets_a_run_spend_more_than_its_limit():
    meter = Meter(Limits(tokens=3000))
    with (
        ModelServer(lambda _: said("ok", asked=300, answered=150)) as server,
        endpoint(server, meter=meter, at_once=8) as asked,
        ThreadPoolExecutor(8) as pool,
    ):

        def ask(number: int) -> bool:
            try:
                return bool(asked.ask(question(str(number))))
            except EngineStoppedError:
                return False

        done = list(pool.map(ask, range(40)))

    assert meter.tokens <= 3000
    assert meter.tokens == 450 * len(server.requests)
    assert sum(done) == len(server.requests) > 3


def test_limit_in_money_counts_questions_and_answers_at_their_prices():
    meter = Meter(Limits(cost=0.01, price_in=2.0, price_out=10.0))
    with (
        ModelServer(lambda _: said("ok", asked=300, answered=100)) as server,
        endpoint(server, meter=meter) as asked,
        pytest.raises(EngineStoppedError, match=r"tokens for 0\.01"),
    ):
        for number in range(99):
            asked.ask(question(str(number)))

    assert meter.cost == pytest.approx(0.0016 * len(server.requests))
    assert 0.006 <= meter.cost <= 0.01


def test_what_a_server_does_not_count_is_taken_for_the_most_it_may_be():
    meter = Meter()
    with (
        ModelServer(lambda _: said("ok", asked=0, answered=0)) as server,
        endpoint(server, meter=meter) as asked,
    ):
        asked.ask(question())

    assert meter.answered == 200
    assert meter.asked > 100
