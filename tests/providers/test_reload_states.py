"""The result of a reload: what the server answers, and its metrics if that answer is lost."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest

from reliability.errors import ProviderError
from reliability.http.reply import HttpReply
from reliability.http.server import HttpServer
from reliability.providers.http import open_server
from reliability.providers.object_api import (
    LostAnswerError,
    RefusedError,
    ensure_read,
    ensure_written,
    read_each,
    sent,
)
from reliability.providers.reload import ensure_reloadable, metric, reload
from tests.providers.worlds import prometheus_target

State = tuple[int, int]
"""Whether the last reload succeeded, and the time of the last success."""


@dataclass
class Reloading:
    """A server with scripted states, one per look at its metrics; the last one stays."""

    states: list[State]
    post: httpx.Response | None = None
    get: int = 405
    pauses: list[float] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/metrics":
            state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
            name = "prometheus_config_last_reload"
            return httpx.Response(
                200,
                text=f"{name}_successful {state[0]}\n{name}_success_timestamp_seconds {state[1]}\n",
            )
        if request.method == "GET":
            return httpx.Response(self.get)
        if self.post is None:
            raise httpx.ReadTimeout("late", request=request)
        return self.post


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def opened(fake: Reloading, closing: ExitStack) -> HttpServer:
    target = prometheus_target("http://p.example", Path("/rules"))
    transport = httpx.MockTransport(fake)
    server = open_server(target, None, ["p.example"], writable=True, transport=transport)
    closing.callback(server.client.close)
    return replace(server, pause=fake.pauses.append)


LOST = "the response was lost, and the server reports that the reload failed"


@pytest.mark.parametrize(
    ("states", "result", "looks"),
    [
        ([(1, 5), (1, 6)], None, 1),
        ([(1, 5), (1, 5), (1, 5), (1, 6)], None, 3),
        ([(1, 5), (0, 5)], LOST, 1),
        ([(1, 5), (1, 5), (0, 5)], LOST, 2),
        # After a failure, only a success can be seen.
        ([(0, 5), (0, 5), (0, 5), (1, 6)], None, 3),
        ([(0, 5), (1, 6)], None, 1),
    ],
)
def test_a_lost_answer_is_read_from_the_metrics(
    closing: ExitStack, states: list[State], result: str | None, looks: int
) -> None:
    fake = Reloading(states)
    assert reload(opened(fake, closing), "prometheus") == result
    assert fake.pauses == [1.0] * looks


@pytest.mark.parametrize("state", [(1, 5), (0, 5)])
def test_a_reload_that_does_not_end_is_given_up(closing: ExitStack, state: State) -> None:
    fake = Reloading([state])
    with pytest.raises(ProviderError) as raised:
        reload(opened(fake, closing), "prometheus")
    assert str(raised.value) == "here: http://p.example did not finish its reload within 60 s"
    assert fake.pauses == [1.0] * 60


@pytest.mark.parametrize(
    ("reply", "result"),
    [
        (httpx.Response(200), None),
        (httpx.Response(500, text="failed to reload config: a\nb"), "a b"),
        (httpx.Response(500, text="other"), "other"),
    ],
)
def test_the_answer_of_a_reload(
    closing: ExitStack, reply: httpx.Response, result: str | None
) -> None:
    fake = Reloading([(1, 5)], post=reply)
    assert reload(opened(fake, closing), "prometheus") == result
    assert fake.pauses == []


@pytest.mark.parametrize("status", [404, 502, 204])
def test_another_answer_is_an_error(closing: ExitStack, status: int) -> None:
    fake = Reloading([(1, 5)], post=httpx.Response(status, text="failed to reload config: x"))
    with pytest.raises(ProviderError) as raised:
        reload(opened(fake, closing), "prometheus")
    assert str(raised.value) == f"here: POST /-/reload returned {status}: x"


@pytest.mark.parametrize(("status", "is_ready"), [(405, True), (404, False), (200, False)])
def test_a_server_is_reloadable_if_a_get_is_not_allowed(
    closing: ExitStack, status: int, is_ready: bool
) -> None:
    server = opened(Reloading([(1, 5)], get=status), closing)
    if is_ready:
        ensure_reloadable(server, "advice")
        return
    with pytest.raises(ProviderError) as raised:
        ensure_reloadable(server, "advice")
    assert str(raised.value) == (
        f"here: /-/reload returned {status}, so nothing was written; advice"
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [("x 1\n", 1.0), ("# x 2\nx 1.5e3\n", 1500.0), ("xx 2\nx_y 3\nx 4", 4.0)],
)
def test_a_metric_is_a_line_of_its_own(closing: ExitStack, text: str, value: float) -> None:
    assert metric(text, "x", opened(Reloading([(1, 5)]), closing)) == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "has no metric x"),
        ('y 1\nx{a="b"} 1\n', "has no metric x"),
        ("x many\n", "has 'many' for x, not a number"),
        (f"x {'y' * 50}\n", f"has '{'y' * 40}' for x, not a number"),
    ],
)
def test_a_metric_that_is_not_there_or_not_a_number(
    closing: ExitStack, text: str, why: str
) -> None:
    with pytest.raises(ProviderError) as raised:
        metric(text, "x", opened(Reloading([(1, 5)]), closing))
    assert str(raised.value) == f"here: http://p.example/metrics {why}"


# --- APIs with one request per object


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (200, None),
        (403, "here: GET /x answers 403: no; the key may lack a permission"),
        (404, "here: GET /x answers 404: no"),
        (500, "here: GET /x answers 500: no"),
    ],
)
def test_reads_that_fail_are_errors(closing: ExitStack, status: int, error: str | None) -> None:
    reply = opened(Reloading([(1, 5)], get=status), closing).get("/x")
    if error is None:
        ensure_read(reply, lambda _: "no")
        return
    with pytest.raises(ProviderError) as raised:
        ensure_read(reply, lambda _: "no")
    assert str(raised.value) == error


@pytest.mark.parametrize(
    ("status", "kind"),
    [(200, None), (201, None), (400, RefusedError), (499, RefusedError), (500, LostAnswerError),
     (503, LostAnswerError)],
)  # fmt: skip
def test_writes_that_fail_may_have_been_made(
    closing: ExitStack, status: int, kind: type[Exception] | None
) -> None:
    reply = opened(Reloading([(1, 5)], post=httpx.Response(status)), closing).post("/x")
    if kind is None:
        ensure_written(reply, lambda _: "no")
        return
    with pytest.raises(kind) as raised:
        ensure_written(reply, lambda _: "no")
    assert str(raised.value) == f"POST /x answers {status}: no"


@pytest.mark.parametrize(("busy", "status", "pauses"), [(0, 200, 0), (7, 200, 7), (8, 429, 7)])
def test_a_write_is_sent_again_while_there_are_too_many(
    closing: ExitStack, busy: int, status: int, pauses: int
) -> None:
    replies = [httpx.Response(429, headers={"Retry-After": "3"})] * busy + [httpx.Response(200)]
    fake = Reloading([(1, 5)])
    server = opened(fake, closing)

    def send() -> HttpReply:
        fake.post = replies.pop(0)
        return server.post("/x")

    assert sent(server, send).status_code == status
    assert fake.pauses == [3.0] * pauses


def test_a_write_without_an_answer_may_have_been_made(closing: ExitStack) -> None:
    server = opened(Reloading([(1, 5)]), closing)
    with pytest.raises(LostAnswerError, match="does not answer in time"):
        sent(server, lambda: server.post("/x"))


def test_items_are_read_in_their_order() -> None:
    assert list(read_each(lambda number: number * 2, range(9))) == [*range(0, 18, 2)]
