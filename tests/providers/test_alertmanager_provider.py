"""An Alertmanager's file: whose it is, what the server runs, and former routes in it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from reliability.errors import ProviderError
from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.plan.former_routes import FormerRoute, with_former_routes
from reliability.plan.held import (
    DriftedResource,
    Foreign,
    Intact,
    Owner,
    Pending,
    Stale,
    Unreadable,
)
from reliability.plan.sync import ChangeFailed
from reliability.providers.alertmanager import (
    AlertmanagerProvider,
    adopted,
    config_hash,
    kept_for,
)
from reliability.providers.disk import Disk
from reliability.providers.http import open_server
from reliability.providers.mark import marked_text
from reliability.providers.template_files import write_template
from reliability.resource import Resource, ResourceId
from tests.providers.fake_servers import FakeAlertmanager
from tests.providers.fleet import routes
from tests.providers.worlds import TARGET, alertmanager_target, config

ID = ResourceId(TARGET, "config", "alertmanager")
OWNER = Owner("0123456789abcdef", "git.example/us")
DAY = 86_400


@dataclass
class Site:
    """A folder, a fake server that reads its file, and providers of it."""

    folder: Path
    closing: ExitStack
    has_reload: bool = True
    fake: FakeAlertmanager = field(init=False)

    def __post_init__(self) -> None:
        self.fake = FakeAlertmanager(file=self.file)

    @property
    def file(self) -> Path:
        return self.folder / "alertmanager.yml"

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/-/reload" and not self.has_reload:
            return httpx.Response(404)
        return self.fake.handle(request)

    def open(self, base: Path | None = None, file: Path | None = None) -> AlertmanagerProvider:
        target = alertmanager_target("http://am.example:9093", self.file)
        transport = httpx.MockTransport(self.answer)
        server = open_server(target, None, ["am.example"], writable=True, transport=transport)
        self.closing.callback(server.client.close)
        return AlertmanagerProvider(
            target=TARGET,
            file=file or self.file,
            disk=Disk(writable=True, durable=False),
            server=replace(server, pause=lambda _: None),
            owner=OWNER,
            base=base,
        )

    def store(self, resource: Resource) -> None:
        """What this repository wrote; the server runs it."""
        list(write_template(resource, self.file, Disk(writable=True)))
        self.file.write_bytes(marked_text(resource, OWNER))
        self.fake.load()

    def alert(self, **labels: str) -> None:
        self.fake.alerts.append({"labels": labels, "startsAt": "2026-11-26T00:00:00Z"})


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as closing:
        yield Site(tmp_path, closing)


def outcomes(provider: AlertmanagerProvider, *changes: Change) -> list[str]:
    return [
        outcome.why if isinstance(outcome, ChangeFailed) else "done"
        for outcome in provider.apply(changes)
    ]


@pytest.mark.parametrize(
    ("content", "number"),
    [(b"", 617830161876.0), (b"route: {receiver: a}\n", 155368417148546.0)],
)
def test_the_hash_is_that_of_alertmanager(content: bytes, number: float) -> None:
    assert config_hash(content) == number


def test_an_empty_folder_holds_nothing_and_a_missing_one_is_an_error(site: Site) -> None:
    held = site.open().read()
    assert (held.kept, held.foreign, held.stale, held.pending) == ((), (), (), ())
    missing = site.folder / "etc/alertmanager.yml"
    with pytest.raises(ProviderError) as raised:
        site.open(file=missing).read()
    assert str(raised.value) == f"here: the folder {site.folder / 'etc'} does not exist"


def test_a_file_that_the_server_does_not_run_is_stale_if_it_is_intact(site: Site) -> None:
    site.store(config())
    provider = site.open()
    held = provider.read()
    assert ([type(item) for item in held.kept], held.stale) == ([Intact], ())
    assert provider.stored == config().body

    site.fake.running = b"another"
    why = "the server runs another configuration than the one in the file"
    assert site.open().read().stale == (Stale(ID, why),)

    site.file.write_bytes(site.file.read_bytes() + b"# mine\n")
    held = site.open().read()
    assert ([type(item) for item in held.kept], held.stale) == ([DriftedResource], ())

    site.file.write_bytes(site.file.read_bytes() + b"[\n")
    provider = site.open()
    held = provider.read()
    assert ([type(item) for item in held.kept], held.stale) == ([Unreadable], ())
    assert provider.stored is None
    after = config(wait="1s")
    assert provider.with_former(after) is after


def test_active_alerts_are_firing_since_they_began(site: Site) -> None:
    site.alert(alertname="Slow")
    [alert] = site.open().read().active
    assert str(alert) == "Slow has been firing since 2026-11-26 00:00 UTC"


def test_each_change_is_loaded_and_verified(site: Site) -> None:
    site.open().read()
    first, second = config(), config(wait="10s")
    provider = site.open()
    provider.read()
    assert outcomes(provider, Create(first)) == ["done"]
    provider.read()
    assert outcomes(provider, Update(first, second), Delete(first)) == [
        "an Alertmanager does not run without a configuration",
        "done",
    ]
    provider.read()
    assert outcomes(provider, Claim(second)) == ["done"]
    provider.read()
    assert outcomes(provider, Reload(ID, "old")) == ["done"]
    assert site.fake.requests.count("POST /-/reload") == 4
    assert outcomes(provider) == []


def test_a_server_that_reads_another_file_is_named(site: Site) -> None:
    site.fake.file = site.folder / "other.yml"
    site.fake.file.write_text("route: {receiver: a}\nreceivers: [{name: a}]\n")
    provider = site.open()
    provider.read()
    assert outcomes(provider, Create(config())) == [
        f"the server loaded another file; start it with --config.file={site.file}; "
        "the new file was removed"
    ]
    assert not site.file.exists()


def test_a_server_without_a_reload_gets_no_file(site: Site) -> None:
    provider = site.open()
    provider.read()
    site.has_reload = False
    with pytest.raises(ProviderError) as raised:
        outcomes(provider, Create(config()))
    assert str(raised.value) == (
        "here: /-/reload returned 404, so nothing was written; "
        "check that the URL is that of an Alertmanager"
    )


# --- former routes

OLD, NEW = (Resource(ID, routes(service)) for service in ("shop", "cart"))
NEW_ROUTE: Any = NEW.body["route"]
BOTH = Resource(ID, with_former_routes(OLD.body, NEW.body))
PENDING = 'the former route service="shop": '


def pending(site: Site) -> tuple[str, ...]:
    held = site.open().read()
    assert all(item == Pending(ID, item.why) for item in held.pending)
    return tuple(item.why for item in held.pending)


def test_former_routes_are_pending_and_no_part_of_what_is_read(site: Site) -> None:
    site.store(BOTH)
    provider = site.open()
    [kept] = provider.read().kept
    assert isinstance(kept, Intact)
    assert (kept.resource.body, kept.digest, kept.owner) == (NEW.body, NEW.digest, OWNER)
    assert provider.stored == BOTH.body
    assert provider.with_former(NEW).body == BOTH.body
    assert pending(site) == (f"{PENDING}no alert needs it; the next sync removes it",)
    # What was read before is forgotten.
    site.store(NEW)
    provider.read()
    assert (provider.former, provider.stored) == ((), NEW.body)


def test_a_drifted_file_with_former_routes_keeps_its_digest(site: Site) -> None:
    site.store(BOTH)
    text = site.file.read_text()
    site.file.write_text(text.replace("desk", "dusk"))
    [kept] = site.open().read().kept
    assert isinstance(kept, DriftedResource)
    assert kept.written == BOTH.digest
    assert kept.resource.body["route"] == {**NEW_ROUTE, "receiver": "dusk"}


@pytest.mark.parametrize(
    ("labels", "age", "is_kept"),
    [
        ({"service": "shop", "alertname": "A"}, 0, True),
        ({"service": "shop", "alertname": "A"}, DAY - 60, True),
        # After a day, an alert that does not end keeps nothing.
        ({"service": "shop", "alertname": "A"}, DAY + 60, False),
        ({"service": "cart", "alertname": "A"}, 0, False),
        # A heartbeat never ends.
        ({"service": "shop", "alertname": "A", "kind": "heartbeat"}, 0, False),
        ({"service": "shop", "alertname": "A", "reliability_kind": "heartbeat"}, 0, False),
        ({"service": "shop", "alertname": "A", "kind": "slo"}, 0, True),
    ],
)
def test_former_routes_are_kept_for_alerts_for_a_day(
    site: Site, labels: dict[str, str], age: float, is_kept: bool
) -> None:
    site.store(BOTH)
    moment = datetime.now(UTC).timestamp() - age
    os.utime(site.file, (moment, moment))
    site.alert(**labels)
    kept = "kept for the alert A of shop, to pager"
    free = "no alert needs it; the next sync removes it"
    assert pending(site) == (f"{PENDING}{kept if is_kept else free}",)


@pytest.mark.parametrize(
    ("matchers", "receivers", "alerts", "text"),
    [
        ("", (), (), "(all alerts): no alert needs it; the next sync removes it"),
        ("a", ("r",), ({"alertname": "A"},), "a: kept for the alert A, to r"),
        (
            "a",
            ("r", "s"),
            ({"alertname": "A", "service": "x"}, {}),
            "a: kept for the alert A of x and 1 more, to r, s",
        ),
        ("a", ("r",), ({}, {}, {}), "a: kept for the alert  and 2 more, to r"),
        (
            "a",
            ("r",),
            ({"alertname": "A\nB", "service": "x\r\ny"},),
            "a: kept for the alert A B of x y, to r",
        ),
    ],
)
def test_a_former_route_names_an_alert_that_it_is_kept_for(
    matchers: str, receivers: tuple[str, ...], alerts: tuple[dict[str, str], ...], text: str
) -> None:
    assert kept_for(FormerRoute(matchers, receivers, alerts)) == f"the former route {text}"


# --- adoption

LIVE = "route: {receiver: a}\nreceivers: [{name: a}]\n"
LARGER = "route: {receiver: a, routes: []}\nreceivers: [{name: a}, {name: b}]\n"


@pytest.mark.parametrize(
    ("live", "base", "why"),
    [
        (LIVE, LARGER, None),
        (LIVE, LIVE, None),
        (LIVE, None, "; take it over: `reliability init --alertmanager FILE`"),
        (
            LARGER,
            LIVE,
            "; base.yml does not contain route.routes; "
            "take it over: `reliability init --alertmanager FILE`",
        ),
        (
            "receivers: [{name: a}, {name: c}]\n",
            LARGER,
            "; base.yml does not contain receivers.1; "
            "take it over: `reliability init --alertmanager FILE`",
        ),
        ("a: [\n", LARGER, "; it cannot be compared: "),
        (LIVE, "- 1\n", "; it cannot be compared: 1 YAML documents, of which one mapping was"),
    ],
)
def test_a_file_without_a_mark_is_adopted_if_the_base_contains_it(
    site: Site, live: str, base: str | None, why: str | None
) -> None:
    site.file.write_text(live)
    base_file = site.folder / "base.yml"
    if base is not None:
        base_file.write_text(base)
    foreign = Foreign(ID, "it has no mark")
    found = adopted(foreign, site.file, base_file, OWNER)
    if why is None:
        assert isinstance(found, Intact)
        assert (found.id, found.owner, found.digest) == (ID, OWNER, found.resource.digest)
        assert dict(found.resource.body) == {
            "route": {"receiver": "a"}, "receivers": [{"name": "a"}]
        }  # fmt: skip
        # It is the content that was compared, whatever the file is later.
        site.file.write_text("")
        assert "route" in found.resource.body
    else:
        assert isinstance(found, Foreign)
        assert found.id == ID
        assert found.why.startswith(f"it has no mark{why}".replace("FILE", str(site.file)))


def test_a_file_with_a_mark_a_link_or_none_at_all_stays_foreign(site: Site) -> None:
    base = site.folder / "base.yml"
    base.write_text(LARGER)
    foreign = Foreign(ID, "it is a copy")
    way = f"it is a copy; take it over: `reliability init --alertmanager {site.file}`"
    assert adopted(foreign, site.file, base, OWNER) == Foreign(ID, way)
    site.file.symlink_to(base)
    assert adopted(foreign, site.file, base, OWNER) == Foreign(ID, way)
    site.file.unlink()
    site.file.write_bytes(marked_text(config(), OWNER))
    assert adopted(foreign, site.file, base, OWNER) is foreign


def test_only_a_provider_with_a_base_adopts(site: Site) -> None:
    site.file.write_text(LIVE)
    base = site.folder / "base.yml"
    base.write_text(LARGER)
    held = site.open().read()
    assert (held.kept, held.foreign) == ((), (Foreign(ID, f"{site.file}: it has no mark"),))
    site.fake.running = site.file.read_bytes()
    held = site.open(base).read()
    assert ([type(item) for item in held.kept], held.foreign, held.stale) == ([Intact], (), ())
    assert held.pending == ()
    site.file.write_text(f"# by hand\n{LIVE}")
    why = "its comments are not kept; policies/alertmanager.base.yml may have them"
    assert site.open(base).read().pending == (Pending(ID, why),)
