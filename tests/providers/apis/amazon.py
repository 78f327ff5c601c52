"""Amazon Managed Prometheus, as moto keeps it, with what moto leaves out.

moto stores, describes, pages and tags. It checks no signature and no rule file, knows no
throttling, and answers ACTIVE at once. Here a rule file is checked as the service does, after the
write, and a write is followed by one answer of an unfinished status.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import yaml
from promql_parser import parse

from tests.providers.rewriting import Rewriting, replacing
from tests.servers.moto import moto_url

REGION: Final = "eu-west-1"
SCOPE: Final = f"/{REGION}/aps/aws4_request"
CREDENTIAL: Final = "AWS4-HMAC-SHA256 Credential=test/20261127"
HEADERS: Final = {"Authorization": f"{CREDENTIAL}{SCOPE}, SignedHeaders=host, Signature=0"}


@dataclass(slots=True)
class MotoWorkspace:
    """A workspace of its own; `page` is the most namespaces of a page.

    It is slow if a write takes until the next answer.
    """

    page: int = 2
    is_slow: bool = True
    unfinished: set[str] = field(default_factory=set)
    client: httpx.Client = field(init=False)
    workspace: str = field(init=False)

    def __post_init__(self) -> None:
        # moto answers in two packets, the second of which waits for a delayed acknowledgment if the
        # connection stays open.
        headers = {**HEADERS, "Connection": "close"}
        self.client = httpx.Client(
            base_url=moto_url(), trust_env=False, headers=headers, timeout=60
        )
        made = self.client.post("/workspaces", json={"alias": "shop"})
        self.workspace = made.json()["workspaceId"]

    @property
    def path(self) -> str:
        return f"/workspaces/{self.workspace}/rulegroupsnamespaces"

    def handle(self, request: httpx.Request) -> httpx.Response:
        signature = request.headers.get("authorization", "")
        if SCOPE not in signature or "x-amz-date" not in request.headers:
            return httpx.Response(403, json={"message": "Missing Authentication Token"})
        if request.method in ("POST", "PUT") and not json.loads(request.content):
            return httpx.Response(400, json={"message": "no body"})
        path = request.url.raw_path.decode()
        if request.method == "GET" and request.url.path == self.path:
            query = {**dict(request.url.params), "maxResults": str(self.page)}
            path = f"{self.path}?{httpx.QueryParams(query)}"
        reply = self.client.request(
            request.method, path, content=request.content, headers=self.sent(request)
        )
        self.note(request)
        if request.method == "GET" and request.url.path.startswith(f"{self.path}/"):
            return self.described(reply)
        return httpx.Response(reply.status_code, content=reply.content)

    def sent(self, request: httpx.Request) -> Mapping[str, str]:
        kept = ("authorization", "x-amz-date", "content-type")
        return {name: request.headers[name] for name in kept if name in request.headers}

    def note(self, request: httpx.Request) -> None:
        """A write takes a moment."""
        if not self.is_slow:
            return
        if request.method == "PUT":
            self.unfinished.add(request.url.path.rpartition("/")[2])
        if request.method == "POST" and request.url.path == self.path:
            self.unfinished.add(json.loads(request.content)["name"])

    def described(self, reply: httpx.Response) -> httpx.Response:
        if reply.status_code != httpx.codes.OK:
            return httpx.Response(reply.status_code, content=reply.content)
        answer = reply.json()
        namespace = answer["ruleGroupsNamespace"]
        if namespace["name"] in self.unfinished:
            self.unfinished.discard(namespace["name"])
            namespace["status"] = {"statusCode": "UPDATING"}
        elif (why := refusal(base64.b64decode(namespace["data"]))) is not None:
            namespace["status"] = {"statusCode": "UPDATE_FAILED", "statusReason": why}
        return httpx.Response(200, json=answer)

    def describe(self, name: str) -> dict[str, Any]:
        reply = self.client.get(f"{self.path}/{name}")
        found: dict[str, Any] = reply.json()["ruleGroupsNamespace"]
        return found

    def edit(self, name: str, old: str, new: str) -> None:
        """What a person does in the console."""
        self.rewrite(name, replacing(old, new))

    def rewrite(self, name: str, change: Rewriting) -> None:
        text = base64.b64decode(self.describe(name)["data"]).decode()
        data = base64.b64encode(change(text).encode()).decode()
        self.client.put(f"{self.path}/{name}", json={"data": data}).raise_for_status()

    def put_foreign(self) -> None:
        data = base64.b64encode(b"# mine\ngroups: []\n").decode()
        for name in ("reliability-attendance", "platform"):
            self.put(name, data, {"team": "platform"})

    def put(self, name: str, data: str, tags: Mapping[str, str]) -> None:
        body = {"name": name, "data": data, "tags": dict(tags)}
        self.client.post(self.path, json=body).raise_for_status()

    def remove(self, name: str) -> None:
        self.client.delete(f"{self.path}/{name}").raise_for_status()

    def names(self) -> list[str]:
        names: list[str] = []
        query: dict[str, str] = {}
        while True:
            page = self.client.get(self.path, params=query).json()
            names += [each["name"] for each in page["ruleGroupsNamespaces"]]
            if not page.get("nextToken"):
                break
            query = {"nextToken": page["nextToken"]}
        return names

    def state(self) -> object:
        """Data and tags by name."""
        found = {name: self.describe(name) for name in self.names()}
        return {name: (each["data"], each["tags"]) for name, each in found.items()}


def refusal(content: bytes) -> str | None:
    """What the service finds wrong in a rule file."""
    for group in yaml.load(content, yaml.CSafeLoader).get("groups") or ():
        for rule in group["rules"]:
            try:
                parse(rule["expr"])
            except ValueError as error:
                return f"could not parse expression: {error}"
    return None
