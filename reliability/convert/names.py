"""Safe names: of services, teams and SLOs as one path segment, of signals as Prometheus likes."""

from __future__ import annotations

import re

LONGEST = 63


def slug(text: str) -> str:
    """A name as `[a-z0-9-]`, at most 63 long; `kubeStateMetrics` is `kube-state-metrics`.

    Empty where nothing of it is a letter or a digit.
    """
    words = re.sub(r"([a-z0-9])([A-Z][a-z])", r"\1-\2", text)
    safe = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    return safe[:LONGEST].strip("-")


def signal_name(text: str) -> str:
    """A name as `[A-Za-z_][A-Za-z0-9_]*`; every other character becomes `_`."""
    safe = re.sub(r"[^A-Za-z0-9_]+", "_", text).strip("_") or "unnamed"
    return f"_{safe}" if safe[0].isdigit() else safe


def indicator_name(slo: str) -> str:
    """The name of the indicator of an SLO; cut at 63, where no `-` may be left at the end."""
    return slug(f"{slo}-sli")


class UniqueNames:
    """Gives each name once; a second one gets a number."""

    def __init__(self) -> None:
        self.given: set[str] = set()

    def fresh(self, wanted: str, mark: str = "-") -> str:
        """The name, or with `-2`, `-3`... where it is taken."""
        name, number = wanted, 1
        while name in self.given:
            number += 1
            end = f"{mark}{number}"
            name = wanted[: LONGEST - len(end)].rstrip(mark) + end
        self.given.add(name)
        return name
