"""Each target with an API, as `test_api_contract.py` needs it; a new provider adds its world."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import httpx
from botocore.credentials import Credentials

from reliability.model.targets import ServerTarget
from reliability.plan.held import Owner
from reliability.plan.sync import Provider
from reliability.providers.http import HttpServer, open_server
from reliability.providers.rulers.amazon_api import AmazonApi
from reliability.providers.rulers.amazon_prometheus import AmazonPrometheusProvider
from reliability.providers.rulers.api import PATHS
from reliability.providers.rulers.declared import storable
from reliability.providers.rulers.mimir import MimirProvider
from reliability.providers.rulers.signing import AwsSignature
from reliability.resource import Resource
from tests.providers.apis.amazon import REGION, MotoWorkspace
from tests.providers.apis.fake_ruler import FakeRuler
from tests.providers.apis.faults import FaultyServer
from tests.providers.grafana_world import (
    fake_grafana,
    grafana_dashboard,
    grafana_dashboards,
    grafana_provider,
    put_others,
    rewrite_dashboard,
    stored,
)
from tests.providers.rewriting import Rewriting, replacing, rewrite_object
from tests.providers.worlds import BAD, EXPR, TARGET, WANTED, replace_first_expr

OURS = Owner("0123456789abcdef", "github.com/acme/reliability")
THEIRS = Owner("fedcba9876543210", "github.com/acme/other")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiWorld:
    """An empty target behind an API, and ways to open it.

    `wanted` has at least three objects; `other` is `wanted[0]` with the field `path` changed;
    `rewrite` and `edited` are as in `World`. `state` is everything that the server stores in a form
    that can be compared, and `put_foreign` adds what is not ours, in the place of `wanted[0]` and
    beside all places. `bad` is what the server refuses. `busy` are the headers with which it asks
    to wait `7` seconds.
    """

    open: Callable[[bool, Owner], Provider]
    server: FaultyServer
    wanted: tuple[Resource, ...]
    other: Resource
    path: str
    rewrite: Callable[[Rewriting], None]
    edited: tuple[str, str]
    put_foreign: Callable[[], None]
    state: Callable[[], object]
    bad: Resource
    busy: tuple[tuple[str, str], ...] = (("Retry-After", "7"),)

    def edit(self) -> None:
        """What a person does to the first object."""
        self.rewrite(replacing(*self.edited))


MakeWorld = Callable[[], AbstractContextManager[ApiWorld]]


def connect(
    faulty: FaultyServer,
    writable: bool,
    headers: dict[str, str],
    authorization: str | httpx.Auth = "Bearer good",
) -> HttpServer:
    """A client whose requests go to a `FaultyServer`, and whose pauses are only noted."""
    target = ServerTarget(name=TARGET, url="http://api.example", timeout=timedelta(seconds=10))
    server = open_server(
        target,
        authorization,
        ["api.example"],
        writable=writable,
        transport=httpx.MockTransport(faulty),
        more=headers,
    )
    return replace(server, pause=faulty.pauses.append)


@contextmanager
def ruler(dialect: str) -> Iterator[ApiWorld]:
    fake = FakeRuler(dialect=dialect)
    faulty = FaultyServer(fake.handle)
    with ExitStack() as closing:

        def open_(writable: bool, owner: Owner) -> Provider:
            server = connect(faulty, writable, {"X-Scope-OrgID": "shop"})
            closing.callback(server.client.close)
            return MimirProvider(
                target=TARGET,
                server=server,
                path=PATHS[dialect],
                tell=faulty.notes.append,
                owner=owner,
                reads_evaluations=False,
            )

        yield ApiWorld(
            open=open_,
            server=faulty,
            wanted=tuple(storable(WANTED)),
            other=one(storable([replace_first_expr()])),
            path=EXPR,
            rewrite=lambda change: rewrite_object(
                fake.tenants["shop"]["reliability/attendance"], change
            ),
            edited=("ratio > 1", "ratio > 2"),
            put_foreign=fake.put_foreign,
            state=fake.state,
            bad=one(storable([BAD])),
        )


@contextmanager
def amazon_prometheus() -> Iterator[ApiWorld]:
    workspace = MotoWorkspace()
    faulty = FaultyServer(workspace.handle)
    signature = AwsSignature(Credentials("test", "test"), REGION)
    with ExitStack() as closing:
        closing.callback(workspace.client.close)

        def open_(writable: bool, owner: Owner) -> Provider:
            server = connect(faulty, writable, {}, signature)
            closing.callback(server.client.close)
            api = AmazonApi(server, workspace.workspace)
            return AmazonPrometheusProvider(
                target=TARGET,
                api=api,
                tell=faulty.notes.append,
                owner=owner,
                reads_evaluations=False,
            )

        yield ApiWorld(
            open=open_,
            server=faulty,
            wanted=tuple(storable(WANTED)),
            other=one(storable([replace_first_expr()])),
            path=EXPR,
            rewrite=partial(workspace.rewrite, "reliability-attendance"),
            edited=("ratio > 1", "ratio > 2"),
            put_foreign=workspace.put_foreign,
            state=workspace.state,
            bad=one(storable([BAD])),
        )


@contextmanager
def grafana(*, is_older: bool) -> Iterator[ApiWorld]:
    fake = fake_grafana(is_older=is_older)
    faulty = FaultyServer(fake.handle)
    wanted = grafana_dashboards(OURS.id)
    first = str(wanted[0].body["uid"])
    with ExitStack() as closing:
        yield ApiWorld(
            open=lambda writable, owner: grafana_provider(
                faulty, closing, writable=writable, owner=owner, pauses=faulty.pauses
            ),
            server=faulty,
            wanted=wanted,
            other=grafana_dashboard("attendance", "Changed", owner=OURS.id),
            path="title",
            rewrite=partial(rewrite_dashboard, fake, first),
            edited=("SLOs of attendance", "Changed"),
            put_foreign=lambda: put_others(fake, first),
            state=lambda: stored(fake),
            bad=grafana_dashboard("payroll", "", owner=OURS.id),
        )


def one(resources: Iterator[Resource]) -> Resource:
    (resource,) = resources
    return resource


API_WORLDS: dict[str, MakeWorld] = {
    "mimir": lambda: ruler("mimir"),
    "cortex": lambda: ruler("cortex"),
    "amazon-prometheus": amazon_prometheus,
    "grafana": lambda: grafana(is_older=False),
    "grafana-older": lambda: grafana(is_older=True),
}
"""The worlds of all providers with an API."""
