"""The first files of a team that has Datadog, and neither Prometheus nor Alertmanager."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reliability.onboarding.people import People, members_text

API_KEY: Final = re.compile(r"^(DD|DATADOG)_API_KEY$")
APPLICATION_KEY: Final = re.compile(r"^(DD|DATADOG)_(APP|APPLICATION)_KEY$")
SITE: Final = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)+")
SOURCE: Final = """\
  source:
    type: datadog
    url: {url}
    apiKey: env:{api_key}           # references; never the keys themselves
    applicationKey: env:{application_key}   # with timeseries_query, and slos_read for slos"""
TARGET: Final = """\
    - name: datadog
      provider: datadog
      url: {url}
      apiKey: env:{api_key}
      applicationKey: env:{application_key}   # slos_read, slos_write, slos_corrections, monitors_*
"""
WINDOW_SET: Final = """\
---
# Datadog accepts long windows of 1 to 48 hours, and recommends these for 30 days:
# https://docs.datadoghq.com/service_level_objectives/burn_rate/
apiVersion: reliability/v1
kind: BurnRateWindows
metadata: {name: datadog-30d}
spec:
  period: 30d
  fast:
    - {long: 1h, short: 5m, budget: 2%}         # 14.4
    - {long: 6h, short: 30m, budget: 5%}        # 6
  slow:
    - {long: 1d, short: 2h, budget: 10%}        # 3
"""
SLO_POLICY: Final = """\
# Every other limit of SLOs has a default.
apiVersion: reliability/v1
kind: SloPolicy
metadata: {name: slo}
spec:
  defaultWindows: datadog-30d       # if an alert policy names none
"""
TEAM: Final = """\
# The team that gets notified. `reliability check` reports what is missing.
apiVersion: reliability/v1
kind: Team
metadata: {{name: {team}}}
spec:
  members: {members}
  timeZone: UTC                     # of the on-call engineers, such as Asia/Tokyo
  datadog:                          # handles that monitors notify, as Datadog shows them
    alert: ["{alert}"]
    ticket: ["{ticket}"]
"""
ALERTMANAGERS: Final = re.compile(r"^  (slack|heartbeat):.*\n(?:    .*\n)+", re.MULTILINE)
"""The secrets of `policies/notification.yaml` that only Alertmanager reads."""


@dataclass(frozen=True, slots=True)
class DatadogStart:
    """A Datadog site: the URL of its API, and the variables with its keys."""

    url: str
    api_key: str
    application_key: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> DatadogStart:
        """Return the site of `DD_SITE`, and the names of the variables that are set.

        The values of keys are not read.
        """
        names = sorted(name for name, value in environment.items() if value)
        prefix = "DATADOG" if any(name.startswith("DATADOG_") for name in names) else "DD"
        site = environment.get("DD_SITE") or environment.get("DATADOG_SITE") or ""
        host = site if SITE.fullmatch(site) else "datadoghq.com"
        return cls(
            f"https://api.{host}",
            next(filter(API_KEY.match, names), f"{prefix}_API_KEY"),
            next(filter(APPLICATION_KEY.match, names), f"{prefix}_APP_KEY"),
        )

    @property
    def source(self) -> str:
        """The history source."""
        return self._written(SOURCE)

    @property
    def target(self) -> str:
        """The sync target."""
        return self._written(TARGET)

    def _written(self, text: str) -> str:
        return text.format(url=self.url, api_key=self.api_key, application_key=self.application_key)


def datadog_team(people: People) -> str:
    """Return the text of `policies/teams/<team>.yaml`, with handles of Slack or PagerDuty."""
    alerts = people.channel.removeprefix("#") or f"{people.team}-alerts"
    tickets = f"{alerts.removesuffix('-alerts')}-tickets"
    return TEAM.format(
        team=people.team,
        members=members_text(people.member),
        alert=f"@pagerduty-{people.team}" if people.pager_key else f"@slack-{alerts}",
        ticket=f"@slack-{tickets}",
    )


def without_alertmanager(notification: str) -> str:
    """Return the notification policy without what only Alertmanager reads."""
    return ALERTMANAGERS.sub("", notification)
