"""A Grafana of either family for the soak test; its objects are folders and dashboards."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from tests.providers.fake_grafana import FakeGrafana
from tests.soak.server import SoakServer
from tests.soak.servers import SEVERAL, TIMEOUT

KINDS = ("folders", "dashboards")


@contextmanager
def grafana(_root: object, *, is_older: bool) -> Iterator[SoakServer]:
    """A folder and a dashboard for each service, beside a dashboard of somebody else."""
    fake = FakeGrafana(page=SEVERAL)
    if is_older:
        fake.versions = ()
    fake.store("folders", "platform", {"title": "Platform"}, "")
    fake.store("dashboards", "mine", {"title": "Mine"}, "platform")

    def save() -> dict[str, Any]:
        return {kind: deepcopy(fake.objects(kind)) for kind in KINDS}

    def restore(saved: dict[str, Any]) -> None:
        for kind in KINDS:
            fake.objects(kind).clear()
            fake.objects(kind).update(deepcopy(saved[kind]))

    def state() -> object:
        return {
            (kind, uid): (
                found.folder,
                repr(found.spec),
                {key: text for key, text in found.annotations.items() if not key.endswith("By")},
            )
            for kind in KINDS
            for uid, found in fake.objects(kind).items()
        }

    yield SoakServer(
        answer=fake.handle,
        entry=lambda url: {
            "provider": "grafana",
            "url": url,
            "token": "env:TOKEN",
            "folders": "service",
            "timeout": TIMEOUT,
        },
        state=state,
        foreign=lambda: (fake.folders["platform"].spec, fake.dashboards["mine"].spec),
        save=save,
        restore=restore,
        count=lambda: len(fake.folders) + len(fake.dashboards) - 2,
        variables={"TOKEN": fake.token},
    )
