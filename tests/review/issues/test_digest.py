"""What a week was like, as one issue, over GitHub's emulator and over a folder."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reliability.check.context import Context
from reliability.forge.keep import keep
from reliability.history.series import NoHistory, Series
from reliability.history.sli import SliHistory
from reliability.load.catalog import Catalog
from reliability.providers.fired import FiredAlert
from reliability.render.words import Language, words_in
from reliability.resolve.objectives import objectives
from reliability.review.digest.counts import DigestCounts, counts_in, earlier
from reliability.review.digest.drafts import UserImpact, ending, issue_drafts, of_record, replayed
from reliability.review.digest.issue import Digest, DigestIssueWriter, DriftedTarget
from reliability.review.digest.period import KIND, Period, before
from reliability.review.digest.signals import DigestSignals, count_signals
from reliability.review.slo_review.drafts import due
from reliability.review.slo_review.evidence import evidence
from reliability.timespan import MINUTE, TimeSpan
from tests.backtest.replaying import START
from tests.backtest.repository import Held, incident
from tests.forge.drafts import told
from tests.forge.test_at_once import Meeting, doubles
from tests.forge.worlds import FolderWorld, World
from tests.golden import Golden
from tests.review.issues.office import catalog, fired
from tests.review.issues.test_revisit import KEPT, NOTHING, OWNED, hour, reviewed
from tests.review.issues.test_ticket_texts import CODE, HOSTILE

GOLDEN = Path(__file__).parent / "golden"
TODAY = date(2026, 10, 7)
WEEK = timedelta(days=7)
MONTH = timedelta(days=90)

WAIVERS = """
apiVersion: reliability/v1
kind: Waivers
metadata: {name: waivers}
spec:
  waivers:
    - {rule: alert-without-slo, service: shop, reason: soon, approver: "@mori", until: 2026-10-20}
    - {rule: alert-for-cause, service: shop, reason: soon, approver: "@mori", until: 2026-09-20}
    - {rule: slo-low-traffic, service: shop, reason: soon, approver: "@mori", until: 2027-09-20}
"""


THRESHOLD = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: queue}
spec:
  service: shop
  indicator:
    metadata: {name: queue}
    spec:
      thresholdMetric: {metricSource: {type: Prometheus, spec: {query: queue_length}}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: ok, target: 0.99, op: lte, value: 10}]
"""


def shop() -> Catalog:
    promise = reviewed("2026-09-01", status="established")
    return catalog(
        slo=promise,
        ownership=OWNED,
        incidents=incident("Nobody could pay", hour(28, 4, 90)),
        waivers=WAIVERS,
    )


def at(day: int, begins: int, minutes: int = 10) -> TimeSpan:
    return hour(day, begins, minutes)


def tiered(alert: FiredAlert, tier: str) -> FiredAlert:
    return FiredAlert({**alert.labels, "tier": tier}, alert.episodes)


BURN = {"signal": "ErrorBudgetBurn", "slo": "checkout", "objective": "served"}
ALERTS = (
    tiered(fired(at(28, 4), at(30, 2), **BURN), "alert"),
    tiered(fired(*(at(29, begins) for begins in range(0, 20, 2)), signal="ErrorLogged"), "log"),
    fired(at(29, 9, 90), at(30, 9)),
)


@dataclass(slots=True)
class Run:
    """Runs of `digest` over one forge."""

    world: World
    alerts: tuple[FiredAlert, ...] | None = ALERTS
    catalog: Catalog = field(default_factory=shop)
    language: Language = "en"
    source: Any = KEPT

    def __call__(self, today: date = TODAY, board: Any = None) -> list[str]:
        board = board or self.world.open().issues(KIND)
        present = board.present()
        period = before(today, "week")
        writer = DigestIssueWriter(words_in(self.language))
        draft = writer.issue(self.digest(period, present, today))
        drafts = list(issue_drafts(draft, present, period))
        return told(keep(drafts, board, pause=lambda _: None))

    def digest(self, period: Period, present: Any = (), today: date = TODAY) -> Digest:
        incidents = of_record(self.catalog, period.until, 4 * WEEK)
        budgets = tuple(
            evidence(each, self.source, date(2026, 10, 5), 4 * WEEK, incidents)
            for each in objectives(self.catalog)
        )
        weeks = replayed(budgets, period)
        counted = self.signals()
        impact = UserImpact.of(budgets, self.catalog, period)
        return Digest(
            period=period,
            signals=counted,
            counts=counted.counts(impact) if counted else weeks[-1][1] if weeks else None,
            earlier=tuple(earlier(present, period) if counted else weeks[:-1]),
            budgets=budgets,
            is_made_up=False,
            drift=(
                DriftedTarget("prometheus", ("rules shop",)),
                DriftedTarget("grafana", (), "no answer"),
            ),
            waivers=ending(self.catalog, period.until),
            due=tuple(due(Context(today=today, catalog=self.catalog))),
            silent_for=MONTH,
        )

    def signals(self) -> DigestSignals | None:
        if self.alerts is None:
            return None
        return count_signals(self.alerts, [each.labels for each in self.alerts], self.catalog)

    @property
    def issues(self) -> Any:
        return self.world.open().issues(KIND).present()


def test_a_week_is_one_issue_and_the_same_run_writes_nothing(world: World) -> None:
    run = Run(world)
    assert run() == ["Done Create"]
    assert run() == []
    assert run(TODAY + timedelta(days=4)) == [], "the same week still"
    [issue] = run.issues
    assert issue.title == "Reliability digest: 2026-W40"
    assert counts_in(issue.text) == DigestCounts(pages=2, with_impact=1, tickets=2, logs=10)


def test_the_next_week_closes_the_one_before_and_shows_the_trend(world: World) -> None:
    run = Run(world)
    run()
    assert sorted(run(TODAY + WEEK)) == ["Done Close", "Done Create"]
    first, second = run.issues
    assert (first.state, second.state) == ("closed", "open")
    assert "| 2026-W40 | 2 | 1 (50 %) | 2 | 10 |" in second.text


def test_a_clock_that_goes_back_undoes_nothing(world: World) -> None:
    run = Run(world)
    run()
    run(TODAY + WEEK)
    assert run(TODAY) == []


def test_a_month_and_a_week_stay_beside_each_other(world: World) -> None:
    run = Run(world)
    run()
    period = before(TODAY, "month")
    assert period.name == "2026-09"
    board = world.open().issues(KIND)
    writer = DigestIssueWriter(words_in("en"))
    draft = writer.issue(run.digest(period))
    drafts = list(issue_drafts(draft, board.present(), period))
    assert told(keep(drafts, board, pause=lambda _: None)) == ["Done Create"]
    assert run() == []


def test_a_deleted_label_doubles_no_digest(world: World) -> None:
    run = Run(world)
    run()
    world.drop_labels(run.issues[0])
    assert run() == ["Done Update"]
    assert len(run.issues) == 1


def test_two_runs_at_once_double_no_digest(world: World) -> None:
    found = 0
    for number in range(10):
        day = TODAY + number * WEEK
        barrier = threading.Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            runs = [
                pool.submit(Run(world), day, Meeting(world.open().issues(KIND), barrier))
                for _ in range(2)
            ]
            assert all(each.startswith("Done") for run in runs for each in run.result())
        found += doubles(Run(world).issues)
    assert found == 0


def test_the_first_week_of_a_year_has_its_own_number() -> None:
    assert before(date(2027, 1, 6), "week").name == "2026-W53"
    assert before(date(2027, 1, 11), "week").name == "2027-W01"
    assert before(date(2027, 1, 11), "month").name == "2026-12"
    assert before(date(2026, 10, 5), "week").until == date(2026, 10, 5)


def test_what_a_stranger_wrote_into_a_digest_is_no_figure() -> None:
    assert counts_in("<!-- notified 1 pages 1 impact 1 tickets x logs -->") is None
    assert counts_in("text\n<!-- notified 1 pages 1 impact 1 tickets 1 logs -->") is None


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_digest_reads_like_this(language: Language, golden: Golden, tmp_path: Path) -> None:
    run = Run(FolderWorld(tmp_path), language=language)
    period = before(TODAY, "week")
    run(TODAY - WEEK)
    draft = DigestIssueWriter(words_in(language)).issue(run.digest(period, run.issues))
    golden.check(GOLDEN / f"digest.{language}.md", f"# {draft.title}\n\n{draft.text}\n")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_without_a_server_it_is_replayed(
    language: Language, golden: Golden, tmp_path: Path
) -> None:
    run = Run(FolderWorld(tmp_path), None, language=language)
    draft = DigestIssueWriter(words_in(language)).issue(run.digest(before(TODAY, "week")))
    golden.check(GOLDEN / f"digest-replayed.{language}.md", f"# {draft.title}\n\n{draft.text}\n")


def test_without_a_server_and_a_history_it_says_that_nothing_is_known(tmp_path: Path) -> None:
    run = Run(FolderWorld(tmp_path), None, source=NOTHING)
    draft = DigestIssueWriter(words_in("en")).issue(run.digest(before(TODAY, "week")))
    assert "**What fired is not known: no server was queried.**" in draft.text
    assert "No figures for `shop: checkout-served`: nobody named a source." in draft.text


def test_what_is_not_replayed_has_a_budget_and_is_named(tmp_path: Path) -> None:
    """Of a threshold the budget is known, and not what its alerts would have done."""
    files = catalog(slo=THRESHOLD, **{"alert-policy": "# none"}, ownership=OWNED)
    source = Held({"queue": KEPT.bad["checkout"]}, {})
    run = Run(FolderWorld(tmp_path), None, catalog=files, source=source)
    text = DigestIssueWriter(words_in("en")).issue(run.digest(before(TODAY, "week"))).text
    assert "**What fired is not known: no server was queried.**" in text
    assert "| `shop: queue-ok` | 43,200,000 | 1.5 % | 99.985 % | 100 % |" in text
    assert "Not replayed, so not counted in pages and tickets: `shop: queue-ok`." in text


def test_pages_whose_impact_nobody_knows_are_not_pages_without_impact(tmp_path: Path) -> None:
    quiet = shop_without_incidents()
    unknown = Run(FolderWorld(tmp_path), source=until_day(29), catalog=quiet)
    period = before(TODAY, "week")
    digest = unknown.digest(period)
    draft = DigestIssueWriter(words_in("en")).issue(digest)
    assert "**2 pages (1 with user impact, 1 not known), 2 tickets, 10 logs**" in draft.text
    assert counts_in(draft.text) == DigestCounts(
        pages=2, with_impact=1, tickets=2, logs=10, unknown=1
    )
    nothing = Run(FolderWorld(tmp_path), source=NOTHING, catalog=quiet)
    draft = DigestIssueWriter(words_in("en")).issue(nothing.digest(period))
    assert "**2 pages (user impact not known), 2 tickets, 10 logs**" in draft.text
    known = Run(FolderWorld(tmp_path), catalog=quiet)
    assert "**2 pages (1 with user impact), 2 tickets" in (
        DigestIssueWriter(words_in("en")).issue(known.digest(period)).text
    )


def test_a_page_of_a_service_without_an_slo_has_no_known_impact() -> None:
    impact = UserImpact.of((), shop_without_incidents(), before(TODAY, "week"))
    assert impact.during("shop", at(30, 2)) is None


def test_a_replay_leaves_out_weeks_of_which_nothing_is_known(tmp_path: Path) -> None:
    run = Run(FolderWorld(tmp_path), None, source=until_day(24))
    digest = replayed(run.digest(before(TODAY, "week")).budgets, before(TODAY, "week"))
    assert [name for name, _ in digest] == ["2026-W37", "2026-W38"]


def test_a_period_without_any_event_does_not_read_like_a_good_one(tmp_path: Path) -> None:
    source = until_day(5, then_quiet=True)
    run = Run(FolderWorld(tmp_path), (), source=source, catalog=shop_without_incidents())
    draft = DigestIssueWriter(words_in("en")).issue(run.digest(before(TODAY, "week")))
    assert "| `shop: checkout-served` | 0 |" in draft.text
    quiet = "No events in the SLO period, so no attainment: `shop: checkout-served`."
    assert quiet in draft.text


def shop_without_incidents() -> Catalog:
    """The shop, of which the history alone says when users were affected."""
    return catalog(slo=reviewed("2026-09-01", status="established"), ownership=OWNED)


def until_day(number: int, *, then_quiet: bool = False) -> Held:
    """The history of the shop, which ends on a day of September, or has no event from then on."""
    ends = (hour(number, 0).start - START) // MINUTE
    if not then_quiet:
        known = np.ones_like(KEPT.bad["checkout"])
        known[ends:] = 0
        return Held(KEPT.bad, {"checkout": known})
    return Quiet(KEPT.bad, {}, since=hour(number, 0).start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet(Held):
    """A history that is known and has no event since a moment."""

    since: datetime

    def series(self, sli: SliHistory, span: TimeSpan) -> tuple[Series, ...] | NoHistory:
        found = Held.series(self, sli, span)
        if isinstance(found, NoHistory):
            return found
        for each in found:
            part = each.part(TimeSpan(max(self.since, span.start), max(span.end, self.since)))
            each.total[part] = each.bad[part] = 0
        return found


def test_names_of_strangers_act_as_nothing_in_a_digest(tmp_path: Path) -> None:
    alerts = tuple(fired(at(28, 4), signal=f"{HOSTILE}{number}") for number in range(300))
    run = Run(FolderWorld(tmp_path), alerts)
    draft = DigestIssueWriter(words_in("en")).issue(run.digest(before(TODAY, "week")))
    outside = CODE.sub("", draft.text)
    assert "@everyone" not in outside
    assert outside.count("<!--") == 1
    assert "##[" not in draft.text
    assert len(draft.text) < 60_000


def test_times_of_episodes_are_utc() -> None:
    assert at(28, 4).start == datetime.fromisoformat("2026-09-28T04:00+00:00")
