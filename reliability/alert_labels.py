"""The label names of the alerts that are generated: one set for a whole repository.

The labels of a rule override those of the series that its expression returns. If a series has a
label of the same name, its value is lost, and two series that differed in it alone make the whole
evaluation fail ("vector contains metrics with the same labelset after applying alert labels",
rules/alerting.go of Prometheus). Under the Prometheus operator every series has `service`. So a
repository may choose names that no series has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

AlertLabelSet = Literal["plain", "prefixed"]
"""The values of `alertLabels` in a notification policy."""

PREFIX: Final = "reliability_"
OF_SERIES: Final = ("sloth_id", "sloth_service", "sloth_slo")
"""Labels of recorded series that say again what the labels of an alert say."""


@dataclass(frozen=True, slots=True)
class AlertLabelNames:
    """The label names of one set, used to route, group, inhibit and find alerts.

    With `keeps_sloth`, burn-rate alerts also have the labels of the series that they read.
    """

    prefix: str = ""
    keeps_sloth: bool = field(default=False, compare=False)

    @property
    def service(self) -> str:
        """The label for the service that the alert belongs to."""
        return f"{self.prefix}service"

    @property
    def team(self) -> str:
        """The label for the team that owns the service."""
        return f"{self.prefix}team"

    @property
    def tier(self) -> str:
        """The label for the tier: `alert`, `ticket` or `log`."""
        return f"{self.prefix}tier"

    @property
    def kind(self) -> str:
        """The label for the kind of a signal; burn-rate alerts do not have it."""
        return f"{self.prefix}kind"

    @property
    def slo(self) -> str:
        """The label for the SLO that the alert is about."""
        return f"{self.prefix}slo"

    @property
    def objective(self) -> str:
        """The label for the objective of that SLO."""
        return f"{self.prefix}objective"

    @property
    def environment(self) -> str:
        """The label for the environment, if the repository declares environments."""
        return f"{self.prefix}environment"

    @property
    def shard(self) -> str:
        """The label for the server of an environment with several."""
        return f"{self.prefix}shard"

    @property
    def of_signals(self) -> tuple[str, ...]:
        """The labels of every signal's rule; one that names an SLO has `slo`, too."""
        return (self.service, self.team, self.tier, self.kind)

    @property
    def of_objectives(self) -> tuple[str, ...]:
        """The labels of the rules of an objective."""
        return (self.service, self.slo, self.objective, self.team, self.tier)

    @property
    def all(self) -> frozenset[str]:
        """All names of the set."""
        return frozenset((*self.of_signals, *self.of_objectives))


PLAIN: Final = AlertLabelNames()
PREFIXED: Final = AlertLabelNames(PREFIX)
LABEL_SETS: Final[Mapping[AlertLabelSet, AlertLabelNames]] = {
    "plain": PLAIN,
    "prefixed": PREFIXED,
}
