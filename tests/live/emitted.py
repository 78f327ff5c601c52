"""An application whose every event is known, as the blocks of a Prometheus that scraped it.

Counters are sums of what was emitted, sampled every 15 seconds until the server starts and pushed
to it from then on. Our recordings are there for the last minutes alone, as after a sync so long
ago; what they hold is computed here.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import floor, inf
from pathlib import Path
from typing import Final

from tests.servers.generation import Generation
from tests.servers.programs import backfill
from tests.servers.remote_write import Samples, push

SCRAPED: Final = 15
EVERY: Final = 60
LASTS: Final = timedelta(days=3, minutes=10)

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stretch:
    """From so many seconds before now on, so many events a second, and the share that fails."""

    since: int
    rate: float
    failing: float = 0.0


@dataclass(frozen=True, slots=True)
class Application:
    """Requests by second before the start of the server; a stretch lasts until the next begins."""

    stretches: Sequence[Stretch]

    def events(self, start: float, end: float) -> tuple[float, float]:
        """Failed and all events from `start` to `end`, in seconds before the server's start."""
        failed = every = 0.0
        ends = [*(stretch.since for stretch in self.stretches[1:]), -inf]
        for stretch, until in zip(self.stretches, ends, strict=True):
            seconds = max(0.0, min(start, stretch.since) - max(end, until))
            every += seconds * stretch.rate
            failed += seconds * stretch.rate * stretch.failing
        return failed, every

    def counters(self, at: float) -> tuple[int, int]:
        """What its counters of failed and of good requests show so many seconds before now."""
        failed, every = self.events(self.stretches[0].since, at)
        return floor(failed + 1e-6), floor(every - failed + 1e-6)


@dataclass(slots=True)
class History:
    """The samples of a server, by metric and labels; seconds before now, the oldest first."""

    now: datetime
    samples: dict[tuple[str, str], list[tuple[float, float]]] = field(default_factory=dict)
    running: list[tuple[dict[str, str], Application]] = field(default_factory=list)
    scraping: threading.Lock = field(default_factory=threading.Lock)
    pushed: list[tuple[datetime, datetime]] = field(default_factory=list)
    """When the server had them, and the time of these samples."""

    def add(self, metric: str, labels: Labels, samples: Sequence[tuple[float, float]]) -> None:
        """One series."""
        text = ",".join(f'{name}="{value}"' for name, value in labels.items())
        self.samples[metric, text] = list(samples)

    def requests(
        self, metric: str, labels: Labels, application: Application, seen: timedelta = LASTS
    ) -> None:
        """The counters of an application, as far back as the server has seen it."""
        self.running.append(({"__name__": metric, **labels}, application))
        first = int(seen.total_seconds())
        at = [seconds for seconds in range(first, -1, -SCRAPED) if seconds <= first]
        shown = [application.counters(seconds) for seconds in at]
        for code, index in (("500", 0), ("200", 1)):
            values = [
                (second, float(value[index])) for second, value in zip(at, shown, strict=True)
            ]
            self.add(metric, {**labels, "code": code}, values)

    def recordings(
        self, ids: Labels, application: Application, age: timedelta, until: int = 0
    ) -> None:
        """What our rules have recorded for so long: events, and the objective."""
        minutes = range(int(age.total_seconds()), until, -EVERY)
        rates = [(at, application.events(at + 300, at)) for at in minutes]
        window = {**ids, "sloth_window": "5m"}
        for record, index in (("slo:sli_errors:rate5m", 0), ("slo:sli_total:rate5m", 1)):
            self.add(record, window, [(at, events[index] / 300) for at, events in rates])
        self.add("slo:objective:ratio", ids, [(at, 0.99) for at in minutes if at % 120 == 0])

    def stop(self, app: str) -> None:
        """Let an application emit no more."""
        with self.scraping:
            self.running = [each for each in self.running if each[0]["app"] != app]

    @contextmanager
    def goes_on(self, url: str) -> Iterator[None]:
        """Applications that run on, and are scraped every three seconds."""
        stopped = threading.Event()

        def scrape() -> None:
            while not stopped.wait(3):
                with self.scraping:
                    at = datetime.now(UTC)
                    push(url, self._shown(at))
                    self.pushed.append((datetime.now(UTC), at))

        thread = threading.Thread(target=scrape)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()

    def newest(self, at: datetime) -> datetime:
        """The time of the newest sample that the server had; it is behind on a busy machine."""
        return max((time for had, time in self.pushed if had <= at), default=self.now)

    def _shown(self, at: datetime) -> Iterator[tuple[Labels, Samples]]:
        for labels, application in self.running:
            shown = application.counters((self.now - at).total_seconds())
            for code, value in zip(("500", "200"), shown, strict=True):
                yield {**labels, "code": code}, [(at, float(value))]

    def push(self, url: str, since: int) -> None:
        """Write what is younger than so many seconds into the head, the oldest first."""
        for start in range(since, 0, -600):
            part = (
                (labels_of(metric, labels), self._dated(samples, start, start - 600))
                for (metric, labels), samples in self.samples.items()
            )
            push(url, [(labels, samples) for labels, samples in part if samples])

    def _dated(self, samples: Sequence[tuple[float, float]], start: int, end: int) -> Samples:
        within = ((at, value) for at, value in samples if end < at <= start)
        return [(self.now - timedelta(seconds=at), value) for at, value in within]

    def write(self, generation: Generation, folder: Path, until: int = -1) -> None:
        """Make blocks of what is older than so many seconds, before the server's first start."""
        file = folder / "history.om"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(self._lines(until))
        made = backfill(generation, file, folder / "data")
        assert made.accepted, made.text

    def _lines(self, until: int) -> Iterator[str]:
        metrics = dict.fromkeys(metric for metric, _ in self.samples)
        for metric in metrics:
            yield f"# TYPE {metric} gauge\n"
            for (name, labels), samples in self.samples.items():
                if name == metric:
                    at = self.now.timestamp()
                    yield from (
                        f"{metric}{{{labels}}} {value!r} {at - seconds:.3f}\n"
                        for seconds, value in samples
                        if seconds > until
                    )
        yield "# EOF\n"


def labels_of(metric: str, labels: str) -> dict[str, str]:
    """The labels of a series, from their text."""
    pairs = (pair.partition("=") for pair in labels.split(","))
    return {"__name__": metric, **{name: value.strip('"') for name, _, value in pairs}}


def fresh_history() -> History:
    """A history that ends now."""
    return History(datetime.now(UTC))
