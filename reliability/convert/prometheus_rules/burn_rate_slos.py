"""Conversion of burn-rate alerts with the same ratio and error budget to an SLO with windows."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Final

from reliability.convert.converter import Converted, Diagnostic, OriginalLocation, changed, decide
from reliability.convert.documents import alert_policy, burn_rate_windows, slo, undocumented
from reliability.convert.fields import Fields
from reliability.convert.names import UniqueNames, indicator_name, slug
from reliability.convert.prometheus_rules.annotations import read_annotations
from reliability.convert.prometheus_rules.burn_rate_alerts import ImportedBurnRate
from reliability.convert.prometheus_rules.recordings import RecordedSli, Recordings
from reliability.convert.prometheus_rules.tiers import PAGING
from reliability.convert.prometheus_rules.window_sets import NotifyingPair, WindowSet, window_set
from reliability.convert.writing import Block
from reliability.resource import Json
from reliability.scalars import duration_text

RATE_SUFFIX: Final = re.compile(r":[a-z_]*(?:burnrate|burn_rate|ratio|rate)[a-z_]*$")
OTHER_CONDITIONS: Final = "it has conditions other than one ratio over window pairs"


@dataclass(frozen=True, slots=True)
class BurnRateRule:
    """A burn-rate alert and its service."""

    rule: Fields
    burn: ImportedBurnRate
    service: str

    @property
    def alert(self) -> str:
        """Name of the alert."""
        return str(self.rule.values.get("alert"))

    @property
    def severity(self) -> str:
        """Severity label in lower case, or an empty string."""
        return str(self.rule.inner("labels").values.get("severity") or "").lower()


def stays_a_signal(rule: Fields, why: str, help_text: str) -> Diagnostic:
    """Return a diagnostic on a burn-rate alert that does not become an SLO."""
    message = f"{rule.values.get('alert')} looks like a burn-rate alert but becomes a signal: {why}"
    return decide(rule.at("expr"), message, help_text)


def grouped_by_slo(rules: Sequence[BurnRateRule]) -> Iterator[tuple[BurnRateRule, ...]]:
    """Group rules by service, ratio and error budget; each group becomes an SLO."""
    together: dict[tuple[str, object, Fraction], list[BurnRateRule]] = {}
    for rule in rules:
        key = (rule.service, rule.burn.ratio, rule.burn.budget)
        together.setdefault(key, []).append(rule)
    yield from map(tuple, together.values())


def read_slos(
    rules: Sequence[BurnRateRule], recordings: Recordings, names: UniqueNames
) -> Iterator[Converted]:
    """Yield the SLOs of burn-rate alerts; only diagnostics if their SLI cannot be read."""
    first = rules[0]
    slis = recordings.slis(first.burn.ratio, _windows(rules))
    if isinstance(slis, str):
        for rule in rules:
            help_text = "also import the file that records the ratio, or write the SLO by hand"
            yield stays_a_signal(rule.rule, slis, help_text)
        return

    windows = window_set(
        [NotifyingPair(p, e.severity in PAGING) for e in rules for p in e.burn.pairs]
    )
    if windows.spec is not None:
        yield burn_rate_windows(windows.name, windows.spec, first.rule.origin)

    runbook = yield from _runbook(rules)
    made: list[str] = []
    for sli in slis:
        name = names.fresh(_name(first, sli))
        made.append(name)
        yield _slo(first, name, sli, windows=windows)
        entry = _entry(name, windows, rules, runbook=runbook)
        yield alert_policy(first.service, first.rule.origin, objectives=[entry])

    yield from _diagnostics(rules, made, windows)


def _windows(rules: Sequence[BurnRateRule]) -> frozenset[timedelta]:
    pairs = [pair for rule in rules for pair in rule.burn.pairs]
    return frozenset(window for pair in pairs for window in (pair.long, pair.short))


def _name(first: BurnRateRule, sli: RecordedSli) -> str:
    stem = RATE_SUFFIX.sub("", first.burn.ratio.stem.rstrip("_:"))
    words = [slug(stem) or slug(first.alert), *(slug(value) for _, value in sli.variant)]
    return "-".join(word for word in words if word)[:60].strip("-") or "unnamed"


def _runbook(rules: Sequence[BurnRateRule]) -> Generator[Converted, None, str | None]:
    """Read what is imported of each rule; return the first runbook, or None without one."""
    runbook: str | None = None
    for rule in rules:
        for key in ("alert", "expr"):
            rule.rule.take(key)
        words: dict[str, str] = {}
        diagnostics = list(read_annotations(rule.rule.inner("annotations"), words))
        runbook = runbook or words.get("runbook")
        yield from (
            diagnostic for diagnostic in diagnostics if "runbook" in diagnostic.problem.message
        )

    return runbook


def _diagnostics(
    rules: Sequence[BurnRateRule], made: Sequence[str], windows: WindowSet
) -> Iterator[Converted]:
    for rule in rules:
        labels, notes = rule.rule.inner("labels"), rule.rule.inner("annotations")
        gone = [f"labels.{name}" for name in labels.values]
        gone += [f"annotations.{name}" for name in notes.values if "runbook" not in name]
        gone += rule.rule.rest()
        slos = " and ".join(made)
        message = (
            f"{rule.alert} becomes the burn-rate alert of {slos} with the windows {windows.name}; "
            f"not imported: {', '.join(gone) or 'nothing'}"
        )
        help_text = (
            "the new alerts are generated from the SLO, with their own annotations and labels"
        )
        yield changed(rule.rule.at("alert"), message, help_text)

    origin = rules[0].rule.at("expr")
    if len(made) > 1:
        message = f"the alert sums {len(made)} recorded ratios; now each has its own error budget"
        yield changed(origin, message, f"check the targets of {' and '.join(made)}")

    yield from _to_decide(origin, made)


def _to_decide(origin: OriginalLocation, made: Sequence[str]) -> Iterator[Converted]:
    for name in made:
        yield decide(origin, *undocumented(name))


def _entry(
    name: str, windows: WindowSet, rules: Sequence[BurnRateRule], runbook: str | None
) -> Block:
    severities = ", ".join(dict.fromkeys(rule.severity or "none" for rule in rules))
    body: dict[str, Json | Block] = {
        "slo": name,
        "windows": windows.name,
        "tiers": Block(
            {"fast": "ticket", "slow": "ticket"},
            {"fast": f"severities were {severities}; set to alert once the SLO is agreed"},
        ),
    }

    if runbook:
        body["runbook"] = runbook
    return Block(body)


def _slo(first: BurnRateRule, name: str, sli: RecordedSli, windows: WindowSet) -> Converted:
    annotations: dict[str, Json] = {
        "reliability/status": "provisional",
        "reliability/rationale": f"The target of the imported alert {first.alert}",
    }
    if sli.by:
        annotations["reliability/group-by"] = ", ".join(sli.by)

    ratio: dict[str, Json | Block] = {
        "counter": True,
        sli.role: _metric(sli.events),
        "total": _metric(sli.total),
    }
    target = 1 - first.burn.budget
    spec = Block(
        {
            "service": first.service,
            "indicator": Block(
                {
                    "metadata": {"name": indicator_name(name)},
                    "spec": Block({"ratioMetric": Block(ratio)}),
                }
            ),
            "timeWindow": (Block({"duration": duration_text(windows.period), "isRolling": True}),),
            "budgetingMethod": "Occurrences",
            "objectives": (Block({"target": float(target)}),),
        }
    )

    return slo(
        first.service, name, spec, metadata={"annotations": annotations}, origin=first.rule.origin
    )


def _metric(query: str) -> Block:
    return Block({"metricSource": {"type": "Prometheus", "spec": {"query": query}}})
