"""The samples that `history pull --rules` stored, as the source of `backtest --rules`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reliability.backtest.rule_files.reading import RuleSet
from reliability.errors import ReliabilityError, SourceError
from reliability.history.samples.store import SampleStore
from reliability.load.committed import committed_below
from reliability.timespan import TimeSpan

if TYPE_CHECKING:
    from reliability.promql.samples import Counter
    from reliability.promql.selector import Selector

FOLDER: Final = Path(".reliability/samples")
INDEX: Final = FOLDER / "samples.json"


@dataclass(frozen=True, slots=True)
class NothingStored:
    """A `SampleReader` for a pull request whose default branch has stored no samples."""

    description: str = "no stored samples"

    def counters(self, selector: Selector, span: TimeSpan) -> Iterable[Counter]:
        """Nothing can be had.

        Raises:
            SourceError: always.
        """
        del selector, span
        raise SourceError(
            "no history: the default branch has "
            "stored no samples; they come with the next run of its schedule"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSource:
    """A reader of the store, the span to replay, what is known of it, and what is left out.

    `begins` is the first sample, which may be before the span.
    """

    reader: SampleStore
    span: TimeSpan
    known: TimeSpan
    begins: datetime
    notes: tuple[str, ...]


def stored_source(
    here: Path, days: int | None, sides: Iterable[RuleSet], base: str
) -> StoredSource:
    """Open the store below a folder; `base` is the commit that is compared with, or empty.

    Raises:
        ReliabilityError: the change commits files to the store, whose author would write the past.
        SourceError: the store cannot be read.
    """
    committed = committed_below(here, FOLDER.as_posix(), base) if base else ()
    if committed:
        raise ReliabilityError(
            f"the change commits {committed[0]} to the sample store; remove it from Git"
        )
    recorded = frozenset(
        rule.name
        for side in sides
        for group in side.groups
        for rule in group.rules
        if rule.kind == "record"
    )
    store = SampleStore(here / FOLDER, recorded=recorded)
    index = store.index
    end = index.span.end
    span = TimeSpan(end - timedelta(days=min(days or index.days, index.days)), end)
    begins = index.begins or index.span.start
    known = TimeSpan(min(max(span.start, begins), span.end), span.end)
    return StoredSource(
        reader=store, span=span, known=known, begins=begins, notes=tuple(index.notes)
    )
