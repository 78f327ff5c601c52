"""Texts of SLOs and monitors: titles, descriptions, and messages with the handles to notify."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.words import (
    percent,
    plain_title_of,
    window_words,
    words,
)
from reliability.load.catalog import Catalog
from reliability.model.team import Team
from reliability.resolve.datadog_nearest import DatadogWindows, nearest_period, number_text
from reliability.resolve.objectives import Objective


@dataclass(frozen=True, slots=True)
class Recipients:
    """Names of teams and runbooks, and the Datadog handles of each team and tier."""

    directory: Directory
    handles: Mapping[tuple[str, str], tuple[str, ...]]

    @classmethod
    def of(cls, catalog: Catalog) -> Recipients:
        """Collect the handles of a catalog's teams."""
        handles: dict[tuple[str, str], tuple[str, ...]] = {}
        for team in catalog.documents(Team):
            name, written = team.value.metadata.name, team.value.spec.datadog
            for tier in ("alert", "ticket", "log"):
                handles[name, tier] = getattr(written, tier)
        return cls(Directory.of(catalog), handles)

    def of_tier(self, objective: Objective, tier: str) -> tuple[str, ...]:
        """Return the handles that a tier of an objective's team notifies."""
        return self.of_team(objective.team, tier)

    def of_team(self, team: str, tier: str) -> tuple[str, ...]:
        """Return the handles that a tier of a team notifies."""
        return self.handles.get((team, tier), ())


def slo_title(objective: Objective) -> str:
    """Return the name of an SLO in Datadog."""
    return plain_title_of(objective)


def slo_description(objective: Objective) -> str:
    """Return the SLO's own description, and which file to change."""
    spec = objective.slo.value.spec
    path = objective.slo.document.path.as_posix()
    own = (spec.description or "").strip()
    return "\n\n".join(filter(None, (own, f"Written by reliability: change {path} instead.")))


def burn_title(objective: Objective, tier: str) -> str:
    """Return the name of the monitor that notifies about a burn rate."""
    return f"{slo_title(objective)}: error budget burn ({tier})"


def part_title(objective: Objective, tier: str, windows: DatadogWindows) -> str:
    """Return the name of a monitor of one window pair."""
    return f"{burn_title(objective, tier)}, {windows.text}"


def no_data_title(objective: Objective) -> str:
    """Return the name of the monitor on missing data."""
    return f"{slo_title(objective)}: no data"


def burn_message(
    objective: Objective, tier: str, windows: Sequence[DatadogWindows], recipients: Recipients
) -> str:
    """Return the message of the monitor that notifies about a burn rate."""
    rates = "; or ".join(_rate(pair) for pair in windows)
    lines = [
        f"{slo_title(objective)}: the error budget burns too fast.",
        f"The target is {percent(objective.target)} over {words(nearest_period(objective.period))}."
        f" This monitor alerts at a burn rate above {rates}.",
    ]
    return _message(lines, objective, tier, recipients=recipients)


def part_message(objective: Objective, tier: str) -> str:
    """Return the message of a monitor that notifies nobody."""
    return _plain(f"Part of the monitor {burn_title(objective, tier)}, which notifies.")


def no_data_message(objective: Objective, recipients: Recipients) -> str:
    """Return the message of the monitor on missing data."""
    lines = [
        f"{slo_title(objective)}: no data for {words(objective.no_data.after)}.",
        "Burn-rate monitors of this SLO cannot alert until there is data again.",
    ]
    return _message(lines, objective, objective.no_data.tier, recipients=recipients)


def _rate(windows: DatadogWindows) -> str:
    return (
        f"{number_text(windows.factor)} in both the last {window_words(windows.long)} and the "
        f"last {window_words(windows.short)}"
    )


def _message(lines: Iterable[str], objective: Objective, tier: str, recipients: Recipients) -> str:
    """Join the lines with runbook, owner and handles.

    Handles are outside of conditions, so that a recovery is notified as well and closes the
    incident.
    """
    directory, written = recipients.directory, [*lines]
    if objective.runbook is not None:
        written.append(f"Runbook: {directory.runbook_url(objective.runbook)}")
    if objective.team:
        written.append(f"Owner: {directory.owner(objective.team)}")
    text = _plain("\n".join(written))
    handles = " ".join(recipients.of_tier(objective, tier))
    return f"{text}\n{handles}" if handles else text


def _plain(text: str) -> str:
    """Return a text without what Datadog would expand or notify: `{{` and `@`."""
    return text.replace("{{", "{ {").replace("@", "(at)").strip()
