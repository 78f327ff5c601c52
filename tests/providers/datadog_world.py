"""A Datadog site for contract tests, and the objects that they write to it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from reliability.model.targets import DatadogTarget
from reliability.plan.held import Owner
from reliability.providers.datadog.api import DatadogApi
from reliability.providers.datadog.opening import open_datadog_server
from reliability.providers.datadog.provider import DatadogProvider
from reliability.resource import Json, Resource, ResourceId
from tests.providers.fake_datadog import FakeDatadog
from tests.providers.faulty_server import run_fake
from tests.providers.rewriting import Rewriting, rewrite_object
from tests.providers.worlds import TARGET, World

SLO = "metric-slo"


def datadog_slo(name: str, description: str = "Clocking in works") -> Resource:
    """A metric-based SLO of Datadog."""
    service = name.split("/")[0]
    body: dict[str, Json] = {
        "name": name,
        "description": description,
        "tags": ["managed-by:reliability", f"reliability-key:{name}", f"service:{service}"],
        "thresholds": [{"timeframe": "30d", "target": 99.9}],
        "query": {
            "numerator": f"sum:{service}.ok{{*}}.as_count()",
            "denominator": f"sum:{service}.all{{*}}.as_count()",
        },
    }
    return Resource(ResourceId(TARGET, SLO, name), body)


def datadog_monitors(slo: str, query: str = "sum:payroll.all{*}.as_count()") -> list[Resource]:
    """Two burn-rate monitors of an SLO, one on missing data, and a composite of the first two."""

    def monitor(kind: str, part: str, body: dict[str, Json]) -> Resource:
        name = f"{slo}/{part}"
        common: dict[str, Json] = {
            "name": f"{slo} {part}",
            "message": "@pagerduty-payroll",
            "tags": ["managed-by:reliability", f"reliability-key:{name}", "tier:alert"],
        }
        return Resource(ResourceId(TARGET, kind, name), {**common, **body})

    burns = [
        monitor(
            "burn-monitor",
            f"alert-{long}",
            {
                "query": f'burn_rate("{{slo}}").over("30d").long_window("{long}")'
                f'.short_window("{short}") > {limit:g}',
                "slo": f"{SLO} {slo}",
                "options": {"thresholds": {"critical": limit}},
            },
        )
        for long, short, limit in (("1h", "5m", 14.4), ("6h", "30m", 6.0))
    ]
    missing: dict[str, Json] = {
        "query": f"sum(last_5m):{query} < -1",
        "options": {
            "thresholds": {"critical": -1.0},
            "notify_no_data": True,
            "no_data_timeframe": 15,
        },
    }
    joined: dict[str, Json] = {
        "query": "{0} || {1}",
        "monitors": [f"burn-monitor {each.id.name}" for each in burns],
    }
    return [
        *burns,
        monitor("no-data-monitor", "no-data", missing),
        monitor("composite-monitor", "alert", joined),
    ]


def datadog_correction(slo: str) -> Resource:
    """An hour that does not count."""
    body: dict[str, Json] = {
        "slo": f"{SLO} {slo}",
        "category": "Scheduled Maintenance",
        "start": 1_795_000_000,
        "end": 1_795_003_600,
        "timezone": "UTC",
        "description": "New database (approved by @lead)",
    }
    return Resource(ResourceId(TARGET, "correction", f"{slo}/1795000000-1795003600"), body)


DATADOG = (
    datadog_slo("attendance/clock-in"),
    datadog_slo("payroll/run"),
    *datadog_monitors("payroll/run"),
    datadog_correction("payroll/run"),
)


@contextmanager
def fake_datadog(_folder: Path) -> Iterator[World]:
    with run_fake(FakeDatadog(page=2)) as fake, ExitStack() as closing:

        def rewrite(change: Rewriting) -> None:
            [slo] = [each for each in fake.slos.values() if each["name"] == DATADOG[0].body["name"]]
            rewrite_object(slo, change)

        def put_foreign() -> None:
            body: Any = datadog_slo("attendance/clock-in").body
            fake.answer("POST", "/api/v1/slo", FAKE_KEYS, {**body, "type": "metric"})

        yield World(
            open=lambda writable, owner=None: datadog_provider(
                fake, closing, writable=writable, owner=owner
            ),
            wanted=DATADOG,
            other=datadog_slo("attendance/clock-in", "Mine"),
            path="description",
            rewrite=rewrite,
            edited=("Clocking in works", "Mine"),
            put_foreign=put_foreign,
            read_foreign=lambda: {
                identity: dict(slo)
                for identity, slo in fake.slos.items()
                if not any("digest" in tag for tag in slo["tags"])
            },
            bad=datadog_monitors("payroll/run", query="nonsense(")[2],
        )
        assert fake.found == []


FAKE_KEYS = {"dd-api-key": "api", "dd-application-key": "application"}


def datadog_provider(
    fake: FakeDatadog,
    closing: ExitStack,
    *,
    writable: bool = True,
    owner: Owner | None = None,
    pauses: list[float] | None = None,
    notes: list[str] | None = None,
    timeout: float = 10,
) -> DatadogProvider:
    """A provider of a fake site, which never waits but notes for how long it would."""
    target = DatadogTarget(
        name=TARGET,
        provider="datadog",
        url=fake.url,
        api_key="env:API",
        application_key="env:APPLICATION",
        timeout=timedelta(seconds=timeout),
    )
    server = open_datadog_server(target, ("api", "application"), ["127.0.0.1"], writable=writable)
    closing.callback(server.client.close)
    noted = pauses if pauses is not None else []
    server = replace(server, pause=noted.append)
    tell = (notes if notes is not None else []).append
    return DatadogProvider(target=TARGET, api=DatadogApi(server), tell=tell, owner=owner)
