"""Alerts that fired: in the past from a Prometheus, only those of now from an Alertmanager.

`ALERTS` is queried with `count_over_time` over adjacent windows of one minute, so that an alert
that fired in a single evaluation is found; a plain range query has one sample per step and can
miss it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Final

from pydantic import TypeAdapter

from reliability.errors import ProviderError
from reliability.history.covered import chunks, merged
from reliability.http.moments import ServerMoment
from reliability.http.prometheus import AnswerPart, FirstFault, LabelSet, instant, ranges
from reliability.http.reply import HttpReply
from reliability.providers.http import HttpServer, Parameters
from reliability.render.times import utc_minute
from reliability.timespan import HOUR, TimeSpan

STEP, TINY = timedelta(minutes=1), timedelta(microseconds=1)
TEST_PAGE: Final = "reliability_test"
"""Label of a test page, which does not count as an alert."""

APART: Final = timedelta(minutes=5)
"""Longest gap within an episode; rules are evaluated more often than this."""

AT_ONCE: Final = timedelta(days=1)
"""Span of one query: 1,440 points per series, and Prometheus allows 11,000."""

MOST_POINTS: Final = 10_000

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FiredAlert:
    """A label set that fired, and its episodes in order of time."""

    labels: Labels
    episodes: tuple[TimeSpan, ...]


class ShownAlert(AnswerPart):
    """One alert in a response of `GET /api/v2/alerts`."""

    labels: LabelSet
    startsAt: ServerMoment  # noqa: N815 - as Alertmanager writes it


SHOWN: Final = TypeAdapter(Annotated[list[ShownAlert], FirstFault()])


def fired_in_prometheus(
    server: HttpServer, selector: str, span: TimeSpan
) -> tuple[FiredAlert, ...]:
    """Return each alert that a selector such as `tier="ticket"` matches, and when it fired.

    Raises:
        ProviderError: the server does not answer, or its response is partial.
    """
    query = f'count_over_time(ALERTS{{alertstate="firing",{selector}}}[1m])'
    ends: dict[tuple[tuple[str, str], ...], list[datetime]] = {}
    for part in chunks(span, AT_ONCE):
        # The windows end with the part, which may be shorter than one of them.
        start = part.end - ((part.end - part.start - TINY) // STEP) * STEP
        asked = (start.timestamp(), part.end.timestamp(), STEP.total_seconds())
        for series in ranges(server, query, *asked):
            if TEST_PAGE in series.metric:
                continue
            if "alertname" not in series.metric:
                raise ProviderError(f"{server.target}: a series of ALERTS has no alertname")
            moments = ends.setdefault(tuple(sorted(_own(series.metric).items())), [])
            moments += (datetime.fromtimestamp(at, UTC) for at, _ in series.values)

    return tuple(FiredAlert(dict(labels), _joined(times)) for labels, times in ends.items())


def firing_at(server: HttpServer, names: Iterable[str], at: datetime) -> list[Labels]:
    """Return the label sets of alerts with these names that fire at a moment.

    Raises:
        ProviderError: the server does not answer, or its response is partial.
    """
    query = f'ALERTS{{alertstate="firing",alertname=~"{"|".join(names)}"}}'
    return [sample.metric for sample in instant(server, query, at.timestamp())]


def ever_fired(
    server: HttpServer, by: Iterable[str], at: datetime, back: timedelta
) -> list[Labels]:
    """Return each combination of the labels `by` among alerts that fired within `back` before `at`.

    `back` is counted in whole hours; the retention of the server may be shorter.

    Raises:
        ProviderError: the server does not answer, or its response is partial.
    """
    hours = max(back // timedelta(hours=1), 1)
    counted = f'count_over_time(ALERTS{{alertstate="firing"}}[{hours}h])'
    query = f"count by ({', '.join(by)}) ({counted})"
    return [sample.metric for sample in instant(server, query, at.timestamp())]


def ensure_evaluated(server: HttpServer, selector: str, span: TimeSpan) -> None:
    """Ensure that the series that rules record exist in all of a span but for its first day.

    An empty answer for `ALERTS` also has a server that did not evaluate the rules yet.

    Raises:
        ProviderError: they do not, or the server does not answer.
    """
    start, end = (span.start + HOUR).timestamp(), span.end.timestamp()
    recorded = ranges(server, f"count({selector})", start, end=end, step=HOUR.total_seconds())
    first = min((at for series in recorded for at, _ in series.values), default=None)
    if first is None:
        raise ProviderError(f"{server.target}: no rule of an SLO was evaluated in this period")
    if first > (span.start + AT_ONCE).timestamp():
        moment = utc_minute(datetime.fromtimestamp(first, UTC))
        raise ProviderError(
            f"{server.target}: nothing fired since {moment}, when rules were first evaluated"
        )


def unevaluated(server: HttpServer, names: Iterable[str], span: TimeSpan) -> tuple[TimeSpan, ...]:
    """Return the parts of a span in which the server has no sample of metrics with these names.

    It has none of a time before or after its own, and none while it did not run. Nothing is known
    of alerts then.

    Raises:
        ProviderError: the server does not answer, or its response is partial.
    """
    ends = [span.end - number * APART for number in reversed(range(span.length // APART))]
    query = f'count({{__name__=~"{"|".join(names)}"}})'
    known: set[int] = set()
    for first in range(0, len(ends), MOST_POINTS):
        asked = ends[first : first + MOST_POINTS]
        start, end = asked[0].timestamp(), asked[-1].timestamp()
        answer = ranges(server, query, start, end=end, step=APART.total_seconds())
        known.update(round(at) for series in answer for at, _ in series.values)
    unknown = [at for at in ends if round(at.timestamp()) not in known]
    return merged(TimeSpan(at - APART, at) for at in unknown)


def on_in_alertmanager(server: HttpServer, matcher: str, now: datetime) -> tuple[FiredAlert, ...]:
    """Return the alerts that fire now and are not silenced or inhibited.

    Each has one episode, up to `now`: an Alertmanager does not know alerts that have ended.

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
    """Return the alerts in a response of an Alertmanager.

    Raises:
        ProviderError: it is not the response of an Alertmanager.
    """
    if not reply.is_success:
        raise reply.unexpected("an Alertmanager", f"status {reply.status_code}: {reply.words}")
    return reply.read(SHOWN, "an Alertmanager")


def _own(metric: Labels) -> Labels:
    hidden = ("__name__", "alertstate")
    return {name: value for name, value in metric.items() if name not in hidden}


def _joined(ends: Iterable[datetime]) -> tuple[TimeSpan, ...]:
    """Join minutes in which an alert fired, given by their ends, to episodes.

    The least distance between two of them is that of evaluations. A longer gap ends an episode,
    except for one minute more: of an interval of 90 seconds, every other gap is longer.
    """
    minutes = sorted(ends)
    apart = min((b - a for a, b in pairwise(minutes) if b > a), default=APART) + STEP
    episodes: list[TimeSpan] = []
    for end in minutes:
        if episodes and end - episodes[-1].end <= min(apart, APART):
            episodes[-1] = TimeSpan(episodes[-1].start, end)
        else:
            episodes.append(TimeSpan(end - STEP, end))
    return tuple(episodes)
