"""`backtest --rules` from the samples that `history pull --rules` stored: no server is asked."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest

from reliability.history.samples.filling import StoreFilling, StoreLimits
from reliability.history.samples.store import SampleIndex, SampleStore
from reliability.history.sources.openmetrics import OpenMetricsFile
from reliability.promql.samples import Counter
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan
from tests.backtest.rule_files.rule_repository import (
    ALERTMANAGER,
    END,
    RULES,
    TODAY,
    RuleRepository,
)
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability

RULE_FILE = "rules/mail/queue.yml"
ALL = ("--rules", "rules", "--alertmanager", "alertmanager.yml")


def store(repository: RuleRepository, *wanted: str) -> None:
    """What the schedule of the default branch has stored, of eight days."""
    samples = OpenMetricsFile.open(repository.root.parent / "samples.txt")

    def fetch(selector: Selector, span: TimeSpan, _most: int) -> Iterable[Counter]:
        return samples.counters(selector, span)

    days = tuple(END.date() - timedelta(days=number) for number in range(8, 0, -1))
    folder = repository.root / ".reliability" / "samples"
    folder.mkdir(parents=True)
    filling = StoreFilling(
        store=SampleStore(folder),
        fetch=fetch,
        days=days,
        limits=StoreLimits(series=100, size=1_000_000),
    )
    list(filling.fill(map(Selector.parse, wanted)))
    index = SampleIndex(first=days[0], last=days[-1], days=7, held=tuple(filling.held))
    filling.store.write(index)


def backtest(repository: RuleRepository, *options: str) -> Ended:
    return reliability("--today", TODAY, "backtest", *ALL, *options, folder=repository.root)


@pytest.fixture
def repository(tmp_path: Path) -> RuleRepository:
    files = {RULE_FILE: RULES, "alertmanager.yml": ALERTMANAGER, ".gitignore": ".reliability\n"}
    made = RuleRepository.at(tmp_path, files)
    store(made, "queue_length", "queue:length:max")
    return made


def test_it_shows_what_the_samples_show(repository: RuleRepository) -> None:
    repository.replace(RULE_FILE, "> 50", "> 70")
    ended = backtest(repository, "--base", "HEAD")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0] == "1 changed alert: pages a week 14.0 -> 7.0"
    assert lines[3] == "  7 days to 2026-10-08 00:00 UTC, samples stored until 2026-10-07"


def test_a_change_of_matchers_finds_its_series(repository: RuleRepository) -> None:
    repository.replace(RULE_FILE, "queue_length == 0", 'queue_length{queue=~"mail|web"} == 0')
    ended = backtest(repository, "--base", "HEAD")
    assert "QueueEmpty (warning)  expression  chat     7 -> 7" in ended.out


def test_a_metric_that_is_not_stored_has_no_history(repository: RuleRepository) -> None:
    repository.replace(RULE_FILE, "queue_length == 0", "queue_age > 60")
    ended = backtest(repository, "--base", "HEAD")
    assert ended.out.splitlines()[0] == "nothing replayed: 1 alert without enough history"
    reason = "no history of queue_age{}: no rule of the default branch reads it"
    assert f"QueueEmpty (warning): {reason}" in ended.out


def test_a_new_recording_is_computed_on_both_sides(repository: RuleRepository) -> None:
    repository.replace(RULE_FILE, "record: queue:length:max", "record: queue:length:highest")
    repository.replace(RULE_FILE, "expr: queue:length:max", "expr: queue:length:highest")
    ended = backtest(repository, "--base", "HEAD")
    assert "QueueLong (page)  expression, recordings  page     14 -> 14" in ended.out


def test_an_author_cannot_write_the_past(repository: RuleRepository) -> None:
    repository.replace(RULE_FILE, "> 50", "> 70")
    repository.git("add", "--all")
    repository.git("add", "--force", ".reliability/samples/samples.json")
    repository.git("commit", "--quiet", "--message", "quiet")
    ended = backtest(repository, "--base", "HEAD~1")
    assert ended.code == 2
    assert "the change commits .reliability/samples/samples.json to the sample store" in ended.err


def test_the_last_days_are_replayed_if_fewer_are_asked_for(repository: RuleRepository) -> None:
    ended = backtest(repository, "--days", "3")
    assert "pages 6 · chat messages 3" in ended.out
    assert ended.out.splitlines()[3].startswith("  3 days to 2026-10-08 00:00 UTC")


def test_today_does_not_move_what_is_stored(repository: RuleRepository) -> None:
    later = f"{date.fromisoformat(TODAY) + timedelta(days=2)}"
    ended = reliability("--today", later, "backtest", *ALL, folder=repository.root)
    assert "7 days to 2026-10-08 00:00 UTC, samples stored until 2026-10-07" in ended.out
