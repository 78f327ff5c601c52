"""`prometheus-rules`: converts rule files and PrometheusRule resources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from reliability.alert_labels import PLAIN, PREFIXED, AlertLabelNames
from reliability.convert.converter import (
    ConversionOptions,
    Converted,
    Diagnostic,
    LabelCollision,
    Original,
    OriginalLocation,
    changed,
    left_out,
)
from reliability.convert.documents import alert_policy, ownership
from reliability.convert.fields import Fields
from reliability.convert.names import UniqueNames, slug
from reliability.convert.prometheus_rules.burn_rate_alerts import (
    read_burn_rate,
    resembles_burn_rate,
)
from reliability.convert.prometheus_rules.burn_rate_slos import (
    OTHER_CONDITIONS,
    BurnRateRule,
    grouped_by_slo,
    read_slos,
    stays_a_signal,
)
from reliability.convert.prometheus_rules.collisions import colliding_group, colliding_label
from reliability.convert.prometheus_rules.groups import (
    OriginalRuleGroup,
    groups_of,
    holds_groups,
)
from reliability.convert.prometheus_rules.labels import label_diagnostics, labels_of
from reliability.convert.prometheus_rules.languages import not_promql_rules, other_language
from reliability.convert.prometheus_rules.recordings import Recordings
from reliability.convert.prometheus_rules.services import Services
from reliability.convert.prometheus_rules.signals import SignalDraft, read_signal, why_no_signal
from reliability.convert.writing import Block

RECORDINGS: Final = "recording rules are not imported"
EVERY_MINUTE: Final = "groups with another interval: alerts are evaluated every minute now"
MINUTE: Final = ("1m", "60s", "1m0s")


@dataclass(frozen=True, slots=True)
class GroupedRule:
    """One rule, its group and its service."""

    fields: Fields
    group: OriginalRuleGroup
    service: str

    @property
    def is_alert(self) -> bool:
        """Whether it is an alerting rule; otherwise it is a recording rule or not a rule."""
        return "alert" in self.fields.values


class PrometheusRulesConverter:
    """Converter of alerting rules to signals, and of burn-rate alerts to SLOs.

    Recording rules are not imported: an SLO gets recording rules of its own.
    """

    name = "prometheus-rules"

    def recognizes(self, original: Original) -> bool:
        """Return whether the document contains rule groups."""
        return holds_groups(original)

    def convert(
        self, originals: Sequence[Original], options: ConversionOptions
    ) -> Iterator[Converted]:
        """Convert all groups together: an alert may use a ratio that another file records."""
        groups: list[OriginalRuleGroup] = []
        for item in _groups(originals):
            if isinstance(item, Diagnostic):
                yield item
            else:
                groups.append(item)

        services = Services.of(groups, options)
        rules = [
            GroupedRule(fields, group, services.name(group, labels_of(fields, group))[0])
            for group in groups
            for fields in group.rules()
        ]
        slo_rules: set[int] = set()
        objectives = list(_slos(rules, slo_rules))
        yield from objectives
        alerts = [rule for rule in rules if rule.is_alert and id(rule) not in slo_rules]
        reasons = [why_no_signal(rule.fields) for rule in alerts]
        yield from filter(None, reasons)
        signals = [rule for rule, why in zip(alerts, reasons, strict=True) if why is None]
        collision = _collision(signals)
        if collision is not None:
            yield collision

        collides = collision is not None or any(colliding_group(o, PLAIN) for o in objectives)
        label_names = options.label_names or (PREFIXED if collides else PLAIN)
        yield from _signals(signals, label_names)
        yield from _teams(rules, options)
        for group in groups:
            yield from _around(group, [rule for rule in rules if rule.group is group], label_names)


def _groups(originals: Sequence[Original]) -> Iterator[OriginalRuleGroup | Diagnostic]:
    """Yield the groups in PromQL, and diagnostics on the rules of the others."""
    for original in originals:
        for item in groups_of(original):
            if isinstance(item, Diagnostic) or not (language := other_language(item)):
                yield item
            else:
                yield from not_promql_rules(item, language)


def _slos(rules: Sequence[GroupedRule], done: set[int]) -> Iterator[Converted]:
    """Yield the SLOs, and add the rules that became one to `done`."""
    burning: dict[int, GroupedRule] = {}
    burning_rules: list[BurnRateRule] = []
    for rule in rules:
        expr = str(rule.fields.values.get("expr")) if rule.is_alert else ""
        burn = read_burn_rate(expr)
        if burn is not None:
            burning_rules.append(BurnRateRule(rule.fields, burn, rule.service))
            burning[id(rule.fields)] = rule
        elif resembles_burn_rate(expr):
            yield stays_a_signal(rule.fields, OTHER_CONDITIONS, "write the SLO by hand")

    stems = frozenset(rule.burn.ratio.stem for rule in burning_rules)
    recordings = Recordings.of((rule.fields for rule in rules), stems)
    names: dict[str, UniqueNames] = {}

    for together in grouped_by_slo(burning_rules):
        of_service = names.setdefault(together[0].service, UniqueNames())
        converted = list(read_slos(together, recordings, of_service))
        yield from converted
        if not all(isinstance(item, Diagnostic) for item in converted):
            done.update(id(burning[id(rule.rule)]) for rule in together)


def _collision(signals: Sequence[GroupedRule]) -> LabelCollision | None:
    """Return the alerts whose label the plain set may overwrite; None if there are none."""
    concerned = [
        (rule, label)
        for rule in signals
        if (label := colliding_label(rule.fields, rule.group, PLAIN))
    ]
    if not concerned:
        return None
    first, label = concerned[0]
    return LabelCollision(first.fields.origin, label, count=len(concerned), alerts=len(signals))


def _signals(rules: Sequence[GroupedRule], label_names: AlertLabelNames) -> Iterator[Converted]:
    names: dict[str, UniqueNames] = {}
    signals: dict[str, list[Block]] = {}
    origins: dict[str, OriginalLocation] = {}

    for rule in rules:
        of_service = names.setdefault(rule.service, UniqueNames())
        for item in read_signal(rule.fields, rule.group, of_service, label_names=label_names):
            if isinstance(item, SignalDraft):
                signals.setdefault(rule.service, []).append(item.block)
                origins.setdefault(rule.service, rule.fields.origin)
            else:
                yield item

    for service, blocks in signals.items():
        yield alert_policy(service, origins[service], signals=blocks)


def _teams(rules: Sequence[GroupedRule], options: ConversionOptions) -> Iterator[Converted]:
    """Yield ownership for each service of which most alerts name a team, and none another.

    Each proposal, and each service whose alerts do not agree, has a diagnostic with the counts.
    """
    alerts = Counter(rule.service for rule in rules if rule.is_alert)
    named: dict[str, dict[str, list[OriginalLocation]]] = {}
    for rule in rules:
        team = labels_of(rule.fields, rule.group).get("team")
        if rule.is_alert and isinstance(team, str) and slug(team) and "{{" not in team:
            own = rule.fields.inner("labels")
            origin = (own if "team" in own.values else rule.group.fields.inner("labels")).at("team")
            named.setdefault(rule.service, {}).setdefault(slug(team), []).append(origin)

    for service, teams in named.items():
        if service in options.services or options.team:
            continue
        team, origins = next(iter(teams.items()))
        total = alerts[service]
        if len(teams) == 1 and 2 * len(origins) > total:
            comments = {"team": "from the team label of its alerts"}
            yield ownership(service, origins[0], team, comments=comments)
            message = f"service {service} gets the team {team}, the label of {len(origins)} of "
            yield changed(origins[0], f"{message}{total} alerts")
        else:
            counts = ", ".join(f"{name} {len(at)}" for name, at in teams.items())
            message = f"service {service} gets no team from the labels of its {total} alerts: "
            yield left_out(origins[0], f"{message}{counts}")


def _around(
    group: OriginalRuleGroup, rules: Sequence[GroupedRule], label_names: AlertLabelNames
) -> Iterator[Converted]:
    fields = group.fields
    if any(rule.is_alert for rule in rules):
        yield from label_diagnostics(fields.inner("labels"), {}, label_names)

    fields.take("labels")
    interval = fields.text("interval")
    if interval and interval not in MINUTE and any(rule.is_alert for rule in rules):
        message = f"{group.name} was evaluated every {interval}, its alerts are every minute now"
        help_text = "check whether a `for` or a range depends on the interval"
        yield changed(fields.at("interval"), message, help_text, reason=EVERY_MINUTE)
    records = [rule for rule in rules if "record" in rule.fields.values]
    if records:
        names = dict.fromkeys(str(record.fields.values["record"]) for record in records)
        count = f"{len(records)} recording rule{'s' * (len(records) > 1)}"
        message = f"{count} of {group.name or 'the group'} not imported: {', '.join(names)}"
        help_text = "keep loading this file in Prometheus; SLOs get their own recording rules"
        yield left_out(fields.at("name"), message, help_text, reason=RECORDINGS)

    for rule in rules:
        if not rule.is_alert and "record" not in rule.fields.values:
            yield left_out(rule.fields.origin, "not a rule: expected the key alert or record")

    if not rules:
        yield left_out(fields.at("name"), f"{group.name or 'the group'} has no rules")
    yield from fields.diagnostics(
        "of the group is not imported: the groups that `build` writes do not have it",
        "check whether an alert of the group depends on it",
    )
