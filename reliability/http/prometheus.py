"""What Prometheus' HTTP API answers, as schemas: the one place at which an answer becomes values.

https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Generic, Literal, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, FailFast, Field, TypeAdapter

from reliability.errors import ProviderError
from reliability.http.reply import HttpReply, UnexpectedReplyError, one_line
from reliability.http.server import HttpServer, Parameters

T = TypeVar("T")
KIND: Final = "a Prometheus"
LAST_MOMENT: Final = 7_258_118_400
"""2200-01-01, in seconds since 1970: sums with spans of time stay within the calendar."""

LONGEST_DURATION: Final = 10_000_000_000
"""Over 300 years, in seconds; Prometheus' own durations end at 292."""

LabelSet = Annotated[dict[str, str], Field(max_length=1_000)]
Moment = Annotated[float, Field(ge=0, lt=LAST_MOMENT, allow_inf_nan=False)]
"""Seconds since 1970."""

Seconds = Annotated[float, Field(ge=0, le=LONGEST_DURATION, allow_inf_nan=False)]


class FirstFault(FailFast):
    """On a list: the first element that is wrong ends the reading, so that errors stay few."""

    def __hash__(self) -> int:
        return hash(type(self))


class AnswerPart(BaseModel):
    """A part of an answer; what we do not read is left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Sample(AnswerPart):
    """One series of an instant query: a moment and its value, which may be NaN or infinite."""

    metric: LabelSet
    value: tuple[Moment, float]


class Points(AnswerPart):
    """One series of a range; native histograms are not read, only noticed."""

    metric: LabelSet
    values: Annotated[list[tuple[Moment, float]], FirstFault()] = Field(default_factory=list)
    histograms: Annotated[list[Any], FirstFault()] | None = None


class Vector(AnswerPart):
    """The result of an instant query."""

    resultType: Literal["vector"]  # noqa: N815 - as Prometheus writes it
    result: Annotated[list[Sample], FirstFault()]


class Matrix(AnswerPart):
    """The result of a query of ranges."""

    resultType: Literal["matrix"]  # noqa: N815 - as Prometheus writes it
    result: Annotated[list[Points], FirstFault()]


class Success(AnswerPart, Generic[T]):
    """What the API wraps data in; with `warnings` the data may be a part only."""

    status: Literal["success"] = "success"
    data: T
    warnings: Annotated[list[str], FirstFault()] | None = None


class Failure(AnswerPart):
    """What the API answers if it refuses a question."""

    status: Literal["error"]
    error: str = ""


class QuestionRefusedError(ProviderError):
    """The server understands us, and does not answer this question."""


VECTOR: Final = TypeAdapter(Success[Vector])
MATRIX: Final = TypeAdapter(Success[Matrix])
NAMES: Final = TypeAdapter(Success[Annotated[list[str], FirstFault()] | None])
OBJECT: Final = TypeAdapter(Success[dict[str, Any]])
FAILURE: Final = TypeAdapter(Failure)


def data_of(reply: HttpReply, form: TypeAdapter[Success[T]]) -> T:
    """The data of an answer, which is all there is.

    Raises:
        QuestionRefusedError: the server says why it does not answer.
        UnexpectedReplyError: it is not an answer of Prometheus.
        ProviderError: it is a part only.
    """
    if reply.is_success:
        answer = reply.read(form, KIND)
        if answer.warnings:
            part = one_line(answer.warnings[0])
            raise ProviderError(f"{reply.server}: {reply.request} is answered only in part: {part}")
        return answer.data
    raise refusal_of(reply)


def refusal_of(reply: HttpReply) -> ProviderError:
    """Why an answer that is not a success has no data."""
    try:
        words = one_line(reply.read(FAILURE, KIND).error)
    except UnexpectedReplyError:
        return reply.unexpected(KIND, f"status {reply.status_code}")
    return QuestionRefusedError(
        f"{reply.server}: {reply.request} answers {reply.status_code}: {words or 'no reason'}"
    )


def instant(server: HttpServer, query: str, at: float | None = None) -> list[Sample]:
    """The result of a query at a moment, in seconds since 1970; by default the server's now.

    Raises:
        ProviderError: as `data_of`.
    """
    asked: Parameters = {"query": query, **({} if at is None else {"time": f"{at:.3f}"})}
    return data_of(server.get("/api/v1/query", asked), VECTOR).result


def ranges(server: HttpServer, query: str, start: float, end: float, step: float) -> list[Points]:
    """The result of a query at every step from start to end, in seconds.

    Raises:
        ProviderError: as `data_of`.
    """
    asked: Parameters = {
        "query": query, "start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step:g}",
    }  # fmt: skip
    return data_of(server.get("/api/v1/query_range", asked), MATRIX).result


def samples(server: HttpServer, selector: str, seconds: int, at: float) -> list[Points]:
    """The samples of series as they are stored, in so many seconds up to a moment.

    Raises:
        ProviderError: as `data_of`.
    """
    asked: Parameters = {"query": f"{selector}[{seconds}s]", "time": f"{at:.3f}"}
    return data_of(server.get("/api/v1/query", asked), MATRIX).result


def label_values(server: HttpServer, label: str, parameters: Parameters | None = None) -> list[str]:
    """The values of a label.

    Raises:
        ProviderError: as `data_of`.
    """
    return (
        data_of(server.get(f"/api/v1/label/{quote(label, safe='')}/values", parameters), NAMES)
        or []
    )


def runtime_of(server: HttpServer) -> dict[str, Any]:
    """The runtime information: `storageRetention` and others, of any type.

    Raises:
        ProviderError: as `data_of`.
    """
    return data_of(server.get("/api/v1/status/runtimeinfo"), OBJECT)
