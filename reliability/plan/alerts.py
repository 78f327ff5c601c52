"""Alerts in rule files, and the active ones that a change would end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from reliability.alert_labels import PLAIN, PREFIXED
from reliability.render.times import utc_minute
from reliability.resource import Json

Body = Mapping[str, Json]
AlertLabels = frozenset[tuple[str, str]]
"""Labels of an alert's rule and group, including its name."""

NAME: Final = "alertname"
TEMPLATE: Final = "{{"
SHOWN: Final = tuple(
    name
    for names in (PLAIN, PREFIXED)
    for name in (names.service, names.slo, names.objective, names.tier)
)


@dataclass(frozen=True, slots=True)
class ActiveAlert:
    """A pending or firing alert of a server, active since `since`; `labels` include its name."""

    labels: Mapping[str, str]
    state: str
    since: datetime

    def __str__(self) -> str:
        named = [f'{key}="{self.labels[key]}"' for key in SHOWN if key in self.labels]
        inside = f"{{{', '.join(named)}}}" if named else ""
        since = utc_minute(self.since)
        return f"{self.labels.get(NAME, '')}{inside} has been {self.state} since {since}"


def alerts_in(body: Body) -> list[AlertLabels]:
    """Return the alerts of a rule file or a PrometheusRule manifest."""
    return list(_alerts(body))


def _alerts(body: Body) -> Iterator[AlertLabels]:
    for group in _mappings(_groups(body)):
        of_group = _labels(group)
        for rule in _mappings(group.get("rules")):
            if isinstance(rule.get("alert"), str):
                # As in Prometheus: labels of a rule overwrite those of its group (`FromMaps` in
                # rules/manager.go), and `alertname` is set last.
                labels = {**of_group, **_labels(rule), NAME: str(rule["alert"])}
                yield frozenset(labels.items())


def _groups(body: Body) -> object:
    spec = body.get("spec")
    return spec.get("groups") if isinstance(spec, Mapping) else body.get("groups")


def _mappings(values: object) -> Iterator[Mapping[str, Any]]:
    for value in values if isinstance(values, list) else ():
        if isinstance(value, Mapping):
            yield value


def _labels(item: Mapping[str, Any]) -> dict[str, str]:
    labels = item.get("labels")
    return {str(key): str(value) for key, value in labels.items()} if labels else {}


def ended_by(
    before: Body, remaining: frozenset[AlertLabels], active: Iterable[ActiveAlert]
) -> tuple[ActiveAlert, ...]:
    """Return active alerts whose rule is in `before` and, with the same labels, not in `remaining`.

    Alertmanager identifies an alert by all its labels. With another label it is a new alert, which
    notifies again, and the former one is reported as resolved.
    """
    rules = alerts_in(before)
    return tuple(
        alert
        for alert in active
        if (producing := [rule for rule in rules if _produces(rule, alert)])
        and not remaining.intersection(producing)
    )


def _produces(rule: AlertLabels, alert: ActiveAlert) -> bool:
    """Return whether an alert has the labels of a rule; a template matches any value."""
    # The alert may have more labels, those of its series.
    return all(TEMPLATE in value or alert.labels.get(key) == value for key, value in rule)
