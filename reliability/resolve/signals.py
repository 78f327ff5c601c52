"""Signals of alert policies (alerting rules other than burn rates), with their owners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reliability.alert_labels import PLAIN, AlertLabelNames
from reliability.load.catalog import EVERYWHERE, Catalog, PlacementTerms
from reliability.load.document import Located
from reliability.model.alert_policy import AlertPolicy, Signal
from reliability.resolve.alert_labels import alert_label_names
from reliability.resolve.objectives import team_names


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalAlert:
    """One hand-written signal of a service."""

    policy: Located[AlertPolicy]
    index: int
    service: str
    team: str
    signal: Signal
    label_names: AlertLabelNames = PLAIN
    placement: PlacementTerms = EVERYWHERE

    @property
    def tier(self) -> str | None:
        """Tier of the signal, or None if it has none."""
        return self.signal.tier

    @property
    def route(self) -> tuple[str | int, ...]:
        """Route of the signal in its document."""
        return ("spec", "signals", self.index)


def signals(catalog: Catalog) -> Iterator[SignalAlert]:
    """Yield every signal, in the order of the files."""
    teams, label_names = team_names(catalog), alert_label_names(catalog)
    for policy in catalog.documents(AlertPolicy):
        service = policy.value.spec.service
        for index, signal in enumerate(policy.value.spec.signals):
            team = teams.get(service, "")
            yield SignalAlert(
                policy=policy,
                index=index,
                service=service,
                team=team,
                signal=signal,
                label_names=label_names,
                placement=catalog.placement,
            )
