"""Repositories from which an Alertmanager configuration is compiled; golden files show it."""

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.compile.alertmanager.compiler import AlertmanagerConfig
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.load.loader import load
from reliability.resource import Resource
from tests.compile.repositories import ours, slo

Files = dict[str, Any]
"""Documents by path: as text, or as a dictionary."""

BASE: Final = "policies/alertmanager.base.yml"


def catalog_at(files: Files) -> Catalog:
    """The catalog of files that can all be read."""
    written = [
        (PurePosixPath(path), (each if isinstance(each, str) else json.dumps(each)).encode())
        for path, each in files.items()
    ]
    return load(written)[0]


def compiled(files: Files) -> tuple[dict[str, Any], list[Problem]]:
    """The configuration that is compiled from files (empty where there is none), and problems."""
    made = list(AlertmanagerConfig().compile(catalog_at(files)))
    bodies = [each.body for each in made if isinstance(each, Resource)]
    assert len(bodies) <= 1
    return dict(bodies[0]) if bodies else {}, [each for each in made if isinstance(each, Problem)]


def config(files: Files) -> dict[str, Any]:
    """The configuration of files without a problem."""
    body, problems = compiled(files)
    assert problems == [], [problem.message for problem in problems]
    return body


def team(name: str, **spec: Any) -> dict[str, Any]:
    return ours("Team", name, members=["@someone"], **spec)


def ownership(service: str, team: str) -> dict[str, Any]:
    return ours("Ownership", service, team=team, criticality="critical")


def notification(tiers: Mapping[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    loud = {"alert": {"mention": True, "page": True}, "ticket": {"ticket": True}, "log": {}}
    return ours("NotificationPolicy", "notification", tiers=loud | dict(tiers or {}), **spec)


def alert_policy(service: str, *signals: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return ours("AlertPolicy", service, service=service, signals=list(signals), **spec)


def signal(name: str, tier: str, kind: str = "cause") -> dict[str, Any]:
    return {"name": name, "kind": kind, "tier": tier, "expr": "x > 1"}


SLACK: Final = {"apiUrl": "file:/secrets/slack"}
PAGER: Final = {"routingKey": "file:/secrets/web-pager"}

WEB: Final = team(
    "web",
    displayName="Web",
    onCall={"pagerduty": PAGER, "mention": "<!subteam^S01WEB>"},
    channels={
        "alert": {"slack": "#web-alerts"},
        "ticket": {"slack": "#web-tickets", "issues": "example/web"},
    },
)
DATA: Final = team(
    "data",
    onCall={"mention": "<@U01DATA>"},
    channels={
        "alert": {"slack": "#data", "webhook": {"url": "https://hooks.example.com/data"}},
        "ticket": {"webhook": {"url": "file:/secrets/data-tickets"}},
        "log": {"webhook": {"url": "https://logs.example.com/data"}},
    },
)

TWO_TEAMS: Final[Files] = {
    "policies/notification.yaml": notification(
        {
            "alert": {
                "mention": True,
                "page": True,
                "grouping": {"wait": "10s", "interval": "2m", "repeat": "1h"},
            }
        },
        slack=SLACK,
        heartbeat={"webhook": {"url": "file:/secrets/heartbeat"}, "repeat": "5m"},
    ),
    "policies/teams/data.yaml": DATA,
    "policies/teams/web.yaml": WEB,
    "services/shop/slo.yaml": slo(annotations={"group-by": "region, tenant"}),
    "services/shop/ownership.yaml": ownership("shop", "web"),
    "services/shop/alert-policy.yaml": alert_policy(
        "shop",
        signal("ShopHeartbeat", "alert", "heartbeat"),
        signal("ShopQueue", "ticket"),
        objectives=[{"slo": "shop-checkout"}],
    ),
    "services/lake/ownership.yaml": ownership("lake", "data"),
    "services/lake/alert-policy.yaml": alert_policy("lake", signal("LakeFull", "log")),
}

ALONE: Final[Files] = {
    "policies/teams/me.yaml": team(
        "me",
        channels={
            "alert": {"webhook": {"url": "file:/secrets/phone"}},
            "ticket": {"issues": "me/shop"},
        },
    ),
    "services/shop/slo.yaml": slo(),
    "services/shop/ownership.yaml": ownership("shop", "me"),
    "services/shop/alert-policy.yaml": alert_policy("shop", objectives=[{"slo": "shop-checkout"}]),
}

THEIRS: Final = """\
# what the team had before
global:
  resolve_timeout: 5m
  slack_api_url_file: /etc/alertmanager/slack
templates: [/etc/alertmanager/templates/*.tmpl]
route:
  receiver: mail
  group_by: [alertname]
  routes:
    - receiver: audit
      continue: true
    - match: {severity: critical}
      receiver: old-pager
    - match_re: {team: "web|data"}
      receiver: old-web
receivers:
  - name: mail
    email_configs: [{to: ops@example.com, from: am@example.com, smarthost: "mail:25"}]
  - name: audit
    webhook_configs: [{url: "https://audit.example.com/"}]
  - name: old-pager
    webhook_configs: [{url: "https://pager.example.com/", send_resolved: false}]
  - name: old-web
inhibit_rules:
  - source_matchers: [severity=critical]
    target_matchers: [severity=warning]
    equal: [alertname]
"""

INSIDE_THEIRS: Final[Files] = {
    **{path: each for path, each in TWO_TEAMS.items() if path != "policies/notification.yaml"},
    "policies/notification.yaml": notification(
        heartbeat={"webhook": {"url": "https://switch.example.com/"}}
    ),
    BASE: THEIRS,
}

CASES: Final[Mapping[str, Files]] = {
    "two-teams": TWO_TEAMS,
    "alone": ALONE,
    "inside-theirs": INSIDE_THEIRS,
}
