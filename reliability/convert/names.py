"""Safe names: one path segment for services, teams and SLOs; a Prometheus name for signals."""

from __future__ import annotations

import re

LONGEST = 63
"""Limit of characters of a name: a DNS label (RFC 1123), as OpenSLO requires."""


def slug(text: str) -> str:
    """Return the name as `[a-z0-9-]`, at most 63 long: `kubeStateMetrics` -> `kube-state-metrics`.

    The result is empty if the text has no letter and no digit.
    """
    words = re.sub(r"([a-z0-9])([A-Z][a-z])", r"\1-\2", text)
    safe = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    return safe[:LONGEST].strip("-")


def signal_name(text: str) -> str:
    """Return the name as `[A-Za-z_][A-Za-z0-9_]*`; other characters become `_`."""
    safe = re.sub(r"[^A-Za-z0-9_]+", "_", text).strip("_") or "unnamed"
    return f"_{safe}" if safe[0].isdigit() else safe


def indicator_name(slo: str) -> str:
    """Return the name of the indicator of an SLO, at most 63 long."""
    return slug(f"{slo}-sli")


class UniqueNames:
    """Generator of unique names; a name that is taken gets a number."""

    def __init__(self) -> None:
        self.given: set[str] = set()

    def fresh(self, wanted: str, mark: str = "-") -> str:
        """Return a unique name: the wanted one, with `-2`, `-3`... appended if it is taken."""
        name, number = wanted, 1
        while name in self.given:
            number += 1
            end = f"{mark}{number}"
            name = wanted[: LONGEST - len(end)].rstrip(mark) + end
        self.given.add(name)
        return name
