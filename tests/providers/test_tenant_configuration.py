"""The configuration of a tenant's Alertmanager: documents that are read, and writes that fail."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import yaml

from reliability.errors import ProviderError
from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.plan.held import DriftedResource, Foreign, Held, Intact, Stale
from reliability.plan.sync import ChangeFailed
from reliability.providers.mimir_alertmanager import MimirAlertmanagerProvider
from reliability.resource import Json, Resource, ResourceId
from tests.providers.mimir_alertmanager_world import FakeTenantAlertmanager, open_tenant
from tests.providers.worlds import TARGET

ID = ResourceId(TARGET, "config", "alertmanager")
CHECK = "check url and tenant, and that the API of the Alertmanager is enabled"
OTHERWISE = "is not answered as an Alertmanager of Mimir does"


def config(wait: str = "30s", keys: tuple[str, ...] = ("KEY", "OTHER")) -> Resource:
    pages: list[Json] = [{"routing_key": f"env:{key}"} for key in keys]
    receivers: list[Json] = [{"name": "desk", "pagerduty_configs": pages}]
    return Resource(ID, {"route": {"receiver": "desk", "group_wait": wait}, "receivers": receivers})


@dataclass
class Tenant:
    """A fake, the secrets of the environment, and an answer in its place."""

    closing: ExitStack
    fake: FakeTenantAlertmanager = field(default_factory=FakeTenantAlertmanager)
    secrets: dict[str, str] = field(default_factory=lambda: {"KEY": "s3cret", "OTHER": "hush"})

    def open(self) -> MimirAlertmanagerProvider:
        return open_tenant(self.fake, self.secrets, True, self.closing)

    def read(self) -> Held:
        return self.open().read()

    def write(self, change: Change) -> str:
        opened = self.open()
        opened.read()
        return applied(opened, change)


def applied(opened: MimirAlertmanagerProvider, change: Change) -> str:
    [outcome] = opened.apply([change])
    return outcome.why if isinstance(outcome, ChangeFailed) else "done"


@dataclass(slots=True)
class Scripted(FakeTenantAlertmanager):
    """A tenant whose reads are answered by a function."""

    reads: Callable[[], httpx.Response] = lambda: httpx.Response(404)

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return self.reads()
        return FakeTenantAlertmanager.handle(self, request)


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    with ExitStack() as closing:
        yield Tenant(closing)


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (404, "alertmanager storage object not found\n"),
        (404, "Alertmanager config not found"),
        (404, "  alertmanager storage object not found "),
    ],
)
def test_a_tenant_without_a_configuration_holds_nothing(
    tenant: Tenant, status: int, text: str
) -> None:
    tenant.fake = Scripted(reads=lambda: httpx.Response(status, text=text))
    opened = tenant.open()
    assert (opened.read(), opened.stored, opened.seen) == (Held(), None, None)


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (404, "404 page not found"),
        (404, "alertmanager storage object not found: proxy"),
        (400, "alertmanager storage object not found"),
        (204, ""),
    ],
)
def test_another_answer_is_an_error(tenant: Tenant, status: int, text: str) -> None:
    tenant.fake = Scripted(reads=lambda: httpx.Response(status, text=text))
    with pytest.raises(ProviderError) as raised:
        tenant.read()
    assert str(raised.value) == f"here: GET /api/v1/alerts answers {status}: {text}; {CHECK}"


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("a: [", "1:5: "),
        ("- 1", "1 YAML documents"),
        ("template_files: {}", "it has no alertmanager_config"),
        ("alertmanager_config: 5", "it has no alertmanager_config"),
        ("alertmanager_config: a\ntemplate_files: [x]", "it has no alertmanager_config"),
    ],
)
def test_a_document_of_another_form_is_an_error(tenant: Tenant, document: str, why: str) -> None:
    tenant.fake = Scripted(reads=lambda: httpx.Response(200, text=document))
    with pytest.raises(ProviderError) as raised:
        tenant.read()
    assert f"{OTHERWISE}: {why}" in str(raised.value)


def test_what_is_stored_is_read_as_what_it_is(tenant: Tenant) -> None:
    tenant.fake.text = "a: ["
    held = tenant.read()
    assert (held.kept, held.stale) == ((), ())
    [foreign] = held.foreign
    assert foreign.why.startswith("it cannot be read: 1:5: ")
    tenant.fake.text = "route: {receiver: a}"
    assert tenant.read() == Held(foreign=(Foreign(ID, "it has no mark"),))

    tenant.fake.text = None
    assert tenant.write(Create(config())) == "done"
    opened = tenant.open()
    [kept] = opened.read().kept
    assert isinstance(kept, Intact)
    assert (kept.digest, opened.stored) == (config().digest, config().body)

    written = str(tenant.fake.text)
    tenant.fake.text = written.replace("30s", "10s")
    opened = tenant.open()
    [drifted] = opened.read().kept
    assert isinstance(drifted, DriftedResource)
    assert (drifted.written, opened.stored) == (config().digest, config("10s").body)


def test_locations_of_secrets_that_cannot_be_read_are_none(tenant: Tenant) -> None:
    tenant.write(Create(config()))
    lines = str(tenant.fake.text).splitlines(keepends=True)
    assert lines[2].startswith("# reliability secrets [[[")
    for broken in ("[5]", "[[1]]", '["a"]', "[}]", "[]"):
        tenant.fake.text = "".join((*lines[:2], f"# reliability secrets {broken}\n", *lines[3:]))
        [kept] = tenant.read().kept
        # The values are not what was marked, so it looks changed; no value is taken for a place.
        assert isinstance(kept, DriftedResource)


@pytest.mark.parametrize(
    ("secrets", "stale"),
    [
        ({"KEY": "s3cret", "OTHER": "hush"}, None),
        ({}, None),
        ({"KEY": "s3cret"}, None),
        ({"KEY": "new"}, "env:KEY"),
        ({"OTHER": "new"}, "env:OTHER"),
        ({"KEY": "new", "OTHER": "new"}, "env:KEY"),
    ],
)
def test_a_secret_with_another_value_is_stale(
    tenant: Tenant, secrets: dict[str, str], stale: str | None
) -> None:
    tenant.write(Create(config()))
    tenant.secrets = secrets
    why = f"the secret of {stale} has another value there"
    assert tenant.read().stale == (() if stale is None else (Stale(ID, why),))
    tenant.fake.text = str(tenant.fake.text).replace("30s", "10s")
    assert tenant.read().stale == ()


def test_each_change_stores_the_configuration(tenant: Tenant) -> None:
    assert tenant.write(Create(config())) == "done"
    assert tenant.write(Update(config(), config("10s"))) == "done"
    assert tenant.write(Claim(config())) == "done"
    stored: Any = yaml.safe_load(str(tenant.fake.text))
    assert [page["routing_key"] for page in stored["receivers"][0]["pagerduty_configs"]] == [
        "s3cret", "hush"
    ]  # fmt: skip
    assert stored["route"]["group_wait"] == "30s"
    tenant.secrets["KEY"] = "newer"
    assert tenant.write(Reload(ID, "old")) == "done"
    assert "newer" in str(tenant.fake.text)
    assert tenant.write(Delete(config())) == (
        "an Alertmanager does not run without a configuration"
    )
    tenant.fake.text = None
    assert tenant.write(Reload(ID, "old")) == "done"
    assert tenant.fake.text is None


def test_a_change_between_plan_and_write_is_not_overwritten(tenant: Tenant) -> None:
    opened = tenant.open()
    opened.read()
    tenant.fake.text = "route: {receiver: a}\n"
    assert applied(opened, Create(config())) == (
        "the configuration was changed since the plan was made; plan again"
    )
    assert tenant.fake.text == "route: {receiver: a}\n"


def test_a_refusal_is_shown_without_any_secret(tenant: Tenant) -> None:
    nobody = Resource(ID, {**config().body, "route": {"receiver": "nobody"}})
    why = tenant.write(Create(nobody))
    assert why.startswith("refused: 400: undefined receiver used in route: ")
    assert "s3cret" not in why
    assert "hush" not in why
    assert why.count("***") == 2


def test_a_missing_secret_is_named_before_anything_is_sent(tenant: Tenant) -> None:
    del tenant.secrets["OTHER"]
    assert tenant.write(Create(config())) == "the environment variable OTHER is not set"
    assert [request.method for request in tenant.fake.requests] == ["GET", "GET"]


def test_a_lost_answer_is_looked_up(tenant: Tenant) -> None:
    tenant.fake.loses = True
    assert tenant.write(Create(config())) == "done"

    @dataclass(slots=True)
    class Deaf(FakeTenantAlertmanager):
        def store(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ReadTimeout("late", request=request)

    tenant.fake = Deaf()
    assert "does not answer in time" in tenant.write(Create(config()))


def test_a_server_that_stores_something_else_is_an_error(tenant: Tenant) -> None:
    @dataclass(slots=True)
    class Reprinting(FakeTenantAlertmanager):
        def store(self, request: httpx.Request) -> httpx.Response:
            del request
            self.text = "route: {receiver: a}\n"
            return httpx.Response(201)

    tenant.fake = Reprinting()
    assert tenant.write(Create(config())) == "it is stored otherwise than sent; plan again"


def test_templates_are_sent_back_as_they_were(tenant: Tenant) -> None:
    tenant.write(Create(config()))
    tenant.fake.templates = {"a.tmpl": "x"}
    assert tenant.write(Update(config(), config("10s"))) == "done"
    assert tenant.fake.templates == {"a.tmpl": "x"}
    sent = [request for request in tenant.fake.requests if request.method == "POST"]
    assert sent[-1].headers["content-type"] == "application/yaml"
    assert sent[-1].headers["x-scope-orgid"] == "shop"
