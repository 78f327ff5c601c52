"""History made from a seed and the incidents on record: the same for everyone, on every day.

A minute depends only on the seed, the names of the service and the SLO, and the day it lies in,
never on the span that was asked for. Only uniform numbers of PCG64 are drawn, since numpy keeps
that stream between its versions, and not those of its distributions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from reliability.arrays import FloatArray
from reliability.history.series import Series
from reliability.history.sli import SliHistory
from reliability.load.catalog import EVERYWHERE, Catalog, PlacementTerms
from reliability.message import Message
from reliability.model.history import SyntheticSource, SyntheticTraffic
from reliability.model.incidents import Incidents
from reliability.timespan import EPOCH, MINUTE, TimeSpan

MINUTES = 24 * 60
BUSY_HOURS = 4.5
NIGHT = 0.05
WEEKEND = 0.25
MOST_BLIPS = 8


@dataclass(frozen=True, slots=True)
class SyntheticImpact:
    """While `span` lasted, `failed` (0..1) of this SLO's events failed."""

    service: str
    slo: str
    span: TimeSpan
    failed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticHistory:
    """A `SeriesSource` that makes what it gives, and says so.

    Each environment has a stream of numbers of its own, so that its figures differ from those of
    others; the one without labels has that of a repository without environments.
    """

    seed: int
    zone: ZoneInfo
    traffic: Mapping[str, SyntheticTraffic]
    impacts: tuple[SyntheticImpact, ...]
    placement: PlacementTerms = EVERYWHERE

    @classmethod
    def of(cls, source: SyntheticSource, catalog: Catalog) -> SyntheticHistory:
        """From what `policies/history.yaml` says and the incidents that the catalog records."""
        zone = ZoneInfo(source.time_zone)
        return cls(
            seed=source.seed,
            zone=zone,
            traffic=source.traffic,
            impacts=tuple(impacts(catalog)),
            placement=catalog.placement,
        )

    @property
    def description(self) -> str:
        """That it is generated, from which seed, and for which environment."""
        if self.placement.name:
            return Message(
                "synthetic: generated from seed {seed} for {environment}, not real traffic",
                seed=self.seed,
                environment=self.placement.name,
            )
        return Message("synthetic: generated from seed {seed}, not real traffic", seed=self.seed)

    @property
    def is_made_up(self) -> bool:
        """Always."""
        return True

    def series(self, sli: SliHistory, span: TimeSpan) -> tuple[Series, ...]:
        """One series without labels; nothing is ever missing from it."""
        traffic = self.traffic.get(sli.slo) or SyntheticTraffic()
        days = list(span.days())
        draws = [self._draw(sli, day) for day in days]
        first = datetime.combine(days[0], time(), tzinfo=UTC)
        total = _totals(traffic, self._shape(days), draws)
        share = _shares(traffic, draws)
        for impact in self.impacts:
            if (impact.service, impact.slo) == (sli.service, sli.slo):
                _raise_to(share, impact, first)

        failing = np.concatenate([draw.failing_dither for draw in draws])
        bad = np.minimum(total, np.floor(total * share + failing))
        known = np.ones(len(total), dtype=np.bool_)
        whole = Series(
            start=first, step=MINUTE, bad=bad, total=total, known=known, source=self.description
        )
        part = whole.part(span)

        return (
            Series(
                start=span.start,
                step=MINUTE,
                bad=bad[part],
                total=total[part],
                known=known[part],
                source=self.description,
            ),
        )

    def _draw(self, sli: SliHistory, day: date) -> Draws:
        name = f"{self.seed}{self.placement.suffix}/{sli.service}/{sli.slo}".encode()
        words = int.from_bytes(hashlib.sha256(name).digest()[:16], "big")
        random = np.random.Generator(np.random.PCG64([words, day.toordinal()]))
        minutes = random.random((4, MINUTES))

        return Draws(
            wobble=minutes[0],
            total_dither=minutes[1],
            failing_wobble=minutes[2],
            failing_dither=minutes[3],
            blips=random.random(1 + 3 * MOST_BLIPS),
        )

    def _shape(self, days: Iterable[date]) -> FloatArray:
        """How busy each minute is, 1 at a working day's noon, in the zone where people live."""
        return np.concatenate([_busy(day, _offset(day, self.zone)) for day in days])


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Draws:
    """One day's uniform numbers: four for each minute, and those for its blips."""

    wobble: FloatArray
    total_dither: FloatArray
    failing_wobble: FloatArray
    failing_dither: FloatArray
    blips: FloatArray


def impacts(catalog: Catalog) -> Iterator[SyntheticImpact]:
    """What every recorded incident did to which SLO."""
    for located in catalog.documents(Incidents):
        for incident in located.value.spec.incidents:
            span = TimeSpan(incident.start, incident.end)
            for slo in incident.slos:
                service = located.value.spec.service
                yield SyntheticImpact(service, slo.slo, span, failed=float(slo.failed))


def _offset(day: date, zone: ZoneInfo) -> int:
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    return int((noon.astimezone(zone).utcoffset() or timedelta(0)).total_seconds() // 60)


def _busy(day: date, offset: int) -> FloatArray:
    minute = np.arange(MINUTES) + offset
    weekday = (day.weekday() + minute // MINUTES) % 7
    hour = (minute % MINUTES) / 60
    curve = NIGHT + (1 - NIGHT) * np.exp(-(((hour - 12) / BUSY_HOURS) ** 2))
    busy: FloatArray = np.where(weekday >= 5, WEEKEND * curve, curve)
    return busy


def _totals(traffic: SyntheticTraffic, shape: FloatArray, draws: list[Draws]) -> FloatArray:
    wobble = np.concatenate([draw.wobble for draw in draws])
    dither = np.concatenate([draw.total_dither for draw in draws])
    total: FloatArray = np.floor(traffic.per_minute * shape * (0.85 + 0.3 * wobble) + dither)
    return total


def _shares(traffic: SyntheticTraffic, draws: list[Draws]) -> FloatArray:
    wobble = np.concatenate([draw.failing_wobble for draw in draws])
    share: FloatArray = float(traffic.failing) * (0.5 + wobble)
    for day, draw in enumerate(draws):
        for start, length, failed in _blips(draw.blips, traffic.blips_per_week / 7):
            blip = share[day * MINUTES + start : day * MINUTES + start + length]
            np.maximum(blip, failed, out=blip)
    return share


def _blips(uniform: FloatArray, expected: float) -> Iterator[tuple[int, int, float]]:
    """First minute, minutes and failing share (0.2 % to 20 %) of each short trouble of a day."""
    for index in range(min(int(expected + uniform[0]), MOST_BLIPS)):
        start, length, failed = uniform[1 + 3 * index : 4 + 3 * index]
        yield int(start * (MINUTES - 20)), 2 + int(length * 13), 0.002 * 100.0**failed


def _raise_to(share: FloatArray, impact: SyntheticImpact, first: datetime) -> None:
    origin = (first - EPOCH) // MINUTE
    start = max((impact.span.start - EPOCH) // MINUTE - origin, 0)
    end = max((impact.span.end - EPOCH) // MINUTE - origin, 0)
    np.maximum(share[start:end], impact.failed, out=share[start:end])
