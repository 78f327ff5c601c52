"""The whole reports of a small triage, as people read them."""

from dataclasses import replace
from pathlib import Path

import pytest

from reliability.onboarding.triage.alert import Decision, TriagedAlert
from reliability.onboarding.triage.flags import Flag
from reliability.onboarding.triage.report.markdown import markdown_report
from reliability.onboarding.triage.report.text import text_report, why
from reliability.onboarding.triage.suggested_slos import SuggestedSlo
from reliability.onboarding.triage.tally import Figures
from reliability.onboarding.triage.totals import totals
from reliability.onboarding.triage.triaged import Triaged
from reliability.render.tables import PIPE, TextView
from reliability.timespan import TimeSpan
from tests.golden import Golden
from tests.onboarding.triage.test_totals import ALERT, FORTNIGHT, LOG, NOISE, REMOVED

GOLDEN = Path(__file__).parent / "golden"
TICKET = replace(
    NOISE,
    id="t",
    name="Disk|full",
    severity="warning",
    figures=Figures(notifications=1234, mentions=1000),
    verdict=replace(ALERT, tier="ticket", reason="it fills", confidence="low"),
    flags=(Flag("flapping", "x"), Flag("without owner", "y")),
)
DECIDED = replace(LOG, name="Decided", severity="info", decided=Decision("log", "ann", "seldom"))
GONE = replace(REMOVED, name="Gone " + "x" * 200, verdict=replace(ALERT, tier="remove"))
NOISES = (NOISE, NOISE, TICKET, DECIDED, GONE)
QUESTIONS = tuple(
    SuggestedSlo(
        service=f"shop-{number}",
        question="how long?",
        alerts=("A", "B" * 200, *"CDEFGHI"),
        notifications=1000 + number,
        metrics=tuple(f"m{metric}" for metric in range(9)),
    )
    for number in range(14)
)


def triaged(
    alerts: tuple[TriagedAlert, ...] = NOISES,
    span: TimeSpan | None = FORTNIGHT,
    questions: int = 0,
) -> Triaged:
    return Triaged(
        alerts=alerts,
        totals=totals(alerts, span, mentions_are_known=True),
        suggested_slos=QUESTIONS[:questions],
        span=span,
        read={"slack": 1234, "a|b": 1},
    )


@pytest.mark.parametrize(
    ("name", "given", "most", "view"),
    [
        ("narrow", triaged(questions=14), 10, TextView(100)),
        ("whole", triaged(questions=12), 10, PIPE),
        ("short", triaged(questions=1), 3, TextView(80)),
        ("without-a-span", triaged(span=None), 5, TextView(120)),
    ],
)
def test_a_report_for_a_terminal(
    golden: Golden, name: str, given: Triaged, most: int, view: TextView
) -> None:
    lines = text_report(given, most, view)
    golden.check(GOLDEN / f"text-{name}.txt", "\n".join([*lines, ""]))


@pytest.mark.parametrize(
    ("name", "given", "most"),
    [
        ("all", triaged(questions=2), 2),
        ("short", triaged(), 1),
        ("without-a-span", triaged(span=None), 5),
        ("nothing", triaged((), None), 5),
    ],
)
def test_a_page_for_a_meeting(golden: Golden, name: str, given: Triaged, most: int) -> None:
    golden.check(GOLDEN / f"page-{name}.md", "\n".join([*markdown_report(given, most), ""]))


@pytest.mark.parametrize(
    ("most", "shown"),
    [(1, "AD"), (2, "AD"), (4, "AAD"), (5, "AAD"), (100, "AAD")],
)
def test_each_tier_has_its_part_of_the_lines(most: int, shown: str) -> None:
    alerts = (NOISE, NOISE, replace(LOG, name="D"))
    lines = [*text_report(triaged(alerts), most)]
    head = next(index for index, line in enumerate(lines) if line.startswith("tier"))
    rows = [line.split()[2] for line in lines[head + 1 :] if line.startswith(("alert", "log"))]
    assert "".join(rows) == shown


@pytest.mark.parametrize(
    ("decided", "text"),
    [
        (None, "users feel it [duplicate]"),
        (Decision("alert"), "decided [duplicate]"),
        (Decision("alert", "ann"), "decided by ann [duplicate]"),
        (Decision("alert", note="so"), "decided: so [duplicate]"),
        (Decision("log", "ann", "so"), "decided by ann: so (proposed: alert) [duplicate]"),
    ],
)
def test_a_reason_is_that_of_people_where_they_decided(decided: Decision | None, text: str) -> None:
    assert why(replace(NOISE, decided=decided)) == text
    assert why(replace(NOISE, decided=decided, flags=())) == text.removesuffix(" [duplicate]")
    ownerless = (Flag("without owner", "x"), Flag("flapping", "y"))
    assert why(replace(NOISE, flags=ownerless)) == "users feel it [flapping]"
