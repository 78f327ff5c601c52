"""Alertmanager configurations in the shape of public ones, a minute of theirs as a second.

Each has alerts that take all of its routes; posts are at whole seconds and flushes at halves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import yaml

Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class ForeignAlert:
    """A rule with its labels, and the labels of its one series with the seconds it fires."""

    name: str
    labels: Mapping[str, str]
    series: Mapping[str, str]
    spans: Spans


@dataclass(frozen=True, slots=True)
class ForeignTree:
    """A configuration whose receivers get a webhook, and the alerts that are sent through it."""

    name: str
    route: str
    alerts: Sequence[ForeignAlert]

    def config(self, began: datetime, url: str) -> dict[str, Any]:
        """The whole configuration; `now` is the minute in which it begins, `then` the next."""
        values: dict[str, Any] = yaml.safe_load(self.route)
        names = sorted(receivers(values["route"]))
        hooks = [{"url": f"{url}/", "send_resolved": False}]
        found = [{"name": name, "webhook_configs": hooks} for name in names]
        minute = began.replace(second=0, microsecond=0)
        return {**values, "receivers": found, "time_intervals": [*intervals(minute)]}


def receivers(route: Mapping[str, Any]) -> set[str]:
    """The names of a tree's receivers."""
    below = (receivers(child) for child in route.get("routes", ()))
    return {*([route["receiver"]] if "receiver" in route else []), *(n for s in below for n in s)}


def intervals(minute: datetime) -> Any:
    """The intervals `now` and `then`, in UTC and in a zone that is hours away."""
    for name, start in (("now", minute), ("then", minute + timedelta(minutes=1))):
        end = start + timedelta(minutes=1)
        until = "24:00" if f"{start:%H:%M}" == "23:59" else f"{end:%H:%M}"
        times = [{"start_time": f"{start:%H:%M}", "end_time": until}]
        yield {"name": name, "time_intervals": [{"times": times}]}


def alert(name: str, severity: str, *spans: tuple[int, int], **series: str) -> ForeignAlert:
    """An alert with a severity."""
    return ForeignAlert(name, {"severity": severity}, series, spans)


OPERATOR: Final = ForeignTree(
    "namespaces, watchdog and inhibition by severity",
    """
    route:
      receiver: Default
      group_by: [namespace]
      group_wait: 500ms
      group_interval: 5s
      repeat_interval: 12s
      routes:
        - {matchers: [alertname = Watchdog], receiver: Watchdog}
        - {matchers: [alertname = InfoInhibitor], receiver: none}
        - {matchers: [severity = critical], receiver: Critical}
    inhibit_rules:
      - source_matchers: [severity = critical]
        target_matchers: [severity =~ warning|info]
        equal: [namespace, alertname]
      - source_matchers: [severity = warning]
        target_matchers: [severity = info]
        equal: [namespace, alertname]
      - source_matchers: [alertname = InfoInhibitor]
        target_matchers: [severity = info]
        equal: [namespace]
    """,
    [
        alert("Watchdog", "none", (0, 26)),
        alert("PodCrash", "warning", (1, 18), namespace="shop", pod="a"),
        alert("PodCrash", "critical", (5, 12), namespace="shop", pod="b"),
        alert("VolumeFull", "critical", (2, 9), (14, 20), namespace="shop"),
        alert("VolumeFull", "warning", (0, 26), namespace="shop"),
        alert("Throttled", "info", (0, 22), namespace="mail"),
        alert("InfoInhibitor", "none", (0, 8), namespace="mail"),
    ],
)

TEAMS: Final = ForeignTree(
    "teams by service, nested, with owners and continue",
    """
    route:
      receiver: team-X-mails
      group_by: [alertname, cluster, service]
      group_wait: 500ms
      group_interval: 5s
      repeat_interval: 13s
      routes:
        - receiver: audit
          matchers: ['severity =~ "critical|warning"']
          group_by: ['...']
          continue: true
        - receiver: team-X-mails
          matchers: ['service =~ "foo1|foo2|baz"']
          routes:
            - {matchers: [severity = critical], receiver: team-X-pager}
        - receiver: team-Y-mails
          matchers: [service = files]
          group_interval: 3s
          routes:
            - {matchers: [severity = critical], receiver: team-Y-pager}
        - receiver: team-DB-pager
          matchers: [service = database]
          group_by: [alertname, cluster, database]
          routes:
            - {matchers: [owner = team-X], receiver: team-X-pager, continue: true}
            - {matchers: [owner =~ "team-(X|Y)"], receiver: team-Y-pager}
    inhibit_rules:
      - source_matchers: [severity = critical]
        target_matchers: [severity = warning]
        equal: [alertname, cluster, service]
    """,
    [
        alert("Slow", "warning", (0, 15), service="foo1", cluster="a"),
        alert("Slow", "critical", (4, 9), service="foo1", cluster="a"),
        alert("Slow", "warning", (2, 6), service="foo2", cluster="b"),
        alert("Full", "critical", (1, 24), service="files", cluster="a"),
        alert("Full", "info", (3, 7), service="files", cluster="b"),
        alert("Lag", "critical", (0, 11), service="database", database="x", owner="team-X"),
        alert("Lag", "warning", (3, 20), service="database", database="x", owner="team-Y"),
        alert("Lag", "info", (6, 14), service="database", database="y", owner="team-Z"),
        alert("Other", "info", (2, 5), (12, 16)),
    ],
)

HOURS: Final = ForeignTree(
    "hours: muted and active routes, one below another",
    """
    route:
      receiver: none
      group_by: [namespace]
      group_wait: 500ms
      group_interval: 4s
      repeat_interval: 10s
      routes:
        - receiver: none
          matchers: [alertname =~ "Watchdog|InfoInhibitor"]
        - receiver: pager
          matchers: [severity = critical]
          continue: true
        - receiver: chat
          matchers: ['severity =~ "critical|warning"']
          active_time_intervals: [now]
          continue: true
        - receiver: mail
          matchers: ['severity =~ "warning|info"']
          mute_time_intervals: [now]
          routes:
            - receiver: mail-of-mail
              matchers: [namespace = mail]
              active_time_intervals: [then]
    """,
    [
        alert("Watchdog", "none", (0, 26)),
        alert("Down", "critical", (0, 26), namespace="shop"),
        alert("Slow", "warning", (1, 26), namespace="shop"),
        alert("Slow", "warning", (2, 26), namespace="mail"),
        alert("Idle", "info", (0, 26), namespace="shop"),
        alert("Idle", "info", (3, 6), (9, 13), (16, 19), namespace="mail"),
    ],
)
TREES: Final = (OPERATOR, TEAMS, HOURS)
