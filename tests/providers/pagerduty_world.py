"""A PagerDuty account for contract tests, and the services that they write to it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from reliability.model.targets import PagerDutyTarget
from reliability.plan.held import Owner
from reliability.providers.pagerduty.opening import open_pagerduty_server
from reliability.providers.pagerduty.provider import PagerDutyProvider
from reliability.resource import Json, Resource, ResourceId
from tests.providers.fake_pagerduty import ACCEPT, FakePagerDuty
from tests.providers.faulty_server import run_fake
from tests.providers.rewriting import Rewriting, rewrite_object
from tests.providers.worlds import TARGET, World

HEADERS = {"authorization": "Token token=token", "accept": ACCEPT}
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def pagerduty_service(
    name: str, description: str = "People clock in", policy: str = "PABC123", tier: str = "ticket"
) -> Resource:
    """A service with one event rule."""
    body: dict[str, Json] = {
        "name": name,
        "description": description,
        "escalation_policy": policy,
        "urgency": "severity_based",
        "active": True,
        "rules": [
            {
                "label": "A ticket is of low urgency",
                "condition": f"event.custom_details.tier matches '{tier}'",
                "actions": {"severity": "warning"},
            }
        ],
    }
    return Resource(ResourceId(TARGET, "service", name), body)


PAGERDUTY = tuple(pagerduty_service(name) for name in ("attendance", "payroll", "search"))


@contextmanager
def fake_pagerduty(_folder: Path) -> Iterator[World]:
    with run_fake(FakePagerDuty(page=2)) as fake, ExitStack() as closing:

        def rewrite(change: Rewriting) -> None:
            [service] = [one for one in fake.services.values() if one["name"] == "attendance"]
            rewrite_object(service, change)

        def put_foreign() -> None:
            written: Any = {
                "name": "attendance",
                "escalation_policy": {"id": "PABC123"},
                "incident_urgency_rule": {"type": "constant", "urgency": "high"},
            }
            fake.answer("POST", "/services", HEADERS, {"service": written})

        yield World(
            open=lambda writable, owner=None: pagerduty_provider(
                fake, closing, writable=writable, owner=owner
            ),
            wanted=PAGERDUTY,
            other=pagerduty_service("attendance", policy="PDEF456"),
            path="escalation_policy",
            rewrite=rewrite,
            edited=("PABC123", "PDEF456"),
            put_foreign=put_foreign,
            read_foreign=lambda: {
                identity: dict(one)
                for identity, one in fake.services.items()
                if "reliability key=" not in one.get("description", "")
            },
            bad=pagerduty_service("payroll", policy="PNONE99"),
        )


def pagerduty_provider(
    fake: FakePagerDuty,
    closing: ExitStack,
    *,
    writable: bool = True,
    owner: Owner | None = None,
    pauses: list[float] | None = None,
    notes: list[str] | None = None,
    timeout: float = 10,
) -> PagerDutyProvider:
    """A provider of a fake account, which never waits but notes for how long it would."""
    target = PagerDutyTarget(
        name=TARGET,
        provider="pagerduty",
        url=fake.url,
        token="env:TOKEN",
        timeout=timedelta(seconds=timeout),
    )
    server = open_pagerduty_server(target, "token", ["127.0.0.1"], writable=writable)
    closing.callback(server.client.close)
    noted = pauses if pauses is not None else []
    server = replace(server, pause=noted.append)
    tell = (notes if notes is not None else []).append
    return PagerDutyProvider(target=TARGET, server=server, tell=tell, owner=owner, now=lambda: NOW)
