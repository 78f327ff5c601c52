"""What fired: from a Prometheus every evaluation of the past, from an Alertmanager what is on now.

`ALERTS` is read as `count_over_time` over windows of a minute that lie side by side, so that an
alert that fired at a single evaluation is seen; a plain range query would look once a minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError

from reliability.errors import ProviderError
from reliability.history.covered import chunks
from reliability.history.timespan import TimeSpan
from reliability.providers.http import Parameters, Server

STEP: Final = timedelta(minutes=1)
APART: Final = timedelta(minutes=5)
"""Two evaluations of one episode are no further apart; rules are evaluated more often."""

AT_ONCE: Final = timedelta(days=1)
"""How much one query asks for: 1,440 points a series, and Prometheus gives 11,000."""

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FiredAlert:
    """One set of labels that fired, with its episodes in the order of time."""

    labels: Labels
    episodes: tuple[TimeSpan, ...]


class Points(BaseModel):
    """A series of a range query."""

    metric: dict[str, str]
    values: tuple[tuple[float, str], ...]


class Sample(BaseModel):
    """A series of an instant query."""

    metric: dict[str, str]


class Shown(BaseModel):
    """An alert as an Alertmanager shows it."""

    labels: dict[str, str]
    startsAt: AwareDatetime  # noqa: N815 - as Alertmanager writes it


def fired_in_prometheus(server: Server, selector: str, span: TimeSpan) -> tuple[FiredAlert, ...]:
    """Every alert that a selector such as `tier="ticket"` matches, and when it fired.

    Raises:
        ProviderError: the server does not answer, or says that its answer is partial.
    """
    query = f'count_over_time(ALERTS{{alertstate="firing",{selector}}}[1m])'
    ends: dict[tuple[tuple[str, str], ...], list[datetime]] = {}
    for part in chunks(span, AT_ONCE):
        asked: Parameters = {
            "query": query,
            "start": str((part.start + STEP).timestamp()),
            "end": str(part.end.timestamp()),
            "step": str(int(STEP.total_seconds())),
        }
        for series in _result(server, "/api/v1/query_range", asked, list[Points]):
            found = ends.setdefault(tuple(sorted(_own(series.metric).items())), [])
            found += (datetime.fromtimestamp(at, UTC) for at, _ in series.values)
    return tuple(FiredAlert(dict(labels), tuple(_joined(each))) for labels, each in ends.items())


def ever_fired(server: Server, by: Iterable[str], at: datetime, back: timedelta) -> list[Labels]:
    """The values of these labels of all that fired in a stretch, as far as it is kept.

    Raises:
        ProviderError: as above.
    """
    hours = max(back // timedelta(hours=1), 1)
    counted = f'count_over_time(ALERTS{{alertstate="firing"}}[{hours}h])'
    asked: Parameters = {
        "query": f"count by ({', '.join(by)}) ({counted})",
        "time": str(at.timestamp()),
    }
    return [each.metric for each in _result(server, "/api/v1/query", asked, list[Sample])]


def on_in_alertmanager(server: Server, matcher: str, now: datetime) -> tuple[FiredAlert, ...]:
    """What fires now and is not silenced or inhibited; what was over before is not known here.

    Raises:
        ProviderError: the server does not answer as an Alertmanager does.
    """
    asked: Parameters = {
        "filter": matcher, "active": "true", "silenced": "false", "inhibited": "false"
    }  # fmt: skip
    shown = _read(server, "/api/v2/alerts", asked, list[Shown])
    return tuple(
        FiredAlert(each.labels, (TimeSpan(each.startsAt.astimezone(UTC), now),))
        for each in shown
        if each.startsAt < now
    )


def _result(server: Server, path: str, asked: Parameters, form: type[Any]) -> Any:
    body = _read(server, path, asked, dict[str, Any])
    if body.get("warnings"):
        raise ProviderError(f"{server.target}: answers only in part: {body['warnings'][0]}")
    data = body.get("data")
    return _checked(server, data.get("result") if isinstance(data, dict) else None, form)


def _read(server: Server, path: str, asked: Parameters, form: type[Any]) -> Any:
    reply = server.get(path, asked)
    try:
        body = reply.json()
    except ValueError as error:
        raise ProviderError(
            f"{server.target}: {path} answers {reply.status_code} and no JSON"
        ) from error
    if not reply.is_success:
        why = body.get("error") if isinstance(body, dict) else body
        raise ProviderError(f"{server.target}: {path} answers {reply.status_code}: {why}")
    return _checked(server, body, form)


def _checked(server: Server, value: Any, form: type[Any]) -> Any:
    try:
        return TypeAdapter(form).validate_python(value)
    except ValidationError as error:
        raise ProviderError(
            f"{server.target}: the answer has another form than its API describes"
        ) from error


def _own(metric: Labels) -> Labels:
    hidden = ("__name__", "alertstate")
    return {name: value for name, value in metric.items() if name not in hidden}


def _joined(ends: Iterable[datetime]) -> Iterator[TimeSpan]:
    """Minutes that fired, given by their ends, as episodes."""
    began: datetime | None = None
    last: datetime | None = None
    for end in sorted(ends):
        if began is None or last is None:
            began = end - STEP
        elif end - last > APART:
            yield TimeSpan(began, last)
            began = end - STEP
        last = end
    if began is not None and last is not None:
        yield TimeSpan(began, last)
