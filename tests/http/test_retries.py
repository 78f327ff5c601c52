"""When a read is tried again, how long is waited, and what is said if there is no answer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from reliability.errors import ProviderError
from reliability.http.server import HttpServer, Retries, open_client, wanted_pause

URL = "http://p:9090"
TYPE = {"Content-Type": "application/yaml"}
Answer = httpx.Response | Exception


class Answering:
    """Gives one answer after the other, the last again and again, and counts requests."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.pauses: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def asked(
        self, ask: Callable[[HttpServer], object], retries: Retries | None = None, name: str = "am"
    ) -> str:
        """The status of the answer, or why there is none."""
        transport = httpx.MockTransport(self)
        with open_client(URL, {}, writable=True, transport=transport) as client:
            server = HttpServer(
                target=name,
                url=URL,
                client=client,
                pause=self.pauses.append,
                retries=retries or Retries(),
            )
            try:
                return str(getattr(ask(server), "status_code", "nothing"))
            except ProviderError as error:
                return str(error)

    def read(self, retries: Retries | None = None) -> str:
        return self.asked(lambda server: server.get("/x"), retries)


def status(code: int, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(code, headers=named)


@pytest.mark.parametrize("code", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again_three_times_with_longer_pauses(code: int) -> None:
    busy = Answering(status(code))
    assert (busy.read(), len(busy.requests), busy.pauses) == (str(code), 4, [0.5, 1.0, 2.0])
    recovering = Answering(status(code), status(200))
    assert (recovering.read(), recovering.pauses) == ("200", [0.5])


def test_after_three_reads_in_vain_none_is_retried_until_one_works() -> None:
    answers = [status(503)] * 13 + [status(200)] + [status(503)]
    busy = Answering(*answers)
    read = busy.asked(lambda server: [server.get("/x").status_code for _ in range(6)][-1:])
    assert (read, len(busy.requests)) == ("nothing", 3 * 4 + 2 + 4)


@pytest.mark.parametrize("code", [200, 400, 404, 500])
def test_any_other_answer_is_taken(code: int) -> None:
    answering = Answering(status(code))
    assert (answering.read(), len(answering.requests)) == (str(code), 1)


def test_a_server_says_how_long_to_wait() -> None:
    answering = Answering(
        status(429, retry_after="7"),
        status(429, x_ratelimit_reset="9"),
        status(429, retry_after="99999"),
        status(200),
    )
    assert (answering.read(), answering.pauses) == ("200", [7.0, 9.0, 30.0])


@pytest.mark.parametrize(
    ("error", "requests", "said"),
    [
        (httpx.ReadError("[Errno 104] Connection Reset"), 4, "does not answer: connection reset"),
        (httpx.RemoteProtocolError("gone"), 4, "does not answer: gone"),
        (httpx.ReadError(""), 4, "does not answer: ReadError"),
        (httpx.ReadTimeout("slow"), 1, "does not answer in time"),
        (httpx.ConnectTimeout("slow"), 1, "does not answer in time"),
        (httpx.ConnectError("[Errno -2] No such host"), 1, "does not answer: no such host"),
    ],
)
def test_a_broken_connection_is_tried_again_and_one_that_took_its_time_is_not(
    error: Exception, requests: int, said: str
) -> None:
    broken = Answering(error)
    assert broken.read() == f"am: {URL} {said}"
    assert len(broken.requests) == requests
    recovering = Answering(error, status(200))
    assert recovering.read() == ("200" if requests > 1 else f"am: {URL} {said}")


def test_a_server_that_is_starting_may_be_waited_for() -> None:
    starting = Answering(httpx.ConnectError("refused"), status(200))
    assert starting.read(Retries(if_unreachable=True)) == "200"
    never = Answering(httpx.ConnectError("refused"))
    assert never.read(Retries(pauses=(), if_unreachable=True)).endswith("refused")
    assert len(never.requests) == 1


def test_a_write_is_sent_once() -> None:
    busy = Answering(status(503))
    assert busy.asked(lambda server: server.post("/x", b"{}")) == "503"
    assert busy.asked(lambda server: server.send("PUT", "/x", b"{}", {"If-Match": "a"})) == "503"
    assert busy.asked(lambda server: server.post("/x")) == "503"
    first, second, third = busy.requests
    assert (first.method, first.content, first.headers["Content-Type"]) == (
        "POST",
        b"{}",
        "application/json",
    )
    assert (second.method, second.headers["If-Match"]) == ("PUT", "a")
    assert "Content-Type" not in third.headers
    assert all(request.headers["Accept-Encoding"] == "gzip" for request in busy.requests)
    assert busy.pauses == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (status(401), "am: GET /x answers 401: the credential is refused"),
        (status(302, location="http://q/"), "am: GET /x leads elsewhere (302), and redirects"),
        (status(403), "403"),
    ],
)
def test_a_refusal_and_a_redirect_are_errors(answer: httpx.Response, said: str) -> None:
    assert Answering(answer).read().startswith(said)


def test_a_server_without_a_name_of_its_own_is_named_by_its_address() -> None:
    broken = Answering(httpx.ReadTimeout("slow"))
    assert broken.asked(lambda server: server.get("/x"), name=URL) == (
        f"{URL} does not answer in time"
    )


@pytest.mark.parametrize(
    ("text", "pause"),
    [
        ("5", 5),
        ("0.25", 0.25),
        ("31", 30),
        ("1234567", 2),
        ("-1", 2),
        ("soon", 2),
        ("", 2),
        ("Wed, 01 Jan 2020 00:00:00 GMT", 2),
    ],
)
def test_a_pause_is_bounded(text: str, pause: float) -> None:
    assert wanted_pause({"retry-after": text}, 2, 30) == pause


def test_a_pause_until_a_date_is_counted_from_now() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    assert 10 < wanted_pause({"retry-after": later}, 2, 30) <= 20
    far = format_datetime(datetime.now(UTC) + timedelta(days=20), usegmt=True)
    assert wanted_pause({"retry-after": far}, 2, 30) == 30


def write(answering: Answering) -> str:
    return answering.asked(lambda server: server.write("PUT", "/x", b"a: 1", TYPE))


def test_a_write_that_may_be_repeated_waits_as_the_server_asks() -> None:
    busy = Answering(status(429, retry_after="7"), status(202))
    assert (write(busy), busy.pauses) == ("202", [7.0])
    assert [(each.method, each.content) for each in busy.requests] == [("PUT", b"a: 1")] * 2
    assert busy.requests[0].headers["content-type"] == "application/yaml"


def test_a_write_whose_answer_is_lost_is_sent_again() -> None:
    lost = Answering(httpx.ReadError("connection reset"), status(202))
    assert (write(lost), len(lost.requests)) == ("202", 2)


def test_a_write_that_times_out_is_not_sent_again() -> None:
    late = Answering(httpx.ReadTimeout("late"), status(202))
    assert "does not answer in time" in write(late)
    assert len(late.requests) == 1
