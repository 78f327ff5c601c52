"""The names of the labels that our alerts carry: one set for a whole repository.

Prometheus puts the labels of a rule over those of the series that the expression leaves. If a
series has a label of the same name, its value is lost, and two series that differed in it alone
make the whole evaluation fail ("vector contains metrics with the same labelset after applying
alert labels", rules/alerting.go of Prometheus). Under the Prometheus operator every series has
`service`. So a repository may choose names that no series has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

AlertLabelSet = Literal["plain", "prefixed"]
"""What a notification policy may write as `alertLabels`."""

PREFIX: Final = "reliability_"


@dataclass(frozen=True, slots=True)
class AlertLabelNames:
    """The label names of one set, used to route, group, inhibit and find alerts."""

    prefix: str = ""

    @property
    def service(self) -> str:
        """The service that the alert belongs to."""
        return f"{self.prefix}service"

    @property
    def team(self) -> str:
        """The team that owns the service."""
        return f"{self.prefix}team"

    @property
    def tier(self) -> str:
        """`alert`, `ticket` or `log`."""
        return f"{self.prefix}tier"

    @property
    def kind(self) -> str:
        """The kind of a signal; burn-rate alerts have none."""
        return f"{self.prefix}kind"

    @property
    def slo(self) -> str:
        """The SLO that the alert is about."""
        return f"{self.prefix}slo"

    @property
    def objective(self) -> str:
        """The objective of that SLO."""
        return f"{self.prefix}objective"

    @property
    def of_signals(self) -> tuple[str, ...]:
        """Those that the rule of a signal sets; it sets `slo` only if the signal names one."""
        return (self.service, self.team, self.tier, self.kind)

    @property
    def of_objectives(self) -> tuple[str, ...]:
        """Those that the rules of an objective set."""
        return (self.service, self.slo, self.objective, self.team, self.tier)

    @property
    def all(self) -> frozenset[str]:
        """Every name of the set."""
        return frozenset((*self.of_signals, *self.of_objectives))


PLAIN: Final = AlertLabelNames()
PREFIXED: Final = AlertLabelNames(PREFIX)
LABEL_SETS: Final[Mapping[AlertLabelSet, AlertLabelNames]] = {
    "plain": PLAIN,
    "prefixed": PREFIXED,
}
