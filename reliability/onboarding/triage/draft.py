"""The draft of a policy: rules as `import` writes them, with the tiers of the triage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reliability.convert.converter import Converted, Draft
from reliability.convert.names import signal_name
from reliability.convert.writing import Block
from reliability.onboarding.triage.noise import NotificationSource
from reliability.onboarding.triage.verdict import REMOVE
from reliability.resource import Json

Body = Mapping[str, Json | Block | Sequence[Block]]


@dataclass(frozen=True, slots=True)
class SourceTiers:
    """The noises by service and expression."""

    found: Mapping[tuple[str, str], tuple[NotificationSource, ...]]

    @classmethod
    def of(cls, noises: Iterable[NotificationSource]) -> SourceTiers:
        """Index them by their rules."""
        groups: dict[tuple[str, str], tuple[NotificationSource, ...]] = {}
        for noise in noises:
            for rule in noise.rules:
                key = (rule.service, rule.expr)
                groups[key] = (*groups.get(key, ()), noise)
        return cls(groups)

    def noise(self, service: str, signal: Body) -> NotificationSource | None:
        """The noise that a drafted signal makes."""
        name = str(signal["name"])
        mine = self.found.get((service, str(signal.get("expr"))), ())
        return next((source for source in mine if name.startswith(signal_name(source.name))), None)


def with_tiers(
    converted: Iterable[Converted], noises: Iterable[NotificationSource]
) -> Iterator[Converted]:
    """What an import made, with the tier of each signal as triage or people have it."""
    tiers = SourceTiers.of(noises)
    for item in converted:
        if isinstance(item, Draft) and item.document.body["kind"] == "AlertPolicy":
            document = _policy(item.document, tiers)
            if document is not None:
                yield replace(item, document=document)
        else:
            yield item


def _policy(document: Block, tiers: SourceTiers) -> Block | None:
    """The policy with its tiers; None where nothing of it is left."""
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
        noise = tiers.noise(service, block.body)
        if noise is None:
            yield block
        elif noise.tier != REMOVE:
            tier, why = written_tier(noise)
            body = {**block.body, "tier": tier}
            yield Block(body, {**block.comments, "tier": why})


def written_tier(noise: NotificationSource) -> tuple[str, str]:
    """The tier that is written, and why: what triage takes for an alert waits for its SLO."""
    if noise.decided is not None:
        by = f" by {noise.decided.by}" if noise.decided.by else " in the worksheet"
        note = f": {noise.decided.note}" if noise.decided.note else ""
        return noise.decided.tier, f"decided{by}{note}"
    verdict = noise.verdict
    if verdict.tier == "alert" and not verdict.needs_slo:
        return "ticket", verdict.reason
    if verdict.tier == "alert":
        return "ticket", f"an alert once an SLO stands for it: {verdict.reason}"
    return verdict.tier, verdict.reason
