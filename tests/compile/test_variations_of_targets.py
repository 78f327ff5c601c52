"""Sync targets, teams, notifications and corrections with one value changed, as digests.

The last digests of a line are those of the Alertmanager configuration, of Grafana's objects, of
contact points, of Backstage's entities, of CODEOWNERS, and of the dashboards of both tools. In
`corrections.txt` they are those of the rules, of the configuration, of the tests of the rules, and
of the rules that Sloth would generate.

`pytest tests/compile/test_variations_of_targets.py --update-golden` rewrites the golden files. The
digests of a line are explained in `tests/check/varied.py`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from reliability.compile.alertmanager.compiler import AlertmanagerConfig
from reliability.compile.backstage import BackstageCompiler
from reliability.compile.boards.compilers import GRAFANA, PERSES
from reliability.compile.code_owners import CodeOwnersCompiler
from reliability.compile.compiler import Compiler
from reliability.compile.compilers import compilers_of
from reliability.compile.grafana.alerting import GrafanaAlerting
from reliability.compile.grafana.compiler import GrafanaCompiler
from tests.check.varied import text_of, varied
from tests.compile.repositories import GOOGLE_30D, Document, ours, policy, slo
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "variations"
PATH: Final = "services/shop/shop.yaml"
TOOLS: Final = (
    AlertmanagerConfig(),
    GrafanaCompiler(),
    GrafanaAlerting(),
    BackstageCompiler(),
    CodeOwnersCompiler(),
    GRAFANA,
    PERSES,
)
SALES: Final = ours(
    "Team",
    "sales",
    displayName="Sales team",
    members=["@lead", "@second"],
    codeHost="@acme/sales",
    timeZone="Asia/Tokyo",
    onCall={
        "pagerduty": {"routingKey": "file:/secrets/sales/key", "escalationPolicy": "PABC123"},
        "mention": "<!subteam^S012ABC>",
    },
    channels={
        "alert": {"slack": "#sales-alerts", "webhook": {"url": "https://hooks.example.com/a"}},
        "ticket": {"slack": "#sales", "webhook": {"url": "file:/secrets/tickets"}},
        "log": {"webhook": {"url": "https://hooks.example.com/log"}},
    },
)
STOCK: Final = ours(
    "Team",
    "stock",
    members=["@keeper"],
    channels={
        "alert": {"slack": "#stock"},
        "ticket": {"issues": "acme/stock"},
    },
)
NOTIFICATION: Final = ours(
    "NotificationPolicy",
    "notification",
    owner="sales",
    alertLabels="prefixed",
    tiers={
        "alert": {
            "mention": True,
            "page": True,
            "ticket": True,
            "requires": ["runbook", "on-call"],
            "grouping": {"wait": "45s", "interval": "6m", "repeat": "3h"},
        },
        "ticket": {"ticket": True, "grouping": {"wait": "6m", "interval": "2h", "repeat": "4d"}},
        "log": {"grouping": {"wait": "7m", "interval": "3h", "repeat": "3d"}},
    },
    slack={"apiUrl": "file:/secrets/slack"},
    heartbeat={"webhook": {"url": "https://switch.example.com/x"}, "repeat": "2m"},
    runbookBase="https://docs.example.com/runbooks",
    pagesBase="https://slo.example.com/",
    pageBudget={"perWeek": 3, "perShift": 1},
    tickets={"closeAfter": "48h", "maxOpen": 30},
)
OWNERS: Final = (
    ours(
        "Ownership",
        "shop",
        team="sales",
        criticality="critical",
        description="Sells things",
        system="store",
        dependencies=["stock"],
        lifecycle="production",
        sre={"engagement": "embedded", "contact": "@lead", "adoption": "assisted"},
        hierarchy={"monitoring": {"state": "in-place", "evidence": "SLOs"}},
    ),
    ours("Ownership", "stock", team="stock", criticality="standard", lifecycle="experimental"),
)
SLOS: Final = (
    GOOGLE_30D,
    slo(),
    policy(
        {"slo": "shop-checkout", "runbook": "docs/runbooks/checkout.md"},
        signals=(
            {
                "name": "QueueFull",
                "tier": "ticket",
                "kind": "cause",
                "expr": "max(queue_length) > 100",
                "for": "10m",
                "summary": "The queue is full",
            },
        ),
    ),
)
FILES: Final = ours(
    "SyncTargets",
    "targets",
    owner={"id": "0a1b2c3d4e5f6a7b", "repository": "acme/slos"},
    targets=[
        {
            "name": "files",
            "provider": "files",
            "folder": "out",
            "writes": ["prometheus", "grafana-alerting"],
            "ownsPolicyTree": True,
            "onDrift": "overwrite",
            "limits": {"deletes": "10%", "updates": "20%", "fromCount": 3},
        },
        {"name": "codeowners", "provider": "codeowners", "path": "docs/CODEOWNERS"},
        {
            "name": "backstage",
            "provider": "backstage",
            "folder": "catalog",
            "namespace": "shops",
            "groups": "github",
            "grafana": "https://grafana.example.com/",
        },
        {
            "name": "entities",
            "provider": "backstage",
            "folder": "entities",
        },
        {
            "name": "grafana",
            "provider": "grafana",
            "url": "https://grafana.example.com",
            "token": "env:GRAFANA_TOKEN",
            "namespace": "org-2",
            "folder": "Reliability",
            "folders": "service",
        },
        {
            "name": "second",
            "provider": "grafana",
            "url": "https://grafana.example.org",
            "token": "file:/secrets/token",
            "folderUid": "abc",
            "timeout": "20s",
        },
        {
            "name": "kubernetes",
            "provider": "kubernetes",
            "folder": "k8s",
            "namespace": "monitoring",
            "labels": {"team": "sales"},
            "annotations": {"example.com/owner": "sales"},
            "writes": ["prometheus-operator", "alertmanager"],
        },
    ],
)
SERVERS: Final = ours(
    "SyncTargets",
    "targets",
    allowedHosts=["metrics.example.com"],
    targets=[
        {
            "name": "prometheus",
            "provider": "prometheus",
            "url": "https://metrics.example.com/prometheus",
            "folder": "/etc/rules",
            "authorization": "env:TOKEN",
        },
        {
            "name": "alertmanager",
            "provider": "alertmanager",
            "url": "https://alerts.example.com",
            "file": "/etc/alertmanager.yml",
            "routes": "external",
            "secretFiles": "remote",
        },
        {
            "name": "mimir",
            "provider": "mimir",
            "url": "https://mimir.example.com",
            "dialect": "cortex",
            "tenant": "team-a",
            "maxRulesPerGroup": 8,
            "maxGroups": 2,
        },
        {
            "name": "mimir-alerts",
            "provider": "mimir-alertmanager",
            "url": "https://mimir.example.com",
            "tenant": "team-a",
            "secrets": {"/secrets/slack": "env:SLACK"},
        },
        {
            "name": "amazon",
            "provider": "amazon-prometheus",
            "region": "eu-central-1",
            "workspace": "ws-1",
            "profile": "ops",
            "maxRulesPerGroup": 20,
        },
        {
            "name": "amazon-alerts",
            "provider": "amazon-alertmanager",
            "region": "eu-central-1",
            "workspace": "ws-1",
            "topics": {
                "alert": "arn:aws:sns:eu-central-1:123456789012:alerts",
                "heartbeat": "arn:aws:sns:eu-central-1:123456789012:switch",
            },
            "secrets": {
                "/secrets/sales/key": "arn:aws:secretsmanager:eu-central-1:123456789012:"
                "secret:pager:key",
            },
        },
        {
            "name": "vmalert",
            "provider": "vmalert",
            "url": "http://127.0.0.1:8880",
            "folder": "/etc/vmalert",
        },
    ],
)
CORRECTIONS: Final = ours(
    "Corrections",
    "shop",
    service="shop",
    corrections=[
        {
            "start": "2026-11-30T20:00:00+01:00",
            "end": "2026-12-01T07:00:00+01:00",
            "rrule": "FREQ=DAILY;COUNT=9",
            "timeZone": "Europe/Berlin",
            "reason": "Nobody works at night",
            "approver": "@lead",
        },
        {
            "start": "2026-12-05T10:00:00Z",
            "end": "2026-12-05T10:31:30Z",
            "rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;UNTIL=20270131",
            "slos": ["shop-checkout", "shop-slices"],
            "reason": "Stock-taking",
            "approver": "@lead",
        },
        {
            "start": "2026-12-24T00:00:00Z",
            "end": "2026-12-26T00:00:00Z",
            "slos": ["shop-checkout"],
            "reason": "Closed",
            "approver": "@lead",
        },
    ],
)
SLICED: Final = (
    slo(),
    slo(
        name="shop-slices",
        budgetingMethod="Timeslices",
        objectives=[{"target": 0.99, "timeSliceWindow": "5m", "timeSliceTarget": 0.95}],
    ),
    GOOGLE_30D,
    policy({"slo": "shop-checkout"}, {"slo": "shop-slices"}),
)


@dataclass(frozen=True, slots=True)
class VariedCase:
    """Documents whose values change, documents beside them, and what is compiled."""

    varied: tuple[Document, ...]
    others: tuple[Document, ...]
    compilers: tuple[Compiler, ...] = TOOLS


CASES: Final = {
    "targets-files": VariedCase((FILES,), (*SLOS, *OWNERS, SALES, STOCK, NOTIFICATION)),
    "targets-servers": VariedCase((SERVERS,), (*SLOS, *OWNERS, SALES, STOCK, NOTIFICATION)),
    "targets-notification": VariedCase((NOTIFICATION, SALES, STOCK, *OWNERS), (*SLOS, FILES)),
    "corrections": VariedCase(
        (CORRECTIONS,),
        (*SLICED, *OWNERS, SALES),
        (
            *compilers_of(tests=True, compatible=None),
            *compilers_of(tests=False, compatible="sloth"),
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_other_value(golden: Golden, name: str) -> None:
    case = CASES[name]
    files = {
        PATH: text_of(case.varied),
        "services/shop/others.yaml": text_of(case.others),
        "docs/runbooks/checkout.md": "",
    }
    text = varied(files, PATH, case.compilers)
    # An unknown provider is answered with the names of all providers.
    lines = [line for line in text.splitlines(keepends=True) if ".provider: " not in line]
    golden.check(GOLDEN / f"{name}.txt", "".join(lines))
