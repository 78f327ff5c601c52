"""What fired: from a Prometheus every evaluation of the past, from an Alertmanager what is on now.

`ALERTS` is read as `count_over_time` over windows of a minute that lie side by side, so that an
alert that fired at a single evaluation is seen; a plain range query would look once a minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from pydantic import AwareDatetime, TypeAdapter

from reliability.errors import ProviderError
from reliability.history.covered import chunks
from reliability.http.prometheus import AnswerPart, FirstFault, LabelSet, instant, ranges
from reliability.http.reply import HttpReply
from reliability.providers.http import HttpServer, Parameters
from reliability.timespan import TimeSpan

STEP: Final = timedelta(minutes=1)
TEST_PAGE: Final = "reliability_test"
"""The label of a test page, which is not an alert."""

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


class ShownAlert(AnswerPart):
    """An alert as an Alertmanager shows it."""

    labels: LabelSet
    startsAt: AwareDatetime  # noqa: N815 - as Alertmanager writes it


SHOWN: Final = TypeAdapter(Annotated[list[ShownAlert], FirstFault()])


def fired_in_prometheus(
    server: HttpServer, selector: str, span: TimeSpan
) -> tuple[FiredAlert, ...]:
    """Every alert that a selector such as `tier="ticket"` matches, and when it fired.

    Raises:
        ProviderError: the server does not answer, or says that its answer is partial.
    """
    query = f'count_over_time(ALERTS{{alertstate="firing",{selector}}}[1m])'
    ends: dict[tuple[tuple[str, str], ...], list[datetime]] = {}
    for part in chunks(span, AT_ONCE):
        start, end = (part.start + STEP).timestamp(), part.end.timestamp()
        for series in ranges(server, query, start, end=end, step=STEP.total_seconds()):
            if TEST_PAGE in series.metric:
                continue
            if "alertname" not in series.metric:
                raise ProviderError(f"{server.target}: a series of ALERTS has no alertname")
            moments = ends.setdefault(tuple(sorted(_own(series.metric).items())), [])
            moments += (datetime.fromtimestamp(at, UTC) for at, _ in series.values)

    return tuple(FiredAlert(dict(labels), _joined(times)) for labels, times in ends.items())


def ever_fired(
    server: HttpServer, by: Iterable[str], at: datetime, back: timedelta
) -> list[Labels]:
    """The values of these labels of all that fired in a stretch, as far as it is kept.

    Raises:
        ProviderError: as above.
    """
    hours = max(back // timedelta(hours=1), 1)
    counted = f'count_over_time(ALERTS{{alertstate="firing"}}[{hours}h])'
    query = f"count by ({', '.join(by)}) ({counted})"
    return [sample.metric for sample in instant(server, query, at.timestamp())]


def on_in_alertmanager(server: HttpServer, matcher: str, now: datetime) -> tuple[FiredAlert, ...]:
    """What fires now and is not silenced or inhibited; what was over before is not known here.

    Raises:
        ProviderError: the server does not answer as an Alertmanager does.
    """
    asked: Parameters = {
        "filter": matcher, "active": "true", "silenced": "false", "inhibited": "false"
    }  # fmt: skip
    shown = shown_of(server.get("/api/v2/alerts", asked))
    return tuple(
        FiredAlert(alert.labels, (TimeSpan(alert.startsAt.astimezone(UTC), now),))
        for alert in shown
        if alert.startsAt < now and TEST_PAGE not in alert.labels
    )


def shown_of(reply: HttpReply) -> list[ShownAlert]:
    """The alerts that an Alertmanager answers with.

    Raises:
        ProviderError: it does not answer as an Alertmanager does.
    """
    if not reply.is_success:
        raise reply.unexpected("an Alertmanager", f"status {reply.status_code}: {reply.words}")
    return reply.read(SHOWN, "an Alertmanager")


def _own(metric: Labels) -> Labels:
    hidden = ("__name__", "alertstate")
    return {name: value for name, value in metric.items() if name not in hidden}


def _joined(ends: Iterable[datetime]) -> tuple[TimeSpan, ...]:
    """Minutes that fired, given by their ends, as episodes."""
    episodes: list[TimeSpan] = []
    for end in sorted(ends):
        if episodes and end - episodes[-1].end <= APART:
            episodes[-1] = TimeSpan(episodes[-1].start, end)
        else:
            episodes.append(TimeSpan(end - STEP, end))
    return tuple(episodes)
