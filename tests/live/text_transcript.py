"""`python -m tests.live.text_transcript FILE`: twelve notifications, each number with its events.

It fails if a number is more than 2 % off.
"""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.live.emitted import Application
from tests.live.texts import (
    CHECKOUT,
    COUNTS,
    LEDGER,
    QUIET,
    SEARCH,
    SECONDS,
    STALE_SINCE,
    YOUNG,
    Site,
    Text,
    assert_spent,
    assert_true,
    jump,
    site,
)
from tests.servers.generation import GENERATIONS, Generation, find

ALERTS: Final = (
    ("alert", "checkout", CHECKOUT),
    ("calendar (a month)", "month", CHECKOUT),
    ("group-by (region us)", "regions", CHECKOUT),
    ("low traffic (minimumFailures: 5)", "quiet", QUIET),
    ("after a rename: no recording of this name was there", "renamed", CHECKOUT),
    ("a new server that has seen 12 minutes", "young", YOUNG),
)


def transcript(generation: Generation, folder: Path) -> Iterator[str]:
    """The notifications of one generation, in Markdown."""
    version = ".".join(map(str, generation.prometheus_version))
    yield f"# Prometheus {version}, recordings of 30 minutes\n"
    with site(generation, folder, timedelta(minutes=30)) as running:
        for what, title, application in ALERTS:
            yield from counted(what, running.text(f"Alert · shop · {title}"), application)
        yield from counted("ticket", running.text("Ticket · shop", "*Search: "), SEARCH)
        yield from shown("no data", running.text("Ticket · shop", "*Silent: "))
        yield from threshold(running)
        yield from counted("after a backfill", running.text("Alert · shop · ledger"), LEDGER)
        spent, true = assert_spent(running.text("Alert · shop · ledger"))
        yield f"| budget spent | {spent} % | {true:.1f} % |\n"
        fired = running.text("Alert · shop · refunds")
        jump(running)
        yield from counted("fired, before it is resolved", fired, CHECKOUT)
        yield from counted("resolved", running.text("Resolved · shop · refunds"), CHECKOUT)


def first_minute(generation: Generation, folder: Path) -> Iterator[str]:
    """The same alert on a server that has just loaded the rules."""
    with site(generation, folder, timedelta(0)) as running:
        yield from counted("first minute", running.text("Alert · shop · checkout"), CHECKOUT)


def counted(what: str, said: Text, application: Application) -> Iterator[str]:
    """A notification, and what was emitted in its window."""
    yield from shown(what, said)
    failed, total = assert_true(said, application)
    window = COUNTS.search(said.words)
    assert window is not None
    length = SECONDS[window["window"]]
    emitted = application.events(length - said.since, -said.since)
    yield "| number | said | emitted |\n|---|---|---|"
    for name, number, true in (("failed", failed, emitted[0]), ("all", total, emitted[1])):
        yield f"| {name} | {number:,} | {true:,.0f} ({(number / true - 1) * 100:+.2f} %) |"
    yield ""


def threshold(running: Site) -> Iterator[str]:
    said = running.text("Alert · shop · index")
    yield from shown("threshold", said)
    true = (STALE_SINCE + said.since) / 60
    yield f"The index stood still for {true:.1f} minutes, {true - 10:.1f} of them over the limit.\n"


def shown(what: str, said: Text) -> Iterator[str]:
    yield f"## {what}\n\n```\n{said.words.strip()}\n```\n"


def main(file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        for found in map(find, GENERATIONS):
            if isinstance(found, Generation):
                with TemporaryDirectory() as folder, TemporaryDirectory() as other:
                    for part in (transcript(found, Path(folder)), first_minute(found, Path(other))):
                        out.writelines(f"{line}\n" for line in part)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
