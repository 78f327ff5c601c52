"""Every SLO in a row: attainment, budget remaining, burn rate, exhaustion, next review."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import Final

from reliability.backtest.burn_state import WORST_FIRST, BurnState
from reliability.backtest.present import PresentState
from reliability.backtest.report.text import printable
from reliability.backtest.status import ObjectiveStatus, SloStatus, UnknownStatus
from reliability.render.display import inert_json
from reliability.render.durations import short_length
from reliability.render.numbers import exact_percent, percent_known
from reliability.render.tables import PIPE, TextView, text_table
from reliability.render.times import utc_minute
from reliability.review.figures import attainment, budget_remaining, so_far
from reliability.review.gate.figures import figures

VERSION: Final = 1
NEARLY: Final = 0.995
"""Coverage that counts as complete: a restart of the server misses a few evaluations."""

NOT_KNOWN: Final = "not known"


@dataclass(frozen=True, slots=True, eq=False)
class GateTableRow:
    """The status of one SLO, and the day of its next review; None if it was never reviewed."""

    status: SloStatus
    review: date | None
    today: date

    @property
    def state(self) -> BurnState:
        """The burn state, as on the pages of the site."""
        return self.status.present.state if self.status.present else "unknown"

    @property
    def worst_first(self) -> tuple[int, float]:
        """The order of rows: firing or critical, exhausted, then by state and remaining budget."""
        present = self.status.present
        known = self.status if isinstance(self.status, ObjectiveStatus) else None
        remaining = known.remaining if known else inf
        rank = 0 if present and present.firing else WORST_FIRST.index(self.state)
        return (min(rank, 1) if remaining <= 0 else 2 * rank), remaining

    @property
    def environment(self) -> str:
        """The environment, and the server if it is evaluated on one of several; else empty."""
        return self.status.objective.placement.name

    @property
    def named(self) -> str:
        """SLO and objective, and the environment if there is any."""
        of = f" in {self.environment}" if self.environment else ""
        return f"{self.status.objective.identity}{of}"


def text(lines: Iterable[GateTableRow], *sources: str, view: TextView = PIPE) -> str:
    """Return the table, the reasons for unknown figures, when what burns was read, the sources.

    The worst SLO is first. The environments of an SLO are side by side, in a column of their own if
    there is any. Alerts that fire are in a column if a server reported them.
    """
    rows = side_by_side(lines)
    return "\n".join((*_table(rows, view), *printable(_written(rows, sources))))


def _table(lines: Iterable[GateTableRow], view: TextView) -> Iterator[str]:
    rows = [_cells(line) for line in lines]
    columns = {head: [row[head] for row in rows] for head in HEADS}
    if not any(columns["environment"]):
        del columns["environment"]
    if all(cell == NOT_KNOWN for cell in columns["firing"]):
        del columns["firing"]
    numbers = [number for number, head in enumerate(columns) if head in NUMBERS]
    optional = [[*columns].index(head) for head in OPTIONAL if head in columns]
    table = [tuple(columns), *zip(*columns.values(), strict=True)]
    yield from text_table(table, view, numbers=numbers, optional=optional, styles=STYLES)


def _written(lines: Iterable[GateTableRow], sources: Iterable[str]) -> Iterator[str]:
    reasons: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        if missing := _missing(line.status):
            reasons.setdefault(missing, []).append(line.named)

    if reasons:
        yield ""
    for (what, reason), names in reasons.items():
        yield f"{what} for {', '.join(names)}: {reason}"
    yield ""
    yield from _present_lines(lines)
    yield from (f"source {source}" for source in sources)


def _present_lines(lines: Iterable[GateTableRow]) -> Iterator[str]:
    """Yield the time of what burns; SLOs are named if theirs is not that of most SLOs."""
    named: dict[str, list[str]] = {}
    for line in lines:
        if line.status.present is not None:
            named.setdefault(present_time(line.status.present), []).append(line.named)
    most = max(named, key=lambda when: len(named[when]), default="")
    for when, names in named.items():
        of = "" if when == most else f" of {', '.join(dict.fromkeys(names))}"
        yield f"burn rates{of} {when}"


def _missing(status: SloStatus) -> tuple[str, str] | None:
    """Return what a row has instead of figures of the period, and why; None if it has them."""
    remedy = f"; {status.remedy}" if status.remedy else ""
    if isinstance(status, UnknownStatus):
        return "no figures", f"{status.reason}{remedy}"
    part = status.coverage.part
    if part is None:
        return None
    known = f"{part} are known" if status.coverage.share else "a group has no data"
    when = status.known_from()
    later = f", and 98 % will be at {utc_minute(when)}" if when else ""
    return "partial figures", f"{known}{later}{remedy}"


def side_by_side(lines: Iterable[GateTableRow]) -> list[GateTableRow]:
    """Return the rows, the worst first, with all environments of an objective together."""
    together: dict[tuple[str, str], list[GateTableRow]] = {}
    for line in sorted(lines, key=lambda line: line.worst_first):
        objective = line.status.objective
        together.setdefault((objective.service, objective.identity), []).append(line)
    return [line for rows in together.values() for line in rows]


HEADS: Final = (
    *("team", "service", "SLO", "environment", "state", "target", "attainment"),
    *("budget remaining", "burn rate 1h", "5m", "firing", "exhausted in", "coverage"),
    "next review",
)
NUMBERS: Final = frozenset(
    ("target", "attainment", "budget remaining", "burn rate 1h", "5m", "exhausted in", "coverage")
)
OPTIONAL: Final = ("coverage", "next review", "target", "5m", "exhausted in", "attainment")
"""Columns that a narrow terminal loses, in this order."""
STYLES: Final = dict(
    zip(("critical", "exhausted", "increasing"), ("bold red", "red", "yellow"), strict=True)
)


def _cells(line: GateTableRow) -> dict[str, str]:
    status, objective = line.status, line.status.objective
    known = status if isinstance(status, ObjectiveStatus) else None
    present = status.present
    cells = (
        objective.team or "-",
        objective.service,
        f"{objective.slo_name} {objective.name}".rstrip(),
        line.environment,
        line.state,
        exact_percent(objective.target),
        attainment(known) if known else NOT_KNOWN,
        so_far(budget_remaining(known.remaining), known.coverage.part) if known else NOT_KNOWN,
        rate_words(present.hour if present else None),
        rate_words(present.minutes if present else None),
        firing_words(present),
        _exhausted(known) if known else "-",
        _share(status),
        _review(line),
    )
    return dict(zip(HEADS, cells, strict=True))


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


def rate_words(rate: float | None) -> str:
    """Return a burn rate in words: `1.4`, or `not known`."""
    return NOT_KNOWN if rate is None else f"{rate:.1f}"


def firing_words(present: PresentState | None) -> str:
    """Return the tiers of the alerts that fire; `-` for none, `not known` without a server."""
    if present is None or present.firing is None:
        return NOT_KNOWN
    return ", ".join(present.firing) or "-"


def present_time(present: PresentState) -> str:
    """Return the time that burn rates are of, and what is not known then."""
    when = f"at {utc_minute(present.at)}"
    if present.source == "history":
        return f"{when}, where the history ends; whether an alert fires now is not known"
    return when


def _exhausted(status: ObjectiveStatus) -> str:
    """Return the time until the budget is exhausted at the current burn rate, in words."""
    if status.exhausted is None:
        return "-"
    if status.remaining <= 0:
        return "exhausted"
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
                "team": line.status.objective.team or None,
                "state": line.state,
                **figures(line.status),
                "next_review": line.review.isoformat() if line.review else None,
                "due": line.review is None or line.review <= line.today,
            }
            for line in side_by_side(lines)
        ],
    }
    return inert_json(json.dumps(values, indent=2, ensure_ascii=False))
