"""A live Prometheus: the rules that it runs, its metrics, and the alerts that fired."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from pydantic_core import PydanticCustomError

from reliability.alert_labels import PREFIX
from reliability.alertmanager.routing import Routing
from reliability.convert.converter import Original
from reliability.convert.prometheus_rules.signals import parse_length
from reliability.http.prometheus import QuestionRefusedError, label_values, ranges, runtime_of
from reliability.load.document import parse
from reliability.onboarding.triage.message import ReceivedMessage, State
from reliability.onboarding.triage.routed import RoutedReceivers, receivers_of
from reliability.providers.fired import fired_in_prometheus
from reliability.providers.http import HttpServer
from reliability.providers.rules_api import LoadedGroup, LoadedRule, RulesApi
from reliability.scalars import duration_text
from reliability.timespan import HOUR, TimeSpan

ALL = 'alertname!=""'
MAX_POINTS = 1_000
THIS_MINUTE = timedelta(minutes=1)
"""A span ends with the current minute, which includes an alert that just began to fire."""


@dataclass(frozen=True, slots=True)
class RecordedEpisode:
    """One episode of an alert, and whether a receiver would have notified people."""

    name: str
    message: ReceivedMessage
    notifies: bool


def loaded_originals(server: HttpServer) -> tuple[Original, ...]:
    """Return the rules that a server runs, as the rule files that it read them from.

    Raises:
        ProviderError: the server does not answer as a Prometheus does.
    """
    files: dict[str, list[Any]] = {}
    for group in RulesApi(server).groups():
        files.setdefault(group.file, []).append(_group(group))
    originals: list[Original] = []
    for file, groups in files.items():
        path = PurePosixPath(PurePosixPath(file or "prometheus").name)
        originals += parse(path, json.dumps({"groups": groups}, indent=1).encode()).documents

    return tuple(originals)


def _group(group: LoadedGroup) -> dict[str, Any]:
    rules = [_rule(rule) for rule in group.rules if rule.type == "alerting"]
    return {"name": group.name, "rules": rules}


def _rule(rule: LoadedRule) -> dict[str, Any]:
    written: dict[str, Any] = {"alert": rule.name, "expr": rule.query}
    for key, seconds in (("for", rule.duration), ("keep_firing_for", rule.keep_firing_for)):
        if seconds:
            written[key] = duration_text(timedelta(seconds=seconds))
    written["labels"] = dict(rule.labels)
    written["annotations"] = dict(rule.annotations)
    return written


def unhealthy(server: HttpServer) -> Mapping[str, str]:
    """Return the errors of alerts that the server cannot evaluate, by alert name."""
    return {
        rule.name: rule.last_error or "its last evaluation failed"
        for group in RulesApi(server).groups()
        for rule in group.rules
        if rule.type == "alerting" and rule.health == "err"
    }


def metric_names(server: HttpServer) -> frozenset[str]:
    """Return the name of every metric on the server.

    Raises:
        ProviderError: the server does not answer as a Prometheus does.
    """
    return frozenset(label_values(server, "__name__"))


def retention(server: HttpServer) -> timedelta | None:
    """Return the server's retention; None if it is unknown or limited by size only."""
    try:
        stated = str(runtime_of(server).get("storageRetention"))
        return parse_length(stated.split()[0])
    except (QuestionRefusedError, ValueError, IndexError, OverflowError, PydanticCustomError):
        return None


def known_since(server: HttpServer, span: TimeSpan) -> datetime:
    """Return since when a server has scraped or evaluated anything in a span, about to the hour.

    A server without `up` and alerts says nothing about that; then it is the start of the span.

    Raises:
        ProviderError: the server does not answer, or only in part.
    """
    start, step = span.start.timestamp(), max(HOUR, span.length / MAX_POINTS)
    window = f"[{int(step.total_seconds())}s]"
    query = f"count(last_over_time(up{window}) or last_over_time(ALERTS{window}))"
    points = ranges(server, query, start, end=span.end.timestamp(), step=step.total_seconds())
    first = points[0].values[0][0] if points and points[0].values else start
    return max(datetime.fromtimestamp(first, UTC) - step, span.start)


def fired(server: HttpServer, span: TimeSpan, routing: Routing | None) -> Iterator[RecordedEpisode]:
    """Yield every episode in a span, and whether it would have notified people.

    Raises:
        ProviderError: the server does not answer, or only in part.
    """
    for alert in fired_in_prometheus(server, ALL, span):
        reached = receivers_of(routing, alert.labels) if routing is not None else None
        for episode in alert.episodes:
            is_over = episode.end < span.end - THIS_MINUTE
            lasted = episode.length if is_over else None
            message = _message(alert.labels, episode.start, lasted, reached=reached)
            yield RecordedEpisode(
                alert.labels["alertname"], message, reached is None or reached.notifies
            )


def _owned(labels: Mapping[str, str], name: str) -> str:
    """Return the value of an ownership label, which has a prefix in the prefixed label set."""
    return labels.get(f"{PREFIX}{name}") or labels.get(name, "")


def _message(
    labels: Mapping[str, str],
    at: datetime,
    lasted: timedelta | None,
    reached: RoutedReceivers | None,
) -> ReceivedMessage:
    return ReceivedMessage(
        source="prometheus",
        location=", ".join(reached.receivers) if reached else "prometheus",
        at=at,
        text=", ".join(f"{name}={value}" for name, value in sorted(labels.items())),
        severity=labels.get("severity", ""),
        service=_owned(labels, "service"),
        team=_owned(labels, "team"),
        mentions=reached.mentions if reached else None,
        lasted=lasted,
        state=State.FIRING,
    )
