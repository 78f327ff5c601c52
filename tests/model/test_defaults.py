"""Documents with nothing but what they must have: the values that apply, in a golden file."""

import json
from pathlib import Path
from typing import Any, Final

from reliability.model.kinds import KINDS
from tests.compile.repositories import Document, catalog_of, metric, ours, slo
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "defaults.txt"
URL: Final = "https://metrics.example.com"
SETTINGS: Final[dict[str, dict[str, Any]]] = {
    "files": {},
    "kubernetes": {},
    "backstage": {},
    "codeowners": {},
    "prometheus": {"url": URL, "folder": "/rules"},
    "vmalert": {"url": URL, "folder": "/rules"},
    "thanos-ruler": {"url": URL, "folder": "/rules"},
    "alertmanager": {"url": URL, "file": "/alertmanager.yml"},
    "mimir": {"url": URL},
    "mimir-alertmanager": {"url": URL},
    "amazon-prometheus": {"region": "eu-west-1", "workspace": "ws-1"},
    "amazon-alertmanager": {"region": "eu-west-1", "workspace": "ws-1", "topics": {}},
    "datadog": {"apiKey": "env:A", "applicationKey": "env:B"},
    "pagerduty": {"token": "env:TOKEN"},
    "grafana": {"url": URL, "token": "env:TOKEN"},
}
"""The settings that a sync target of each provider must have."""
DOCUMENTS: Final[tuple[Document, ...]] = (
    slo(),
    {
        "apiVersion": "openslo/v1",
        "kind": "SLI",
        "metadata": {"name": "sli"},
        "spec": {"thresholdMetric": metric("up")},
    },
    *(
        {"apiVersion": "openslo/v1", "kind": kind, "metadata": {"name": "a"}, "spec": spec}
        for kind, spec in {
            "Service": {},
            "DataSource": {"type": "Prometheus", "connectionDetails": {"url": URL}},
            "AlertPolicy": {
                "conditions": [{"conditionRef": "fast"}],
                "notificationTargets": [{"targetRef": "team"}],
            },
            "AlertCondition": {
                "severity": "page",
                "condition": {
                    "kind": "burnrate",
                    "op": "gte",
                    "threshold": 2,
                    "lookbackWindow": "1h",
                },
            },
            "AlertNotificationTarget": {"target": "slack"},
        }.items()
    ),
    ours("AlertPolicy", "shop", service="shop", objectives=[{"slo": "shop-checkout"}]),
    ours(
        "AlertPolicy",
        "more",
        service="more",
        signals=[{"name": "A", "kind": "cause", "expr": "x > 1"}],
    ),
    ours("Ownership", "shop", team="sales", criticality="standard"),
    ours("Incidents", "shop", service="shop"),
    ours("Corrections", "shop", service="shop"),
    ours("Team", "sales", members=["@lead"]),
    ours("NotificationPolicy", "notification", tiers={"alert": {}, "ticket": {}, "log": {}}),
    ours(
        "BurnRateWindows",
        "windows",
        period="30d",
        fast=[{"long": "1h", "short": "5m", "budget": "2%"}],
        slow=[{"long": "1d", "short": "2h", "budget": "10%"}],
    ),
    ours("SloPolicy", "slos"),
    ours("RulePolicy", "rules"),
    ours("Waivers", "waivers"),
    ours("Baseline", "baseline"),
    ours("Environments", "environments", environments=[{"name": "production"}]),
    *(
        ours("HistorySources", source["type"], source=source)
        for source in (
            {"type": "synthetic"},
            {"type": "prometheus", "url": URL},
            {"type": "datadog", "apiKey": "env:A", "applicationKey": "env:B"},
            {"type": "store"},
        )
    ),
    ours(
        "SyncTargets",
        "targets",
        targets=[
            {"name": provider, "provider": provider, **settings}
            for provider, settings in SETTINGS.items()
        ],
    ),
)


def flat(value: Any, name: str = "") -> list[str]:
    """A line for each value that is not a mapping or a list of something."""
    if isinstance(value, dict) and value:
        return [line for key, inner in value.items() for line in flat(inner, f"{name}.{key}")]
    if isinstance(value, list) and value:
        return [
            line for index, inner in enumerate(value) for line in flat(inner, f"{name}.{index}")
        ]
    return [f"  {name.removeprefix('.')}: {json.dumps(value)}"]


def test_the_values_that_apply_without_being_written(golden: Golden) -> None:
    lines = []
    for document in DOCUMENTS:
        catalog = catalog_of(document)
        kind = KINDS[document["apiVersion"], document["kind"]]
        [located] = catalog.documents(kind)
        lines.append(f"{document['kind']} {document['metadata']['name']}")
        lines += flat(located.value.model_dump(mode="json", exclude={"metadata"}))
    golden.check(GOLDEN, "".join(f"{line}\n" for line in lines))
