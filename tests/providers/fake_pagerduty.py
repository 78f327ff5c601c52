"""A PagerDuty account that keeps state, fills in defaults and gives ids, as PagerDuty does."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.providers.faulty_fake import Answer, FaultyFake, Json, Refusal
from tests.providers.pagerduty_analytics import FakeAnalytics

ACCEPT = "application/vnd.pagerduty+json;version=2"
POLICIES = ("PABC123", "PDEF456")
URGENCIES = ("high", "low", "severity_based")
CONDITION = re.compile(r"event(\.\w+)+ (matches|matches part) '[^']*'")
ACTIONS: Json = {"annotate": None, "variables": [], "extractions": [], "suppress": False}
DEFAULTS: Json = {
    "auto_resolve_timeout": 14400,
    "acknowledgement_timeout": 1800,
    "alert_creation": "create_alerts_and_incidents",
    "status": "active",
    "support_hours": None,
    "scheduled_actions": [],
    "teams": [],
    "integrations": [],
}


@dataclass(kw_only=True)
class FakePagerDuty(FaultyFake):
    """Services and their orchestrations by id, audit records, and analytics.

    `page` is the largest page of services. Answers to creates have `answers` instead of their own.
    """

    limits = "ratelimit"

    page: int = 100
    services: dict[str, Json] = field(default_factory=dict)
    paths: dict[str, Json] = field(default_factory=dict)
    active: dict[str, bool] = field(default_factory=dict)
    records: dict[str, list[Json]] = field(default_factory=dict)
    token: str = "token"
    audited: bool = True
    answers: dict[str, str] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    analytics: FakeAnalytics = field(default_factory=FakeAnalytics)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(100))

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: Any) -> Answer:
        parts = urlsplit(target)
        self.requests.append(f"{method} {parts.path}")
        if headers.get("authorization") != f"Token token={self.token}":
            return 401, {"error": {"message": "Unauthorized", "code": 2006}}
        if headers.get("accept") != ACCEPT:
            return 406, {"error": {"message": "Not Acceptable"}}
        try:
            if (method, parts.path) == ("POST", "/analytics/raw/incidents"):
                return 200, self.analytics.answer(headers.get("content-type"), body)
            return self._answer(method, parts.path, dict(parse_qsl(parts.query)), body)
        except Refusal as refusal:
            texts = {403: "Access Denied", 404: "Not Found"}
            text = texts.get(refusal.status, "Invalid Input Provided")
            return refusal.status, {"error": {"message": text, "errors": [str(refusal)]}}

    def _answer(self, method: str, path: str, query: Mapping[str, str], body: Any) -> Answer:
        match method, path.strip("/").split("/"):
            case "GET", ["services"]:
                return 200, self._listed(query)
            case "GET", ["services", identity, "audit", "records"]:
                return self._audit(identity)
            case "GET", ["users", identity]:
                if identity not in self.users:
                    raise Refusal("Access Denied", 403)
                return 200, {"user": {"id": identity, "name": self.users[identity]}}
            case _, ["services", *rest]:
                return self._of_services(method, rest, body)
            case _, ["event_orchestrations", "services", identity, *rest]:
                self._ensure_found(identity)
                return self._of_orchestrations(method, identity, rest, body)
            case _:
                raise Refusal(f"Not found: {path}", 404)

    def _listed(self, query: Mapping[str, str]) -> Json:
        limit, offset = int(query.get("limit", 25)), int(query.get("offset", 0))
        size = min(limit, self.page, 100)
        name = query.get("name")
        every = [one for one in self.services.values() if name is None or one["name"] == name]
        more = offset + size < len(every)
        page = every[offset : offset + size]
        return {"services": page, "limit": size, "offset": offset, "more": more, "total": None}

    def _audit(self, identity: str) -> Answer:
        if not self.audited:
            return 403, {"error": {"message": "Access Denied", "code": 2010}}
        return 200, {"records": self.records.get(identity, []), "next_cursor": None, "limit": 100}

    def _of_services(self, method: str, rest: list[str], body: Any) -> Answer:
        match method, rest:
            case "POST", []:
                identity = f"PS{next(self.ids)}"
                self.paths[identity] = self._path(
                    identity, {"sets": [{"id": "start", "rules": []}]}
                )
                self.active[identity] = False
                made = self._service(body["service"], identity)
                return 201, {"service": {**made, **self.answers}}
            case "PUT", [identity]:
                self._ensure_found(identity)
                return 200, {"service": self._service(body["service"], identity)}
            case "DELETE", [identity]:
                self._ensure_found(identity)
                del self.services[identity], self.paths[identity], self.active[identity]
                return 204, None
            case _:
                raise Refusal("Method not allowed", 405)

    def _of_orchestrations(self, method: str, identity: str, rest: list[str], body: Any) -> Answer:
        match method, rest:
            case "GET", []:
                return 200, {"orchestration_path": self.paths[identity]}
            case "PUT", []:
                self.paths[identity] = self._path(identity, body["orchestration_path"])
                return 200, {"orchestration_path": self.paths[identity], "warnings": []}
            case "GET", ["active"]:
                return 200, {"active": self.active[identity]}
            case "PUT", ["active"]:
                self.active[identity] = bool(body["active"])
                return 200, {"active": self.active[identity]}
            case _:
                raise Refusal("Method not allowed", 405)

    def _ensure_found(self, identity: str) -> None:
        if identity not in self.services:
            raise Refusal("Not Found", 404)

    def _service(self, written: Json, identity: str) -> Json:
        taken = {one["name"].lower() for key, one in self.services.items() if key != identity}
        if written["name"].lower() in taken:
            raise Refusal("Name has already been taken")
        if written["escalation_policy"]["id"] not in POLICIES:
            raise Refusal("Escalation policy is invalid")
        if written["incident_urgency_rule"]["urgency"] not in URGENCIES:
            raise Refusal("Incident urgency rule is invalid")
        former = self.services.get(identity, {})
        made = {
            **DEFAULTS,
            **former,
            **written,
            "id": identity,
            "name": written["name"].strip(),
            "summary": written["name"],
            "self": f"https://api.pagerduty.com/services/{identity}",
            "escalation_policy": {**written["escalation_policy"], "summary": "Default"},
        }
        self.services[identity] = made
        return made

    def _path(self, identity: str, written: Json) -> Json:
        sets = [
            {"id": one["id"], "rules": [self._rule(rule) for rule in one["rules"]]}
            for one in written["sets"]
        ]
        return {
            "type": "service",
            "parent": {"id": identity, "type": "service_reference"},
            "sets": sets,
            "catch_all": {"actions": {**ACTIONS}},
            "version": f"v{next(self.ids)}",
        }

    def _rule(self, written: Json) -> Json:
        for condition in written["conditions"]:
            if not CONDITION.fullmatch(condition["expression"]):
                raise Refusal(f"Invalid expression: {condition['expression']}")
        return {
            "id": f"r{next(self.ids)}",
            "disabled": False,
            **written,
            "actions": {**ACTIONS, **written["actions"]},
        }
