"""Every SLO in a row: attainment, budget remaining, burn rate, exhaustion, next review."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor
from typing import Final

from reliability.backtest.report.text import aligned, printable
from reliability.backtest.standing import ObjectiveStatus, Stands, UnknownStatus
from reliability.render.display import inert_json
from reliability.review.figures import attained, budget_remaining
from reliability.review.gate.figures import figures

VERSION: Final = 1
NEARLY: Final = 0.995
"""A server that restarts misses an evaluation now and then, and nobody need hear of it."""

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


@dataclass(frozen=True, slots=True, eq=False)
class GateTableRow:
    """One SLO and the day of its next review; None if it was never reviewed."""

    stands: Stands
    review: date | None
    today: date


def text(lines: Iterable[GateTableRow], source: str) -> str:
    """The table, then why what is unknown is unknown, then the source."""
    return "\n".join(printable(_written(list(lines), source)))


def _written(lines: list[GateTableRow], source: str) -> Iterator[str]:
    yield from aligned([HEADS, *(_cells(line) for line in lines)])
    reasons: dict[str, list[str]] = {}
    for line in lines:
        if isinstance(line.stands, UnknownStatus):
            remedy = f"; {line.stands.remedy}" if line.stands.remedy else ""
            reason = f"{line.stands.reason}{remedy}"
            reasons.setdefault(reason, []).append(line.stands.objective.identity)

    if reasons:
        yield ""
    for reason, names in reasons.items():
        yield f"no figures for {', '.join(names)}: {reason}"
    yield ""
    yield f"source {source}"


def _cells(line: GateTableRow) -> tuple[str, ...]:
    stands = line.stands
    objective = stands.objective
    named = (objective.service, f"{objective.slo_name} {objective.name}".rstrip())
    target = f"{(objective.target * 100).normalize():f} %"
    if isinstance(stands, UnknownStatus):
        unknown = ("not known", "not known", "-", "-", _share(stands), _review(line))
        return (*named, target, *unknown)
    budget = (attained(stands.attainment), budget_remaining(stands.remaining))
    burn = (burn_words(stands), _exhausted(stands))
    return (*named, target, *budget, *burn, _share(stands), _review(line))


def _share(stands: Stands) -> str:
    """How much of the period is known; rounded down, since 100 % says that nothing is missing."""
    return "-" if stands.coverage is None else percent_known(stands.coverage.share)


def percent_known(share: float) -> str:
    """A share of time, cut after a tenth of a percent."""
    if 0 < share < 0.001:
        return "under 0.1 %"
    return f"{floor(share * 1000 + 1e-6) / 10:g} %"


def known_words(stands: ObjectiveStatus) -> str:
    """How much of the period the figures are from, where that is not all that a server recorded."""
    coverage = stands.coverage
    if not coverage.history or not coverage.recorded:
        return "" if coverage.share > NEARLY else f", coverage {percent_known(coverage.share)}"
    recorded, stored = percent_known(coverage.recorded), percent_known(coverage.history)
    return f", {recorded} recorded and {stored} from history"


def burn_words(stands: ObjectiveStatus) -> str:
    """How many times faster than sustainable."""
    return "not known" if stands.burn is None else f"{stands.burn:.1f}"


def _exhausted(stands: ObjectiveStatus) -> str:
    """In how long the budget is spent at the present rate."""
    if stands.remaining <= 0:
        return "exhausted"
    if stands.exhausted is None:
        return "-"
    return _length(stands.exhausted - stands.at)


def _length(time: timedelta) -> str:
    hours = time / timedelta(hours=1)
    if hours < 1:
        return f"{time // timedelta(minutes=1)} min"
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} d"


def _review(line: GateTableRow) -> str:
    if line.review is None:
        return "never reviewed"
    return f"{line.review} (due)" if line.review <= line.today else str(line.review)


def document(lines: Iterable[GateTableRow], source: str) -> str:
    """As JSON, indented."""
    values = {
        "version": VERSION,
        "source": source,
        "slos": [
            {
                "service": line.stands.objective.service,
                "slo": line.stands.objective.slo_name,
                "objective": line.stands.objective.name,
                **figures(line.stands),
                "next_review": line.review.isoformat() if line.review else None,
                "due": line.review is None or line.review <= line.today,
            }
            for line in lines
        ],
    }
    return inert_json(json.dumps(values, indent=2, ensure_ascii=False))
