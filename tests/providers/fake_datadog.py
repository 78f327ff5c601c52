"""A Datadog site on 127.0.0.1 that keeps state, fills in defaults and reorders, as Datadog does.

Requests are checked here, and against Datadog's own description if RELIABILITY_APIS names the
folder with it (`datadog_description.py`).
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.providers.datadog_description import violations
from tests.providers.faulty_fake import Answer, FaultyFake, Json, Refusal

KEYS = ("api", "application")
BURN = re.compile(
    r'burn_rate\("(?P<slo>\w+)"\)\.over\("(?P<over>7d|30d|90d)"\)'
    r'\.long_window\("(?P<long>\w+)"\)\.short_window\("(?P<short>\w+)"\) > (?P<limit>[\d.]+)'
)
METRIC = re.compile(r"(avg|sum|min|max)\(last_\d+m\):[^:]+:.+\} ?.* [<>] (?P<limit>-?[\d.]+)")
COMPOSITE = re.compile(r"\d+( (\|\||&&) \d+){1,9}")
SEARCH = re.compile(
    r"@asset\.type:\(slo OR monitor OR slo_correction\) @action:\(created OR modified\) "
    r"@asset\.id:\((?P<ids>\w+( OR \w+)*)\)"
)
CATEGORIES = {"Scheduled Maintenance", "Outside Business Hours", "Deployment", "Other"}
RECURRENCE = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY"}
CREATOR = {"name": "reliability", "email": "ci@example.com", "handle": "ci@example.com"}
DEFAULTS = {
    "include_tags": True,
    "locked": False,
    "new_host_delay": 300,
    "notify_audit": False,
    "notify_no_data": False,
    "silenced": {},
}


def seconds(window: str) -> int:
    return int(window[:-1]) * {"m": 60, "h": 3600}[window[-1]]


def tags(written: list[str]) -> list[str]:
    """Tags as Datadog stores them: in lower case, each once, in an order of its own."""
    plain = {re.sub(r"[^a-z0-9_:./-]", "_", tag.lower())[:200] for tag in written}
    return sorted(plain, reverse=True)


@dataclass(kw_only=True)
class FakeDatadog(FaultyFake):
    """SLOs, monitors and corrections by id; `page` is the most that a page has.

    `events` are those of the Audit Trail, which a key reads if it is `audited`.
    """

    limits = "X-RateLimit"
    page: int = 1000
    slos: dict[str, Json] = field(default_factory=dict)
    monitors: dict[str, Json] = field(default_factory=dict)
    corrections: dict[str, Json] = field(default_factory=dict)
    deleted: dict[str, Json] = field(default_factory=dict)
    forced: list[str] = field(default_factory=list)
    keys: tuple[str, str] = KEYS
    events: list[Json] = field(default_factory=list)
    audited: bool = True
    clock: Iterator[int] = field(default_factory=lambda: itertools.count(1_700_000_000))

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: Any) -> Answer:
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query))
        self.requests.append(f"{method} {parts.path}")
        if (headers.get("dd-api-key"), headers.get("dd-application-key")) != self.keys:
            return 403, {"errors": ["Forbidden"]}
        if (method, parts.path) == ("POST", "/api/v2/audit/events/search"):
            return self._audit(body) if self.audited else (403, {"errors": ["Forbidden"]})
        if body is not None:
            self.found += violations(method, parts.path, body)
        try:
            return self._answer(method, parts.path, query, body)
        except Refusal as refusal:
            return refusal.status, {"errors": [str(refusal)]}

    def _answer(self, method: str, path: str, query: Mapping[str, str], body: Any) -> Answer:
        match path.removeprefix("/api/v1/").split("/"):
            case ["slo", "correction", *rest]:
                return self._of_corrections(method, rest, query, body)
            case ["slo", *rest]:
                return self._of_slos(method, rest, query, body)
            case ["monitor", *rest]:
                return self._of_monitors(method, rest, query, body)
            case _:
                raise Refusal(f"Not found: {path}", 404)

    def _audit(self, body: Json) -> Answer:
        """Events of the named assets, the newest first, as a search with this query finds them."""
        searched = SEARCH.fullmatch(body["filter"]["query"])
        is_known = body.keys() <= {"filter", "options", "page", "sort"}
        if searched is None or not is_known or body["sort"] != "-timestamp":
            return 400, {"errors": ["Invalid request"]}
        if not 0 < body["page"]["limit"] <= 1000:
            return 400, {"errors": ["page.limit must be at most 1000"]}
        wanted = searched["ids"].split(" OR ")
        every = [one for one in self.events if one["attributes"]["asset"]["id"] in wanted]
        every.sort(key=lambda one: str(one["timestamp"]), reverse=True)
        start = int(body["page"].get("cursor", "0"))
        page = every[start : start + min(body["page"]["limit"], self.page)]
        data = [{"id": f"E{n}", "type": "audit", "attributes": one} for n, one in enumerate(page)]
        if not data:
            return 200, {"data": []}
        return 200, {"data": data, "meta": {"page": {"after": str(start + len(page))}}}

    def _of_slos(self, method: str, rest: list[str], query: Mapping[str, str], body: Any) -> Answer:
        match method, rest:
            case "GET", []:
                return 200, {"data": self._listed_slos(query), "errors": []}
            case "POST", []:
                return 200, {"data": [self._slo(body, f"{len(self.requests):032x}")]}
            case "GET", [identity]:
                return 200, {"data": self._found(self.slos, identity)}
            case "PUT", [identity]:
                return 200, {"data": [self._slo(body, identity)]}
            case "DELETE", [identity]:
                return self._delete_slo(identity, query)
            case _:
                raise Refusal("Method not allowed", 405)

    def _of_corrections(
        self, method: str, rest: list[str], query: Mapping[str, str], body: Any
    ) -> Answer:
        match method, rest:
            case "GET", []:
                limit, offset = int(query.get("limit", 25)), int(query.get("offset", 0))
                every = [*self.corrections.values()]
                return 200, {"data": every[offset : offset + min(limit, self.page)]}
            case "POST", []:
                return 200, {"data": self._correction(body["data"]["attributes"])}
            case "PATCH", [identity]:
                return 200, {"data": self._patched(identity, body["data"]["attributes"])}
            case "DELETE", [identity]:
                self._found(self.corrections, identity)
                del self.corrections[identity]
                return 204, None
            case _:
                raise Refusal("Method not allowed", 405)

    def _of_monitors(
        self, method: str, rest: list[str], query: Mapping[str, str], body: Any
    ) -> Answer:
        match method, rest:
            case "GET", []:
                return 200, self._listed_monitors(query)
            case "POST", []:
                return 200, self._monitor(body, str(1000 + len(self.requests)))
            case "POST", [*_, "validate"]:
                self._ensure_monitor(body)
                return 200, {}
            case "GET", [identity]:
                return 200, self._found(self.monitors, identity)
            case "PUT", [identity]:
                return 200, self._monitor(body, identity)
            case "DELETE", [identity]:
                return self._delete_monitor(identity)
            case _:
                raise Refusal("Method not allowed", 405)

    def _found(self, objects: dict[str, Json], identity: str) -> Json:
        if identity not in objects:
            raise Refusal(f"{identity} not found", 404)
        return objects[identity]

    def _listed_slos(self, query: Mapping[str, str]) -> list[Json]:
        limit, offset = int(query.get("limit", 1000)), int(query.get("offset", 0))
        if query.get("is_deleted") == "true":
            return [slo for slo in self.deleted.values() if slo["id"] == query.get("ids")]
        tag = query.get("tags_query", "")
        if "," in tag or " " in tag:
            raise Refusal("tags_query takes one tag")
        every = [slo for slo in self.slos.values() if not tag or tag in slo["tags"]]
        return every[offset : offset + min(limit, self.page)]

    def _listed_monitors(self, query: Mapping[str, str]) -> list[Json]:
        wanted = set(filter(None, query.get("monitor_tags", "").split(",")))
        size, last = int(query.get("page_size", 100)), int(query.get("id_offset", 0))
        every = [
            monitor
            for _, monitor in sorted(self.monitors.items(), key=lambda item: int(item[0]))
            if monitor["id"] > last and wanted <= set(monitor["tags"])
        ]
        return every[: min(size, self.page)]

    def _slo(self, body: Json, identity: str) -> Json:
        former = self.slos.get(identity)
        if former is None and self.requests[-1].startswith("PUT"):
            raise Refusal("SLO not found", 404)
        if former is not None and former["type"] != body["type"]:
            raise Refusal("Type cannot be changed")
        for threshold in body["thresholds"]:
            if threshold["timeframe"] not in ("7d", "30d", "90d"):
                raise Refusal(f"Invalid timeframe {threshold['timeframe']}")
            if (
                not 0 < threshold["target"] < 100
                or round(threshold["target"], 3) != threshold["target"]
            ):
                raise Refusal("Invalid target")
        now = next(self.clock)
        slo = {
            "id": identity,
            "name": body["name"].strip(),
            "type": body["type"],
            "description": (body.get("description") or "").strip() or None,
            "tags": tags(body.get("tags", [])),
            "monitor_tags": [],
            "thresholds": [
                {**each, "target": plain(each["target"]), "target_display": str(each["target"])}
                for each in body["thresholds"]
            ],
            "creator": CREATOR,
            "created_at": former["created_at"] if former else now,
            "modified_at": now,
        }
        if body["type"] == "metric":
            slo["query"] = {key: body["query"][key].strip() for key in ("denominator", "numerator")}
        elif body["type"] == "time_slice":
            slo["sli_specification"] = {"time_slice": self._slice(body)}
        else:
            raise Refusal(f"Invalid type {body['type']}")
        self.slos[identity] = slo
        return slo

    def _slice(self, body: Json) -> Json:
        written = body["sli_specification"]["time_slice"]
        if written.get("query_interval_seconds", 300) not in (60, 300):
            raise Refusal("Invalid query_interval_seconds")
        names = {query["name"] for query in written["query"]["queries"]}
        for formula in written["query"]["formulas"]:
            used = set(re.findall(r"[a-z_]+", formula["formula"])) - {"default_zero"}
            if used != names:
                raise Refusal("Formula does not use the queries")
        return {
            "query_interval_seconds": 300,
            **written,
            "threshold": plain(written["threshold"]),
            "query": {
                "queries": written["query"]["queries"][::-1],
                "formulas": written["query"]["formulas"],
            },
        }

    def _delete_slo(self, identity: str, query: Mapping[str, str]) -> Answer:
        slo = self._found(self.slos, identity)
        users = [str(one["id"]) for one in self.monitors.values() if identity in one["query"]]
        if query.get("force") == "true":
            self.forced.append(identity)
        elif users:
            return 409, {"data": None, "errors": [f"SLO is used by monitors {', '.join(users)}"]}
        self.deleted[identity] = self.slos.pop(identity)
        return 200, {"data": [slo["id"]]}

    def _monitor(self, body: Json, identity: str) -> Json:
        former = self.monitors.get(identity)
        if former is None and self.requests[-1].startswith("PUT"):
            raise Refusal("Monitor not found", 404)
        body = {**(former or {}), **body}
        self._ensure_monitor(body)
        kind = body["type"].replace("query alert", "metric alert")
        if former is not None and former["type"] != kind:
            raise Refusal("Monitor type cannot be changed")
        options = {**DEFAULTS, **body.get("options", {})}
        if "thresholds" in options:
            options["thresholds"] = {
                key: plain(limit) for key, limit in options["thresholds"].items()
            }
        monitor = {
            "restricted_roles": None,
            "priority": None,
            **body,
            "id": int(identity),
            "type": kind,
            "name": body["name"].strip(),
            "query": body["query"].strip(),
            "message": body.get("message", "").strip(),
            "tags": tags(body.get("tags", [])),
            "options": options,
            "multi": False,
            "overall_state": "No Data",
            "created": "2026-11-01T00:00:00+00:00",
            "modified": f"2026-11-27T00:00:00.{next(self.clock)}+00:00",
            "creator": CREATOR,
            "deleted": None,
        }
        self.monitors[identity] = monitor
        return monitor

    def _ensure_monitor(self, body: Json) -> None:
        query, limits = body["query"].strip(), body.get("options", {}).get("thresholds", {})
        match body["type"]:
            case "slo alert":
                self._ensure_burn(query, limits)
            case "query alert" | "metric alert":
                found = METRIC.fullmatch(query)
                if found is None:
                    raise Refusal("The value provided for parameter 'query' is invalid")
                if float(found["limit"]) != limits.get("critical"):
                    raise Refusal("Alert threshold does not match that used in the query")
            case "composite":
                numbers = re.findall(r"\d+", query)
                if not COMPOSITE.fullmatch(query) or not set(numbers) <= set(self.monitors):
                    raise Refusal("The composite query is invalid")
            case _:
                raise Refusal(f"Invalid type {body['type']}")

    def _ensure_burn(self, query: str, limits: Json) -> None:
        found = BURN.fullmatch(query)
        if found is None or found["slo"] not in self.slos:
            raise Refusal("SLO not found, or invalid query")
        slo = self.slos[found["slo"]]
        [threshold] = [each for each in slo["thresholds"] if each["timeframe"] == found["over"]]
        long, short, limit = seconds(found["long"]), seconds(found["short"]), float(found["limit"])
        if not 3600 <= long <= 48 * 3600 or not 60 <= short < long:
            raise Refusal("Invalid windows")
        if limit > 1 / (1 - threshold["target"] / 100):
            raise Refusal("Threshold is above the highest burn rate")
        if limits.get("critical") != limit:
            raise Refusal("Alert threshold does not match that used in the query")

    def _delete_monitor(self, identity: str) -> Answer:
        self._found(self.monitors, identity)
        users = [
            str(one["id"])
            for one in self.monitors.values()
            if one["type"] == "composite" and identity in re.findall(r"\d+", one["query"])
        ]
        if users:
            raise Refusal(f"monitor {identity} is referenced in composite monitors {users}")
        del self.monitors[identity]
        return 200, {"deleted_monitor_id": int(identity)}

    def _correction(self, written: Json) -> Json:
        if written["category"] not in CATEGORIES or not has_times(written):
            raise Refusal("Invalid correction")
        self._found(self.slos, written["slo_id"])
        identity = f"c{len(self.requests):07x}"
        attributes = {
            "timezone": "UTC",
            "rrule": None,
            "duration": None,
            "end": None,
            "slo_query": None,
            **written,
            "creator": CREATOR,
            "created_at": next(self.clock),
            "modified_at": next(self.clock),
        }
        made = {"id": identity, "type": "correction", "attributes": attributes}
        self.corrections[identity] = made
        return made

    def _patched(self, identity: str, written: Json) -> Json:
        found = self._found(self.corrections, identity)
        if "slo_id" in written:
            raise Refusal("slo_id cannot be changed")
        found["attributes"] |= {**written, "modified_at": next(self.clock)}
        return found


def has_times(written: Json) -> bool:
    """Whether a correction ends after its start, or recurs as Datadog's corrections can."""
    if "rrule" not in written:
        return bool(written["start"] < written["end"])
    parts = {part.partition("=")[0] for part in written["rrule"].split(";")}
    return parts <= RECURRENCE and "end" not in written and written["duration"] > 0


def plain(number: float) -> float:
    """A number as JSON of Datadog has it: 3 for 3.0."""
    return int(number) if number == int(number) else number
