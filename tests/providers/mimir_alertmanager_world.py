"""The Alertmanager of a tenant of Mimir, as a fake that keeps, checks and refuses as it does.

After pkg/alertmanager/api.go: the outer YAML is printed again and the text in it stays as it was;
`*_file` fields are refused, and so is a route to a receiver that does not exist.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import yaml

from reliability.errors import SettingsError
from reliability.model.targets import ServerTarget
from reliability.plan.held import Owner
from reliability.plan.sync import Provider
from reliability.providers.http import open_server
from reliability.providers.mimir_alertmanager import MimirAlertmanagerProvider
from tests.providers.worlds import TARGET, World, of_stored_config


@dataclass(slots=True)
class FakeTenantAlertmanager:
    """The configuration of a tenant; None before the first."""

    text: str | None = None
    templates: dict[str, str] | None = field(default_factory=dict)
    document: dict[str, Any] | None = None
    """What is answered to a read instead of the configuration."""
    token: str = "Bearer good"
    refuses: bool = False
    loses: bool = False
    """Whether the answer to a write is lost."""
    requests: list[httpx.Request] = field(default_factory=list)

    @property
    def stored(self) -> str | None:
        return self.text

    @stored.setter
    def stored(self, text: str | None) -> None:
        self.text = text

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if not request.headers.get("x-scope-orgid"):
            return httpx.Response(401, text="no org id\n")
        if request.headers.get("authorization") != self.token:
            return httpx.Response(401, text="unauthorized\n")
        if request.url.path != "/api/v1/alerts":
            return httpx.Response(404, text="404 page not found\n")
        if request.method == "POST":
            return self.store(request)
        if self.text is None and self.document is None:
            return httpx.Response(404, text="alertmanager storage object not found\n")
        document = {"template_files": self.templates, "alertmanager_config": self.text}
        document = document if self.document is None else self.document
        return httpx.Response(200, text=yaml.dump(document, Dumper=yaml.CSafeDumper))

    def store(self, request: httpx.Request) -> httpx.Response:
        document = yaml.load(request.content, yaml.CSafeLoader)
        inner: dict[str, Any] = yaml.load(document["alertmanager_config"], yaml.CSafeLoader)
        for key in keys(inner):
            if key.endswith("_file"):
                return httpx.Response(400, text=f"error validating: setting {key} is not allowed\n")
        if self.refuses:
            return httpx.Response(400, text="too large\n")
        known = {receiver["name"] for receiver in inner["receivers"]}
        if inner["route"]["receiver"] not in known:
            shown = document["alertmanager_config"][-200:]
            return httpx.Response(400, text=f"undefined receiver used in route: {shown}\n")
        self.text = document["alertmanager_config"]
        self.templates = document["template_files"]
        if self.loses:
            raise httpx.ReadTimeout("late", request=request)
        return httpx.Response(201)


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    if isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def open_tenant(
    fake: FakeTenantAlertmanager,
    secrets: dict[str, str],
    writable: bool,
    closing: ExitStack,
    owner: Owner | None = None,
) -> MimirAlertmanagerProvider:
    """The provider of a tenant, with these environment variables."""

    def secret(reference: str) -> str:
        name = reference.removeprefix("env:")
        if name not in secrets:
            raise SettingsError(f"the environment variable {name} is not set")
        return secrets[name]

    server = open_server(
        ServerTarget(name=TARGET, url="http://mimir.example", timeout=timedelta(seconds=10)),
        "Bearer good",
        ["mimir.example"],
        writable=writable,
        transport=httpx.MockTransport(fake.handle),
        more={"X-Scope-OrgID": "shop"},
    )
    closing.callback(server.client.close)
    server = replace(server, pause=lambda _: None)
    return MimirAlertmanagerProvider(target=TARGET, server=server, secret=secret, owner=owner)


@contextmanager
def fake_mimir_alertmanager(_folder: Path) -> Iterator[World]:
    fake = FakeTenantAlertmanager()
    theirs = "# mine\nroute: {receiver: a}\nreceivers: [{name: a}]\n"
    with ExitStack() as closing:

        def open_(writable: bool, owner: Owner | None = None) -> Provider:
            return open_tenant(fake, {}, writable, closing, owner)

        yield of_stored_config(open_, fake, theirs)
