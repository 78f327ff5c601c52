"""Results of backtests that differ in all that reports show, made without a replay."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from reliability.backtest.episodes import Episode
from reliability.backtest.events import Event
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.notified_sides import (
    NOT_SIMULATED,
    NotificationSides,
    UnknownNotifications,
)
from reliability.backtest.outcome import (
    AlertFirings,
    Backtest,
    Confidence,
    Detection,
    Deviation,
    EventVerdict,
    NoAlert,
    Outcome,
    OutcomeRow,
    Replayed,
    SignalRow,
    SliSummary,
)
from reliability.backtest.tally import AlertKey, NotificationTally, SideNotifications
from reliability.history.series import NoHistory
from reliability.promql.evaluate.semantics import Ranges
from reliability.timespan import DAY, WEEK, TimeSpan

MINUTE: Final = timedelta(minutes=1)
DAYS: Final = (1, 3, 6, 7, 10, 28, 65, 9)
MINUTES: Final = (1, 9, 10, 11, 59, 60, 61, 400, 1440, 4000)
SPENT: Final = (0.0, 0.0009, 0.001, 0.0021, 0.0994, 0.0995, 0.1, 0.125, 0.5, 1.5)
ZONES: Final = {"pay": "Asia/Tokyo", "stock": "America/New_York"}
TEAMS: Final = {"pay": "payments", "shop": "sales"}
SIDES: Final = tuple(
    Detection(paged=paged, ticketed=ticketed)
    for paged in (False, True)
    for ticketed in (False, True)
)


@dataclass(slots=True)
class Made:
    """One result; the seed decides on everything."""

    seed: int
    random: Random = field(init=False)
    span: TimeSpan = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        start = datetime(2026, 2, 26, tzinfo=UTC) + self.seed * DAY
        self.span = TimeSpan(start, start + DAYS[self.seed % len(DAYS)] * DAY)

    def result(self) -> Backtest:
        seed = self.seed
        is_sampled = seed % 4 == 1
        names = [(service, slo) for service in ("shop", "pay", "stock") for slo in ("a", "b")]
        objectives = tuple(
            self.objective(service, slo) for service, slo in names[: 1 + seed * 5 % 6]
        )
        verdicts = [verdict for objective in objectives for verdict in objective.verdicts]
        return Backtest(
            terms=ReplayTerms(
                self.span,
                ranges=(Ranges.LEFT_OPEN, Ranges.CLOSED)[seed % 2],
                phase=(seed % 3) * MINUTE,
            ),
            source="a store",
            is_synthetic=seed % 5 == 2,
            base="c0ffee" * 6 if seed % 3 else "",
            objectives=objectives,
            verdicts=tuple(sorted(verdicts, key=lambda verdict: verdict.event.span)),
            mode="sample" if is_sampled else "event",
            deviation=Deviation(123_456, seed, 7, 6 + seed) if is_sampled else Deviation(),
            signals=tuple(self.signals()) if is_sampled else (),
            zones=ZONES,
            teams=TEAMS,
            notifications=self.notifications(),
            environment=("", "", "eu-west")[seed % 3],
        )

    def objective(self, service: str, slo: str) -> Replayed:
        random = self.random
        coverage = random.choice((1.0, 1.0, 0.9996, 0.951, 0.9, 0.4))
        history: SliSummary | NoHistory = SliSummary(
            coverage=coverage,
            attainment=random.choice((None, 1.0, 0.99951, 0.9, 0.987654321)),
            events=random.choice((0.0, 1e6, 1234.5)),
            days=self.days(),
            alert_coverage=coverage * random.choice((1.0, 0.9, 0.8999)),
        )
        if random.random() < 0.15:
            history = NoHistory("nothing is stored")
        tiers = random.choice((("alert",), ("alert", "ticket"), ("ticket", "log"), ()))
        return Replayed(
            service=service,
            slo=slo,
            objective=random.choice(("", "served")),
            target=random.choice(("0.999", "0.99", "0.9995", "0.95")),
            history=history,
            rows=tuple(self.row(service, slo, tier, history) for tier in tiers),
            verdicts=tuple(self.verdicts(service, slo)),
            query_changed=random.random() < 0.4,
            digest="d1",
        )

    def days(self) -> tuple[float | None, ...]:
        if self.random.random() < 0.3:
            return ()
        return tuple(self.random.choice((None, *SPENT)) for _ in range(self.span.length // DAY))

    def row(self, service: str, slo: str, tier: str, history: SliSummary | NoHistory) -> OutcomeRow:
        if isinstance(history, NoHistory):
            return self.outcomes(service, slo, tier, history, history)
        before = self.episodes()
        after = [episode for episode in before if self.random.random() < 0.75]
        after = [
            self.moved(episode) if self.random.random() < 0.5 else episode for episode in after
        ]
        after += self.episodes()[:2]
        old, new = self.fired(before), self.fired(after)
        sides: tuple[Outcome, Outcome] = self.random.choice(
            ((old, new), (old, new), (old, old), (NoAlert(), new), (old, NoAlert()))
        )
        since = self.span.start + DAY if history.alert_coverage < history.coverage else None
        return replace(self.outcomes(service, slo, tier, *sides), known_since=since)

    def outcomes(self, service: str, slo: str, tier: str, old: Outcome, new: Outcome) -> OutcomeRow:
        return OutcomeRow(service=service, slo=slo, objective="", tier=tier, old=old, new=new)

    def episodes(self) -> list[Episode]:
        random = self.random
        episodes = []
        for _ in range(random.choice((0, 1, 2, 3, 6, 12))):
            start = self.span.start + random.randrange(self.span.length // MINUTE) * MINUTE
            end = min(start + random.choice(MINUTES) * MINUTE, self.span.end)
            labels = random.choice(({}, {}, {"zone": "z", "region": "eu"}))
            episodes.append(Episode(TimeSpan(start, end), labels, random.choice(SPENT)))
        return episodes

    def moved(self, episode: Episode) -> Episode:
        shift = self.random.choice((-30, -1, 0, 1, 90)) * MINUTE
        end = max(episode.span.end - shift / 2, episode.span.start + shift + MINUTE)
        return Episode(TimeSpan(episode.span.start + shift, end), episode.labels, episode.spent)

    def fired(self, episodes: Sequence[Episode]) -> AlertFirings:
        ordered = tuple(sorted(episodes, key=lambda episode: episode.span))
        time = sum((episode.span.length for episode in ordered), timedelta(0))
        phases = self.random.choice(
            (
                (),
                ((timedelta(seconds=15), len(ordered)), (timedelta(seconds=30), len(ordered) + 1)),
                ((timedelta(minutes=1), 0), (timedelta(seconds=90), 1)),
            )
        )
        confidence = Confidence(
            1234 * self.seed, self.seed, phases, unseen=self.random.choice(SPENT)
        )
        return AlertFirings(
            ordered, time, self.span.length / WEEK, confidence if self.seed % 7 else None
        )

    def verdicts(self, service: str, slo: str) -> list[EventVerdict]:
        random = self.random
        is_derived = random.random() < 0.5
        verdicts = []
        for number in range(random.choice((0, 1, 2, 5, 8))):
            start = self.span.start + random.randrange(self.span.length // MINUTE) * MINUTE
            event = Event(
                kind="significant event" if is_derived else "incident",
                service=service,
                span=TimeSpan(start, start + random.choice(MINUTES) * MINUTE),
                name=random.choice(("", "region=eu")) if is_derived else f"incident {number}",
                slos=frozenset((slo,)),
            )
            verdict = EventVerdict(
                event=event,
                slo=slo,
                spent=random.choice(SPENT),
                known=random.random() < 0.85,
                old=random.choice(SIDES),
                new=random.choice(SIDES),
            )
            verdicts.append(verdict)
        return verdicts

    def signals(self) -> list[SignalRow]:
        old, new = (self.fired(self.episodes()) for _ in range(2))
        by_server = "http://prometheus"
        sides: list[tuple[Outcome, Outcome, str]] = [
            (old, new, ""),
            (NoAlert(), new, by_server),
            (old, NoHistory("it has no tier"), ""),
            (old, old, by_server),
        ]
        return [
            SignalRow(
                service="shop",
                name=f"Signal{number}",
                tier="ticket",
                old=before,
                new=after,
                evaluated_by=server,
                slo=("", "checkout")[number % 2],
                objective=("", "", "", "served")[number],
            )
            for number, (before, after, server) in enumerate(sides)
        ]

    def notifications(self) -> NotificationSides:
        unknown = UnknownNotifications("no team says how it is reached")
        old, new = self.side(), self.side()
        return (
            NotificationSides(NOT_SIMULATED, NOT_SIMULATED),
            NotificationSides(unknown, unknown),
            NotificationSides(old, new),
            NotificationSides(unknown, new),
            NotificationSides(old, old),
        )[self.seed % 5]

    def side(self) -> SideNotifications:
        def tally() -> NotificationTally:
            return NotificationTally(
                **{name: self.random.randrange(30) for name in NotificationTally.__annotations__}
            )

        tiers = self.random.choice((("alert", "ticket"), ("ticket",), ("alert", "log")))
        return SideNotifications(
            effects={"page": tally(), "ticket": tally()},
            alerts={AlertKey("shop", "b", "", tier): tally() for tier in reversed(tiers)},
            tiers={tier: tally() for tier in reversed(tiers)},
            receivers={"shop/ticket": tally(), "pay/alert": tally()},
            teams={"sales": tally(), "": tally()},
            receiver_effects={"shop/ticket": "ticket", "pay/alert": "page"},
            targets={"shop/ticket: mentions @x": 3, "pay/alert: pages by PagerDuty": 1},
        )


def result(seed: int) -> Backtest:
    """Return the result of a seed; of neighboring seeds, all parts differ."""
    return Made(seed).result()
