"""Single changes of the rules of a tenant or workspace: what each needs, sends and restores."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

import httpx
import pytest
from botocore.credentials import Credentials

from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.plan.held import DriftedResource, Foreign, Intact, Owner
from reliability.plan.sync import ChangeApplied, Outcome, Provider
from reliability.providers.rulers.amazon_alertmanager import AmazonAlertmanagerProvider
from reliability.providers.rulers.amazon_api import AmazonApi
from reliability.providers.rulers.amazon_definition import AmazonDefinitionApi
from reliability.providers.rulers.amazon_prometheus import AmazonPrometheusProvider
from reliability.providers.rulers.mimir import MimirProvider
from reliability.providers.rulers.signing import AwsSignature
from reliability.providers.rules_api import RulesApi
from reliability.resource import Resource
from tests.providers.amazon_definition_world import FakeDefinition, open_definition
from tests.providers.apis.faults import FaultyServer
from tests.providers.apis.scripted import Answer, Script, reply, scripted
from tests.providers.apis.test_amazon_answers import defined
from tests.providers.apis.test_mimir import fake_of, group, resource
from tests.providers.apis.test_ruler_answers import ran, running
from tests.providers.apis.worlds import OURS, THEIRS, ApiWorld, connect, ruler

BEFORE: Final = resource(group(), group(name="two"))
AFTER: Final = resource(group(interval="5m"), group(name="two"))
BAD: Final = resource(group(), group(name="two", rules=[{"record": "a:b", "expr": "sum("}]))
OTHER: Final = resource(group(name="other"))
LIST: Final = "/workspaces/w/rulegroupsnamespaces"


def shown(outcomes: Iterator[Outcome]) -> list[str]:
    lines = []
    for outcome in outcomes:
        verb = type(outcome.change).__name__.lower()
        lines.append(verb if isinstance(outcome, ChangeApplied) else f"{verb}: {outcome.why}")
    return lines


def made(provider: Provider, *changes: Change) -> list[str]:
    """What is made after a read."""
    provider.read()
    return shown(iter(provider.apply(changes)))


@dataclass(slots=True)
class FakeWorkspace:
    """Namespaces by name: data, tags and status; a write is checked, and `status` is its result."""

    namespaces: dict[str, dict[str, Any]] = field(default_factory=dict)
    status: str = "ACTIVE"
    requests: list[str] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().partition("?")[0]
        if request.method != "GET":
            self.requests.append(f"{request.method} {path.removeprefix(LIST)}")
        body = json.loads(request.content) if request.content else {}
        name = unquote(path.removeprefix(LIST)).removeprefix("/")
        if path.startswith("/tags/"):
            one = self.namespaces[unquote(path).rpartition(":")[2]]
            one["tags"] |= body["tags"]
            return httpx.Response(200, json={})
        match request.method:
            case "GET" if not name:
                listed = [*self.namespaces.values()]
                return httpx.Response(200, json={"ruleGroupsNamespaces": listed})
            case "POST":
                self.namespaces[body["name"]] = {**self._new(body["name"]), "tags": body["tags"]}
                return self._written(body["name"], body["data"])
            case _ if name not in self.namespaces:
                return httpx.Response(404, json={"message": "Namespace not found"})
            case "PUT":
                return self._written(name, body["data"])
            case "DELETE":
                del self.namespaces[name]
                return httpx.Response(202)
            case _:
                return httpx.Response(200, json={"ruleGroupsNamespace": self.namespaces[name]})

    def _new(self, name: str) -> dict[str, Any]:
        return {"name": name, "arn": f"arn:x:{name}", "tags": {}}

    def _written(self, name: str, data: str) -> httpx.Response:
        text = base64.b64decode(data).decode()
        state = {"statusCode": "UPDATE_FAILED", "statusReason": "bad rule"}
        if "sum(" not in text:
            state = {"statusCode": self.status}
        self.namespaces[name] |= {"data": data, "status": state}
        return httpx.Response(202, json={})

    def edit(self, name: str, old: str, new: str) -> None:
        text = base64.b64decode(self.namespaces[name]["data"]).decode()
        assert old in text
        changed = text.replace(old, new, 1).encode()
        self.namespaces[name]["data"] = base64.b64encode(changed).decode()


SHOP: Final = "reliability-shop"
Open = Callable[..., AmazonPrometheusProvider]


@pytest.fixture
def workspace() -> FakeWorkspace:
    return FakeWorkspace()


@pytest.fixture
def amazon(workspace: FakeWorkspace) -> Iterator[Open]:
    with ExitStack() as closing:

        def open_(owner: Owner | None = OURS) -> AmazonPrometheusProvider:
            server = connect(FaultyServer(workspace.handle), True, {})
            closing.callback(server.client.close)
            return AmazonPrometheusProvider(
                target="here",
                api=AmazonApi(server, "w"),
                tell=lambda _: None,
                owner=owner,
                reads_evaluations=False,
            )

        yield open_


REFUSED: Final = "refused: UPDATE_FAILED: bad rule"


@pytest.mark.parametrize(
    ("there", "change", "line", "sent", "stored"),
    [
        (None, Create(BEFORE), "create", ["POST "], BEFORE),
        (None, Create(BAD), f"create: {REFUSED}", ["POST ", f"DELETE /{SHOP}"], None),
        (BEFORE, Update(BEFORE, AFTER), "update", [f"PUT /{SHOP}"], AFTER),
        (
            BEFORE,
            Update(BEFORE, BAD),
            f"update: {REFUSED}; the previous rules were restored",
            [f"PUT /{SHOP}"] * 2,
            BEFORE,
        ),
        (BEFORE, Claim(BEFORE), "claim", [f"PUT /{SHOP}"], BEFORE),
        (BEFORE, Delete(BEFORE), "delete", [f"DELETE /{SHOP}"], None),
        (BEFORE, Reload(BEFORE.id, "it failed"), "reload", [f"PUT /{SHOP}"], BEFORE),
    ],
)
def test_a_change_of_a_workspace(
    workspace: FakeWorkspace,
    amazon: Open,
    there: Resource | None,
    change: Change,
    line: str,
    sent: list[str],
    stored: Resource | None,
) -> None:
    if there is not None:
        made(amazon(), Create(there))
    workspace.requests.clear()
    assert made(amazon(), change) == [line]
    assert workspace.requests == sent
    held = amazon().read()
    assert [item.digest for item in held.kept if isinstance(item, Intact)] == (
        [] if stored is None else [stored.digest]
    )


def test_a_namespace_has_the_tags_of_its_owner_and_keeps_those_of_others(
    workspace: FakeWorkspace, amazon: Open
) -> None:
    made(amazon(None), Create(BEFORE))
    tags = workspace.namespaces[SHOP]["tags"]
    assert tags == {"managed-by": "reliability", "service": "shop"}
    tags["team"] = "x"
    workspace.requests.clear()
    assert made(amazon(), Claim(BEFORE)) == ["claim"]
    owner = {
        "reliability-owner": OURS.id,
        "reliability-repository": "github.com/acme/reliability",
    }
    assert workspace.namespaces[SHOP]["tags"] == {**tags, "team": "x", **owner}
    assert workspace.requests == [f"PUT /{SHOP}", "POST /tags/arn%3Ax%3Areliability-shop"]
    workspace.requests.clear()
    assert made(amazon(), Update(BEFORE, AFTER)) == ["update"]
    assert workspace.requests == [f"PUT /{SHOP}"]
    made(amazon(Owner(OURS.id, "")), Update(AFTER, BEFORE))
    assert workspace.namespaces[SHOP]["tags"]["reliability-repository"] == "-"


def test_a_namespace_that_changed_since_the_read_is_left_alone(
    workspace: FakeWorkspace, amazon: Open
) -> None:
    made(amazon(), Create(BEFORE))
    why = f"{SHOP} was changed since the plan was made; plan again"
    for change in (Update(BEFORE, AFTER), Delete(BEFORE), Reload(BEFORE.id, "it failed")):
        provider = amazon()
        provider.read()
        workspace.edit(SHOP, "90s", "80s")
        verb = type(change).__name__.lower()
        assert shown(provider.apply([change])) == [f"{verb}: {why}"]
        workspace.edit(SHOP, "80s", "90s")
    provider = amazon()
    provider.read()
    workspace.namespaces.clear()
    assert shown(provider.apply([Update(BEFORE, AFTER)])) == [f"update: {why}"]


@pytest.mark.parametrize(
    ("status", "kinds", "why"),
    [
        ("ACTIVE", [Intact], []),
        ("CREATING", [Intact], []),
        ("UPDATING", [Intact], []),
        ("UPDATE_FAILED", [Intact], ["the service refused it: UPDATE_FAILED"]),
        ("DELETING", [], []),
    ],
)
def test_namespaces_are_read_with_their_status(
    workspace: FakeWorkspace, amazon: Open, status: str, kinds: list[type], why: list[str]
) -> None:
    made(amazon(), Create(BEFORE))
    workspace.namespaces[SHOP]["status"] = {"statusCode": status}
    data = base64.b64encode(b"groups: []\n").decode()
    active = {"data": data, "status": {"statusCode": "UPDATE_FAILED"}, "tags": {}}
    workspace.namespaces["reliability-mine"] = {**active, "name": "reliability-mine", "arn": "b"}
    held = amazon().read()
    assert [type(item) for item in held.kept] == kinds
    assert [item.why for item in held.stale] == why
    assert [(item.id.name, type(item)) for item in held.foreign] == [("mine", Foreign)]

    workspace.namespaces[SHOP]["status"] = {"statusCode": status}
    workspace.edit(SHOP, "90s", "80s")
    held = amazon().read()
    assert [type(item) for item in held.kept] == [DriftedResource for _ in kinds]
    assert held.stale == ()


@pytest.mark.parametrize(
    ("status", "reads", "why"),
    [
        ("ACTIVE", True, ["rule Down of group one cannot be evaluated: no"]),
        ("ACTIVE", False, []),
        ("UPDATE_FAILED", True, ["the service refused it: UPDATE_FAILED"]),
    ],
)
def test_a_service_that_cannot_be_evaluated_is_named_once(
    workspace: FakeWorkspace, amazon: Open, status: str, reads: bool, why: list[str]
) -> None:
    made(amazon(), Create(BEFORE))
    workspace.namespaces[SHOP]["status"] = {"statusCode": status}
    failing = running(SHOP, "one", ("Down", "up == 0"), error="no")
    script = Script([ran(failing, running("theirs", "one", ("x", "up"), error="no"))])
    with scripted(script) as server:
        provider = amazon()
        provider.rules, provider.reads_evaluations = RulesApi(server), reads
        assert [item.why for item in provider.read().stale] == why
    assert len(script.requests) == reads


CHANGED: Final = "reliability/shop was changed since the plan was made; plan again"
REFUSAL: Final = 'refused: group "two", rule 0: could not parse expression: '


@pytest.mark.parametrize(
    ("there", "change", "line", "names"),
    [
        (None, Create(BEFORE), "create", ["one", "two"]),
        (None, Create(BAD), f"create: {REFUSAL}", None),
        (BEFORE, Update(BEFORE, AFTER), "update", ["one", "two"]),
        (BEFORE, Update(BEFORE, OTHER), "update", ["other"]),
        (BEFORE, Update(BEFORE, BAD), f"update: {REFUSAL}", ["one", "two"]),
        (BEFORE, Claim(BEFORE), "claim", ["one", "two"]),
        (BEFORE, Delete(BEFORE), "delete", None),
        (
            BEFORE,
            Reload(BEFORE.id, "it failed"),
            "reload: a ruler loads what it stores by itself",
            ["one", "two"],
        ),
    ],
)
def test_a_change_of_a_tenant(
    there: Resource | None, change: Change, line: str, names: list[str] | None
) -> None:
    with ruler("mimir") as world:
        if there is not None:
            assert made(world.open(True, OURS), Create(there)) == ["create"]
        before = world.state()
        [found] = made(world.open(True, OURS), change)
        assert found.startswith(line)
        assert (": " in found) == (": " in line)
        groups = fake_of(world).tenants["shop"].get("reliability/shop")
        assert (None if groups is None else sorted(groups)) == names
        if ": " in line:
            assert world.state() == before
            assert found.endswith("; the previous groups were restored") == (
                REFUSAL in line and there is not None
            )


def test_a_tenant_that_changed_since_the_read_is_left_alone() -> None:
    with ruler("mimir") as world:
        made(world.open(True, OURS), Create(BEFORE))
        for change in (Update(BEFORE, AFTER), Delete(BEFORE)):
            provider = world.open(True, OURS)
            provider.read()
            fake_of(world).edit("reliability/shop", "up == 0", "up == 1")
            verb = type(change).__name__.lower()
            assert shown(iter(provider.apply([change]))) == [f"{verb}: {CHANGED}"]
            fake_of(world).edit("reliability/shop", "up == 1", "up == 0")


def kinds_of(world: ApiWorld) -> list[str]:
    held = world.open(False, OURS).read()
    kept = [f"{type(item).__name__} {item.id.name} {item.owner}" for item in held.kept]
    return [*kept, *(f"Foreign {item.id.name} {item.why}" for item in held.foreign)]


def test_namespaces_of_ours_are_read_in_order_and_others_are_not() -> None:
    with ruler("mimir") as world:
        made(world.open(True, THEIRS), Create(BEFORE))
        shops = fake_of(world).tenants["shop"]
        shops["reliability/mine"] = {"a": {"name": "a", "rules": [{"record": "b", "expr": "up"}]}}
        shops["platform"] = shops["reliability/mine"]
        shops["reliability/empty"] = {}
        assert kinds_of(world) == [f"Intact shop {THEIRS}", "Foreign mine it has no mark"]
        provider = world.open(False, OURS)
        assert isinstance(provider, MimirProvider)
        assert not provider.waits
        assert provider.read().stale == ()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"alertmanager_config: 1\n", "it has no alertmanager_config"),
        (b"{}\n", "it has no alertmanager_config"),
        (b"alertmanager_config: a\ntemplate_files: [1]\n", "it has no alertmanager_config"),
        (b"- a\n", "1 YAML documents, of which one mapping was expected"),
        (b"a: [\n", "2:1: "),
    ],
)
def test_a_definition_in_another_form_is_foreign(content: bytes, why: str) -> None:
    fake = FakeDefinition(content=content)
    with ExitStack() as closing:
        held = open_definition(fake, False, closing=closing).read()
    [foreign] = held.foreign
    assert foreign.why.startswith(f"it cannot be read: {why}")
    assert (held.kept, held.stale) == ((), ())


def alertmanager(answers: list[Answer], *changes: Change) -> tuple[list[str], Script]:
    """What is made of changes after a read; the first answer is that of the read."""
    script = Script([*answers])
    with scripted(script) as server:
        api = AmazonDefinitionApi(server, "ws/1")
        provider = AmazonAlertmanagerProvider(target="here", api=api)
        return made(provider, *changes), script


def test_a_definition_is_loaded_again_only_as_it_was_read() -> None:
    theirs, ours = b"alertmanager_config: x\n", b"alertmanager_config: y\n"
    reload = Reload(BEFORE.id, "it failed")
    changed = "the configuration was changed since the plan was made; plan again"
    read = defined("ACTIVE", theirs)
    lines, script = alertmanager([read, read, reply(202), read], reload)
    assert (lines, script.requests[2].partition(" ")[0]) == (["reload"], "PUT")
    assert alertmanager([read, defined("ACTIVE", ours)], reload)[0] == [f"reload: {changed}"]
    assert alertmanager([read, defined("ACTIVE", ours)], Create(BEFORE))[0] == [
        f"create: {changed}"
    ]
    none = [reply(404, {"message": "none"}), reply(200, {})]
    assert alertmanager([*none, *none], reload)[0] == [f"reload: {changed}"]
    assert alertmanager([read], Delete(BEFORE))[0] == [
        "delete: an Alertmanager does not run without a configuration"
    ]


def test_a_request_is_signed_with_its_host_and_kind_of_content() -> None:
    signature = AwsSignature(Credentials("AKID", "secret", "token"), "eu-west-1")
    sent: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    headers = {"Content-Type": "application/json", "X-Other": "a"}
    with httpx.Client(transport=httpx.MockTransport(handle), auth=signature) as client:
        client.post("https://aps.example/workspaces", content=b"{}", headers=headers)
        client.get("https://aps.example/workspaces")
    post, get = (request.headers["authorization"] for request in sent)
    assert post.startswith("AWS4-HMAC-SHA256 Credential=AKID/")
    assert "/eu-west-1/aps/aws4_request, SignedHeaders=content-type;host;x-amz-date;" in post
    assert "SignedHeaders=host;x-amz-date;x-amz-security-token" in get
    assert {request.headers["x-amz-security-token"] for request in sent} == {"token"}
    assert [request.headers["host"] for request in sent] == ["aps.example"] * 2
