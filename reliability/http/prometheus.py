"""Schemas of Prometheus' HTTP API, and functions that return its data as values.

https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Generic, Literal, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, FailFast, Field, TypeAdapter

from reliability.errors import ProviderError
from reliability.http.reply import HttpReply, UnexpectedReplyError
from reliability.http.server import HttpServer, Parameters

T = TypeVar("T")
INFO: Final = "PromQL info: "
"""Prometheus 2.53 lists infos among the warnings; later versions have a list for them."""
KIND: Final = "a Prometheus"
LAST_MOMENT: Final = 7_258_118_400
"""2200-01-01, in seconds since 1970: sums with spans of time stay within the calendar."""

LONGEST_DURATION: Final = 10_000_000_000
"""Over 300 years, in seconds; Prometheus' own durations end at 292."""

LabelSet = Annotated[dict[str, str], Field(max_length=1_000)]
Moment = Annotated[float, Field(ge=0, lt=LAST_MOMENT)]
"""Seconds since 1970."""

Seconds = Annotated[float, Field(ge=0, le=LONGEST_DURATION)]


class FirstFault(FailFast):
    """Validation of a list that stops at the first wrong element, to limit the number of errors."""

    def __hash__(self) -> int:
        return hash(type(self))


class AnswerPart(BaseModel):
    """A part of a response; unknown keys are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Sample(AnswerPart):
    """One series of an instant query: time and value; the value may be NaN or infinite."""

    metric: LabelSet
    value: tuple[Moment, float]


class Points(AnswerPart):
    """One series of a range query; native histograms are detected, but not read."""

    metric: LabelSet
    values: Annotated[list[tuple[Moment, float]], FirstFault()] = Field(default_factory=list)
    histograms: Annotated[list[Any], FirstFault()] | None = None


class Vector(AnswerPart):
    """The result of an instant query."""

    resultType: Literal["vector"]  # noqa: N815 - as Prometheus writes it
    result: Annotated[list[Sample], FirstFault()]


class Matrix(AnswerPart):
    """The result of a range query."""

    resultType: Literal["matrix"]  # noqa: N815 - as Prometheus writes it
    result: Annotated[list[Points], FirstFault()]


class Success(AnswerPart, Generic[T]):
    """The envelope of data; with `warnings`, the data may be partial."""

    status: Literal["success"] = "success"
    data: T
    warnings: Annotated[list[str], FirstFault()] | None = None


S = TypeVar("S", bound=Success[Any])


class Failure(AnswerPart):
    """The response to a query that the server refuses."""

    status: Literal["error"]
    error: str = ""


class QuestionRefusedError(ProviderError):
    """The server refuses a query, and says why."""


VECTOR: Final = TypeAdapter(Success[Vector])
MATRIX: Final = TypeAdapter(Success[Matrix])
NAMES: Final = TypeAdapter(Success[Annotated[list[str], FirstFault()] | None])
OBJECT: Final = TypeAdapter(Success[dict[str, Any]])
FAILURE: Final = TypeAdapter(Failure)


def data_of(reply: HttpReply, form: TypeAdapter[Success[T]]) -> T:
    """Return the data of a response, which must be complete.

    Raises:
        QuestionRefusedError: the server refuses the query, and says why.
        UnexpectedReplyError: it is not a response of Prometheus.
        ProviderError: it is partial.
    """
    return answer_of(reply, form).data


def answer_of(reply: HttpReply, form: TypeAdapter[S]) -> S:
    """Return a response with its envelope; it raises as `data_of` does."""
    if not reply.is_success:
        raise refusal_of(reply)
    answer = reply.read(form, KIND)
    warnings = [text for text in answer.warnings or () if not text.startswith(INFO)]
    if warnings:
        part = reply.one_line(warnings[0])
        raise ProviderError(f"{reply.server}: {reply.request} is answered only in part: {part}")
    return answer


def refusal_of(reply: HttpReply) -> ProviderError:
    """Return why a response has no data."""
    try:
        words = reply.one_line(reply.read(FAILURE, KIND).error)
    except UnexpectedReplyError:
        return reply.unexpected(KIND, f"status {reply.status_code}")
    return QuestionRefusedError(
        f"{reply.server}: {reply.request} answers {reply.status_code}: {words or 'no reason'}"
    )


def instant(server: HttpServer, query: str, at: float | None = None) -> list[Sample]:
    """Return the result of an instant query; `at` is in seconds since 1970, None for now.

    Raises:
        ProviderError: as `data_of`.
    """
    asked: Parameters = {"query": query, **({} if at is None else {"time": f"{at:.3f}"})}
    return data_of(server.get("/api/v1/query", asked), VECTOR).result


def ranges(server: HttpServer, query: str, start: float, end: float, step: float) -> list[Points]:
    """Return the result of a range query from start to end (inclusive), all in seconds.

    Raises:
        ProviderError: as `data_of`.
    """
    asked: Parameters = {
        "query": query, "start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step:g}",
    }  # fmt: skip
    return data_of(server.get("/api/v1/query_range", asked), MATRIX).result


def samples(server: HttpServer, selector: str, seconds: int, at: float) -> list[Points]:
    """Return the stored samples of series in the last `seconds` before a moment.

    Raises:
        ProviderError: as `data_of`.
    """
    asked: Parameters = {"query": f"{selector}[{seconds}s]", "time": f"{at:.3f}"}
    return data_of(server.get("/api/v1/query", asked), MATRIX).result


def label_values(server: HttpServer, label: str, parameters: Parameters | None = None) -> list[str]:
    """Return the values of a label.

    Raises:
        ProviderError: as `data_of`.
    """
    return (
        data_of(server.get(f"/api/v1/label/{quote(label, safe='')}/values", parameters), NAMES)
        or []
    )


def runtime_of(server: HttpServer) -> dict[str, Any]:
    """Return the runtime information of the server, such as `storageRetention`.

    Raises:
        ProviderError: as `data_of`.
    """
    return data_of(server.get("/api/v1/status/runtimeinfo"), OBJECT)
