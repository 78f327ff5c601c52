"""Secrets of a tenant's Alertmanager: sent, and in no output, digest or message."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from reliability.compile.alertmanager.templates import without_template
from reliability.errors import ProviderError
from reliability.plan.change import Reload
from reliability.plan.plan import Plan, plan
from reliability.plan.sync import ChangeFailed, Outcome, sync
from reliability.resource import Json, Resource
from tests.cli.program import Ended, in_process
from tests.live.repository import Repository, make_repository
from tests.providers.apis.fake_ruler import FakeRuler
from tests.providers.mimir_alertmanager_world import FakeTenantAlertmanager, keys, open_tenant
from tests.providers.served import served
from tests.providers.worlds import TARGET, config

KEY = "R0UT1NGKEY"
OTHER = "0THERKEY"
FOLDER = "/etc/alertmanager/secrets"
SECRETS = {
    f"{FOLDER}/{team}-pagerduty-key": f"env:{team.upper()}"
    for team in ("payroll", "platform", "workforce")
} | {f"{FOLDER}/{name}-url": f"env:{name.upper()}" for name in ("slack", "heartbeat")}
VARIABLES = ("PAYROLL", "PLATFORM", "WORKFORCE", "SLACK", "HEARTBEAT")


@dataclass(slots=True)
class Tenant:
    """A tenant, the environment of the sync, and what is declared."""

    fake: FakeTenantAlertmanager
    closing: ExitStack
    secrets: dict[str, str] = field(default_factory=lambda: {"KEY": KEY})

    def plan(self, wanted: Resource) -> Plan:
        provider = open_tenant(self.fake, self.secrets, False, self.closing)
        return plan(TARGET, [wanted], provider.read())

    def sync(self, wanted: Resource) -> list[Outcome]:
        provider = open_tenant(self.fake, self.secrets, True, self.closing)
        return list(sync(plan(TARGET, [wanted], provider.read()), provider))


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    with ExitStack() as closing:
        yield Tenant(FakeTenantAlertmanager(), closing)


def paging(wait: str = "30s", receiver: str = "desk") -> Resource:
    """A configuration whose receiver needs a secret."""
    made = config(wait, receiver)
    pages: list[Json] = [{"routing_key": "env:KEY", "description": "too many errors"}]
    receivers: list[Json] = [{"name": "desk", "pagerduty_configs": pages}]
    body: dict[str, Json] = {**made.body, "receivers": receivers}
    return Resource(made.id, body)


def test_a_secret_is_sent_and_read_back_as_a_reference(tenant: Tenant) -> None:
    assert not [each for each in tenant.sync(paging()) if isinstance(each, ChangeFailed)]
    assert tenant.fake.text is not None
    sent = yaml.safe_load(tenant.fake.text)
    assert sent["receivers"][0]["pagerduty_configs"][0]["routing_key"] == KEY
    after = tenant.plan(paging())
    assert (after.is_settled, after.owned) == (True, 1)


def test_digests_do_not_depend_on_a_secret(tenant: Tenant) -> None:
    digest = tenant.plan(paging()).digest
    tenant.sync(paging())
    assert tenant.fake.text is not None
    marks = tenant.fake.text.splitlines()[:3]
    other = Tenant(FakeTenantAlertmanager(), tenant.closing, {"KEY": OTHER})
    assert other.plan(paging()).digest == digest
    other.sync(paging())
    assert other.fake.text is not None
    assert other.fake.text.splitlines()[:3] == marks


def test_a_plan_needs_no_secret_and_a_sync_names_the_variable(tenant: Tenant) -> None:
    tenant.sync(paging())
    tenant.secrets.clear()
    assert tenant.plan(paging()).is_settled
    [outcome] = tenant.sync(paging(wait="10s"))
    assert isinstance(outcome, ChangeFailed)
    assert outcome.why == "the environment variable KEY is not set"


def test_a_new_value_of_a_secret_is_stored_again(tenant: Tenant) -> None:
    tenant.sync(paging())
    tenant.secrets["KEY"] = OTHER
    [change] = tenant.plan(paging()).changes
    assert isinstance(change, Reload)
    assert change.why == "the secret of env:KEY has another value there"
    tenant.sync(paging())
    assert tenant.fake.text is not None
    assert OTHER in tenant.fake.text
    assert tenant.plan(paging()).is_settled


def test_a_refusal_that_quotes_a_secret_is_masked(tenant: Tenant) -> None:
    [outcome] = tenant.sync(paging(receiver="nobody"))
    assert isinstance(outcome, ChangeFailed)
    assert KEY not in outcome.why
    assert "routing_key: ***" in outcome.why


def test_templates_of_the_tenant_stay_beside_the_one_that_is_named(tenant: Tenant) -> None:
    tenant.sync(paging())
    assert tenant.fake.templates is not None
    own = dict(tenant.fake.templates)
    [name] = own
    assert tenant.fake.text is not None
    assert yaml.safe_load(tenant.fake.text)["templates"] == [name]
    others = {"mine.tmpl": '{{ define "a" }}a{{ end }}'}
    tenant.fake.templates = {**own, **others, "reliability-0123456789ab.tmpl": "an older one"}
    assert tenant.plan(paging()).is_settled
    tenant.sync(paging(wait="10s"))
    assert tenant.fake.templates == {**others, **own}

    for changed in (None, others, {name: "x"}):
        tenant.fake.templates = changed
        [drift] = tenant.plan(paging(wait="10s")).drifted
        assert [field.path for field in drift.differences] == ["template"]


def test_a_tenant_without_templates_may_say_so_by_null(tenant: Tenant) -> None:
    made = paging()
    plain = Resource(made.id, {**without_template(made.body), "templates": []})
    tenant.sync(plain)
    tenant.fake.templates = None
    assert tenant.plan(plain).is_settled
    tenant.sync(made)
    assert tenant.plan(made).is_settled


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"template_files": {}},
        {"alertmanager_config": 5},
        {"alertmanager_config": "route: {}", "template_files": ["a"]},
    ],
)
def test_an_answer_of_another_form_is_an_error(tenant: Tenant, document: dict[str, Any]) -> None:
    tenant.fake.document = document
    with pytest.raises(ProviderError) as refused:
        tenant.plan(paging())
    assert str(refused.value) == (
        "here: GET /api/v1/alerts is not answered as an Alertmanager of Mimir does: "
        "it has no alertmanager_config"
    )


def test_an_answer_that_is_lost_after_the_write_is_read_back(tenant: Tenant) -> None:
    tenant.fake.loses = True
    assert not [each for each in tenant.sync(paging()) if isinstance(each, ChangeFailed)]


def test_rules_wait_for_the_routes_of_their_tenant(tmp_path: Path) -> None:
    routes, rules = FakeTenantAlertmanager(), FakeRuler(token="Bearer good")
    with served(routes.handle) as alerts_url, served(rules.handle) as rules_url:
        common = {"tenant": "shop", "authorization": "env:AUTHORIZATION"}
        repository = make_repository(
            tmp_path,
            {"name": "rules", "provider": "mimir", "url": rules_url, **common},
            {
                "name": "routes",
                "provider": "mimir-alertmanager",
                "url": alerts_url,
                "secrets": SECRETS,
                **common,
            },
        )
        routes.token = "Bearer other"
        held = run(repository, "sync", "--yes", "--brief")
        assert held.code == 1
        assert rules.tenants.get("shop", {}) == {}, held
        routes.token = "Bearer good"
        assert run(repository, "sync", "--yes", "--brief").code == 0
        assert rules.tenants["shop"]
        routes.refuses = True
        repository.replace("policies/teams/payroll.yaml", "#payroll-alerts", "#payroll-pages")
        repository.replace("services/exports/slo.yaml", "target: 0.", "target: 0.9")
        before = rules.state()
        failed = run(repository, "sync", "--yes", "--brief")
        assert failed.code == 1
        assert "failed config alertmanager: refused: 400" in failed.out
        assert rules.state() != before  # the routes of exports are the same as before


def run(repository: Repository, *arguments: str) -> Ended:
    return in_process(
        *arguments,
        folder=repository.root,
        AUTHORIZATION="Bearer good",
        **{name: f"s3cr3t{name}" for name in VARIABLES},
    )


def test_a_repository_gets_its_secrets_by_the_paths_of_its_documents(tmp_path: Path) -> None:
    fake = FakeTenantAlertmanager()
    with served(fake.handle) as url:
        target: dict[str, Any] = {
            "name": "tenant",
            "provider": "mimir-alertmanager",
            "url": url,
            "tenant": "shop",
            "authorization": "env:AUTHORIZATION",
        }
        repository = make_repository(tmp_path, target)
        blocked = run(repository, "sync", "--yes", "--brief")
        assert blocked.code == 1
        assert "Mimir reads no secret from a file; write to the target: secrets: {/" in blocked.out
        assert fake.text is None

        target["secrets"] = SECRETS
        document = yaml.safe_load((tmp_path / "policies/targets.yaml").read_text())
        document["spec"]["targets"] = [target]
        (tmp_path / "policies/targets.yaml").write_text(yaml.safe_dump(document))
        ended = run(repository, "sync", "--yes")
        assert ended.code == 0, ended
        assert "s3cr3t" not in ended.out + ended.err
        stored = str(fake.text)
        assert "s3cr3tPAYROLL" in stored
        assert not [key for key in keys(yaml.safe_load(stored)) if key.endswith("_file")]
        again = run(repository, "plan", "--detailed-exitcode")
        assert (again.code, again.out.partition(";")[0]) == (0, "tenant: no changes")
