"""Hand-written burn-rate alerts of one ratio and budget -> an SLO, its entry and its windows."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Final

from reliability.convert.converter import Converted, OriginalLocation, Remark, changed, decide
from reliability.convert.documents import alert_policy, burn_rate_windows, slo
from reliability.convert.fields import Fields
from reliability.convert.names import UniqueNames, indicator_name, slug
from reliability.convert.prometheus_rules.annotations import read_annotations
from reliability.convert.prometheus_rules.burns import Burn
from reliability.convert.prometheus_rules.recordings import RecordedSli, Recordings
from reliability.convert.prometheus_rules.tiers import LOUD
from reliability.convert.prometheus_rules.window_sets import NotifyingPair, WindowSet, window_set
from reliability.convert.writing import Block
from reliability.resource import Json
from reliability.scalars import duration_text

SAYS_RATE: Final = re.compile(r":[a-z_]*(?:burnrate|burn_rate|ratio|rate)[a-z_]*$")


ASKS_MORE: Final = "it is more than one ratio over pairs of windows with one budget"


@dataclass(frozen=True, slots=True)
class BurningRule:
    """An alerting rule that watches a burn rate, and the service it belongs to."""

    rule: Fields
    burn: Burn
    service: str

    @property
    def alert(self) -> str:
        """The name of the alert."""
        return str(self.rule.values.get("alert"))

    @property
    def severity(self) -> str:
        """The severity it had, in lower case; empty where it had none."""
        return str(self.rule.inner("labels").values.get("severity") or "").lower()


def stays_a_signal(rule: Fields, why: str, help_text: str) -> Remark:
    """A remark on an alert that is no SLO's, though it looks like one."""
    message = f"{rule.values.get('alert')} looks like a burn rate, and stays a signal: {why}"
    return decide(rule.at("expr"), message, help_text)


def promised(rules: Sequence[BurningRule]) -> Iterator[tuple[BurningRule, ...]]:
    """The rules of one service that watch one ratio with one budget, in the order of the first."""
    together: dict[tuple[str, object, Fraction], list[BurningRule]] = {}
    for rule in rules:
        key = (rule.service, rule.burn.ratio, rule.burn.budget)
        together.setdefault(key, []).append(rule)
    yield from map(tuple, together.values())


def read_promise(
    rules: Sequence[BurningRule], recordings: Recordings, names: UniqueNames
) -> Iterator[Converted]:
    """The SLOs behind some alerts; only remarks where their SLI cannot be seen."""
    first = rules[0]
    slis = recordings.slis(first.burn.ratio, _windows(rules))
    if isinstance(slis, str):
        for rule in rules:
            help_text = "pass the file that records the ratio along, or write the SLO by hand"
            yield stays_a_signal(rule.rule, slis, help_text)
        return
    windows = window_set(
        [NotifyingPair(p, e.severity in LOUD) for e in rules for p in e.burn.pairs]
    )
    if windows.spec is not None:
        yield burn_rate_windows(windows.name, windows.spec, first.rule.origin)
    runbook = yield from _told(rules)
    made: list[str] = []
    for sli in slis:
        name = names.fresh(_name(first, sli))
        made.append(name)
        yield _slo(first, name, sli, windows)
        entry = _entry(name, windows, rules, runbook)
        yield alert_policy(first.service, first.rule.origin, objectives=[entry])
    yield from _remarks(rules, made, windows)


def _windows(rules: Sequence[BurningRule]) -> frozenset[timedelta]:
    pairs = [pair for rule in rules for pair in rule.burn.pairs]
    return frozenset(window for pair in pairs for window in (pair.long, pair.short))


def _name(first: BurningRule, sli: RecordedSli) -> str:
    stem = SAYS_RATE.sub("", first.burn.ratio.stem.rstrip("_:"))
    words = [slug(stem) or slug(first.alert), *(slug(value) for _, value in sli.variant)]
    return "-".join(word for word in words if word)[:60].strip("-")


def _told(rules: Sequence[BurningRule]) -> Generator[Converted, None, str | None]:
    """Takes what is carried over of each rule; returns the runbook that one of them names."""
    runbook: str | None = None
    for rule in rules:
        for key in ("alert", "expr"):
            rule.rule.take(key)
        words: dict[str, str] = {}
        remarks = list(read_annotations(rule.rule.inner("annotations"), words))
        runbook = runbook or words.get("runbook")
        yield from (remark for remark in remarks if "runbook" in remark.problem.message)
    return runbook


def _remarks(
    rules: Sequence[BurningRule], made: Sequence[str], windows: WindowSet
) -> Iterator[Converted]:
    for rule in rules:
        labels, notes = rule.rule.inner("labels"), rule.rule.inner("annotations")
        gone = [f"labels.{name}" for name in labels.values]
        gone += [f"annotations.{name}" for name in notes.values if "runbook" not in name]
        gone += rule.rule.rest()
        slos = " and ".join(made)
        message = (
            f"{rule.alert} is the burn rate of {slos} with the windows {windows.name} now; "
            f"not carried over: {', '.join(gone) or 'nothing'}"
        )
        help_text = "the alerts are derived from the SLO, and have words and labels of their own"
        yield changed(rule.rule.at("alert"), message, help_text)
    origin = rules[0].rule.at("expr")
    if len(made) > 1:
        message = f"the alert adds {len(made)} recorded ratios up; here each has its own budget"
        yield changed(origin, message, "look at the targets of " + " and ".join(made))
    yield from _to_decide(origin, made)


def _to_decide(origin: OriginalLocation, made: Sequence[str]) -> Iterator[Converted]:
    for name in made:
        message = f"nobody is on record for the promise {name}, nor the journey behind it"
        help_text = "write reliability/journey and reliability/agreed-by in its annotations"
        yield decide(origin, message, help_text)


def _entry(
    name: str, windows: WindowSet, rules: Sequence[BurningRule], runbook: str | None
) -> Block:
    severities = ", ".join(dict.fromkeys(rule.severity or "none" for rule in rules))
    body: dict[str, Json | Block] = {
        "slo": name,
        "windows": windows.name,
        "tiers": Block(
            {"fast": "ticket", "slow": "ticket"},
            {"fast": f"its severities were {severities}; alert, once the promise is agreed on"},
        ),
    }
    if runbook:
        body["runbook"] = runbook
    return Block(body)


def _slo(first: BurningRule, name: str, sli: RecordedSli, windows: WindowSet) -> Converted:
    annotations: dict[str, Json] = {
        "reliability/status": "provisional",
        "reliability/rationale": f"The target that the alert {first.alert} was written for",
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
    return slo(first.service, name, spec, {"annotations": annotations}, first.rule.origin)


def _metric(query: str) -> Block:
    return Block({"metricSource": {"type": "Prometheus", "spec": {"query": query}}})
