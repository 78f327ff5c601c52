"""Alerts in rule files, and the active ones that a change would end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from reliability.alert_labels import OF_SERIES, PLAIN, PREFIXED, AlertLabelNames
from reliability.render.times import utc_minute
from reliability.resource import Json

Body = Mapping[str, Json]
AlertLabels = frozenset[tuple[str, str]]
"""Labels of an alert's rule and group, including its name."""

NAME: Final = "alertname"
TEMPLATE: Final = "{{"
DROPS: Final = f"max without ({', '.join(OF_SERIES)}"
"""Part of the expression of an alert that does not keep these labels of its series."""
SERIES: Final = re.compile(r'\b(sloth_service|sloth_slo)="([^"]*)"')
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
    return [frozenset(labels.items()) for labels, _ in _alerts(body)]


def leaving_alerts(before: Body, remaining: frozenset[AlertLabels]) -> list[dict[str, str]]:
    """Return the alerts of `before` that lose the labels of their series, with those labels.

    Such an alert is in `remaining` without them.
    """
    left = {slo_of(dict(alert)) for alert in remaining if (OF_SERIES[0], "") in alert}
    return [
        {**labels, **series}
        for labels, expr in _alerts(before)
        if (series := _of_series(expr)) and OF_SERIES[0] not in labels and slo_of(labels) in left
    ]


def label_names_of(labels: Mapping[str, str]) -> AlertLabelNames:
    """Return the set of label names that an alert has."""
    return PREFIXED if PREFIXED.service in labels else PLAIN


def slo_of(labels: Mapping[str, str]) -> tuple[str, ...]:
    """Return the name of an alert, its service, SLO and objective; empty for what it has not."""
    names = label_names_of(labels)
    return tuple(labels.get(name, "") for name in (NAME, names.service, names.slo, names.objective))


def _of_series(expr: str) -> dict[str, str]:
    """Return the labels that an alert has of the recorded series in its expression."""
    series: dict[str, str] = dict(SERIES.findall(expr))
    if len(series) < 2:
        return {}
    # `absent` keeps the labels of its matchers only.
    return {OF_SERIES[0]: "" if "absent(" in expr else "-".join(series.values()), **series}


def _alerts(body: Body) -> Iterator[tuple[dict[str, str], str]]:
    for group in _mappings(_groups(body)):
        of_group = _labels(group)
        for rule in _mappings(group.get("rules")):
            if isinstance(rule.get("alert"), str):
                # As in Prometheus: labels of a rule overwrite those of its group (`FromMaps` in
                # rules/manager.go), and `alertname` is set last.
                labels = {**of_group, **_labels(rule), NAME: str(rule["alert"])}
                expr = str(rule.get("expr"))
                if DROPS in expr:
                    labels |= dict.fromkeys(OF_SERIES, "")
                yield labels, expr


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
    return all(TEMPLATE in value or alert.labels.get(key, "") == value for key, value in rule)
