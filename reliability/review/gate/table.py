"""Every SLO in a row: attainment, budget remaining, burn rate, exhaustion, next review."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from reliability.backtest.report.text import aligned, printable
from reliability.backtest.status import ObjectiveStatus, SloStatus, UnknownStatus
from reliability.render.display import inert_json
from reliability.render.durations import short_length
from reliability.render.numbers import exact_percent, percent_known
from reliability.review.figures import attainment, budget_remaining
from reliability.review.gate.figures import figures

VERSION: Final = 1
NEARLY: Final = 0.995
"""Coverage that counts as complete: a restart of the server misses a few evaluations."""

HEADS: Final = (
    "service",
    "SLO",
    "target",
    "attainment",
    "budget remaining",
    "burn rate",
    "exhausted in",
    "coverage",
    "next review",
)

ENVIRONMENT: Final = "environment"


@dataclass(frozen=True, slots=True, eq=False)
class GateTableRow:
    """The status of one SLO, and the day of its next review; None if it was never reviewed."""

    status: SloStatus
    review: date | None
    today: date

    @property
    def environment(self) -> str:
        """The environment, and the server if it is evaluated on one of several; else empty."""
        return self.status.objective.placement.name


def text(lines: Iterable[GateTableRow], *sources: str) -> str:
    """Return the table, the reasons for unknown figures, and the sources.

    The environments of an SLO are side by side, in a column of their own if there is any.
    """
    return "\n".join(printable(_written(list(lines), sources)))


def _written(lines: list[GateTableRow], sources: Iterable[str]) -> Iterator[str]:
    if any(line.environment for line in lines):
        lines = side_by_side(lines)
        rows = [(*_cells(line)[:2], line.environment, *_cells(line)[2:]) for line in lines]
        yield from aligned([(*HEADS[:2], ENVIRONMENT, *HEADS[2:]), *rows])
    else:
        yield from aligned([HEADS, *(_cells(line) for line in lines)])
    reasons: dict[str, list[str]] = {}
    for line in lines:
        if isinstance(line.status, UnknownStatus):
            remedy = f"; {line.status.remedy}" if line.status.remedy else ""
            reason = f"{line.status.reason}{remedy}"
            of = f" in {line.environment}" if line.environment else ""
            reasons.setdefault(reason, []).append(f"{line.status.objective.identity}{of}")

    if reasons:
        yield ""
    for reason, names in reasons.items():
        yield f"no figures for {', '.join(names)}: {reason}"
    yield ""
    yield from (f"source {source}" for source in sources)


def side_by_side(lines: Iterable[GateTableRow]) -> list[GateTableRow]:
    """Return the rows with all environments of an objective together, in the order of the first."""
    together: dict[tuple[str, str], list[GateTableRow]] = {}
    for line in lines:
        objective = line.status.objective
        together.setdefault((objective.service, objective.identity), []).append(line)
    return [line for rows in together.values() for line in rows]


def _cells(line: GateTableRow) -> tuple[str, ...]:
    status = line.status
    objective = status.objective
    named = (objective.service, f"{objective.slo_name} {objective.name}".rstrip())
    target = exact_percent(objective.target)
    if isinstance(status, UnknownStatus):
        unknown = ("not known", "not known", "-", "-", _share(status), _review(line))
        return (*named, target, *unknown)
    budget = (attainment(status), budget_remaining(status.remaining))
    burn = (burn_words(status), _exhausted(status))
    return (*named, target, *budget, *burn, _share(status), _review(line))


def _share(status: SloStatus) -> str:
    """Return the coverage of the period, rounded down: 100 % means that nothing is missing."""
    return "-" if status.coverage is None else percent_known(status.coverage.share)


def known_words(status: ObjectiveStatus) -> str:
    """Return the coverage in words, and how the server and the stored history share it.

    Empty if only one of them has data, and it covers nearly the whole period.
    """
    coverage = status.coverage
    if not coverage.history or not coverage.recorded:
        return "" if coverage.share > NEARLY else f", coverage {percent_known(coverage.share)}"
    recorded, stored = percent_known(coverage.recorded), percent_known(coverage.history)
    return f", {recorded} recorded and {stored} from history"


def burn_words(status: ObjectiveStatus) -> str:
    """Return the burn rate in words: `1.4`, or `not known`."""
    return "not known" if status.burn is None else f"{status.burn:.1f}"


def _exhausted(status: ObjectiveStatus) -> str:
    """Return the time until the budget is exhausted at the current burn rate, in words."""
    if status.remaining <= 0:
        return "exhausted"
    if status.exhausted is None:
        return "-"
    return short_length(status.exhausted - status.at)


def _review(line: GateTableRow) -> str:
    if line.review is None:
        return "never reviewed"
    return f"{line.review} (due)" if line.review <= line.today else str(line.review)


def document(lines: Iterable[GateTableRow], *sources: str) -> str:
    """Return the table as indented JSON; rows name their environment if any is declared."""
    values = {
        "version": VERSION,
        "source": "; ".join(sources),
        "slos": [
            {
                **({"environment": line.environment} if line.environment else {}),
                "service": line.status.objective.service,
                "slo": line.status.objective.slo_name,
                "objective": line.status.objective.name,
                **figures(line.status),
                "next_review": line.review.isoformat() if line.review else None,
                "due": line.review is None or line.review <= line.today,
            }
            for line in side_by_side(lines)
        ],
    }
    return inert_json(json.dumps(values, indent=2, ensure_ascii=False))
