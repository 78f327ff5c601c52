"""The alert manager definition of a workspace, as a fake that works asynchronously and checks.

After botocore's description of `amp` (2020-08-01): 202 with a status, Base64, `clientToken`, 409
while another write is under way, and 404 for a workspace or definition that does not exist. moto
has no definitions.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import yaml

from reliability.model.targets import ServerTarget
from reliability.plan.held import Owner
from reliability.providers.http import open_server
from reliability.providers.rulers.amazon_alertmanager import AmazonAlertmanagerProvider
from reliability.providers.rulers.amazon_definition import AmazonDefinitionApi
from tests.providers.worlds import TARGET, World, of_stored_config

WORKSPACE = "ws-one"


@dataclass(slots=True)
class FakeDefinition:
    """The definition of one workspace; `looks` is how often a write is seen as unfinished."""

    content: bytes | None = None
    status: str = "ACTIVE"
    reason: str = ""
    looks: int = 2
    left: int = 0
    loses: bool = False
    tokens: set[str] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)

    @property
    def stored(self) -> str | None:
        return None if self.content is None else self.content.decode()

    @stored.setter
    def stored(self, text: str | None) -> None:
        self.content = None if text is None else text.encode()

    def handle(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.requests.append(f"{request.method} {path}")
        if path == f"/workspaces/{WORKSPACE}":
            return httpx.Response(200, json={"workspace": {"workspaceId": WORKSPACE}})
        if path != f"/workspaces/{WORKSPACE}/alertmanager/definition":
            return httpx.Response(404, json={"message": "Workspace not found"})
        match request.method:
            case "GET":
                return self.described()
            case "DELETE":
                self.content = None
                return httpx.Response(202)
            case _:
                return self.store(request)

    def described(self) -> httpx.Response:
        if self.content is None:
            return httpx.Response(404, json={"message": "Alert manager definition not found"})
        unfinished = self.left > 0
        self.left = max(0, self.left - 1)
        status = {"statusCode": "UPDATING" if unfinished else self.status}
        if self.reason and not unfinished:
            status["statusReason"] = self.reason
        data = base64.b64encode(self.content).decode()
        moment = 1_795_000_000
        described = {"data": data, "status": status, "createdAt": moment, "modifiedAt": moment}
        return httpx.Response(200, json={"alertManagerDefinition": described})

    def store(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if body["clientToken"] in self.tokens:
            return httpx.Response(202, json={"status": {"statusCode": "UPDATING"}})
        if self.left or (request.method == "POST") != (self.content is None):
            return httpx.Response(409, json={"message": "the definition is being updated"})
        self.tokens.add(body["clientToken"])
        self.content = base64.b64decode(body["data"])
        self.reason = refusal(self.content)
        self.status = "UPDATE_FAILED" if self.reason else "ACTIVE"
        self.left = self.looks
        if self.loses:
            self.loses = False
            raise httpx.ReadTimeout("late", request=request)
        return httpx.Response(202, json={"status": {"statusCode": "UPDATING"}})


def refusal(content: bytes) -> str:
    """What the service finds wrong, after it accepted a definition."""
    inner: Any = yaml.safe_load(yaml.safe_load(content)["alertmanager_config"])
    known = {receiver["name"] for receiver in inner["receivers"]}
    if inner["route"]["receiver"] not in known:
        return "undefined receiver used in route"
    refused = [key for one in inner["receivers"] for key in one if key == "slack_configs"]
    return f"{refused[0]} is not supported" if refused else ""


def open_definition(
    fake: FakeDefinition,
    writable: bool,
    owner: Owner | None = None,
    *,
    closing: ExitStack,
    workspace: str = WORKSPACE,
) -> AmazonAlertmanagerProvider:
    server = open_server(
        ServerTarget(name=TARGET, url="http://aps.example", timeout=timedelta(seconds=10)),
        None,
        ["aps.example"],
        writable=writable,
        transport=httpx.MockTransport(fake.handle),
    )
    closing.callback(server.client.close)
    api = AmazonDefinitionApi(replace(server, pause=lambda _: None), workspace)
    return AmazonAlertmanagerProvider(target=TARGET, api=api, owner=owner)


@contextmanager
def fake_amazon_alertmanager(_folder: Path) -> Iterator[World]:
    fake = FakeDefinition()
    inner = "route: {receiver: a}\nreceivers: [{name: a}]\n"
    theirs = yaml.safe_dump({"alertmanager_config": inner})
    with ExitStack() as closing:
        yield of_stored_config(partial(open_definition, fake, closing=closing), fake, theirs)
