"""Evidence: the result of `reliability backtest --format json`, as measured rules read it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from reliability.errors import EvidenceError
from reliability.resolve.digest import definition_digest
from reliability.resolve.objectives import Objective

ALERT_TIER: Final = "alert"
VERSION: Final = 2
Key = tuple[str, str, str]
"""Service, SLO and objective."""


class EvidencePart(BaseModel):
    """A part of the file; keys that a later version adds are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)


class EvidenceInterval(EvidencePart):
    """One episode, or the time of an incident."""

    start: AwareDatetime
    end: AwareDatetime

    @property
    def length(self) -> timedelta:
        """How long it lasted."""
        return self.end - self.start

    def touches(self, other: EvidenceInterval) -> bool:
        """Whether this episode was there during an incident, as the backtest takes it."""
        return self.start <= other.end and self.end > other.start


class FiredEvidence(EvidencePart):
    """What one alert did over the span."""

    episodes: int
    per_week: float
    intervals: tuple[EvidenceInterval, ...]


class EvidenceMissing(EvidencePart):
    """Why nothing is known of an alert."""

    no_history: str


class EvidenceRow(EvidencePart):
    """One objective's alert in one tier."""

    service: str
    slo: str
    objective: str
    tier: str
    new: FiredEvidence | EvidenceMissing | None

    @property
    def key(self) -> Key:
        """Which objective it belongs to."""
        return self.service, self.slo, self.objective

    @property
    def fired(self) -> FiredEvidence | None:
        """What it did, where that is known."""
        return self.new if isinstance(self.new, FiredEvidence) else None


class ObjectiveMeasurement(EvidencePart):
    """What is known of one objective: `events` of the span, `digest` of what was replayed."""

    service: str
    slo: str
    objective: str
    coverage: float
    events: float | None
    digest: str | None = None


class ScoredIncident(EvidenceInterval):
    """One incident or significant event; `slos` are those that it affected."""

    kind: str
    name: str
    service: str
    slo: str
    slos: tuple[str, ...] = ()
    budget_spent: float
    old: Literal["caught", "ticket only", "missed"] | None
    new: Literal["caught", "ticket only", "missed"]

    def concerns(self, service: str, slo: str) -> bool:
        """Whether it is about this SLO; an incident that names none is about all of its service."""
        named = self.slos or (() if self.kind == "incident" else (self.slo,))
        return self.service == service and (not named or slo in named)


class EvidenceSpan(EvidenceInterval):
    """What was replayed."""

    days: float


class BacktestEvidence(EvidencePart):
    """A whole result.

    Of version 1, significant events were longer, and some lay within an SLO; it is not read.
    """

    version: Literal[2]
    synthetic: bool
    base: str | None
    span: EvidenceSpan
    slos: tuple[EvidenceRow, ...]
    objectives: tuple[ObjectiveMeasurement, ...]
    incidents: tuple[ScoredIncident, ...]
    incidents_without_history: tuple[ScoredIncident, ...] = ()

    @cached_property
    def measured(self) -> Mapping[Key, ObjectiveMeasurement]:
        """What is known of each objective."""
        return {
            (objective.service, objective.slo, objective.objective): objective
            for objective in self.objectives
        }

    def of(self, objective: Objective) -> ObjectiveMeasurement | None:
        """What is known of an objective as it is declared now; None where it was another."""
        measurement = self.measured.get(key_of(objective))
        return (
            measurement
            if measurement is not None and not is_stale(measurement, objective)
            else None
        )

    def rows(self, objective: Objective) -> Iterator[tuple[str, FiredEvidence]]:
        """What each alert of an objective did, by tier, where it is declared as it was."""
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
        """When the span begins."""
        return self.span.start


def key_of(objective: Objective) -> Key:
    """By what evidence names an objective."""
    return objective.service, objective.slo_name, objective.name


def is_stale(measured: ObjectiveMeasurement, objective: Objective) -> bool:
    """Whether an objective or its alerts are declared otherwise than when it was replayed."""
    return measured.digest is not None and measured.digest != definition_digest(objective)


def read_evidence(path: Path) -> BacktestEvidence:
    """Read the result of a backtest.

    Raises:
        EvidenceError: the file cannot be read, is no such result, or of another version.
    """
    way_out = "write it with `reliability backtest --format json`"
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EvidenceError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"{path} is no JSON; {way_out}") from error

    version = values.get("version") if isinstance(values, dict) else None
    if version != VERSION:
        what = "has no version" if version is None else f"is of version {version!r}"
        raise EvidenceError(f"{path} {what}, and {VERSION} is read here; {way_out}")

    try:
        return BacktestEvidence.model_validate(values)
    except ValidationError as error:
        where = ".".join(map(str, error.errors(include_url=False)[0]["loc"]))
        raise EvidenceError(f"{path} is no result of a backtest: {where}; {way_out}") from error
