"""Settings of Sloth without a counterpart in OpenSLO, kept in annotations `sloth/...` of an SLO."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

SPEC: Final = "sloth/spec"
"""Format of the original, such as `prometheus/v1`, which Sloth writes to `sloth_slo_info`."""
SERVICE: Final = "sloth/service"
NAME: Final = "sloth/name"
"""Original names of service and SLO, if they are not valid names here."""
ALERT: Final = "sloth/alert"
"""Name that both alerts share."""
VALIDATION: Final = "sloth/validation"
"""`none` leaves queries unchecked, for servers with extensions of PromQL."""

MODES: Final[Mapping[str, str]] = {
    "sloth.slok.dev/v1": "cli-gen-k8s",
    "openslo/v1alpha": "cli-gen-openslo",
}
BEFORE: Final = "name."
BEHIND: Final = ".end"
"""Enclose a name that begins or ends with `_`; no Prometheus name contains a dot."""

Severity = Literal["page", "ticket"]


def switch(severity: Severity) -> str:
    """Return the annotation that may have the value `disabled` for one of the two alerts."""
    return f"sloth/{severity}-alert"


def prefix(
    whose: Literal["alert", "page", "ticket"], what: Literal["labels", "annotations"]
) -> str:
    """Return the prefix of annotations with labels or annotations of alerts."""
    return f"{whose}-{what}.sloth/"


def wrapped(name: str) -> str:
    """Return the name of a label or annotation as the end of an OpenSLO annotation key.

    Such a key begins and ends with a letter or a digit; Grafana's `__dashboardUid__` does not.
    """
    return name if name.strip("_") == name else f"{BEFORE}{name}{BEHIND}"


def _bare(key: str) -> str:
    is_wrapped = key.startswith(BEFORE) and key.endswith(BEHIND)
    return key[len(BEFORE) : -len(BEHIND)] if is_wrapped else key


@dataclass(frozen=True, slots=True)
class SlothAnnotations:
    """Annotations of one SLO with Sloth's settings."""

    annotations: Mapping[str, str]

    def value(self, key: str, otherwise: str) -> str:
        """Return the value of an annotation, or a default."""
        return self.annotations.get(key, otherwise)

    @property
    def spec(self) -> str:
        """Format of the original."""
        return self.value(SPEC, "prometheus/v1")

    @property
    def mode(self) -> str:
        """Sloth's name for how it was run with this format (`sloth_mode`)."""
        return MODES.get(self.spec, "cli-gen-prom")

    @property
    def is_validated(self) -> bool:
        """Whether queries have to be valid PromQL."""
        return self.value(VALIDATION, "promql") != "none"

    def is_on(self, severity: Severity) -> bool:
        """Return whether an alert is enabled."""
        return self.value(switch(severity), "") != "disabled"

    def given(self, severity: Severity, what: Literal["labels", "annotations"]) -> dict[str, str]:
        """Return an alert's labels or annotations: those of both alerts, overridden by its own."""
        words: dict[str, str] = {}
        for start in (prefix("alert", what), prefix(severity, what)):
            for key, value in self.annotations.items():
                if key.startswith(start):
                    words[_bare(key.removeprefix(start))] = value
        return words
