"""Conversion of an objective to an SLO of Sloth, or to a problem of what Sloth cannot express."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from reliability.burnrate import WindowPair
from reliability.compile.prometheus.refusals import why_not_objective
from reliability.compile.sloth.words import NAME, SERVICE, Severity, SlothAnnotations
from reliability.finding import Problem
from reliability.load.catalog import EVERYWHERE, Catalog, PlacementTerms
from reliability.load.document import EntryPart
from reliability.location import Location
from reliability.message import Message
from reliability.model.slo_policy import BurnRateWindows, BurnRateWindowsSpec
from reliability.promql.histogram_query import HistogramQuery, observed_per_second
from reliability.promql.query import WINDOW, SelectorQuery, both_le_forms
from reliability.promql.sampled_query import read_as
from reliability.resolve.indicator import LocatedQuery, is_counted, queries, sli_spec
from reliability.resolve.objectives import Objective, default_windows, window_set
from reliability.scalars import duration_text


@dataclass(frozen=True, slots=True, kw_only=True)
class SlothObjective:
    """One SLO of Sloth.

    `percent` is 0..100. `queries` contain `{{.window}}`, by role. `pairs` are the window pairs of
    the page and of the ticket.
    """

    service: str
    name: str
    words: SlothAnnotations
    labels: Mapping[str, str]
    percent: float
    percent_text: str
    period: timedelta
    queries: Mapping[str, str]
    pairs: Mapping[Severity, tuple[WindowPair, ...]]
    alerts: bool
    placement: PlacementTerms = EVERYWHERE

    @property
    def id(self) -> str:
        """`<service>-<slo>`, used in the names of Sloth's groups and in its labels."""
        return f"{self.service}-{self.name}"

    @property
    def budget(self) -> float:
        """Error budget 0..1, computed in doubles as Sloth does: (100 - 99.9) / 100."""
        return (100 - self.percent) / 100

    @property
    def windows(self) -> tuple[timedelta, ...]:
        """Windows of all pairs, ascending."""
        pairs = [pair for pairs in self.pairs.values() for pair in pairs]
        return tuple(sorted({window for pair in pairs for window in (pair.short, pair.long)}))


def sloth_objective(objective: Objective, catalog: Catalog) -> SlothObjective | Problem:
    """Convert an objective to an SLO of Sloth, or return what Sloth cannot express."""
    slo = objective.slo.value
    words = SlothAnnotations(slo.metadata.annotations)
    refusal = why_not_objective(objective, catalog) if words.is_validated else None
    refusal = refusal or next(_unsupported(objective), None)
    pairs = _windows(objective, catalog)
    texts = _queries(objective, catalog)
    if refusal or isinstance(pairs, Problem) or isinstance(texts, Problem):
        return refusal or next(part for part in (pairs, texts) if isinstance(part, Problem))

    percent = _percent(objective)
    return SlothObjective(
        service=words.value(SERVICE, objective.service),
        name=words.value(NAME, objective.identity),
        words=words,
        placement=objective.placement,
        labels={
            key: value if isinstance(value, str) else ",".join(value)
            for key, value in slo.metadata.labels.items()
        },
        percent=percent,
        percent_text=f"{Decimal(repr(percent)).normalize():f}",
        period=objective.period,
        queries=texts,
        pairs={
            "page": tuple(w.pair for w in pairs.fast),
            "ticket": tuple(w.pair for w in pairs.slow),
        },
        alerts=objective.source is not None,
    )


def _percent(objective: Objective) -> float:
    """Return the percentage as written, or the ratio as a double times 100, as Sloth does."""
    written = objective.slo.value.spec.objectives[objective.index]
    if written.target_percent is not None:
        return float(written.target_percent)
    return float(objective.target) * 100


def _unsupported(objective: Objective) -> Iterator[Problem]:
    slo, spec = objective.slo, objective.slo.value.spec
    if spec.budgeting_method != "Occurrences":
        at = slo.at("spec", "budgetingMethod")
        message = Message("Sloth does not support {method}", method=spec.budgeting_method)
        yield _not_built(at, message, Message("write Occurrences"))

    if objective.calendar is not None:
        at = slo.at("spec", "timeWindow", 0, part=EntryPart.VALUE)
        message = Message("Sloth does not support calendar windows")
        yield _not_built(at, message, Message("write isRolling: true"))

    if objective.group_by:
        at = slo.at("metadata", "annotations", "reliability/group-by")
        message = Message("Sloth does not support groups")
        yield _not_built(at, message, Message("write one SLO for each group"))

    if objective.source is not None and objective.source.entry.minimum_failures:
        source = objective.source
        at = source.policy.at("spec", "objectives", source.index, "minimumFailures")
        message = Message("Sloth does not support minimumFailures")
        yield _not_built(at, message, Message("remove it, or build without --compatible sloth"))


def _not_built(at: Location, reason: Message, help_text: Message) -> Problem:
    return Problem(at, Message("{reason}, so the SLO is not built", reason=reason), help_text)


def _windows(objective: Objective, catalog: Catalog) -> BurnRateWindowsSpec | Problem:
    """Return the window set of the alert policy, or else one for the SLO period."""
    named = window_set(objective.source.entry, catalog) if objective.source else None
    if named is not None:
        return named.value.spec
    sets = [located.value for located in catalog.documents(BurnRateWindows)]
    sets.sort(key=lambda windows: windows.metadata.name != default_windows(catalog))
    for windows in sets:
        if windows.spec.period == objective.period:
            return windows.spec

    at = objective.slo.at("spec", "timeWindow", 0, "duration")
    message = Message(
        "no BurnRateWindows has a period of {period}", period=duration_text(objective.period)
    )
    return Problem(at, message, Message("add a BurnRateWindows with this period"))


def _queries(objective: Objective, catalog: Catalog) -> dict[str, str] | Problem:
    resolved = sli_spec(objective.slo, catalog)
    counter = resolved is not None and is_counted(resolved[0])
    texts: dict[str, str] = {}
    for query in queries(objective.slo, catalog):
        text = _text(query, counter)
        if text is None:
            message = Message("Sloth does not support this {role} metric", role=query.role)
            help_text = Message("write a ratio of expressions with {{{{.window}}}}")
            return _not_built(query.at, message, help_text)
        texts[query.role] = text

    if resolved is not None and resolved[0].ratio_metric and resolved[0].ratio_metric.raw_type:
        texts[resolved[0].ratio_metric.raw_type] = texts.pop("raw")
    return texts


def _text(query: LocatedQuery, counter: bool) -> str | None:
    """Return a query with `{{.window}}`, or None if it has no such form."""
    if query.text is None or query.role == "threshold":
        return None
    if WINDOW.search(query.text):
        return query.text
    read = read_as(query.role, counter, query.text)
    if isinstance(read, HistogramQuery):
        return f"sum({observed_per_second(read, '{{.window}}')})"
    if not isinstance(read, SelectorQuery):
        return None
    function = "rate" if counter else "sum_over_time"
    return f"sum({function}({both_le_forms(read.selector)}[{{{{.window}}}}]))"
