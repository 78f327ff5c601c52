"""Evidence: the result of `reliability backtest --format json`, as rules with `needs` read it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError

from reliability.errors import EvidenceError
from reliability.resolve.digest import definition_digest
from reliability.resolve.objectives import Objective

ALERT_TIER: Final = "alert"
VERSION: Final = 2
Key = tuple[str, str, str]
"""Service, SLO and objective."""


class EvidencePart(BaseModel):
    """A part of the file; unknown keys are ignored, because later versions may add some."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)


class EvidenceInterval(EvidencePart):
    """One episode, or the time of an incident."""

    start: AwareDatetime
    end: AwareDatetime

    @property
    def length(self) -> timedelta:
        """The length of the interval."""
        return self.end - self.start

    def touches(self, other: EvidenceInterval) -> bool:
        """Return whether an episode overlaps an incident, by the definition of `backtest`."""
        return self.start <= other.end and self.end > other.start


class FiredEvidence(EvidencePart):
    """The episodes of one alert over the span; `per_week` is None if nothing of it is known."""

    episodes: int
    per_week: float | None
    intervals: tuple[EvidenceInterval, ...]


class EvidenceMissing(EvidencePart):
    """The reason why an alert was not replayed."""

    no_history: str


class EvidenceRow(EvidencePart):
    """The alert of one objective in one tier."""

    service: str
    slo: str
    objective: str
    tier: str
    new: FiredEvidence | EvidenceMissing | None

    @property
    def key(self) -> Key:
        """The service, SLO and objective that it belongs to."""
        return self.service, self.slo, self.objective

    @property
    def fired(self) -> FiredEvidence | None:
        """The episodes; None if the alert was not replayed."""
        return self.new if isinstance(self.new, FiredEvidence) else None


class ObjectiveMeasurement(EvidencePart):
    """The measurements of one objective: `events` in the span, `digest` of its definition."""

    service: str
    slo: str
    objective: str
    coverage: float
    events: float | None
    digest: str | None = None


class EvidenceEvent(EvidenceInterval):
    """One incident or significant event; `slos` are those that it affected."""

    kind: str
    name: str
    service: str
    slo: str
    slos: tuple[str, ...] = ()

    def concerns(self, service: str, slo: str) -> bool:
        """Return whether it affects an SLO; an incident that names none affects all SLOs."""
        named = self.slos or (() if self.kind == "incident" else (self.slo,))
        return self.service == service and (not named or slo in named)


class ScoredIncident(EvidenceEvent):
    """One event of which the history knows, and what its alerts did."""

    budget_spent: float
    old: Literal["caught", "ticket only", "missed"] | None
    new: Literal["caught", "ticket only", "missed"]


class EvidenceSpan(EvidenceInterval):
    """The replayed span."""

    days: float


class BacktestEvidence(EvidencePart):
    """The result of a backtest.

    Version 1 is not read: its significant events had another definition.
    """

    version: Literal[2]
    environment: str = ""
    synthetic: bool
    base: str | None
    span: EvidenceSpan
    slos: tuple[EvidenceRow, ...]
    objectives: tuple[ObjectiveMeasurement, ...]
    incidents: tuple[ScoredIncident, ...]
    incidents_without_history: tuple[EvidenceEvent, ...] = ()

    @cached_property
    def measured(self) -> Mapping[Key, ObjectiveMeasurement]:
        """The measurements by objective."""
        return {
            (objective.service, objective.slo, objective.objective): objective
            for objective in self.objectives
        }

    def of(self, objective: Objective) -> ObjectiveMeasurement | None:
        """Return the measurements of an objective; None if its definition has changed since."""
        measurement = self.measured.get(key_of(objective))
        return (
            measurement
            if measurement is not None and not is_stale(measurement, objective)
            else None
        )

    def rows(self, objective: Objective) -> Iterator[tuple[str, FiredEvidence]]:
        """Yield tier and episodes of each alert, if the definition has not changed since."""
        if self.of(objective) is not None:
            for row in self._rows.get(key_of(objective), ()):
                if row.fired is not None:
                    yield row.tier, row.fired

    @cached_property
    def _rows(self) -> Mapping[Key, list[EvidenceRow]]:
        by_row: dict[Key, list[EvidenceRow]] = {}
        for row in self.slos:
            by_row.setdefault(row.key, []).append(row)
        return by_row

    @property
    def begins(self) -> datetime:
        """The start of the span."""
        return self.span.start


def key_of(objective: Objective) -> Key:
    """Return the key of an objective in evidence."""
    return objective.service, objective.slo_name, objective.name


def is_stale(measured: ObjectiveMeasurement, objective: Objective) -> bool:
    """Return whether the definition of an objective has changed since it was replayed."""
    return measured.digest is not None and measured.digest != definition_digest(objective)


def read_evidence(path: Path) -> tuple[BacktestEvidence, ...]:
    """Read the result of a backtest, or one for each environment.

    Raises:
        EvidenceError: the file cannot be read, is not such a result, or has another version.
    """
    way_out = "write it with `reliability backtest --format json`"
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EvidenceError(f"{path}: {str(error.strerror).lower()}") from error
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"{path} is not valid JSON; {way_out}") from error

    version = values.get("version") if isinstance(values, dict) else None
    if version != VERSION:
        what = "has no version" if version is None else f"has version {version!r}"
        raise EvidenceError(f"{path} {what}, but version {VERSION} is required; {way_out}")

    every = values.get("environments", [values])
    try:
        return tuple(TypeAdapter(list[BacktestEvidence]).validate_python(every))
    except ValidationError as error:
        _, *route = error.errors()[0]["loc"]
        where = ".".join(map(str, route))
        raise EvidenceError(f"{path} is not a backtest result: {where}; {way_out}") from error
