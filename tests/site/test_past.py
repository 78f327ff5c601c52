"""Pages about the past: incidents, messages, reviews and the quarter, compared with commands."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reliability.backtest.notified_sides import UnknownNotifications
from reliability.backtest.slis import budget_history
from reliability.backtest.verdicts import merged
from reliability.check.context import Context
from reliability.history.open import history_policy, open_source
from reliability.history.series import NoHistory
from reliability.model.kind import TIERS
from reliability.pipeline import load_repository
from reliability.site.figures import SiteDeclarations, SiteFigures
from reliability.site.measuring import SiteInputs
from reliability.site.notified import CountedMessages, whole_weeks
from reliability.site.pages.incidents import incidents_page
from reliability.site.pages.notifications import team_messages
from reliability.site.pages.quarter import quarter_page, team_quarter_page
from reliability.site.summarizing import Summarizer, impacts_of
from reliability.timespan import DAY
from tests.cli.copied import DAY as TODAY
from tests.cli.copied import copied, edit
from tests.cli.program import in_process
from tests.project.repository import ROOT
from tests.site.built import Page, build


@pytest.fixture(scope="module")
def figures() -> SiteFigures:
    repository = load_repository(ROOT)
    policy = history_policy(repository.catalog)
    source = open_source(policy, repository.catalog, ROOT)
    context = Context(today=date.fromisoformat(TODAY), catalog=repository.catalog)
    inputs = SiteInputs.of(context, source, 200 * DAY, policy.span)
    declared = SiteDeclarations(inputs=inputs)
    summarizer = Summarizer.of(declared)
    services = {
        name: summarizer.summarized(name, inputs.measured(name)) for name in inputs.services
    }
    counts = [(one.summary.team, one.summary.messages) for one in services.values()]
    assert summarizer.is_by_service
    return SiteFigures(
        inputs=inputs,
        services={name: one.summary for name, one in services.items()},
        details={name: one.detail for name, one in services.items()},
        sent=CountedMessages.summed(counts, whole_weeks(declared.axis)),
    )


@pytest.fixture(scope="module")
def printed() -> Any:
    """What `backtest --format json` prints for the shipped repository."""
    return json.loads(in_process("--today", TODAY, "backtest", "--format", "json", folder=ROOT).out)


def test_incidents_are_judged_as_in_a_backtest(figures: SiteFigures, printed: Any) -> None:
    rows = incidents_page(figures).rows
    mine = {(row.event.service, row.event.span.start): row for row in rows}
    assert len(mine) == len(printed["incidents"])
    for theirs in printed["incidents"]:
        row = next(
            row for (service, _), row in mine.items()
            if (service, row.event.name) == (theirs["service"], theirs["name"])
        )  # fmt: skip
        assert row.result == theirs["new"]
        assert round(row.spent or 0, 6) == theirs["budget_spent"]
        assert row.detection is not None


def test_missed_incidents_come_first_and_name_their_detection_and_receivers(site: Path) -> None:
    text = Page.of(site / "en/incidents.html").text
    assert text.index("Certificate of a branch office expired") < text.index("Sign-in service")
    row = text[text.index("Sign-in service timed out") :]
    assert row.startswith(
        "Sign-in service timed out attendance 2026-09-29 08:30 JST 1 h 10 min 31 % caught "
        "alert after 5 min workforce/alert no postmortem"
    )


def test_messages_are_those_of_a_backtest(figures: SiteFigures, printed: Any) -> None:
    whole, *teams = team_messages(figures)
    tiers = printed["notifications"]["new"]["tiers"]
    assert whole.total == sum(tier["notifications"] for tier in tiers.values())
    assert whole.pages == sum(tier["pages"] for tier in tiers.values())
    assert whole.pages == sum(sum(row) for row in whole.hours)
    assert sum(team.total for team in teams) == whole.total
    for tier in TIERS:
        assert sum(whole.counts[tier]) <= tiers.get(tier, {"notifications": 0})["notifications"]


def test_messages_by_service_add_up_to_those_of_all_alerts_together(figures: SiteFigures) -> None:
    declared = SiteDeclarations(inputs=figures.inputs)
    messages = Summarizer.of(declared).messages
    assert not isinstance(messages, UnknownNotifications)
    assert not isinstance(figures.sent, UnknownNotifications)
    measured = [figures.inputs.measured(name).objectives for name in figures.services]
    replayed = [one.replayed for objectives in measured for one in objectives]
    impacts = impacts_of(merged(verdict for one in replayed for verdict in one.verdicts))
    sent = messages.sent(row for one in replayed for row in one.rows)
    together = CountedMessages.of(sent, whole_weeks(declared.axis), impacts)
    assert figures.sent.whole.tolist() == together.whole.tolist()
    assert {team: counts.tolist() for team, counts in figures.sent.teams.items()} == {
        team: counts.tolist() for team, counts in together.teams.items()
    }
    for row in incidents_page(figures).rows:
        assert together.index is not None
        assert row.receivers == together.index.receivers(row.event.service, row.event.span)


def test_weeks_of_the_page_add_up_to_the_messages_within_them(figures: SiteFigures) -> None:
    for team in team_messages(figures):
        assert all(monday.weekday() == 0 for monday in team.weeks)
        assert [len(team.counts[tier]) for tier in TIERS] == [len(team.weeks)] * len(TIERS)
        assert sum(map(sum, team.counts.values())) <= team.total


def test_the_quarter_is_that_of_the_counts_of_its_minutes(figures: SiteFigures) -> None:
    page = quarter_page(figures, ())
    assert (page.year, page.number) == (2026, 3)
    declared = SiteDeclarations(inputs=figures.inputs)
    for team in page.teams:
        for row in team_quarter_page(figures, team).rows:
            assert row.period is not None
            objective = declared.objectives[row.slo.key]
            groups = figures.inputs.source.series(budget_history(objective), figures.inputs.quarter)
            assert not isinstance(groups, NoHistory)
            bad, total = (
                sum(float(np.sum(getattr(group, name))) for group in groups)
                for name in ("bad", "total")
            )
            assert row.period.attainment == pytest.approx(1 - bad / total)
            is_met = 1 - bad / total >= float(objective.target)
            assert row.result == ("met" if is_met else "missed")


def test_a_review_that_is_due_has_evidence_and_a_suggestion(tmp_path: Path) -> None:
    folder = copied(tmp_path / "repository")
    slo = folder / "services/attendance/slo.yaml"
    edit(slo, 'reliability/reviewed: "2026-10-20"', 'reliability/reviewed: "2026-01-20"')
    assert build(folder, tmp_path / "out", "--jobs", "2").code == 0
    issue = in_process("--today", TODAY, "revisit", "--dry-run", folder=folder).out
    headline = re.search(r"\*\*(Met: .*)\*\*", issue)
    assert headline is not None
    text = Page.of(tmp_path / "out/en/reviews.html").text
    due = text[text.index("Due now") : text.index("Due within 60 days")]
    assert "Due since 2026-04-20." in due
    assert headline[1] in due
    assert "if users are satisfied keep the target" in due
    assert "services/attendance/slo.yaml" in due
    assert "reliability suggest attendance-clock-in" in due
    command = ("--today", TODAY, "suggest", "attendance-clock-in", "--format", "json")
    computed = in_process(*command, folder=folder).out
    [objective] = json.loads(computed)["objectives"]
    target = objective["suggestion"]["target"]
    [tried] = [one for one in objective["sweeps"][0]["candidates"] if one["target"] == target]
    words = rf"suggested target {100 * target:g} % \(now 99.9 %\): met in (\d+) of (\d+) periods"
    assert re.findall(words, due)[0] == (
        str(tried["periods_met"]),
        str(objective["periods"]),
    )
    assert "達成" in Page.of(tmp_path / "out/ja/reviews.html").text


def test_the_quarter_of_a_team_says_what_was_met_why_and_what_comes_next(site: Path) -> None:
    text = Page.of(site / "en/quarter/workforce.html").text
    assert "Workforce · Q3 2026" in text
    assert "2026-07-01 – 2026-09-30 · 3 met, 0 missed, 0 not known" in text
    why = text[text.index("Why:") : text.index("What comes next")]
    assert why.index("Release broke") < why.index("Sign-in service timed out")
    assert "attendance: postmortems: incidents have blameless postmortems" in text


def test_the_load_of_a_team_is_by_weekday_and_hour_in_its_zone(site: Path) -> None:
    text = Page.of(site / "en/on-call.html").text
    assert "Pages by weekday and hour, Asia/Tokyo" in text
    assert "pages per week 0.5 page budget 2" in text
    assert "Names of people are not shown." in text


def test_without_alerts_each_page_says_so(tmp_path: Path) -> None:
    folder = copied(tmp_path / "repository")
    for name in ("alert-policy.yaml", "incidents.yaml"):
        for path in folder.glob(f"services/*/{name}"):
            path.unlink()
    assert build(folder, tmp_path / "out", "--days", "100").code == 0
    pages = {
        "notifications.html": "No alert fired in this time.",
        "on-call.html": "No alert would have paged in this time.",
        "incidents.html": "No incident is recorded. Add services/SERVICE/incidents.yaml",
        "reviews.html": "No review is due.",
    }
    for name, text in pages.items():
        assert text in Page.of(tmp_path / "out/en" / name).text, name
