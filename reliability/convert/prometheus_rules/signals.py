"""Conversion of an alerting rule to a signal with the same expression, labels and annotations."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pydantic_core import PydanticCustomError

from reliability.alert_labels import AlertLabelNames
from reliability.check.lookups.names import DERIVED
from reliability.compile.prometheus.refusals import why_not_expression
from reliability.convert.converter import Diagnostic, changed, decide, left_out, mapping
from reliability.convert.fields import Fields
from reliability.convert.names import UniqueNames, signal_name
from reliability.convert.prometheus_rules.annotations import read_annotations
from reliability.convert.prometheus_rules.groups import OriginalRuleGroup
from reliability.convert.prometheus_rules.kinds import guess_kind
from reliability.convert.prometheus_rules.labels import kept_labels, label_diagnostics, labels_of
from reliability.convert.prometheus_rules.tiers import TierProposal, propose
from reliability.convert.writing import Block
from reliability.model.kind import parse_duration, refuse
from reliability.resource import Json
from reliability.scalars import LONGEST, duration_text, too_long

RENAMED: Final = "a signal has a different name than its alert; the alert keeps its name"
TICKET: Final = "a paging alert becomes a ticket: only the burn-rate alert of an SLO may page"
NOT_PROMQL: Final = "alerts whose expression is not PromQL are not imported"
ELSEWHERE: Final = (
    "fix the expression; if another tool evaluates it, such as vmalert, keep loading it there"
)
COMPARED: Final = ("comparison", "operator", "condition", "threshold")
"""Keys of other tools, such as generators of Grafana alerts, with a part of the condition."""
NOT_ALONE: Final = "alerts whose condition is not in expr alone are not imported"
WHOLE: Final = (
    "write the whole condition in expr, such as EXPR > 0, or keep the alert in the tool that reads "
    "these keys"
)
TIMES: Final = {"for": "for", "keep_firing_for": "keepFiringFor"}
"""The field of a signal for each duration of a rule."""
DURATION: Final = re.compile(r"0|(?:[0-9]+(?:ms|[smhdwy]))+")
YEARS: Final = re.compile(r"^([0-9]+)y")


@dataclass(frozen=True, slots=True)
class SignalDraft:
    """A signal to write, and its proposed tier."""

    block: Block
    proposal: TierProposal


def why_no_signal(rule: Fields) -> Diagnostic | None:
    """Return why an alert cannot become a signal; None if it can.

    A name, an expression and durations that Prometheus reads are required, so that no part of an
    alert is written.
    """
    alert, expr = _name_and_expr(rule)
    if not alert:
        return left_out(rule.at("alert"), "an alert without a name is not imported")
    if beside := [key for key in COMPARED if key in rule.values]:
        message = f"{alert} is not imported: a part of its condition is in {' and '.join(beside)}"
        return left_out(rule.at(beside[0]), message, WHOLE, reason=NOT_ALONE)
    refusal = why_not_expression(expr)
    if refusal is not None:
        why = refusal[0] if expr else "it has no expression"
        message = f"{alert} is not imported: {why}"
        return left_out(rule.at("expr"), message, ELSEWHERE, reason=NOT_PROMQL)

    for key in TIMES:
        written = rule.text(key)
        if written is not None and not DURATION.fullmatch(written):
            message = f"{alert} is not imported: {key} is not a valid duration: {written!r}"
            return left_out(rule.at(key), message, "write a duration such as 5m")
    return None


def _name_and_expr(rule: Fields) -> tuple[str, str]:
    return rule.text("alert") or "", (rule.text("expr") or "").strip()


def read_signal(
    rule: Fields, group: OriginalRuleGroup, names: UniqueNames, label_names: AlertLabelNames
) -> Iterator[Diagnostic | SignalDraft]:
    """Yield diagnostics and then the signal of a rule for which `why_no_signal` has no reason.

    `names` are the names taken in its service.
    """
    alert, expr = _name_and_expr(rule)
    own, given = rule.inner("labels"), labels_of(rule, group)
    severity = str(given["severity"]) if "severity" in given else None
    guess = guess_kind(alert, expr)
    proposal = propose(guess.kind, severity)
    name = yield from _name(alert, severity, rule, names=names)
    body: dict[str, Json] = {"name": name}
    if name != alert and signal_name(alert) not in DERIVED:
        body["alertName"] = alert

    body |= {"kind": guess.kind, "tier": proposal.tier}
    if proposal.paged_before:
        message = f"{name} becomes a ticket: {proposal.reason}"
        help_text = "write an SLO for the user impact; its burn-rate alerts page"
        where = own if "severity" in own.values else group.fields.inner("labels")
        yield changed(where.at("severity"), message, help_text, reason=TICKET)

    body["expr"] = expr
    yield from _times(rule, body)
    yield from label_diagnostics(own, mapping(group.fields.values.get("labels")), label_names)
    if kept := kept_labels(rule, group, label_names):
        body["labels"] = {**kept}

    words: dict[str, str] = {}
    yield from read_annotations(rule.inner("annotations"), words)
    yield from rule.diagnostics("is not imported: a signal has no such key")
    comments = {"kind": guess.reason, "tier": proposal.reason}
    yield SignalDraft(Block({**body, **words}, comments), proposal)


def _name(
    alert: str, severity: str | None, rule: Fields, names: UniqueNames
) -> Generator[Diagnostic, None, str]:
    """Return the signal's name; the alert keeps its own name unless a generated alert has it."""
    wanted = signal_name(alert)
    is_derived = wanted in DERIVED
    taken = is_derived or wanted in names.given
    name = names.fresh(f"{wanted}_{signal_name(severity or 'imported')}" if taken else wanted, "_")

    if is_derived:
        message = f"{alert} is renamed to {name}: alerts that are generated from SLOs use that name"
        help_text = "update silences and routes that match the alert's name"
        yield changed(rule.at("alert"), message, help_text)
    elif name != alert:
        why = (
            "another signal has that name"
            if taken
            else "names may only contain letters, digits and _"
        )
        message = f"the signal of {alert} is named {name}: {why}; the alert keeps its name"
        yield changed(rule.at("alert"), message, reason=RENAMED)

    return name


def _times(rule: Fields, body: dict[str, Json]) -> Iterator[Diagnostic]:
    for key, field in TIMES.items():
        written = rule.text(key)
        if written is None:
            continue

        try:
            length = parse_length(written)
        except PydanticCustomError:
            message = f"{key} is {written}; expected whole seconds, at most {LONGEST.days} days"
            yield decide(rule.at(key), message, f"set {field} to a valid duration")
            continue

        if length:
            body[field] = written if not YEARS.match(written) else duration_text(length)


def parse_length(written: str) -> timedelta:
    """Parse a Prometheus duration, in which a year has 365 days.

    Raises:
        PydanticCustomError: it is not a duration, or it has milliseconds.
    """
    if written == "0":
        return timedelta(0)
    years = YEARS.match(written)
    if years is None:
        return parse_duration(written)

    rest = written[years.end() :]
    length = parse_duration(rest) if rest else timedelta(0)
    days = 365 * int(years[1]) if len(years[1]) < len(str(LONGEST.days)) else LONGEST.days + 1
    if length + timedelta(days=days) > LONGEST:
        raise refuse(too_long(written, LONGEST))

    return length + timedelta(days=days)
