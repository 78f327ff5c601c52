"""Servers that `check --live` should not trust: slow, huge, wrong, silent, or no such servers."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from reliability.check.facts.live import Observed
from reliability.errors import ProviderError
from reliability.providers.metrics_api import (
    LARGEST,
    LONGEST_QUERY,
    MetricsApi,
    batches,
    interval_of,
    length_of,
    open_metrics,
)

EMPTY = {"status": "success", "data": {"resultType": "vector", "result": []}}
OTHERWISE = "is not answered as a Prometheus does"
Answer = Callable[[httpx.Request], httpx.Response]
URL = "http://someone:hush@metrics.example/prom"
EVERYTHING = [f'requests_total{{job="service-{index:04}"}}' for index in range(2000)]


@dataclass(slots=True)
class Wire:
    """Answers each request by a function, and remembers what was asked and how many at once."""

    answer: Answer
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answer(request)


def success(data: Any) -> httpx.Response:
    return httpx.Response(200, json={"status": "success", "data": data})


def vector(*numbers: float) -> httpx.Response:
    result = [
        {"metric": {"asked": str(index)}, "value": [0, str(number)]}
        for index, number in enumerate(numbers)
    ]
    return success({"resultType": "vector", "result": result})


def refusal(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(422, json={"status": "error", "errorType": "execution", "error": "no"})


def said_by(answer: Answer, ask: Callable[[MetricsApi], object], url: str = URL) -> str:
    """What a person reads; the credential is never in it."""
    with (
        open_metrics(url, transport=httpx.MockTransport(answer)) as api,
        pytest.raises(ProviderError) as raised,
    ):
        ask(patient(api))
    assert "hush" not in str(raised.value)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def patient(api: MetricsApi) -> MetricsApi:
    """Without pauses between one try and the next."""
    return replace(api, server=replace(api.server, pause=lambda _seconds: None))


def ready(api: MetricsApi) -> None:
    api.ensure_ready()


def test_the_credential_of_the_address_is_sent_and_not_said() -> None:
    wire = Wire(lambda _request: httpx.Response(401))
    assert said_by(wire, ready) == (
        "--live: GET /prom/api/v1/query answers 401: the credential is refused"
    )
    assert wire.requests[0].headers["Authorization"] == "Basic c29tZW9uZTpodXNo"


def test_an_authorization_stands_in_place_of_the_address_s_own() -> None:
    wire = Wire(lambda _request: vector(1))
    with open_metrics(URL, "Bearer token", transport=httpx.MockTransport(wire)) as api:
        api.ensure_ready()
    assert wire.requests[0].headers["Authorization"] == "Bearer token"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (
            httpx.Response(404, text="not found"),
            f"{OTHERWISE}: status 404; write the",
        ),
        (
            httpx.Response(200, html="<html>Grafana</html>"),
            f"{OTHERWISE}: Invalid JSON",
        ),
        (httpx.Response(200, json=["success"]), OTHERWISE),
        (httpx.Response(200, json={"status": "success"}), OTHERWISE),
        (httpx.Response(200, content=b"[" * 100_000), OTHERWISE),
        (
            success({"resultType": "vector", "result": [{"metric": 1}]}),
            OTHERWISE,
        ),
        (success({"resultType": "vector", "result": None}), OTHERWISE),
        (
            httpx.Response(200, json={**EMPTY, "warnings": ["store gone"]}),
            "is answered only in part: store gone",
        ),
        (httpx.Response(302, headers={"Location": "http://else.example/"}), "leads elsewhere (302"),
        (httpx.Response(200, content=b" " * (LARGEST + 1)), "the answer is larger than 16 MiB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_server_of_metrics_is_told_in_one_line(reply: httpx.Response, said: str) -> None:
    content, headers = reply.content, dict(reply.headers)
    answer = said_by(
        lambda _: httpx.Response(reply.status_code, content=content, headers=headers), ready
    )
    assert answer.startswith("--live: ")
    assert said in answer


def test_a_server_that_is_slow_or_gone_is_told_in_one_line() -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    def gone(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[Errno 111] Connection refused", request=request)

    assert said_by(slow, ready) == "--live: http://metrics.example/prom does not answer in time"
    assert said_by(gone, ready) == (
        "--live: http://metrics.example/prom does not answer: connection refused"
    )


def test_an_answer_in_an_encoding_that_was_not_asked_for_is_not_read() -> None:
    wire = Wire(lambda _: httpx.Response(200, headers={"Content-Encoding": "br"}, content=b"x"))
    assert "is encoded as 'br', and only gzip is asked for" in said_by(wire, ready)
    assert wire.requests[0].headers["Accept-Encoding"] == "gzip"


def test_a_host_that_cannot_be_read_is_told_without_the_address() -> None:
    url = "http://someone:hush@xn--\u00e4.example"
    said = "the URL has no valid host"
    with pytest.raises(ProviderError, match=said) as raised, open_metrics(url):
        pass
    assert "hush" not in str(raised.value)


def test_time_is_up_for_all_questions_together() -> None:
    with open_metrics(URL, transport=httpx.MockTransport(lambda _: vector(1))) as api:
        api.ensure_ready()
        together = api.server.bounds.together
        assert together is not None
        together.spent = together.total
        with pytest.raises(ProviderError, match="took over 480 s for all its answers"):
            api.ensure_ready()


def test_two_thousand_selectors_are_asked_for_in_few_requests_of_bounded_length() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        query = request.url.params["query"]
        asked = query.count("label_replace(")
        return vector(*([240.0 if "count_over_time" in query else 3.0] * asked))

    wire = Wire(answer)
    with open_metrics(URL, transport=httpx.MockTransport(wire)) as api:
        assert api.observed(EVERYTHING) == [Observed(3, timedelta(seconds=15))] * 2000
    assert len(wire.requests) < 200
    assert max(len(request.url.raw_path) for request in wire.requests) < 8_000


def test_one_selector_that_is_refused_does_not_take_the_others_along() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        query = request.url.params["query"]
        return refusal(request) if "0007" in query else vector(*([1.0] * query.count("asked")))

    with open_metrics(URL, transport=httpx.MockTransport(answer)) as api:
        found = api.observed(EVERYTHING[:20])
    assert [index for index, each in enumerate(found) if each is None] == [7]


def test_one_failure_ends_the_look_before_the_rest_is_asked() -> None:
    wire = Wire(lambda _request: httpx.Response(404))
    said_by(wire, lambda api: api.observed(EVERYTHING))
    assert len(wire.requests) < 20


def test_a_refused_list_of_names_finds_nothing_missing() -> None:
    with open_metrics(URL, transport=httpx.MockTransport(refusal)) as api:
        assert api.known(["a", "b"]) == {"a", "b"}
        assert api.values([("job", "a")]) == [None]


@pytest.mark.parametrize(
    ("runtime", "flags", "kept"),
    [
        ("15d", "0s", timedelta(days=15)),
        ("2w1d or 10GiB", "0s", timedelta(days=15)),
        ("10GiB", "0s", None),
        (None, "90d", timedelta(days=90)),
        (None, None, None),
    ],
)
def test_retention_is_of_the_runtime_or_of_the_flags_or_not_known(
    runtime: str | None, flags: str | None, kept: timedelta | None
) -> None:
    said = {
        "runtimeinfo": ("storageRetention", runtime),
        "flags": ("storage.tsdb.retention.time", flags),
    }

    def answer(request: httpx.Request) -> httpx.Response:
        key, value = said[request.url.path.rpartition("/")[2]]
        return success({key: value}) if value else httpx.Response(404, text="404 page not found")

    with open_metrics(URL, transport=httpx.MockTransport(answer)) as api:
        assert api.retention() == kept


def test_a_label_with_too_many_values_is_not_looked_at() -> None:
    with open_metrics(
        URL, transport=httpx.MockTransport(lambda _: httpx.Response(200, text=" " * LARGEST + "[]"))
    ) as api:
        assert api.values([("pod", "a")]) == [None]


def test_where_old_samples_may_not_be_asked_for_nothing_is_known() -> None:
    with open_metrics(URL, transport=httpx.MockTransport(refusal)) as api:
        assert api.holds(["a"], timedelta(days=30)) is None


def test_lengths_and_intervals_are_read_as_prometheus_means_them() -> None:
    assert length_of("1h30m") == timedelta(minutes=90)
    assert [length_of(text) for text in ("10GiB", "", "None", "5")] == [None] * 4
    assert [interval_of(samples) for samples in (241.0, 12.0, 1800.0)] == [
        timedelta(seconds=15),
        timedelta(minutes=5),
        timedelta(seconds=2),
    ]
    assert [interval_of(samples) for samples in (None, 0.0, 1.0)] == [None] * 3


def test_batches_keep_the_order_and_let_what_is_too_long_stand_alone() -> None:
    sizes = {"a": LONGEST_QUERY - 1, "b": 1, "c": 2, "d": LONGEST_QUERY * 2, "e": 1}
    assert batches("abcde", lambda item: sizes[item]) == [["a", "b"], ["c"], ["d"], ["e"]]
