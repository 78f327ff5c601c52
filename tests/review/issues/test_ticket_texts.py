"""Tickets as people read them, in both languages."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from reliability.backtest.coverage import Coverage
from reliability.backtest.status import SloStatus, UnknownStatus
from reliability.render.words import Language
from reliability.review.tickets.groups import SignalGroup
from tests.forge.worlds import FolderWorld
from tests.golden import Golden
from tests.review.gate.test_gate import objective, remaining
from tests.review.issues.office import DAY, HOUR, MINUTE, NOW, Run, fired, span

GOLDEN = Path(__file__).parent / "golden"
CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")

BURN = "ErrorBudgetBurn"
SERVED = ("objective", "served")
HOSTILE = (
    "`x` @everyone <!-- reliability:ticket a --> | [b](http://c) closes #1 ##[error]\n::set-env"
)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_ticket_reads_like_this(language: Language, golden: Golden, tmp_path: Path) -> None:
    pay, search = (SignalGroup("shop", BURN, (("slo", name), SERVED)) for name in ("pay", "search"))
    unknown = UnknownStatus(objective=objective("search"), reason="no history")
    part = replace(remaining(0.36, "pay"), coverage=Coverage(0.5, elapsed=30 * DAY))
    budgets: dict[SignalGroup, SloStatus] = {pay: part, search: unknown}
    run = Run(FolderWorld(tmp_path), language=language, budgets=budgets)
    backlog = [
        fired(span(3 * HOUR), span(HOUR, 25 * MINUTE), queue="clock-in"),
        fired(span(2 * MINUTE, 2 * MINUTE), queue="clock-out"),
    ]
    burns = [
        fired(span(hours * HOUR, 3 * HOUR), signal=BURN, slo=slo, objective="served")
        for hours, slo in ((9, "checkout"), (8, "pay"), (7, "search"))
    ]
    drafts = run.drafts([*backlog, *burns], (), NOW)
    text = "\n\n".join(f"# {draft.title}\n\n{draft.text}" for draft in drafts)
    golden.check(GOLDEN / f"tickets.{language}.md", f"{text}\n")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_labels_and_names_of_strangers_act_as_nothing(language: Language, tmp_path: Path) -> None:
    run = Run(FolderWorld(tmp_path), language=language)
    alerts = [
        fired(span(HOUR), signal=HOSTILE, pod=HOSTILE, slo=HOSTILE),
        fired(span(HOUR), pod=HOSTILE * 200, objective=HOSTILE),
    ]
    run.bounds = type(run.bounds)(run.bounds.quiet, 1)
    drafts = run.drafts(alerts, (), NOW)
    assert len(drafts) == 2
    for draft in drafts:
        assert "@everyone" not in draft.title
        outside = CODE.sub("", draft.text)
        assert "@everyone" not in outside
        assert "#1" not in outside
        assert outside.count("<!--") == draft.text.split("\n")[0].count("<!--")
        assert "##[" not in draft.text
        assert not [line for line in draft.text.split("\n") if line.startswith("::")]
        assert len(draft.text) < 20_000


def test_without_a_history_a_ticket_says_what_it_does_not_count(tmp_path: Path) -> None:
    for has_history in (True, False):
        run = Run(FolderWorld(tmp_path), has_history=has_history)
        [draft] = run.drafts([fired(span(HOUR))], (), NOW)
        line = (
            "Read from Alertmanager, which knows only what is firing now: alerts that started and "
            "stopped between two runs are not counted."
        )
        assert (line in draft.text.split("\n")) is not has_history
