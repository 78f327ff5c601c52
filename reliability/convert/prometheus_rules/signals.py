"""An alerting rule -> a signal: the same expression, times, labels and words; a proposed tier."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pydantic_core import PydanticCustomError

from reliability.alert_labels import AlertLabelNames
from reliability.check.lookups.names import DERIVED
from reliability.convert.converter import Remark, changed, decide, mapping
from reliability.convert.fields import Fields
from reliability.convert.names import UniqueNames, signal_name
from reliability.convert.prometheus_rules.annotations import read_annotations
from reliability.convert.prometheus_rules.groups import OriginalRuleGroup
from reliability.convert.prometheus_rules.kinds import guess_kind
from reliability.convert.prometheus_rules.labels import kept_labels, label_remarks, labels_of
from reliability.convert.prometheus_rules.tiers import TierProposal, propose
from reliability.convert.writing import Block
from reliability.model.kind import parse_duration, refuse
from reliability.resource import Json
from reliability.scalars import LONGEST, duration_text, shown

NAMED: Final = "a signal has another name than its alert; the alert keeps its name"
TICKET: Final = "a loud alert is proposed as a ticket: only the burn rate of an SLO may be an alert"
YEARS: Final = re.compile(r"^([0-9]+)y")


@dataclass(frozen=True, slots=True)
class SignalDraft:
    """A signal to be written, and the tier that it is proposed for."""

    block: Block
    proposal: TierProposal


def read_signal(
    rule: Fields, group: OriginalRuleGroup, names: UniqueNames, label_names: AlertLabelNames
) -> Iterator[Remark | SignalDraft]:
    """Remarks, and then the signal; `names` are those that the service has already."""
    alert, expr = rule.text("alert") or str(rule.take("alert")), (rule.text("expr") or "").strip()
    own, given = rule.inner("labels"), labels_of(rule, group)
    severity = str(given["severity"]) if "severity" in given else None
    guess = guess_kind(alert, expr)
    proposal = propose(guess.kind, severity)
    name = yield from _name(alert, severity, rule, names)
    body: dict[str, Json] = {"name": name}
    if name != alert and signal_name(alert) not in DERIVED:
        body["alertName"] = alert
    body |= {"kind": guess.kind, "tier": proposal.tier}
    if proposal.was_louder:
        message = f"{name} is proposed as a ticket: {proposal.reason}"
        help_text = "write an SLO for what users feel; its alerts are derived from it"
        where = own if "severity" in own.values else group.fields.inner("labels")
        yield changed(where.at("severity"), message, help_text, reason=TICKET)
    body["expr"] = expr
    yield from _times(rule, body)
    yield from label_remarks(own, mapping(group.fields.values.get("labels")), label_names)
    if kept := kept_labels(rule, group, label_names):
        body["labels"] = {**kept}
    words: dict[str, str] = {}
    yield from read_annotations(rule.inner("annotations"), words)
    yield from rule.remarks("is no part of a signal")
    comments = {"kind": guess.reason, "tier": proposal.reason}
    yield SignalDraft(Block({**body, **words}, comments), proposal)


def _name(
    alert: str, severity: str | None, rule: Fields, names: UniqueNames
) -> Generator[Remark, None, str]:
    """Returns the name in the policy; the alert keeps its own unless a derived one has it."""
    wanted = signal_name(alert)
    is_derived = wanted in DERIVED
    taken = is_derived or wanted in names.given
    name = names.fresh(f"{wanted}_{signal_name(severity or 'imported')}" if taken else wanted, "_")
    if is_derived:
        message = f"{alert} is {name} now, as alerts that are derived from SLOs are called so"
        help_text = "silences and routes that name the alert need the new name"
        yield changed(rule.at("alert"), message, help_text)
    elif name != alert:
        why = "another signal has that name" if taken else "names are letters, digits and _"
        message = f"the signal of {alert} is named {name}: {why}; the alert keeps its name"
        yield changed(rule.at("alert"), message, reason=NAMED)
    return name


def _times(rule: Fields, body: dict[str, Json]) -> Iterator[Remark]:
    for key, ours in (("for", "for"), ("keep_firing_for", "keepFiringFor")):
        written = rule.text(key)
        if written is None:
            continue
        try:
            length = parse_length(written)
        except PydanticCustomError:
            message = f"{key} is {written}, and lengths here are whole seconds up to 3660 days"
            yield decide(rule.at(key), message, f"write {ours} with the length that is meant")
            continue
        if length:
            body[ours] = written if not YEARS.match(written) else duration_text(length)


def parse_length(written: str) -> timedelta:
    """A Prometheus duration; a year has 365 days there.

    Raises:
        PydanticCustomError: it is none, or counts milliseconds.
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
        raise refuse(f"{shown(written)} is longer than the limit of {LONGEST.days} days")
    return length + timedelta(days=days)
