"""Small repositories as data: documents are dictionaries, written as JSON, which is YAML."""

import json
from pathlib import PurePosixPath
from typing import Any

from reliability.compile.prometheus.compilers import PrometheusCompiler
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.load.loader import load
from reliability.resource import Resource

Document = dict[str, Any]

GOOD = 'http_requests_total{job="shop",code!~"5.."}'
BAD = 'http_requests_total{job="shop",code=~"5.."}'
TOTAL = 'http_requests_total{job="shop"}'


def ours(kind: str, name: str, **spec: Any) -> Document:
    return {
        "apiVersion": "reliability/v1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": spec,
    }


def catalog_of(*documents: Document) -> Catalog:
    """The catalog of documents that are all readable, in files of their own."""
    files = [
        (PurePosixPath(f"services/shop/{index:02}.yaml"), json.dumps(each).encode())
        for index, each in enumerate(documents)
    ]
    catalog, findings = load(files)
    assert findings == [], [finding.problem.message for finding in findings]
    return catalog


def metric(query: str) -> Document:
    return {"metricSource": {"type": "Prometheus", "spec": {"query": query}}}


def slo(
    *,
    good: str | None = GOOD,
    bad: str | None = None,
    total: str = TOTAL,
    target: float = 0.999,
    period: str = "30d",
    name: str = "shop-checkout",
    annotations: dict[str, str] | None = None,
    **more: Any,
) -> Document:
    """An SLO of the service `shop`; `more` goes into its spec."""
    events = {"bad": metric(bad)} if bad else {"good": metric(good or GOOD)}
    ratio = {"counter": True, **events, "total": metric(total)}
    return {
        "apiVersion": "openslo/v1",
        "kind": "SLO",
        "metadata": {
            "name": name,
            "displayName": "Checkout works",
            "annotations": {f"reliability/{k}": v for k, v in (annotations or {}).items()},
        },
        "spec": {
            "service": "shop",
            "indicator": {"metadata": {"name": "sli"}, "spec": {"ratioMetric": ratio}},
            "timeWindow": [{"duration": period, "isRolling": True}],
            "budgetingMethod": "Occurrences",
            "objectives": [{"target": target}],
            **more,
        },
    }


def policy(*entries: Document, signals: tuple[Document, ...] = ()) -> Document:
    """The alert policy of `shop`; without entries, its one SLO with the default windows."""
    found = list(entries) or [{"slo": "shop-checkout"}]
    return ours("AlertPolicy", "shop", service="shop", objectives=found, signals=list(signals))


def windows(
    name: str, period: str, fast: list[tuple[str, str, str]], slow: list[tuple[str, str, str]]
) -> Document:
    """A window set; pairs are (long, short, budget share)."""
    keys = ("long", "short", "budget")
    pairs = {
        "fast": [dict(zip(keys, pair, strict=True)) for pair in fast],
        "slow": [dict(zip(keys, pair, strict=True)) for pair in slow],
    }
    return ours("BurnRateWindows", name, period=period, **pairs)


GOOGLE_PAIRS = (
    [("1h", "5m", "2%"), ("6h", "30m", "5%")],
    [("1d", "2h", "10%"), ("3d", "6h", "10%")],
)
GOOGLE_30D = windows("google-30d", "30d", *GOOGLE_PAIRS)
OWNERSHIP = ours("Ownership", "shop", team="sales", criticality="critical")


def shop(*documents: Document) -> Catalog:
    """Documents beside a window set and an owner; an SLO with google-30d where none are given."""
    return catalog_of(GOOGLE_30D, OWNERSHIP, *(documents or (slo(), policy())))


def rules_of(catalog: Catalog) -> Document:
    """The body of the one rule file."""
    [resource] = compiled(catalog)
    assert isinstance(resource, Resource), resource
    return json.loads(json.dumps(resource.body))  # type: ignore[no-any-return]


def compiled(catalog: Catalog) -> list[Resource | Problem]:
    return list(PrometheusCompiler().compile(catalog))
