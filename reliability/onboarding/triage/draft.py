"""The drafted alert policies: rules as `import` writes them, with the tiers of the triage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reliability.convert.converter import Converted, Draft
from reliability.convert.names import signal_name
from reliability.convert.writing import Block
from reliability.onboarding.triage.alert import TriagedAlert
from reliability.onboarding.triage.verdict import REMOVE
from reliability.resource import Json

Body = Mapping[str, Json | Block | Sequence[Block]]


@dataclass(frozen=True, slots=True)
class SourceTiers:
    """The alerts by service and expression."""

    alerts: Mapping[tuple[str, str], tuple[TriagedAlert, ...]]

    @classmethod
    def of(cls, alerts: Iterable[TriagedAlert]) -> SourceTiers:
        """Index alerts by their rules."""
        groups: dict[tuple[str, str], tuple[TriagedAlert, ...]] = {}
        for alert in alerts:
            for rule in alert.rules:
                key = (rule.service, rule.expr)
                groups[key] = (*groups.get(key, ()), alert)
        return cls(groups)

    def alert(self, service: str, signal: Body) -> TriagedAlert | None:
        """Return the alert of a drafted signal."""
        name = str(signal["name"])
        mine = self.alerts.get((service, str(signal.get("expr"))), ())
        return next((alert for alert in mine if name.startswith(signal_name(alert.name))), None)


def with_tiers(
    converted: Iterable[Converted], alerts: Iterable[TriagedAlert]
) -> Iterator[Converted]:
    """Yield the drafts of an import, with the decided or proposed tier of each signal."""
    tiers = SourceTiers.of(alerts)
    for item in converted:
        if isinstance(item, Draft) and item.document.body["kind"] == "AlertPolicy":
            document = _policy(item.document, tiers)
            if document is not None:
                yield replace(item, document=document)
        else:
            yield item


def _policy(document: Block, tiers: SourceTiers) -> Block | None:
    """Return the policy with its tiers; None if no signal and no objective is left."""
    spec = document.body["spec"]
    if not isinstance(spec, Block):
        return document

    written = spec.body.get("signals")
    service = str(spec.body["service"])
    body = dict(spec.body)

    if isinstance(written, Sequence):
        blocks = [value for value in written if isinstance(value, Block)]
        signals = tuple(_signals(blocks, service, tiers))
        body["signals"] = signals
        if not signals:
            del body["signals"]

    if body.keys() == {"service"}:
        return None
    inner = Block(body, spec.comments)
    return Block({**document.body, "spec": inner}, document.comments)


def _signals(blocks: Iterable[Block], service: str, tiers: SourceTiers) -> Iterator[Block]:
    for block in blocks:
        alert = tiers.alert(service, block.body)
        if alert is None:
            yield block
        elif alert.tier != REMOVE:
            tier, why = written_tier(alert)
            body = {**block.body, "tier": tier}
            yield Block(body, {**block.comments, "tier": why})


def written_tier(alert: TriagedAlert) -> tuple[str, str]:
    """Return the tier to write, and why: a proposed alert is a ticket until it has an SLO."""
    if alert.decided is not None:
        by = f" by {alert.decided.by}" if alert.decided.by else " in the worksheet"
        note = f": {alert.decided.note}" if alert.decided.note else ""
        return alert.decided.tier, f"decided{by}{note}"

    verdict = alert.verdict
    if verdict.tier == "alert" and not verdict.needs_slo:
        return "ticket", verdict.reason
    if verdict.tier == "alert":
        return "ticket", f"an alert once it has an SLO: {verdict.reason}"

    return verdict.tier, verdict.reason
