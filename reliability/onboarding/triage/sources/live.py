"""A live Prometheus: the rules that it runs, the metrics that it has, what fired in its memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from pydantic_core import PydanticCustomError

from reliability.alert_labels import PREFIX
from reliability.alertmanager.routing import Routing
from reliability.convert.converter import Original
from reliability.convert.prometheus_rules.signals import parse_length
from reliability.http.prometheus import QuestionRefusedError, label_values, runtime_of
from reliability.load.document import parse
from reliability.onboarding.triage.message import ReceivedMessage, State
from reliability.onboarding.triage.routed import RoutedReceivers, told
from reliability.providers.fired import fired_in_prometheus
from reliability.providers.http import HttpServer
from reliability.providers.rules_api import LoadedGroup, LoadedRule, RulesApi
from reliability.scalars import duration_text
from reliability.timespan import TimeSpan

ALL = 'alertname!=""'
THIS_MINUTE = timedelta(minutes=1)
"""A span ends with the minute that has begun, so that what has just begun to fire is in it."""


@dataclass(frozen=True, slots=True)
class RecordedEpisode:
    """One episode of an alert; `is_heard` says whether a receiver would have told somebody."""

    name: str
    message: ReceivedMessage
    is_heard: bool


def loaded_originals(server: HttpServer) -> tuple[Original, ...]:
    """The rules that a server runs as the rule files that it read them from.

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
    """What the server says of alerts that it cannot evaluate, by their names."""
    return {
        rule.name: rule.last_error or "its last evaluation was an error"
        for group in RulesApi(server).groups()
        for rule in group.rules
        if rule.type == "alerting" and rule.health == "err"
    }


def metric_names(server: HttpServer) -> frozenset[str]:
    """Every name of a metric that the server has a series of.

    Raises:
        ProviderError: the server does not answer as a Prometheus does.
    """
    return frozenset(label_values(server, "__name__"))


def retention(server: HttpServer) -> timedelta | None:
    """How long a server keeps what fired; None where it does not say, or keeps by size only."""
    try:
        stated = str(runtime_of(server).get("storageRetention"))
        return parse_length(stated.split()[0])
    except (QuestionRefusedError, ValueError, IndexError, OverflowError, PydanticCustomError):
        return None


def fired(server: HttpServer, span: TimeSpan, routing: Routing | None) -> Iterator[RecordedEpisode]:
    """Every episode in a span, and whether it would have called somebody.

    Raises:
        ProviderError: the server does not answer, or only in part.
    """
    for alert in fired_in_prometheus(server, ALL, span):
        reached = told(routing, alert.labels) if routing is not None else None
        for episode in alert.episodes:
            is_over = episode.end < span.end - THIS_MINUTE
            lasted = episode.length if is_over else None
            message = _message(alert.labels, episode.start, lasted, reached)
            yield RecordedEpisode(
                alert.labels["alertname"], message, reached is None or reached.is_heard
            )


def _owned(labels: Mapping[str, str], name: str) -> str:
    """The value of a label of ownership; an alert of ours may have it with a prefix."""
    return labels.get(f"{PREFIX}{name}") or labels.get(name, "")


def _message(
    labels: Mapping[str, str],
    at: datetime,
    lasted: timedelta | None,
    reached: RoutedReceivers | None,
) -> ReceivedMessage:
    return ReceivedMessage(
        source="prometheus",
        place=", ".join(reached.receivers) if reached else "prometheus",
        at=at,
        text=", ".join(f"{name}={value}" for name, value in sorted(labels.items())),
        severity=labels.get("severity", ""),
        service=_owned(labels, "service"),
        team=_owned(labels, "team"),
        mentions=reached.is_loud if reached else None,
        lasted=lasted,
        state=State.FIRING,
    )
