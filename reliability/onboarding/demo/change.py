"""The changes of the demo's pull request: one target and one tier."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.errors import DemoError
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.load.edit import Edit, apply_edits
from reliability.location import Location
from reliability.model.alert_policy import AlertPolicy
from reliability.model.openslo.slo import Slo

SERVICE: Final = "attendance"
LOOSENED: Final = ("attendance-clock-in", "0.995")
QUIETED: Final = ("attendance-clock-in-latency", "ticket")


@dataclass(frozen=True, slots=True)
class Change:
    """One changed value of a file: its location, and its text before and after."""

    at: Location
    before: str
    after: str

    @property
    def path(self) -> PurePosixPath:
        """The file, relative to the repository's root."""
        return self.at.path

    @property
    def undone(self) -> Change:
        """The change that reverts this one after it was written."""
        span = self.at.span
        end = span.end_column + len(self.after) - len(self.before)
        return Change(replace(self.at, span=replace(span, end_column=end)), self.after, self.before)


def propose(catalog: Catalog) -> tuple[Change, ...]:
    """Return changes that lower a target and turn the latency alert into a ticket.

    Raises:
        DemoError: the catalog is not the shipped one.
    """
    slo = catalog.find(Slo, LOOSENED[0])
    policy = catalog.find(AlertPolicy, SERVICE)
    if slo is None or policy is None:
        raise DemoError(f"the repository declares no {LOOSENED[0]}")

    entries = policy.value.spec.objectives
    index = next(i for i, entry in enumerate(entries) if entry.slo == QUIETED[0])
    return (
        _change(slo, LOOSENED[1], "spec", "objectives", 0, "target"),
        _change(policy, QUIETED[1], "spec", "objectives", index, "tiers", "fast"),
    )


def paging_cause(catalog: Catalog) -> tuple[Change, ...]:
    """Return a change that turns a cause into an alert, which the policy does not allow.

    Raises:
        DemoError: the catalog is not the shipped one.
    """
    policy = catalog.find(AlertPolicy, SERVICE)
    if policy is None:
        raise DemoError(f"the repository has no alert policy of {SERVICE}")
    causes = (i for i, signal in enumerate(policy.value.spec.signals) if signal.kind == "cause")
    return (_change(policy, "alert", "spec", "signals", next(causes), "tier"),)


def _change(located: Located[Slo] | Located[AlertPolicy], after: str, *route: str | int) -> Change:
    at = located.at(*route)
    line = located.document.text.splitlines()[at.span.line - 1]
    return Change(at, line[at.span.column - 1 : at.span.end_column - 1], after)


def write(root: Path, changes: tuple[Change, ...]) -> None:
    """Splice the changes into their files."""
    for path in {change.path for change in changes}:
        edits = [Edit(change.at.span, change.after) for change in changes if change.path == path]
        file = root / path
        text = file.read_bytes().decode("utf-8")
        file.write_bytes(apply_edits(text, edits).encode("utf-8"))
