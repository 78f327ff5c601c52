"""Promises that come back on their date, as issues over GitHub's emulator and over a folder."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reliability.backtest.events import recorded
from reliability.check.context import Context
from reliability.forge.keep import keep
from reliability.history.open import NoSource
from reliability.history.series import SeriesSource
from reliability.load.catalog import Catalog
from reliability.rates import WeeklyRate
from reliability.render.words import Language, words_in
from reliability.review.slo_review.drafts import ReviewInputs, due, issue_drafts
from reliability.review.slo_review.due import KIND, measured_until, slo_reviews
from reliability.review.slo_review.issue import FigureOrigin, SloReviewIssueWriter
from reliability.review.slo_review.suggestion import TABLE, ReviewSuggestion, Toil
from reliability.review.write_limit import limit_writes
from reliability.timespan import MINUTE, TimeSpan
from tests.backtest.replaying import START
from tests.backtest.repository import Held, burst, incident, slo
from tests.forge.drafts import told
from tests.forge.proxy import Proxy
from tests.forge.test_at_once import Meeting, doubles
from tests.forge.worlds import FolderWorld, GitHubWorld, World
from tests.golden import Golden
from tests.review.issues.office import catalog
from tests.review.issues.test_ticket_texts import CODE, HOSTILE

TODAY = date(2026, 11, 25)
LENGTH = timedelta(days=28)
GOLDEN = Path(__file__).parent / "golden"
NOTHING = NoSource("nobody named a source")
OWNED = """
apiVersion: reliability/v1
kind: Ownership
metadata: {name: shop}
spec:
  team: sales
  criticality: important
  approvers: {product: "@mori", technical: "@sato"}
  sre: {engagement: enabling, adoption: assisted}
  hierarchy:
    monitoring: {state: in-place}
    incident-response: {state: missing}
"""


def reviewed(day: str = "", service: str = "shop", **more: str) -> str:
    """An SLO with its review data."""
    data = {
        **({"reviewed": day} if day else {}),
        **{k.replace("_", "-"): v for k, v in more.items()},
    }
    lines = "".join(f'\n    reliability/{key}: "{value}"' for key, value in data.items())
    text = slo("checkout", service=service)
    return text.replace(
        "metadata: {name: checkout}\nspec", "metadata:\n  name: checkout\n  annotations: {}\nspec"
    ).replace("annotations: {}", f"annotations:{lines}" if lines else "annotations: {}")


def shop(day: str = "2026-10-01", service: str = "shop", **more: str) -> Catalog:
    return catalog(
        service, slo=reviewed(day, service, **more), ownership=OWNED.replace("shop", service)
    )


@dataclass(slots=True)
class Run:
    """Runs of `revisit` over one forge."""

    world: World
    catalog: Catalog = field(default_factory=shop)
    source: SeriesSource = NOTHING
    language: Language = "en"

    def __call__(self, today: date = TODAY, board: Any = None, most: int = 300) -> list[str]:
        board = board or self.world.open().issues(KIND)
        present = board.present()
        drafts, writer = self.drafts(present, today)
        plan = limit_writes(drafts, present, most, writer.word)
        return told(keep(plan.drafts, board, writer.word, pause=lambda _: None))

    def drafts(self, present: Any, today: date = TODAY) -> tuple[list[Any], SloReviewIssueWriter]:
        context = Context(today=today, catalog=self.catalog)
        known = {(each.service, each.name): each for each in slo_reviews(context)}
        made_up = self.source.is_made_up
        until = measured_until(today)
        origin = FigureOrigin(
            until=until,
            span=LENGTH,
            source=self.source.description,
            is_made_up=made_up,
            kind="store",
        )
        writer = SloReviewIssueWriter(words_in(self.language), origin, today, known)
        incidents = tuple(recorded([self.catalog], TimeSpan.before(until, LENGTH)))
        inputs = ReviewInputs.of(context, self.source, LENGTH, incidents)
        return list(issue_drafts([inputs], due(context), present, writer)), writer

    @property
    def issues(self) -> Any:
        return self.world.open().issues(KIND).present()


def test_a_promise_that_is_due_gets_one_issue_with_its_owners(world: World) -> None:
    run = Run(world)
    assert run() == ["Done Create"]
    assert run() == []
    [issue] = run.issues
    assert issue.title == "Review SLO checkout of shop"
    assert issue.labels == ("slo-review",)
    assert issue.assignees == ("mori", "sato")


def test_one_that_is_not_due_gets_none(world: World) -> None:
    assert Run(world, shop("2026-11-01"))() == []
    assert Run(world, shop("2026-10-01", status="established"))() == []


def test_a_provisional_one_comes_back_sooner(world: World) -> None:
    assert Run(world, shop("2026-10-26"))() == ["Done Create"]
    assert "This SLO is provisional" in Run(world).issues[0].text


def test_one_that_was_never_reviewed_is_due(world: World) -> None:
    run = Run(world, shop(""))
    assert run() == ["Done Create"]
    assert "Never reviewed" in run.issues[0].text


def test_an_issue_is_closed_with_a_word_once_the_review_is_written_down(world: World) -> None:
    Run(world)()
    run = Run(world, shop("2026-11-25", status="established"))
    assert run() == ["Done Close"]
    [issue] = run.issues
    assert issue.state == "closed"
    assert world.words(issue) == ["Reviewed on 2026-11-25; the next review is due on 2027-02-23."]
    assert run() == []


def test_the_next_review_is_an_issue_of_its_own(world: World) -> None:
    Run(world)()
    Run(world, shop("2026-11-25"))()
    run = Run(world, shop("2026-11-25"))
    assert run(date(2026, 12, 25)) == ["Done Create"]
    assert [issue.state for issue in run.issues] == ["closed", "open"]


def test_an_issue_that_was_closed_without_a_review_comes_back(world: World) -> None:
    run = Run(world)
    run()
    board = world.open().issues(KIND)
    board.close(board.present()[0], "")
    assert run() == ["Done Reopen"]
    assert world.words(run.issues[0])[-1].startswith("The review is still due")


def test_one_that_somebody_refused_stays_closed_until_the_next(world: World) -> None:
    run = Run(world)
    run()
    world.close_for_good(run.issues[0])
    assert run(TODAY + timedelta(days=30)) == []


def test_an_open_issue_is_renewed_on_mondays_only(world: World) -> None:
    run = Run(world)
    run(date(2026, 11, 25))
    assert [run(date(2026, 11, day)) for day in (26, 27, 28, 29)] == [[], [], [], []]


def test_a_clock_that_goes_back_doubles_nothing(world: World) -> None:
    run = Run(world)
    run()
    assert run(date(2026, 10, 2)) == ["Done Close"]
    assert world.words(run.issues[0]) == ["The review is now due on 2026-10-31."]
    assert run() == ["Done Reopen"]
    assert len(run.issues) == 1


def test_the_issue_of_a_renamed_service_is_taken_over(world: World) -> None:
    Run(world)()
    run = Run(world, shop(service="store"))
    assert run() == ["Done Update"]
    [issue] = run.issues
    assert issue.title == "Review SLO checkout of store"


def test_the_issue_of_a_promise_that_is_gone_is_closed(world: World) -> None:
    Run(world)()
    run = Run(world, catalog(slo=slo("other"), **{"alert-policy": "# none"}))
    assert "Done Close" in run()
    gone = next(issue for issue in run.issues if "checkout" in issue.marker.key)
    assert world.words(gone) == ["This SLO is no longer declared."]


def test_two_runs_at_once_double_no_review(world: World) -> None:
    found = 0
    for number in range(10):
        day = f"2026-09-{number + 10}"
        found += _at_once(world, lambda day=day: Run(world, shop(day)))  # type: ignore[misc]
        found += doubles(Run(world).issues)
    assert found == 0


def _at_once(world: World, make: Callable[[], Run]) -> int:
    """How many changes of two runs at once were not done."""
    barrier = threading.Barrier(2)

    def one(_: int) -> list[str]:
        return make()(board=Meeting(world.open().issues(KIND), barrier))

    with ThreadPoolExecutor(2) as pool:
        return sum(not each.startswith("Done") for run in pool.map(one, range(2)) for each in run)


def many(number: int) -> Catalog:
    """So many promises, all of them due."""
    documents = "---".join(
        reviewed("2026-10-01").replace("name: checkout", f"name: checkout-{index}")
        for index in range(number)
    )
    return catalog(slo=documents, **{"alert-policy": "# none"}, ownership=OWNED)


def test_five_hundred_reviews_stay_within_the_limits_of_a_token(
    behind_proxy: GitHubWorld, proxy: Proxy
) -> None:
    """`GITHUB_TOKEN` has 1,000 calls an hour, and 500 issues and comments."""
    run = Run(behind_proxy, many(500))
    costs = []
    for _ in range(3):
        made = len(run())
        costs.append((made, proxy.counts["GET"], proxy.writes))
        proxy.seen.clear()
    # Two looks before and one after, a page for each hundred; the labels; and the label itself.
    assert costs == [(300, 6, 301), (200, 12, 200), (0, 10, 0)]
    assert len(run.issues) == 500


def test_what_no_history_tells_is_said_with_the_way_to_get_it(tmp_path: Path) -> None:
    run = Run(FolderWorld(tmp_path))
    [draft] = run.drafts(())[0]
    assert "has no measurements" in draft.text
    assert "No history for `served`: nobody named a source." in draft.text
    assert "Run `reliability history import` to get measurements" in draft.text


@pytest.mark.parametrize("met", [True, False])
@pytest.mark.parametrize("much", [True, False])
def test_the_table_of_the_workbook_is_complete(met: bool, much: bool) -> None:
    said = ReviewSuggestion(
        met, Toil(WeeklyRate(9.0 if much else 0.0), 9 if much else 0, 9, 2.0), 0
    )
    assert said.when(content=True) == TABLE[met, much, True]
    assert said.when(content=False) == TABLE[met, much, False]


def test_pages_for_nothing_are_much_toil() -> None:
    assert Toil(WeeklyRate(0.5), 6, 2, 2.0).is_much
    assert not Toil(WeeklyRate(0.5), 6, 3, 2.0).is_much
    assert not Toil(WeeklyRate(0.1), 1, 0, 2.0).is_much
    assert Toil(WeeklyRate(2.5), 6, 6, 2.0).is_much


UNTIL = datetime(2026, 10, 5, tzinfo=UTC)
AFTER = date(2026, 10, 7)


def hour(day: int, begins: int, minutes: int = 60) -> TimeSpan:
    """A stretch of a day in September."""
    start = datetime(2026, 9, day, begins, tzinfo=UTC)
    return TimeSpan(start, start + timedelta(minutes=minutes))


def history(*faults: tuple[TimeSpan, float]) -> Held:
    """A thousand events a minute until early October, of which a share fails at times."""
    bad = np.zeros(40 * 1440)
    for span, share in faults:
        burst(bad, span, share)
    return Held({"checkout": bad}, {})


KEPT = history((hour(10, 12), 0.05), (hour(20, 3, 40), 0.06), (hour(28, 4, 30), 0.04))
MISSED = history((hour(10, 12, 300), 0.2), (hour(20, 3, 40), 0.06))
FELT = incident("Nobody could pay", hour(10, 12))


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    ("name", "source", "more"),
    [
        ("kept", KEPT, {"incidents": FELT}),
        ("missed", MISSED, {}),
        ("unknown", NOTHING, {}),
    ],
)
def test_a_review_reads_like_this(
    name: str,
    source: SeriesSource,
    more: dict[str, str],
    language: Language,
    golden: Golden,
    tmp_path: Path,
) -> None:
    promise = reviewed(
        "2026-09-01",
        journey="A customer pays",
        agreed_by="@mori, @sato",
        rationale="complaints start below 99.9 %",
        provisional_since="2026-06-01",
    )
    found = catalog(slo=promise, ownership=OWNED, **more)
    run = Run(FolderWorld(tmp_path), found, source, language)
    [draft] = run.drafts((), AFTER)[0]
    golden.check(GOLDEN / f"revisit-{name}.{language}.md", f"# {draft.title}\n\n{draft.text}\n")


def test_weeks_that_are_not_known_are_not_weeks_without_pages(tmp_path: Path) -> None:
    """Of the first week nothing is known, and of the third half, in which it fired."""
    known = np.ones(40 * 1440)
    first = (datetime(2026, 9, 7, tzinfo=UTC) - START) // MINUTE
    known[first : first + 7 * 1440] = 0
    known[first + 17 * 1440 : first + 21 * 1440] = 0
    source = replace(MISSED, known={"checkout": known})
    run = Run(FolderWorld(tmp_path), catalog(slo=reviewed("2026-09-01"), ownership=OWNED), source)
    [draft] = run.drafts((), AFTER)[0]
    assert "| - 0 - 0 |" in draft.text, draft.text
    assert "`-`: less than 90 % of the week has data." in draft.text


def test_nothing_known_of_the_alerts_is_not_zero_pages(tmp_path: Path) -> None:
    source = replace(MISSED, known={"checkout": np.zeros(40 * 1440)})
    run = Run(FolderWorld(tmp_path), catalog(slo=reviewed("2026-09-01"), ownership=OWNED), source)
    [draft] = run.drafts((), AFTER)[0]
    assert "| pages | not known | not known | not known | - - - - |" in draft.text
    assert "| tickets | not known | not known | not known | - - - - |" in draft.text


def test_what_strangers_write_into_a_promise_acts_as_nothing(tmp_path: Path) -> None:
    promise = reviewed("2026-09-01", journey=HOSTILE, rationale=HOSTILE)
    run = Run(FolderWorld(tmp_path), catalog(slo=promise, ownership=OWNED))
    [draft] = run.drafts((), AFTER)[0]
    outside = CODE.sub("", draft.text)
    assert "@everyone" not in outside
    assert "<!--" not in outside
    assert "#1" not in outside
    assert "](http" not in outside
    assert "##[" not in draft.text
