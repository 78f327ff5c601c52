"""Servers that answer as Prometheus and Alertmanager do: reprinted, with defaults added."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import yaml
from promql_parser import parse

Reply = Callable[[httpx.Request], httpx.Response]
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


class Refusal(Exception):
    """What a server finds wrong in its files."""


def reprinted(expression: str) -> str:
    """An expression as a server prints it: on one line, in a layout of its own."""
    try:
        return " ".join(parse(expression).prettify().split())
    except ValueError as error:
        raise Refusal(f"1:1: parse error: {error}") from error


def seconds(text: str) -> float:
    return sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)(ms|[smhd])", text))


@dataclass(slots=True)
class FakeServer:
    """What both have: a state of the last reload, and requests that were received."""

    clock: float = field(default_factory=lambda: datetime.now(UTC).timestamp())
    successful: bool = True
    requests: list[str] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(f"{request.method} {request.url.path}")
        match request.method, request.url.path:
            case "GET", "/-/reload":
                return httpx.Response(405)
            case "POST", "/-/reload":
                return self.reload()
            case "GET", "/metrics":
                return httpx.Response(200, text=self.metrics())
            case _:
                return self.answer(request)

    def reload(self) -> httpx.Response:
        try:
            self.load()
        except Refusal as refusal:
            self.successful = False
            return httpx.Response(500, text=f"failed to reload config: {refusal}\n")
        self.successful = True
        self.clock = datetime.now(UTC).timestamp()
        return httpx.Response(200)

    def load(self) -> None:
        raise NotImplementedError

    def metrics(self) -> str:
        raise NotImplementedError

    def answer(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(404, text=f"{request.url.path} is not here")

    def reload_metrics(self, prefix: str) -> str:
        return (
            f"# TYPE {prefix}_config_last_reload_successful gauge\n"
            f"{prefix}_config_last_reload_successful {int(self.successful)}\n"
            f"{prefix}_config_last_reload_success_timestamp_seconds {self.clock!r}\n"
        )


@dataclass(slots=True)
class FakePrometheus(FakeServer):
    """Runs the rule files of a folder, as they were at the last reload that it took.

    `page` is the most groups of a page, whatever is asked for.
    """

    folder: Path = Path()
    page: int = 1
    groups: list[dict[str, Any]] = field(default_factory=list)
    notifies: list[str] = field(default_factory=list)
    has_lifecycle: bool = True

    def load(self) -> None:
        loaded = [
            self.group(file, group)
            for file in sorted(self.folder.glob("*.yml"))
            for group in yaml.load(file.read_bytes(), yaml.CSafeLoader)["groups"]
            if group["rules"]
        ]
        self.groups = loaded

    def group(self, file: Path, group: dict[str, Any]) -> dict[str, Any]:
        return {
            "name": group["name"],
            "file": str(file),
            "interval": seconds(group.get("interval", "60s")),
            "limit": group.get("limit", 0),
            "rules": [self.rule(rule, group.get("labels", {})) for rule in group["rules"]],
            "evaluationTime": 0,
        }

    def rule(self, rule: dict[str, Any], labels: dict[str, str]) -> dict[str, Any]:
        common = {
            "query": reprinted(rule["expr"]),
            "labels": {**labels, **rule.get("labels", {})},
            "health": "unknown",
        }
        if "record" in rule:
            return {"name": rule["record"], "type": "recording", **common}
        return {
            "name": rule["alert"],
            "type": "alerting",
            "state": "inactive",
            "duration": seconds(rule.get("for", "0s")),
            "keepFiringFor": seconds(rule.get("keep_firing_for", "0s")),
            "annotations": rule.get("annotations", {}),
            **common,
        }

    def evaluate(self) -> None:
        """What an interval does."""
        for group in self.groups:
            for rule in group["rules"]:
                rule["health"] = "ok"

    def metrics(self) -> str:
        return self.reload_metrics("prometheus")

    def answer(self, request: httpx.Request) -> httpx.Response:
        match request.url.path:
            case "/api/v1/rules":
                return self.listed(request.url.params)
            case "/api/v1/alerts":
                return httpx.Response(200, json={"status": "success", "data": {"alerts": []}})
            case "/api/v1/alertmanagers":
                active = [{"url": f"{url}/api/v2/alerts"} for url in self.notifies]
                data = {"activeAlertmanagers": active, "droppedAlertmanagers": []}
                return httpx.Response(200, json={"status": "success", "data": data})
            case "/api/v1/status/runtimeinfo":
                moment = datetime.fromtimestamp(int(self.clock), UTC)
                return httpx.Response(200, json={"data": {"lastConfigTime": moment.isoformat()}})
            case "/api/v1/status/flags":
                flags = {"web.enable-lifecycle": str(self.has_lifecycle).lower()}
                return httpx.Response(200, json={"status": "success", "data": flags})
            case "/api/v1/format_query":
                return formatted(request.url.params["query"])
            case _:
                return httpx.Response(404)

    def listed(self, params: httpx.QueryParams) -> httpx.Response:
        start = int(params.get("group_next_token", 0))
        end = start + self.page
        data: dict[str, Any] = {"groups": self.groups[start:end]}
        if end < len(self.groups):
            data["groupNextToken"] = str(end)
        return httpx.Response(200, json={"status": "success", "data": data})


@dataclass(slots=True)
class FakeThanosRuler(FakePrometheus):
    """As a Prometheus, with metrics of its own, and without the endpoints that Thanos lacks."""

    def metrics(self) -> str:
        return self.reload_metrics("thanos_rule")

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path in ("/api/v1/rules", "/api/v1/alerts"):
            return FakePrometheus.answer(self, request)
        return httpx.Response(404, text="404 page not found")


def formatted(query: str) -> httpx.Response:
    try:
        return httpx.Response(200, json={"status": "success", "data": reprinted(query)})
    except Refusal as refusal:
        error = f'invalid parameter "query": {refusal}'
        return httpx.Response(400, json={"status": "error", "error": error})


@dataclass(slots=True)
class FakeAlertmanager(FakeServer):
    """Runs a configuration file, as it was at the last reload that it took."""

    file: Path = Path()
    running: bytes = b""
    alerts: list[dict[str, Any]] = field(default_factory=list)

    def load(self) -> None:
        content = self.file.read_bytes()
        config = yaml.load(content, yaml.CSafeLoader)
        known = {receiver["name"] for receiver in config["receivers"]}
        if config["route"]["receiver"] not in known:
            raise Refusal(f'undefined receiver "{config["route"]["receiver"]}" used in route')
        self.running = content

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v2/alerts":
            return httpx.Response(200, json=self.alerts)
        if request.url.path == "/api/v2/silences":
            return httpx.Response(200, json=[])
        return httpx.Response(404)

    def metrics(self) -> str:
        digest = hashlib.md5(self.running).digest()
        number = float(int.from_bytes(digest[:6], "little"))
        return f"{self.reload_metrics('alertmanager')}alertmanager_config_hash {number!r}\n"
