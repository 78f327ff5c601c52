"""Figures of a site that a test writes down: summaries of services, without any history."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.backtest.events import Event
from reliability.backtest.notified_sides import UnknownNotifications
from reliability.check.context import Context
from reliability.load.loader import load
from reliability.site.figures import SiteFigures
from reliability.site.measuring import SiteInputs
from reliability.site.notified import CountedMessages
from reliability.site.summaries import (
    DaysSummary,
    IncidentResult,
    IncidentRow,
    IncidentSummary,
    ReviewDetail,
    ReviewSummary,
    ServiceDetail,
    ServiceSummary,
    SloSummary,
)
from reliability.timespan import DAY, TimeSpan
from tests.backtest.repository import Held
from tests.project.repository import ROOT

TODAY: Final = date(2026, 11, 1)
NOW: Final = datetime(2026, 11, 1, tzinfo=UTC)
TEAM: Final = """\
apiVersion: reliability/v1
kind: Team
metadata: {name: payroll}
spec:
  displayName: Payroll people
  members: ["@lead"]
  codeHost: "@acme/payroll"
  timeZone: Asia/Tokyo
  onCall: {pagerduty: {routingKey: file:/key}}
  channels: {alert: {slack: "#a"}, ticket: {slack: "#t"}}
"""
POLICY: Final = (ROOT / "policies/notification.yaml").read_bytes()


def waivers(*ends: tuple[str, str, str]) -> bytes:
    """Waivers of a rule for a service, until a day."""
    lines = [
        f"    - {{rule: {rule}, service: {service}, reason: a reason that is long enough, "
        f'approver: "@lead", until: {until}}}'
        for rule, service, until in ends
    ]
    head = "apiVersion: reliability/v1\nkind: Waivers\nmetadata: {name: waivers}\nspec:\n"
    return f"{head}  waivers:\n".encode() + "\n".join(lines).encode()


def inputs(*, policy: bytes = POLICY, ends: Iterable[tuple[str, str, str]] = ()) -> SiteInputs:
    """The inputs of a site with a team, perhaps a policy, and waivers."""
    files = [
        (PurePosixPath("policies/teams/payroll.yaml"), TEAM.encode()),
        (PurePosixPath("policies/notification.yaml"), policy),
    ]
    listed = [*ends]
    if listed:
        files.append((PurePosixPath("policies/waivers.yaml"), waivers(*listed)))
    catalog, findings = load([file for file in files if file[1]])
    assert findings == []
    context = Context(today=TODAY, catalog=catalog)
    return SiteInputs.of(context, Held({}, {}), 200 * DAY, 70 * DAY)


def slo(service: str, name: str = "served", **more: Any) -> SloSummary:
    """An objective in good order; its place in the details of its service is `number`."""
    values: dict[str, Any] = {
        "service": service,
        "slo": name,
        "name": "",
        "number": 0,
        "team": "",
        "title": f"{name} title",
        "anchor": f"{service}-{name}",
        "target": Decimal("0.99"),
        "journey": "",
        "state": "acceptable",
        "attainment": 0.999,
        "remaining": 0.9,
        "part": None,
        "burn": 0.5,
        "is_exhausted": False,
        "exhausted_in": None,
        "review": None,
        "is_due": False,
        "days": None,
        "is_met": True,
        **more,
    }
    return SloSummary(**values)


def days(large: int, most: float | None) -> DaysSummary:
    return DaysSummary(large=large, unknown=0, worst=None, most=most)


def review(service: str, name: str, due: str | None, *, is_due: bool) -> ReviewSummary:
    return ReviewSummary(
        service=service,
        slo=name,
        title=f"{name} title",
        due=date.fromisoformat(due) if due else None,
        is_due=is_due,
    )


def incident(
    service: str,
    number: int,
    result: IncidentResult,
    start: str,
    *,
    recorded: bool = True,
) -> IncidentSummary:
    at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    return IncidentSummary(service, number, result, at, recorded)


def row(
    one: IncidentSummary, spent: float | None = None, receivers: tuple[str, ...] = ()
) -> IncidentRow:
    """The row of an incident of an hour."""
    event = Event(
        kind="incident" if one.is_recorded else "significant event",
        service=one.service,
        span=TimeSpan(one.start, one.start + timedelta(hours=1)),
        name=f"{one.service} {one.number}",
    )
    return IncidentRow(
        event=event,
        is_recorded=one.is_recorded,
        postmortem="",
        result=one.result,
        spent=spent,
        detection=None,
        receivers=receivers,
        zone="UTC",
    )


def service(
    name: str,
    *slos: SloSummary,
    team: str = "",
    criticality: str = "",
    reviews: tuple[ReviewSummary, ...] = (),
    incidents: tuple[IncidentSummary, ...] = (),
    replayed_weeks: float = 10.0,
) -> ServiceSummary:
    return ServiceSummary(
        service=name,
        team=team,
        zone="Asia/Tokyo" if team == "payroll" else "UTC",
        criticality=criticality,
        dependencies=(),
        slos=tuple(one._replace(number=number, team=team) for number, one in enumerate(slos)),
        reviews=reviews,
        incidents=incidents,
        status=b"",
        messages=b"",
        replayed_weeks=replayed_weeks,
        known_weeks=(True,) * 9,
    )


def detail(summary: ServiceSummary, **more: Any) -> ServiceDetail:
    """Details without history; `more` replaces some of them."""
    evidence = tuple(
        ReviewDetail(agreed_by="", rationale="", path=f"{one.slo}.yaml", evidence=None)
        for one in summary.reviews
    )
    values: dict[str, Any] = {
        "days": (None,) * len(summary.slos),
        "quarters": (None,) * len(summary.slos),
        "step": None,
        "incidents": tuple(row(one) for one in summary.incidents),
        "reviews": evidence,
        "replayed": (),
        **more,
    }
    return ServiceDetail(**values)


def site(
    *services: ServiceSummary,
    details: Mapping[str, ServiceDetail] | None = None,
    sent: CountedMessages | UnknownNotifications | None = None,
    **more: Any,
) -> SiteFigures:
    by_name = {one.service: one for one in services}
    all_details = {name: detail(one) for name, one in by_name.items()} | dict(details or {})
    return SiteFigures(
        inputs=inputs(**more),
        services=by_name,
        details=all_details,
        sent=sent if sent is not None else UnknownNotifications("no routes"),
    )
