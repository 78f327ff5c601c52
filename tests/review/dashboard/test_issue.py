"""The dashboard's text: tickets, reviews and waivers, which of them, and how many."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.backtest.status import UnknownStatus
from reliability.check.context import Context
from reliability.forge.marker import Marker
from reliability.forge.notes import Issue
from reliability.model.rule_policy import Waiver
from reliability.render.words import Language, words_in
from reliability.review.dashboard.drift import DriftRecord, known_drift
from reliability.review.dashboard.issue import DashboardFigures, DashboardWriter
from reliability.review.digest.issue import DriftedTarget
from reliability.review.slo_review.due import SloReviewDue, slo_reviews
from tests.backtest.repository import catalog, slo
from tests.golden import Golden
from tests.review.gate.test_gate import burning, objective, remaining

GOLDEN = Path(__file__).parent / "golden"
DAY = date(2026, 12, 20)
MOMENT = datetime(2026, 12, 1, tzinfo=UTC)


def note(number: int, kind: str, key: str, title: str, **more: Any) -> Issue:
    fields: dict[str, Any] = {
        "text": "", "labels": (), "assignees": (), "author": "bot", "state": "open",
        "created": MOMENT, "updated": MOMENT, "closed": None, "url": "",
    }  # fmt: skip
    return Issue(id=number, marker=Marker(kind, key), title=title, **{**fields, **more})


def waiver(number: int, until: str = "2026-12-31", **more: Any) -> Waiver:
    fields = {"rule": "alert-without-runbook", "reason": f"reason {number}", "approver": "@lead"}
    return Waiver.model_validate({"service": f"s{number}", "until": until, **fields, **more})


def shown_due(name: str) -> SloReviewDue:
    """An SLO that was never reviewed."""
    return next(iter(slo_reviews(Context(today=DAY, catalog=catalog(slo(name))))))


BURNING = [
    replace(remaining(0.25), present=burning(2.0)),
    replace(remaining(-0.5), present=burning(None)),
    replace(remaining(0.5, "search"), present=burning(1.01)),
    replace(remaining(0.5, "calm"), present=burning(0.5)),
    UnknownStatus(
        objective=objective("new"), reason="no history", present=burning(250, "alert", "ticket")
    ),
    UnknownStatus(objective=objective("quiet"), reason="no history", present=burning(0.5)),
    UnknownStatus(objective=objective("silent"), reason="no history"),
    replace(
        remaining(1.0, "search"),
        present=burning(14.44, source="history"),
        objective=replace(
            objective("search"), placement=replace(objective().placement, name="eu-west")
        ),
    ),
]


def text(language: Language = "en", **figures: Any) -> str:
    none: Sequence[Any] = ()
    empty = dict.fromkeys(
        ("due", "statuses", "unread", "waivers", "reviews", "tickets", "digests"), none
    )
    given = {"day": DAY, "run": "", "drift": DriftRecord((), {}), **empty, **figures}
    return DashboardWriter(words_in(language)).issue(DashboardFigures(**given)).text


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_is_there_and_what_is_not(golden: Golden, language: Language) -> None:
    tickets = (
        note(9, "ticket", "shop/QueueFull", "shop: QueueFull"),
        note(4, "ticket", "shop/ErrorBudgetBurn/slo=checkout", "shop: `burns` | fast"),
        note(5, "ticket", "shop/Old", "closed", state="closed"),
        note(6, "ticket", "shop/ErrorBudgetBurn/slo=checkout/zone=a", "shop: the second"),
        note(3, "ticket", "pay/ErrorBudgetBurn/slo=search", "pay: of another service"),
        note(2, "ticket", "shop/Burn/objective=search", "shop: an objective and no SLO"),
    )
    waivers = (
        waiver(1, "2026-12-20"),
        waiver(2, "2026-12-19", object="QueueFull"),
        waiver(3, "2027-01-01", rule="slo-objective-unreachable", reason="x" * 400),
        waiver(4, "2027-01-01"),
    )
    digests = (
        note(7, "digest", "2026-W50", "one"),
        note(8, "digest", "2026-11", "two"),
        note(10, "digest", "2026-W52", "gone", state="closed"),
    )
    due = [replace(shown_due(name), due=day) for name, day in (("pay", DAY), ("checkout", None))]
    reviews = [
        note(11, "revisit", due[0].marker.key, "pay", state="closed"),
        note(12, due[0].marker.kind, due[0].marker.key, "pay"),
        note(13, "revisit", "shop/checkout/2026-01-01", "an earlier review"),
    ]
    full = text(
        language,
        due=due,
        statuses=BURNING,
        reviews=reviews,
        tickets=tickets,
        waivers=waivers,
        digests=digests,
        run="https://ci.example/17",
    )
    quiet = text(language, statuses=[replace(remaining(0.5), present=burning(0.5))])
    unknown = text(language, unread=["no <server> answers"])
    golden.check(GOLDEN / f"{language}.txt", f"{full}\n\n{quiet}\n\n{unknown}\n")


@pytest.mark.parametrize(
    ("count", "last"),
    [(99, "s98"), (100, "s99"), (101, "and 1 more"), (102, "and 2 more")],
)
def test_a_table_has_a_hundred_rows(count: int, last: str) -> None:
    lines = text(waivers=[waiver(number) for number in range(count)]).splitlines()
    rows = [line for line in lines if line.startswith("| `alert-without-runbook`")]
    assert len(rows) == min(count, 100)
    assert last in lines[-1]


def test_drift_is_new_once_and_keeps_its_day_also_while_a_target_cannot_be_read() -> None:
    rules = DriftedTarget("eu--west", ("rules a", "rules b"))
    first = DriftRecord((rules,), {})
    assert first.is_new
    shown = text(drift=first)
    assert "| `eu--west` | 2 | 2026-12-20 |" in shown

    for later in (
        DriftRecord((rules,), known_drift(shown)),
        DriftRecord((DriftedTarget("eu--west", (), "no answer"),), known_drift(shown)),
        DriftRecord((), known_drift(shown), unread="not read"),
    ):
        assert not later.is_new
        shown = text(day=DAY + timedelta(days=1), drift=later)
        assert ("| `eu--west` | 2 | 2026-12-20 |" in shown) is (later.targets == (rules,))
        assert ("Not known: `no" in shown) is (later.targets != (rules,))

    more = DriftedTarget("eu--west", ("rules a", "rules c"))
    assert DriftRecord((more,), known_drift(shown)).is_new
    none = text(drift=DriftRecord((DriftedTarget("eu--west", ()),), known_drift(shown)))
    assert known_drift(none) == {}
    many = DriftRecord((DriftedTarget("x", tuple(f"rules {n}" for n in range(1_200))),), {})
    assert not DriftRecord(many.targets, known_drift(text(drift=many))).is_new
