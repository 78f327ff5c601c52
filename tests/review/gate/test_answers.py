"""Answers and tables of many SLOs, in golden files.

`pytest tests/review/gate/test_answers.py --update-golden` rewrites them.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

import pytest

from reliability.backtest.coverage import Coverage
from reliability.backtest.status import SloStatus, UnknownStatus
from reliability.model.error_budget import ErrorBudgetPolicySpec
from reliability.review.gate import report, table
from reliability.review.gate.gate import gate
from reliability.review.gate.table import GateTableRow
from tests.golden import Golden
from tests.review.gate.test_gate import NOW, POLICY, TODAY, burning, objective, remaining

GOLDEN: Final = Path(__file__).parent / "golden"
DAY: Final = timedelta(days=1)
SHARES: Final = (1.0, 0.999, 0.251, 0.25, 0.2, 0.001, 0.0, -0.001, -0.5, -1.0, -3.0)
BURNS: Final = (None, 0.0, 0.5, 1.0, 1.01, 2.0, 14.4)
COVERAGES: Final = (
    Coverage(history=1.0),
    Coverage(recorded=0.985),
    Coverage(recorded=0.5, history=0.4801),
    Coverage(history=0.9949),
    Coverage(recorded=0.02, history=0.444, elapsed=30 * DAY),
)


def status(random: Random, environment: str) -> SloStatus:
    """One SLO, often with a budget that is not known or spent."""
    pick = random.choice
    name = pick(("checkout", "search"))
    of = objective(name)
    placed = replace(of, placement=replace(of.placement, name=environment))
    if random.random() < 0.2:
        coverage = pick((None, Coverage(), Coverage(recorded=0.3, history=0.2)))
        return UnknownStatus(
            objective=placed,
            reason=pick(("no history", "it is new")),
            remedy=pick(("", "pull")),
            coverage=coverage,
        )
    return replace(
        remaining(pick(SHARES), name),
        objective=placed,
        present=burning(pick(BURNS)),
        coverage=pick(COVERAGES),
        renewed=pick((None, None, NOW + 4 * DAY)),
    )


def policy(random: Random) -> ErrorBudgetPolicySpec:
    written = POLICY.model_dump(by_alias=True, exclude_unset=True)
    exceptions = [
        {"service": service, "reason": reason, "approver": "@boss", "until": until}
        for service, reason, until in (
            ("other", "another service", "2026-10-09"),
            ("shop", "it has ended", "2026-10-01"),
            ("shop", "a fix", "2026-10-02"),
            ("shop", "another fix", "2026-10-09"),
        )
    ]
    written["exceptions"] = exceptions[: random.choice((2, 2, 2, 4))]
    if random.random() < 0.3:
        written["states"] = written["states"][2:]
    return ErrorBudgetPolicySpec.model_validate(written)


def test_answers_of_the_gate(golden: Golden) -> None:
    texts, documents = [], []
    for seed in range(30):
        random = Random(seed)
        names = ("eu", "us") if seed % 3 == 2 else ("",)
        gates = [
            (
                gate(
                    "shop",
                    "standard" if seed % 5 == 4 else "critical",
                    [status(random, name) for _ in range(random.choice((1, 2, 3)))],
                    policy(random),
                    TODAY,
                ),
                f"http://{name or 'prometheus'}",
            )
            for name in names
        ]
        texts.append(report.text(gates))
        if seed < 9:
            documents.append(report.document(gates))
    golden.check(GOLDEN / "answers.txt", "\n\n".join(texts) + "\n")
    golden.check(GOLDEN / "answers.json", "\n".join(documents) + "\n")


def test_tables_of_many_slos(golden: Golden) -> None:
    random = Random(7)
    rows = [
        GateTableRow(
            status(random, ("", "eu", "us")[number % 3 if number > 12 else 0]),
            random.choice((None, TODAY, TODAY - DAY, TODAY + DAY)),
            TODAY,
        )
        for number in range(36)
    ]
    parts = [table.text(rows[:12], "history"), table.text(rows, "eu: http://a", "us: http://b")]
    golden.check(GOLDEN / "tables.txt", "\n\n".join(parts) + "\n")
    golden.check(GOLDEN / "tables.json", table.document(rows[10:16], "a", "b") + "\n")


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ((1.0,), 0),
        ((-0.5,), 1),
        ((None,), 5),
        ((1.0, None), 5),
        ((None, -0.5), 1),
        ((1.0, 0.5), 0),
    ],
)
def test_the_worst_answer_of_all_environments_decides(
    answers: tuple[float | None, ...], code: int
) -> None:
    gates = [
        (
            gate(
                "shop",
                "critical",
                [
                    UnknownStatus(objective=objective(), reason="no")
                    if share is None
                    else remaining(share)
                ],
                POLICY,
                TODAY,
            ),
            "",
        )
        for share in answers
    ]
    assert report.EXIT_CODES[report.answer_of(gates)] == code
