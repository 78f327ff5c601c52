"""An objective as Sloth would have it: names, percent, queries, windows; or why it has no word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from reliability.burnrate import WindowPair
from reliability.compile.prometheus.refusals import why_not_objective
from reliability.compile.sloth.words import NAME, SERVICE, Severity, SlothAnnotations
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.load.document import EntryPart
from reliability.model.slo_policy import BurnRateWindows, BurnRateWindowsSpec
from reliability.promql.query import WINDOW, SelectorQuery, both_le_forms
from reliability.promql.sampled_query import read_as
from reliability.resolve.indicator import LocatedQuery, is_counted, queries, sli_spec
from reliability.resolve.objectives import Objective, default_windows, window_set
from reliability.scalars import duration_text


@dataclass(frozen=True, slots=True)
class SlothObjective:
    """One SLO of Sloth's. `percent` is 0..100; the queries hold `{{.window}}`, by their roles.

    `pairs` are those of the page and of the ticket.
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

    @property
    def id(self) -> str:
        """`<service>-<slo>`, which Sloth's groups and labels are named after."""
        return f"{self.service}-{self.name}"

    @property
    def budget(self) -> float:
        """The error budget 0..1 in the doubles of Sloth: (100 - 99.9) / 100."""
        return (100 - self.percent) / 100

    @property
    def windows(self) -> tuple[timedelta, ...]:
        """The windows of all pairs, ascending."""
        pairs = [pair for pairs in self.pairs.values() for pair in pairs]
        return tuple(sorted({window for pair in pairs for window in (pair.short, pair.long)}))


def sloth_objective(objective: Objective, catalog: Catalog) -> SlothObjective | Problem:
    """What Sloth would read of an objective, or what of it Sloth has no word for."""
    slo = objective.slo.value
    words = SlothAnnotations(slo.metadata.annotations)
    refusal = why_not_objective(objective, catalog) if words.is_validated else None
    refusal = refusal or next(_no_word(objective), None)
    pairs = _windows(objective, catalog)
    texts = _queries(objective, catalog)
    if refusal or isinstance(pairs, Problem) or isinstance(texts, Problem):
        return refusal or next(each for each in (pairs, texts) if isinstance(each, Problem))
    percent = _percent(objective)
    return SlothObjective(
        service=words.said(SERVICE, objective.service),
        name=words.said(NAME, objective.identity),
        words=words,
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
    """As Sloth has it: a percentage as written, of a ratio a hundred times its double."""
    written = objective.slo.value.spec.objectives[objective.index]
    if written.target_percent is not None:
        return float(written.target_percent)
    return float(objective.target) * 100


def _no_word(objective: Objective) -> Iterator[Problem]:
    slo, spec = objective.slo, objective.slo.value.spec
    if spec.budgeting_method != "Occurrences":
        at = slo.at("spec", "budgetingMethod")
        yield _missing(at, f"Sloth has no {spec.budgeting_method}", "write Occurrences")
    if objective.calendar is not None:
        at = slo.at("spec", "timeWindow", 0, part=EntryPart.VALUE)
        yield _missing(at, "Sloth has no calendar windows", "write isRolling: true")
    if objective.group_by:
        at = slo.at("metadata", "annotations", "reliability/group-by")
        yield _missing(at, "Sloth has no groups", "write one SLO for each group")
    if objective.source is not None and objective.source.entry.minimum_failures:
        source = objective.source
        at = source.policy.at("spec", "objectives", source.index, "minimumFailures")
        yield _missing(at, "Sloth has no floor on failures", "remove it, or build without it")


def _missing(at: object, message: str, help_text: str) -> Problem:
    return Problem(at, f"{message}, so nothing is built of it", help_text)  # type: ignore[arg-type]


def _windows(objective: Objective, catalog: Catalog) -> BurnRateWindowsSpec | Problem:
    """The set that the alert policy names; without one, a set of the SLO's period."""
    named = window_set(objective.source.entry, catalog) if objective.source else None
    if named is not None:
        return named.value.spec
    sets = [each.value for each in catalog.each(BurnRateWindows)]
    sets.sort(key=lambda each: each.metadata.name != default_windows(catalog))
    for each in sets:
        if each.spec.period == objective.period:
            return each.spec
    at = objective.slo.at("spec", "timeWindow", 0, "duration")
    message = f"no set of windows is for a period of {duration_text(objective.period)}"
    return Problem(at, message, "add a BurnRateWindows with this period")


def _queries(objective: Objective, catalog: Catalog) -> dict[str, str] | Problem:
    resolved = sli_spec(objective.slo, catalog)
    counter = resolved is not None and is_counted(resolved[0])
    found: dict[str, str] = {}
    for each in queries(objective.slo, catalog):
        text = _text(each, counter)
        if text is None:
            message = f"Sloth has no word for this {each.role} metric, so nothing is built of it"
            return Problem(each.at, message, "write a ratio of expressions with {{.window}}")
        found[each.role] = text
    if resolved is not None and resolved[0].ratio_metric and resolved[0].ratio_metric.raw_type:
        found[resolved[0].ratio_metric.raw_type] = found.pop("raw")
    return found


def _text(query: LocatedQuery, counter: bool) -> str | None:
    """A query with `{{.window}}` in it, or None where there is none to be had."""
    if query.text is None or query.role == "threshold":
        return None
    if WINDOW.search(query.text):
        return query.text
    read = read_as(query.role, counter, query.text)
    if not isinstance(read, SelectorQuery):
        return None
    function = "rate" if counter else "sum_over_time"
    return f"sum({function}({both_le_forms(read.selector)}[{{{{.window}}}}]))"
