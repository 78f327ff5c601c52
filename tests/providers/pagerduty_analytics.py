"""Analytics of a fake PagerDuty account: requests are checked as PagerDuty describes them.

The description is `reference/REST/openapiv3.json` of PagerDuty/api-schema. It names no license, so
what it says about `POST /analytics/raw/incidents` is written here as checks.
"""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from tests.providers.faulty_fake import Json, Refusal

KEYS: Final = frozenset(
    ("filters", "starting_after", "ending_before", "order", "order_by", "limit", "time_zone")
)
TEXTS: Final = frozenset(("created_at_start", "created_at_end", "updated_after"))
LISTS: Final = frozenset(
    ("team_ids", "service_ids", "priority_ids", "priority_names", "incident_type_ids")
)
LIMIT: Final = 1000


def incident(at: str, number: int = 1, **more: Any) -> Json:
    """An incident as the analytics return it; times have no offset."""
    return {
        "id": f"Q{number}",
        "incident_number": number,
        "created_at": at,
        "resolved_at": None,
        "description": "[FIRING:1] QueueFull (shop critical)",
        "urgency": "high",
        "priority_name": None,
        "service_id": "PS1",
        "service_name": "shop",
        "team_id": None,
        "team_name": None,
        "escalation_policy_name": "Default",
        "acknowledgement_count": 0,
        "acknowledged_user_names": [],
        "assigned_user_names": [],
        "status": "resolved",
        **more,
    }


@dataclass(kw_only=True)
class FakeAnalytics:
    """Incidents of an account; `page` is its largest page.

    A token of a user needs a filter, and a token without `allowed` reads nothing. With `endless`,
    every page has the same cursor.
    """

    incidents: list[Json] = field(default_factory=list)
    page: int = LIMIT
    of_user: bool = False
    allowed: bool = True
    endless: bool = False
    filters: list[Json] = field(default_factory=list)

    def answer(self, content_type: str | None, body: Any) -> Json:
        """The answer to a request; raises Refusal."""
        if not self.allowed:
            raise Refusal("Access Denied", 403)
        if content_type != "application/json":
            raise Refusal("Content-Type must be application/json", 415)
        _ensure_described(body)
        filters = body.get("filters", {})
        if self.of_user and not filters.keys() & {"team_ids", "service_ids"}:
            raise Refusal("team_ids or service_ids is required")
        self.filters.append(filters)

        every = [one for one in self.incidents if _is_selected(one, filters)]
        every.sort(key=lambda one: str(one["created_at"]), reverse=body.get("order") != "asc")
        size = min(body.get("limit", 20), self.page)
        start = _number(body["starting_after"]) if "starting_after" in body else 0
        page = every[start : start + size]
        end = 0 if self.endless else start + len(page)
        return {
            "data": page,
            "first": _cursor(start),
            "last": _cursor(end) if page else None,
            "limit": size,
            "more": self.endless or end < len(every),
            "order": body.get("order", "desc"),
            "order_by": body.get("order_by", "created_at"),
            "filters": filters,
            "time_zone": body.get("time_zone", "Etc/UTC"),
        }


def _ensure_described(body: Any) -> None:
    """Refuse what the description does not allow; PagerDuty may be more lenient."""
    if not isinstance(body, dict) or body.keys() - KEYS:
        raise Refusal(f"unknown parameters: {sorted(body.keys() - KEYS)}")
    if body.get("order", "asc") not in ("asc", "desc"):
        raise Refusal("order is invalid")
    if body.get("order_by", "created_at") not in ("created_at", "seconds_to_resolve"):
        raise Refusal("order_by is invalid")
    limit = body.get("limit", 1)
    if type(limit) is not int or not 0 < limit <= LIMIT:
        raise Refusal("limit is invalid")
    if body.get("time_zone") != "Etc/UTC":
        raise Refusal("this fake has times in UTC only")
    for name, value in body.get("filters", {}).items():
        if not _is_described(name, value):
            raise Refusal(f"filter {name} is invalid")


def _is_described(name: str, value: Any) -> bool:
    if name in LISTS:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if name == "urgency":
        return value in ("high", "low")
    return isinstance(value, bool) if name == "major" else name in TEXTS and isinstance(value, str)


def _is_selected(one: Json, filters: Json) -> bool:
    at = datetime.fromisoformat(one["created_at"]).replace(tzinfo=UTC)
    start, end = filters.get("created_at_start"), filters.get("created_at_end")
    return (
        (start is None or datetime.fromisoformat(start) <= at)
        and (end is None or at < datetime.fromisoformat(end))
        and one["urgency"] == filters.get("urgency", one["urgency"])
        and one["team_id"] in filters.get("team_ids", [one["team_id"]])
        and one["service_id"] in filters.get("service_ids", [one["service_id"]])
    )


def _cursor(number: int) -> str:
    return base64.b64encode(f"after:{number}".encode()).decode()


def _number(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("after:"))
    except ValueError as error:
        raise Refusal("starting_after is invalid") from error
