"""Small repositories whose SLOs have queries of Datadog."""

from collections.abc import Mapping
from typing import Any

from reliability.compile.datadog.compiler import DatadogCompiler
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.resource import Resource
from tests.compile.repositories import Document, ours, policy, shop, slo, windows

GOOD = "sum:checkout.ok{*}.as_count()"
BAD = "sum:checkout.failed{*}.as_count()"
TOTAL = "sum:checkout.all{*}.as_count()"
DATADOG = {
    "name": "datadog",
    "provider": "datadog",
    "apiKey": "env:DATADOG_API_KEY",
    "applicationKey": "env:DATADOG_APPLICATION_KEY",
}
TARGETS = ours("SyncTargets", "targets", targets=[DATADOG])
TEAM = ours(
    "Team",
    "sales",
    members=["@lead"],
    displayName="Sales team",
    datadog={"alert": ["@pagerduty-shop", "@slack-acme-shop"], "ticket": ["@jira-SHOP"]},
)
HOURS = windows("hours", "30d", [("1h", "5m", "2%"), ("6h", "30m", "5%")], [("1d", "2h", "10%")])


def query(text: str) -> Document:
    return {"metricSource": {"type": "Datadog", "spec": {"query": text}}}


def indicator(spec: Document) -> Document:
    return {"metadata": {"name": "sli"}, "spec": spec}


def ratio(**events: str) -> Document:
    """An SLI of counted events: good or bad, and total."""
    return indicator(
        {"ratioMetric": {"counter": True, **{role: query(text) for role, text in events.items()}}}
    )


def datadog_slo(**more: Any) -> Document:
    """An SLO that counts good and all events; `more` goes into its spec."""
    return slo(**{"indicator": ratio(good=GOOD, total=TOTAL), **more})


def datadog_shop(*documents: Document, target: bool = True) -> Catalog:
    """A shop with a Datadog target, a team with handles, and windows of hours."""
    return shop(HOURS, TEAM, *([TARGETS] if target else []), *documents)


def entry(**more: Any) -> Document:
    """An alert policy with the windows of hours."""
    return policy({"slo": "shop-checkout", "windows": "hours", **more})


def compiled(catalog: Catalog) -> dict[str, Mapping[str, Any]]:
    """The compiled bodies by `<kind> <name>`."""
    made = list(DatadogCompiler().compile(catalog))
    problems = [item for item in made if isinstance(item, Problem)]
    assert problems == []
    resources = [item for item in made if isinstance(item, Resource)]
    assert len({item.id for item in resources}) == len(resources)
    return {f"{item.id.kind} {item.id.name}": item.body for item in resources}
