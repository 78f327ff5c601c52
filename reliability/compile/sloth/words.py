"""What Sloth has words for and OpenSLO has none, kept in annotations of an SLO: `sloth/...`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

SPEC: Final = "sloth/spec"
"""The format it was written in, such as `prometheus/v1`; Sloth puts it on `sloth_slo_info`."""
SERVICE: Final = "sloth/service"
NAME: Final = "sloth/name"
"""Names of service and SLO where they are no names here."""
ALERT: Final = "sloth/alert"
"""The name that its two alerts share."""
VALIDATION: Final = "sloth/validation"
"""`none`: queries go out as they are, for servers that know more than PromQL."""

MODES: Final[Mapping[str, str]] = {
    "sloth.slok.dev/v1": "cli-gen-k8s",
    "openslo/v1alpha": "cli-gen-openslo",
}
BEFORE: Final = "name."
BEHIND: Final = ".end"
"""Stand around a name that begins or ends with `_`; no name of Prometheus has a dot."""

Severity = Literal["page", "ticket"]


def switch(severity: Severity) -> str:
    """The annotation that says `disabled` of one of the two alerts."""
    return f"sloth/{severity}-alert"


def prefix(
    whose: Literal["alert", "page", "ticket"], what: Literal["labels", "annotations"]
) -> str:
    """What stands before the name of a label or annotation that alerts get."""
    return f"{whose}-{what}.sloth/"


def wrapped(name: str) -> str:
    """The name of a label or annotation, so that an annotation of OpenSLO may end in it.

    Such a key begins and ends with a letter or a digit; Grafana's `__dashboardUid__` does not.
    """
    return name if name.strip("_") == name else f"{BEFORE}{name}{BEHIND}"


def _bare(key: str) -> str:
    is_wrapped = key.startswith(BEFORE) and key.endswith(BEHIND)
    return key[len(BEFORE) : -len(BEHIND)] if is_wrapped else key


@dataclass(frozen=True, slots=True)
class SlothAnnotations:
    """The annotations of one SLO, read."""

    annotations: Mapping[str, str]

    def value(self, key: str, otherwise: str) -> str:
        """One of them, or what is taken where it is not there."""
        return self.annotations.get(key, otherwise)

    @property
    def spec(self) -> str:
        """The format that it was written in."""
        return self.value(SPEC, "prometheus/v1")

    @property
    def mode(self) -> str:
        """What Sloth calls the way in which it was run for this format."""
        return MODES.get(self.spec, "cli-gen-prom")

    @property
    def is_validated(self) -> bool:
        """Whether its queries have to be PromQL."""
        return self.value(VALIDATION, "promql") != "none"

    def is_on(self, severity: Severity) -> bool:
        """Whether an alert is not disabled."""
        return self.value(switch(severity), "") != "disabled"

    def given(self, severity: Severity, what: Literal["labels", "annotations"]) -> dict[str, str]:
        """Labels or annotations of an alert: those of both, and its own over them."""
        words: dict[str, str] = {}
        for start in (prefix("alert", what), prefix(severity, what)):
            for key, value in self.annotations.items():
                if key.startswith(start):
                    words[_bare(key.removeprefix(start))] = value
        return words
