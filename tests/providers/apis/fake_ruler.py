"""A ruler of Mimir or Cortex that is stateful: it prints, reorders, drops and refuses as they do.

After pkg/ruler/api.go, pkg/ruler/rulespb/compat.go and pkg/ruler/ruler.go of both: groups are kept
as protobuf, so unknown keys are gone and durations are printed by Prometheus' model.Duration; a
listing follows the keys of the object store, which are the base64 of the names.
"""

import base64
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

import httpx
import yaml
from promql_parser import parse

PREFIX: Final = {"mimir": "/prometheus/config/v1/rules", "cortex": "/api/v1/rules"}
GROUP: Final = ("name", "interval", "query_offset", "limit", "rules", "labels")
RULE: Final = ("record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations")
UNITS: Final = {"y": 31_536_000_000, "w": 604_800_000, "d": 86_400_000, "h": 3_600_000,
                "m": 60_000, "s": 1000, "ms": 1}  # fmt: skip


class GoDumper(yaml.CSafeDumper):
    """Prints texts of several lines as yaml.v3 of Go does: as a literal block."""


def _literal(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


GoDumper.add_representer(str, _literal)


class Refused(Exception):
    """What the server refuses, as its text."""


def milliseconds(text: object) -> int:
    if not re.fullmatch(r"((\d+)(ms|[smhdwy]))+|0", str(text)):
        raise Refused("unable to decoded rule group")
    return sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)(ms|[smhdwy])", str(text)))


def printed(duration: int) -> str:
    """A duration as model.Duration prints it: `1m30s`, weeks and years only if they are whole."""
    if not duration:
        return "0s"
    parts: list[str] = []
    for unit, length in UNITS.items():
        if unit in ("y", "w", "d") and duration % length:
            continue
        if duration >= length:
            parts.append(f"{duration // length}{unit}")
            duration %= length
    return "".join(parts)


@dataclass(slots=True)
class FakeRuler:
    """Groups by tenant, namespace and name; `known` are the rule keys that this version knows.

    Rules are loaded and evaluated `after` so many questions about them; until then the ruler runs
    `former` ones, if any. `failing` are errors by the name of the rule.
    """

    dialect: str = "mimir"
    max_rules: int = 0
    max_groups: int = 0
    known: tuple[str, ...] = RULE
    empty_is_404: bool = False
    protected: tuple[str, ...] = ()
    token: str = "Bearer good"
    tenants: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    alerts: list[dict[str, Any]] = field(default_factory=list)
    after: int = 0
    former: dict[str, dict[str, Any]] = field(default_factory=dict)
    failing: dict[str, str] = field(default_factory=dict)
    has_rules_api: bool = True

    def handle(self, request: httpx.Request) -> httpx.Response:
        tenant = request.headers.get("x-scope-orgid")
        if request.headers.get("authorization") != self.token or not tenant:
            return httpx.Response(401, text="no org id")
        path = request.url.raw_path.decode().partition("?")[0]
        if path == "/prometheus/api/v1/alerts":
            return httpx.Response(200, json={"status": "success", "data": {"alerts": self.alerts}})
        if path == "/prometheus/api/v1/rules" and self.has_rules_api:
            groups = [*self.running(self.tenants.get(tenant, {}))]
            return httpx.Response(200, json={"status": "success", "data": {"groups": groups}})
        prefix = PREFIX[self.dialect]
        if not path.startswith(prefix):
            return httpx.Response(404, text="404 page not found\n")
        names = [unquote(part) for part in path.removeprefix(prefix).split("/") if part]
        try:
            return self.answer(request, self.tenants.setdefault(tenant, {}), names)
        except Refused as refused:
            return httpx.Response(400, text=f"{refused}\n")

    def running(self, namespaces: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Groups as the ruler runs them; expressions are printed, and some fields left out."""
        self.after -= 1
        is_evaluated = self.after < 0 or bool(self.former)
        if self.after >= 0 and self.former:
            namespaces = self.former
        for namespace, groups in sorted(namespaces.items()):
            for group in groups.values():
                yield {
                    "name": group["name"],
                    "file": namespace,
                    "interval": group.get("interval", 60_000) / 1000,
                    "rules": [self.running_rule(rule, is_evaluated) for rule in group["rules"]],
                }

    def running_rule(self, rule: dict[str, Any], is_evaluated: bool) -> dict[str, Any]:
        name = rule.get("alert") or rule["record"]
        error = self.failing.get(name, "") if is_evaluated else ""
        health = "err" if error else "ok" if is_evaluated else "unknown"
        return {
            "name": name,
            "type": "alerting" if "alert" in rule else "recording",
            "query": parse(rule["expr"]).prettify(),
            "labels": rule.get("labels", {}),
            "health": health,
            "lastError": error,
            "lastEvaluation": "2026-11-27T12:00:00Z" if is_evaluated else "0001-01-01T00:00:00Z",
        }

    def answer(  # noqa: C901 - one case for each endpoint
        self, request: httpx.Request, namespaces: dict[str, dict[str, Any]], names: list[str]
    ) -> httpx.Response:
        if request.method != "GET" and names and names[0] in self.protected:
            headers = {"X-Mimir-Ruler-Protected-Namespaces": ",".join(self.protected)}
            return httpx.Response(403, headers=headers, text="namespace is protected")
        match request.method, names:
            case "GET", []:
                return self.listing(namespaces)
            case "GET", [name]:
                return self.listing({name: namespaces[name]} if name in namespaces else {})
            case "POST", [name]:
                return self.store(namespaces, name, request)
            case "DELETE", [name]:
                if namespaces.pop(name, None) is None:
                    return httpx.Response(404, text="group namespace does not exist\n")
                return accepted()
            case "DELETE", [name, group]:
                if namespaces.get(name, {}).pop(group, None) is None:
                    return httpx.Response(404, text="group does not exist\n")
                if not namespaces[name]:
                    del namespaces[name]
                return accepted()
            case _:
                return httpx.Response(405)

    def listing(self, namespaces: dict[str, dict[str, Any]]) -> httpx.Response:
        if not namespaces and self.empty_is_404:
            return httpx.Response(404, text="no rule groups found\n")
        shown = {
            name: [shown_group(groups[key]) for key in sorted(groups, key=object_key)]
            for name, groups in sorted(namespaces.items())
        }
        text = yaml.dump(shown, Dumper=GoDumper, sort_keys=False, width=4096)
        return httpx.Response(200, text=text, headers={"Content-Type": "application/yaml"})

    def store(
        self, namespaces: dict[str, dict[str, Any]], name: str, request: httpx.Request
    ) -> httpx.Response:
        if request.headers["content-type"] != "application/yaml":
            return httpx.Response(415)
        group = self.kept(yaml.load(request.content, yaml.CSafeLoader))
        if self.max_rules and len(group["rules"]) > self.max_rules:
            raise Refused(exceeded("rules per rule group", self.max_rules, len(group["rules"])))
        # One more than there are, also if the group exists (Cortex and Mimir before 2.1).
        count = 1 + sum(len(groups) for groups in namespaces.values())
        if self.max_groups and count > self.max_groups:
            raise Refused(exceeded("rule groups", self.max_groups, count))
        namespaces.setdefault(name, {})[group["name"]] = group
        return accepted()

    def kept(self, sent: object) -> dict[str, Any]:
        """What remains of a group once it is protobuf."""
        if not isinstance(sent, dict) or not isinstance(sent.get("rules", []), list):
            raise Refused("unable to decoded rule group")
        if not sent.get("name"):
            raise Refused("invalid rules config: rule group name must not be empty")
        if not sent.get("rules"):
            raise Refused(f"invalid rules config: rule group '{sent['name']}' has no rules")
        group = {key: deepcopy(sent[key]) for key in GROUP if key in sent}
        for key in ("interval", "query_offset"):
            if key in group:
                group[key] = milliseconds(group[key])
        group["rules"] = [self.kept_rule(sent["name"], rule) for rule in sent["rules"]]
        return group

    def kept_rule(self, group: str, sent: dict[str, Any]) -> dict[str, Any]:
        rule = {key: deepcopy(sent[key]) for key in self.known if key in sent}
        if ("record" in rule) == ("alert" in rule):
            raise Refused(f'group "{group}": one of "record" or "alert" must be set')
        if "record" in rule and rule.keys() & {"for", "keep_firing_for", "annotations"}:
            raise Refused(f'group "{group}": invalid field in recording rule')
        try:
            parse(rule["expr"])
        except ValueError as error:
            raise Refused(
                f'group "{group}", rule 0: could not parse expression: {error}'
            ) from error
        for key in ("for", "keep_firing_for"):
            if key in rule:
                rule[key] = milliseconds(rule[key])
        return rule

    def edit(self, namespace: str, old: str, new: str) -> None:
        """What a person does with mimirtool."""
        for group in self.tenants["shop"][namespace].values():
            for rule in group["rules"]:
                if old in rule["expr"]:
                    rule["expr"] = rule["expr"].replace(old, new)
                    return
        raise AssertionError(old)

    def put_foreign(self) -> None:
        mine = {"name": "mine", "rules": [{"record": "mine:up:sum", "expr": "sum(up)"}]}
        for namespace in ("reliability/attendance", "platform", "reliability"):
            self.tenants.setdefault("shop", {})[namespace] = {"mine": deepcopy(mine)}

    def state(self) -> object:
        return deepcopy(self.tenants.get("shop", {}))


def object_key(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode()


def exceeded(what: str, limit: int, actual: int) -> str:
    return f"per-user {what} limit (limit: {limit} actual: {actual}) exceeded"


def accepted() -> httpx.Response:
    body = {"status": "success", "data": None, "errorType": "", "error": ""}
    return httpx.Response(202, text=json.dumps(body))


def shown_group(group: dict[str, Any]) -> dict[str, Any]:
    return {**dict(shown_fields(group)), "rules": [dict(shown_fields(r)) for r in group["rules"]]}


def shown_fields(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Fields as Go prints them: empty ones left out, maps sorted, durations in its notation."""
    for key in dict.fromkeys((*GROUP, *RULE)):
        value = values.get(key)
        if key == "rules" or not value:
            continue
        if isinstance(value, dict):
            yield key, dict(sorted(value.items()))
        else:
            yield key, printed(value) if isinstance(value, int) and key != "limit" else value
