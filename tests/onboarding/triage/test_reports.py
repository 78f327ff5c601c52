"""The reports of one triage for a terminal, a pipe and a meeting, with few and many rows.

`pytest tests/onboarding/triage/test_reports.py --update-golden` rewrites the golden file.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from reliability.onboarding.triage.alert import Decision, TriagedAlert, TriageKnowledge, alerts
from reliability.onboarding.triage.collector import match_messages
from reliability.onboarding.triage.reading import TriageInputs
from reliability.onboarding.triage.report.markdown import markdown_report
from reliability.onboarding.triage.report.text import text_report, why
from reliability.onboarding.triage.suggested_slos import SuggestedSlo, suggested_slos
from reliability.onboarding.triage.totals import TriageTotals, span_of, totals
from reliability.onboarding.triage.triaged import Triaged, headline
from reliability.render.tables import TextView
from tests.convert.test_whole_imports import GROUPS
from tests.golden import Golden
from tests.onboarding.triage.test_whole import MORE, TABLE, read

GOLDEN: Final = Path(__file__).parent / "golden" / "reports.txt"
NOISY: Final = "".join(
    f"2026-10-{day:02} 10:{minute:02},Disk <{day % 3}> | full,warning,shop,,,{paged},no\n"
    for day in range(4, 20)
    for minute, paged in ((0, "yes"), (4, "no"))
)
DECIDED: Final = {
    "ShopInfo": Decision("remove", "ann", "old"),
    "Watchdog": Decision("log"),
    "ShopDown": Decision("alert", "", "users see it"),
    "NeverTrue": Decision("ticket", "ren"),
}


def triaged(gathered: TriageInputs) -> Triaged:
    collector = gathered.collector
    bare = alerts(match_messages(gathered.rules, collector), TriageKnowledge())
    known = TriageKnowledge(
        decisions={alert.id: DECIDED[alert.name] for alert in bare if alert.name in DECIDED}
    )
    every = alerts(match_messages(gathered.rules, collector), known)
    span = span_of(collector.first, collector.last)
    return Triaged(
        alerts=tuple(every),
        totals=totals(every, span, mentions_are_known=gathered.mentions_are_known),
        suggested_slos=tuple(suggested_slos(every)),
        span=span,
        read=dict(collector.read),
    )


@pytest.fixture
def rules(tmp_path: Path) -> Triaged:
    (tmp_path / "rules.yml").write_text(GROUPS + MORE)
    return triaged(read(tmp_path / "rules.yml"))


TERMINAL = TextView(100)


@pytest.fixture
def both(tmp_path: Path) -> Triaged:
    (tmp_path / "rules.yml").write_text(GROUPS + MORE)
    (tmp_path / "all alerts.csv").write_text(TABLE + NOISY)
    return triaged(read(tmp_path / "rules.yml", tmp_path / "all alerts.csv"))


def test_every_report(golden: Golden, rules: Triaged, both: Triaged) -> None:
    reports: dict[str, Iterable[str]] = {
        "rules for a terminal": text_report(rules, 9, TERMINAL),
        "both for a terminal": text_report(both, 9, TERMINAL),
        "both for a pipe": text_report(both, 99),
        "one of both": text_report(both, 1, TERMINAL),
        "rules for a meeting": markdown_report(rules, 99),
        "two of each tier of both for a meeting": markdown_report(both, 2),
        "nothing": text_report(nothing(both), 9, TERMINAL),
        "nothing for a meeting": markdown_report(nothing(both), 9),
    }
    lines = [
        f"### {name}\n" + "".join(f"{line}\n" for line in report)
        for name, report in reports.items()
    ]
    golden.check(GOLDEN, "".join(lines))


def nothing(whole: Triaged) -> Triaged:
    """A triage that found no alert in the same span."""
    counted = totals((), whole.span, mentions_are_known=True)
    return replace(whole, alerts=(), suggested_slos=(), totals=counted)


@pytest.mark.parametrize(("number", "more"), [(12, None), (13, 1), (1_013, 1_001)])
def test_twelve_suggested_slos_fit_on_a_terminal(
    both: Triaged, number: int, more: int | None
) -> None:
    slo = SuggestedSlo(service="a", question="why?", alerts=("A",), notifications=1, metrics=())
    lines = list(text_report(replace(both, suggested_slos=(slo,) * number), 9))
    assert lines.count("  a: why? (A)") == 12
    assert [line for line in lines if line.endswith("json to list them")] == (
        [] if more is None else [f"  {more:,} more: use --format markdown or json to list them"]
    )


def test_eight_alerts_and_metrics_of_a_suggested_slo_fit_on_a_page(both: Triaged) -> None:
    names = tuple(f"N{number}" for number in range(9))
    slo = SuggestedSlo(
        service="a|b", question="why?", alerts=names, notifications=1_234, metrics=names
    )
    page = "\n".join(markdown_report(replace(both, suggested_slos=(slo,)), 9))
    cell = ", ".join(f"`N{number}`" for number in range(8))
    assert f"| a\\|b | why? | 1,234 | {cell} | {cell} |\n" in page
    assert "- [ ] 1 suggested SLO: " in page


def one(whole: Triaged, name: str) -> TriagedAlert:
    return next(alert for alert in whole.alerts if alert.name == name)


def test_a_decision_says_by_whom_and_what_was_proposed(both: Triaged) -> None:
    alert = one(both, "CheckoutErrors")
    assert why(alert) == alert.verdict.reason
    tier = alert.verdict.tier
    assert [
        why(replace(alert, flags=(), decided=decided))
        for decided in (
            Decision(tier),
            Decision("log", "ann"),
            Decision("log", "", "note"),
            Decision(tier, "ann", "note"),
        )
    ] == [
        "decided",
        f"decided by ann (proposed: {tier})",
        f"decided: note (proposed: {tier})",
        "decided by ann: note",
    ]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"days": 0},
            "1,017 alerting rules: 1 may be alerts, 1,000 tickets, 12 logs; "
            "how often they fire is unknown",
        ),
        (
            {"mentions": None},
            "1,000 notifications in 14 days, 3 with user impact, unknown for 5; "
            "with this policy: 2.5 mentions a week",
        ),
        (
            {
                "days": 1,
                "notifications": 1,
                "with_impact": 0,
                "mentions": 7.0,
                "mentions_after": 0.0,
            },
            "1 notification in 1 day, user impact unknown for 5; with this policy: 1 mention -> 0",
        ),
        (
            {"days": 0.4, "notifications": 4, "mentions": None, "mentions_after": 52.5},
            "4 notifications in 9.6 h, 3 with user impact, unknown for 5; "
            "with this policy: 3 mentions",
        ),
        (
            {"impact_unknown": 0, "mentions": 9.96, "mentions_after": 1234.5},
            "1,000 notifications in 14 days, 3 with user impact; "
            "with this policy: 10.0 mentions a week -> 1,234",
        ),
        (
            {"with_impact": 0, "impact_unknown": 0},
            "1,000 notifications in 14 days, 0 with user impact; "
            "with this policy: 10 mentions a week -> 2.5",
        ),
    ],
)
def test_the_headline(both: Triaged, changes: dict[str, object], line: str) -> None:
    counted: TriageTotals = replace(
        both.totals,
        days=14,
        rules=1_017,
        notifications=1_000,
        with_impact=3,
        impact_unknown=5,
        mentions=10.0,
        mentions_after=2.5,
        rules_by_tier={"alert": 1, "ticket": 1_000, "log": 12, "remove": 4},
    )
    assert headline(replace(counted, **changes)) == line  # type: ignore[arg-type]
