"""`reliability suggest`: what is suggested and why, and what `--apply` writes."""

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path, PurePosixPath

import pytest

from reliability.arrays import FloatArray
from reliability.backtest.engine import backtest
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import ALERT_TIER, TICKET_TIER
from reliability.backtest.pairs import Chosen
from reliability.backtest.slis import sli_history
from reliability.backtest.suggest.choice import NoSuggestion, Suggested
from reliability.backtest.suggest.splice import spliced
from reliability.backtest.suggest.suggestion import NotSwept, TargetSuggestion, suggest
from reliability.errors import ReliabilityError
from reliability.history.series import NoHistory, Series
from reliability.history.sli import SliHistory
from reliability.load.catalog import Catalog
from reliability.load.loader import load
from reliability.rates import WeeklyRate
from reliability.resolve.objectives import Objective, objectives
from reliability.timespan import MINUTE, TimeSpan
from tests.backtest.replaying import DAY
from tests.backtest.repository import (
    SPAN,
    WINDOWS,
    Held,
    burst,
    catalog,
    day,
    incident,
    policy,
    quiet,
    slo,
)
from tests.backtest.test_command import HISTORY, TODAY, TROUBLE
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability


def troubled() -> FloatArray:
    """Four half hours in which users were hurt, more and more."""
    bad = quiet()
    for number in (3, 9, 15, 21):
        burst(bad, day(number), share=0.01 * number)
    return bad


def suggestion(of: Catalog, bad: FloatArray, windows: str = "") -> TargetSuggestion | NotSwept:
    [objective] = objectives(of)
    return suggest(objective, of, Held({"checkout": bad}, {}), ReplayTerms(SPAN), windows)


def shop(target: str = "0.999") -> Catalog:
    return catalog(slo("checkout", target), policy("checkout"), incident("Nobody paid", day(21)))


def test_each_target_is_told_as_a_backtest_of_it_tells_it() -> None:
    found = suggestion(shop(), troubled())
    assert isinstance(found, TargetSuggestion)
    for tried in found.sweep.tried:
        of = shop(str(tried.candidate.target))
        held = Held({"checkout": troubled()}, {})
        result = backtest(of, None, held, ReplayTerms(SPAN), Chosen(frozenset()))
        assert tried.alert_episodes == result.new(ALERT_TIER).per_week
        assert tried.ticket_episodes == result.new(TICKET_TIER).per_week
        assert tried.caught == sum(each.new.paged for each in result.scored)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (0, 30),
        (12, 13),
        (13, 14),
        (14, 15),
        (49, 70),
        (50, 70),
        (51, 70),
        (60, 70),
        (-9, 0),
        (0, 1),
    ],
)
def test_an_incident_is_caught_as_a_backtest_catches_it(first: int, last: int) -> None:
    """An outage of 40 minutes at the beginning of the span, and an incident near to it."""
    bad = quiet()
    burst(bad, TimeSpan(SPAN.start, SPAN.start + 40 * MINUTE), share=0.05)
    span = TimeSpan(SPAN.start + first * MINUTE, SPAN.start + last * MINUTE)
    documents = (policy("checkout"), incident("Nobody paid", span))
    known = suggestion(catalog(slo("checkout"), *documents), bad)
    assert isinstance(known, TargetSuggestion)
    for tried in known.sweep.tried[::7]:
        of = catalog(slo("checkout", str(tried.candidate.target)), *documents)
        held = Held({"checkout": bad}, {})
        result = backtest(of, None, held, ReplayTerms(SPAN), Chosen(frozenset()))
        assert tried.caught == sum(verdict.new.paged for verdict in result.scored)


TWO_SETS = WINDOWS.replace("google-30d", "ours").replace("long: 1h", "long: 2h")


def with_sets(tiers: str = "fast: alert, slow: ticket", entry: str = "") -> Catalog:
    """An SLO with two window sets for its period; `entry` is more of its alerts."""
    alerts = policy("checkout", tiers).replace("runbook:", f"{entry} runbook:")
    return catalog(slo("checkout"), alerts, TWO_SETS)


@pytest.mark.parametrize(
    ("entry", "windows", "sets"),
    [
        ("", "", ["google-30d", "ours"]),
        ("windows: ours,", "", ["ours", "google-30d"]),
        ("windows: google-30d,", "", ["google-30d", "ours"]),
        ("windows: ours,", "google-30d", ["google-30d"]),
        ("", "ours", ["ours"]),
    ],
)
def test_the_windows_of_the_alerts_come_first(entry: str, windows: str, sets: list[str]) -> None:
    known = suggestion(with_sets(entry=entry), troubled(), windows)
    assert isinstance(known, TargetSuggestion)
    assert [sweep.windows for sweep in known.sweeps] == sets
    assert known.sweep.windows == sets[0]


def test_alerts_have_the_tiers_and_the_minimum_of_their_policy() -> None:
    usual, quiet_ones, few = (
        suggestion(with_sets(tiers, entry), troubled())
        for tiers, entry in (
            ("fast: alert, slow: ticket", ""),
            ("fast: log, slow: ticket", ""),
            ("fast: alert, slow: ticket", "minimumFailures: 4000,"),
        )
    )
    for known in (usual, quiet_ones, few):
        assert isinstance(known, TargetSuggestion)
    assert isinstance(usual, TargetSuggestion)
    assert isinstance(quiet_ones, TargetSuggestion)
    assert isinstance(few, TargetSuggestion)
    assert any(tried.alert_episodes.exceeds(0.5) for tried in usual.sweep.tried)
    assert {tried.alert_episodes for tried in quiet_ones.sweep.tried} == {WeeklyRate(0.0)}
    tickets = [tried.ticket_episodes for tried in usual.sweep.tried]
    assert [tried.ticket_episodes for tried in quiet_ones.sweep.tried] == tickets
    most = max(tried.alert_episodes.value or 0 for tried in few.sweep.tried)
    assert most == pytest.approx(2 / 4)
    # An SLO that never pages has nothing to catch.
    assert usual.past.events
    assert not quiet_ones.past.events


def test_an_slo_without_alerts_is_swept_with_the_default_windows() -> None:
    known = suggestion(catalog(slo("checkout")), troubled())
    alerting = suggestion(shop("0.999"), troubled())
    assert isinstance(known, TargetSuggestion)
    assert isinstance(alerting, TargetSuggestion)
    assert known.sweep.windows == "google-30d"
    pages = [tried.alert_episodes for tried in known.sweep.tried]
    assert pages == [tried.alert_episodes for tried in alerting.sweep.tried]


def test_the_strictest_target_that_was_kept_is_suggested_with_its_reasons() -> None:
    found = suggestion(shop("0.9"), troubled())
    assert isinstance(found, TargetSuggestion)
    assert isinstance(found.choice, Suggested)
    assert found.choice.tried.candidate.target == Decimal("0.9995")
    assert found.choice.tried.spent < 1
    said = found.choice.rationale
    assert "measured over 28 days up to 2026-10-02" in said
    assert "1.0 alert episodes and" in said
    assert "1 of 1 incidents caught" in said


def test_a_reason_from_a_made_up_history_says_so() -> None:
    of = shop("0.9")
    [objective] = objectives(of)
    found = suggest(
        objective, of, Held({"checkout": troubled()}, {}, is_made_up=True), ReplayTerms(SPAN)
    )
    assert isinstance(found, TargetSuggestion)
    assert isinstance(found.choice, Suggested)
    assert "measured over 28 days of synthetic history up to" in found.choice.rationale


def test_what_nobody_kept_is_not_promised() -> None:
    bad = quiet()
    bad[:] = 600
    found = suggestion(shop(), bad)
    assert isinstance(found, TargetSuggestion)
    assert isinstance(found.choice, NoSuggestion)
    assert "was met" in found.choice.reason


def test_a_week_is_enough_and_less_is_not_swept() -> None:
    of = shop()
    [objective] = objectives(of)
    bad, known = quiet(), quiet()
    burst(bad, TimeSpan(SPAN.end - DAY, SPAN.end - DAY + 30 * MINUTE), 0.5)

    def found(days: float) -> TargetSuggestion | NotSwept:
        known[:] = 0
        known[-round(days * 1440) :] = 1
        held = Held({"checkout": bad}, {"checkout": known})
        return suggest(objective, of, held, ReplayTerms(SPAN))

    whole = found(7)
    assert isinstance(whole, TargetSuggestion)
    assert isinstance(whole.choice, Suggested)
    assert whole.past.part == "7 of 28 days"
    failed = 30 * 500 / (7 * 1440 * 1000)
    assert whole.past.overall == pytest.approx(failed)
    assert whole.choice.tried.spent == pytest.approx(
        failed / float(1 - whole.choice.tried.candidate.target)
    )
    less = found(6.5)
    assert isinstance(less, NotSwept)
    assert less.reason == "a suggestion needs a week of history, and 6.5 of 7 days are known"


def test_an_slo_without_history_says_so() -> None:
    of = shop()
    [objective] = objectives(of)
    found = suggest(objective, of, Held({}, {}), ReplayTerms(SPAN))
    assert isinstance(found, NotSwept)
    assert found.reason == "nothing is stored"


def test_a_set_of_windows_that_is_not_there_says_so() -> None:
    found = suggestion(shop(), quiet(), "weekly")
    assert isinstance(found, NotSwept)
    assert found.reason == "weekly for a period of 30d is not there"


def objective_of(text: str) -> Objective:
    files = [(PurePosixPath("services/shop/slo.yaml"), text.encode())]
    loaded, findings = load(files)
    assert findings == []
    return next(iter(objectives(loaded)))


@pytest.mark.parametrize(
    ("metadata", "after"),
    [
        (
            "metadata: {name: checkout}",
            'metadata: {annotations: {reliability/rationale: "why, in \\"a\\" line"}, '
            "name: checkout}",
        ),
        (
            "metadata:\n  name: checkout  # ours",
            'metadata:\n  annotations: {reliability/rationale: "why, in \\"a\\" line"}\n'
            "  name: checkout  # ours",
        ),
        (
            "metadata:\n  name: checkout\n  annotations:\n    a/b: c",
            "metadata:\n  name: checkout\n  annotations:\n"
            '    reliability/rationale: "why, in \\"a\\" line"\n    a/b: c',
        ),
        (
            "metadata: {name: checkout, annotations: {}}",
            "metadata: {name: checkout, annotations: "
            '{reliability/rationale: "why, in \\"a\\" line"}}',
        ),
        (
            "metadata: {name: checkout, annotations: {reliability/rationale: 'a guess'}}",
            "metadata: {name: checkout, annotations: "
            '{reliability/rationale: "why, in \\"a\\" line"}}',
        ),
    ],
)
def test_target_and_rationale_are_spliced_and_nothing_else_changes(
    metadata: str, after: str
) -> None:
    text = slo("checkout").replace("metadata: {name: checkout}\nspec:", f"{metadata}\nspec:")
    text = "# kept\n" + text.replace("\n", "\r\n") + "  # kept too \r\n"
    wanted = text.replace(metadata.replace("\n", "\r\n"), after.replace("\n", "\r\n"), 1)
    wanted = wanted.replace("target: 0.999", "target: 0.9995")
    done = spliced(objective_of(text), text.encode(), Decimal("0.9995"), 'why, in "a" line')
    assert done.decode() == wanted


def test_a_percentage_stays_a_percentage() -> None:
    text = slo("checkout").replace("target: 0.999", "targetPercent: 99.9")
    done = spliced(objective_of(text), text.encode(), Decimal("0.9995"), "why").decode()
    assert "targetPercent: 99.95}" in done


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("target: 0.999", "target: 0.5"),
        ("target: 99.9e-2", "target: 0.5"),
        ("'targetPercent': 99.90", "'targetPercent': 50"),
        ("targetPercent: 99", "targetPercent: 50"),
    ],
)
def test_a_target_keeps_its_form(before: str, after: str) -> None:
    text = slo("checkout").replace("target: 0.999", before)
    done = spliced(objective_of(text), text.encode(), Decimal("0.5"), "why").decode()
    assert f"{{displayName: served, {after}}}" in done


def test_what_cannot_be_edited_safely_is_left_alone() -> None:
    text = slo("checkout").replace(
        "metadata: {name: checkout}\nspec:",
        "metadata: {name: checkout, annotations: &a {reliability/rationale: &b x, c/d: *b}}\nspec:",
    )
    with pytest.raises(ReliabilityError, match="not edited here"):
        spliced(objective_of(text), text.encode(), Decimal("0.9995"), "why")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    files = {
        "services/shop/slo.yaml": slo("checkout", "0.98"),
        "services/shop/alert-policy.yaml": policy("checkout"),
        "services/shop/incidents.yaml": incident("Nobody could pay", TROUBLE),
        "policies/burn-rates.yaml": WINDOWS,
        "policies/history.yaml": HISTORY,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def run(folder: Path, *arguments: str) -> Ended:
    return reliability("--today", TODAY, "suggest", *arguments, folder=folder)


def test_applied_it_is_what_is_promised_and_asked_again_it_stays(repository: Path) -> None:
    before = (repository / "services/shop/slo.yaml").read_text()
    assert "set the target to 99.95 %, 98 % now" in run(repository, "checkout", "--apply").out
    after = (repository / "services/shop/slo.yaml").read_text()
    assert after.count("target: 0.9995") == 1
    assert "99.95 % was met in" in after
    assert len(after.splitlines()) == len(before.splitlines())
    assert "keep 99.95 %" in run(repository, "checkout").out


def test_another_target_can_be_applied_with_its_own_figures(repository: Path) -> None:
    assert run(repository, "checkout", "--apply", "--target", "0.995").code == 0
    assert "99.5 % was met in" in (repository / "services/shop/slo.yaml").read_text()
    ended = run(repository, "checkout", "--apply", "--target", "0.99512")
    assert (ended.code, "was not tried" in ended.err) == (2, True)


def test_without_apply_no_file_changes(repository: Path) -> None:
    before = (repository / "services/shop/slo.yaml").read_bytes()
    assert run(repository, "checkout", "--format", "markdown").out.startswith("### shop")
    assert (repository / "services/shop/slo.yaml").read_bytes() == before


def test_the_json_holds_every_candidate_of_every_set(repository: Path) -> None:
    said = json.loads(run(repository, "checkout", "--format", "json").out)
    [found] = said["objectives"]
    assert said["version"] == 1
    assert found["synthetic"]
    assert found["suggestion"]["target"] == 0.9995
    [sweep] = found["sweeps"]
    assert (sweep["windows"], len(sweep["candidates"]) > 30) == ("google-30d", True)


def test_every_set_for_the_period_is_swept_and_the_own_one_comes_first() -> None:
    other = WINDOWS.replace("google-30d", "a-hasty-one").replace("long: 6h", "long: 2h")
    weekly = WINDOWS.replace("google-30d", "weekly").replace("period: 30d", "period: 7d")
    of = catalog(slo("checkout"), policy("checkout"), other, weekly)
    found = suggestion(of, troubled())
    assert isinstance(found, TargetSuggestion)
    assert [each.windows for each in found.sweeps] == ["google-30d", "a-hasty-one"]
    alone = suggestion(of, troubled(), "a-hasty-one")
    assert isinstance(alone, TargetSuggestion)
    assert alone.sweeps == (found.sweeps[1],)


def test_a_group_that_fails_alone_decides_and_its_pages_are_added() -> None:
    text = slo("checkout").replace(
        "metadata: {name: checkout}\nspec:",
        "metadata: {name: checkout, annotations: {reliability/group-by: region}}\nspec:",
    )
    [objective] = objectives(catalog(text, policy("checkout")))
    calm, loud = held(objective, quiet()), held(objective, troubled())
    groups = Groups((replace(calm, labels={"region": "a"}), replace(loud, labels={"region": "b"})))
    of = catalog(text, policy("checkout"))
    both, alone = (
        suggest(objective, of, each, ReplayTerms(SPAN)) for each in (groups, Groups((loud,)))
    )
    assert isinstance(both, TargetSuggestion)
    assert isinstance(alone, TargetSuggestion)
    assert both.past.overall == alone.past.overall
    sweeps = [[each.alert_episodes for each in one.sweep.tried] for one in (both, alone)]
    assert sweeps[0] == sweeps[1]


def held(objective: Objective, bad: FloatArray) -> Series:
    found = Held({"checkout": bad}, {}).series(sli_history(objective), SPAN.extended(3 * DAY))
    assert not isinstance(found, NoHistory)
    return found[0]


@dataclass(frozen=True, slots=True)
class Groups:
    """A `SeriesSource` that holds one series for each group."""

    held: tuple[Series, ...]
    description: str = "a test"
    is_made_up: bool = False

    def series(self, _sli: SliHistory, _span: TimeSpan) -> tuple[Series, ...]:
        return self.held
