"""`python -m tests.live.text_transcript FILE`: twelve notifications, each number with its events.

It fails if a number is more than 2 % off.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from reliability.render.yaml_text import yaml_text
from tests.cli.program import reliability
from tests.live.emitted import Application, fresh_history
from tests.live.proxy import run_proxy
from tests.live.recorder import Recorder
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
    alerting,
    assert_spent,
    assert_true,
    files,
    ids,
    jump,
    page_of_a_test,
    rules,
    site,
)
from tests.servers.generation import GENERATIONS, Generation, find
from tests.servers.process import wait_for
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus, write_config

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
        yield from counted("a period recorded", running.text("Alert · shop · ledger"), LEDGER)
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


def test_page(generation: Generation, folder: Path) -> Iterator[str]:
    """The page that `sync --test-page` sends; it has no number of an application."""
    said, message = page_of_a_test(generation, folder)
    words = "\n".join(str(message.get(part, "")) for part in ("pretext", "title", "text"))
    yield f"## test page\n\n```\n{words.strip()}\n```\n"
    yield f"```\n{said.strip()}\n```\n"


HEAD: Final = 100 * 60
"""The head holds so many seconds of samples, and the rules have run for as long."""


def after_backfill(generation: Generation, folder: Path) -> Iterator[str]:
    """The text of the ledger before and after `reliability history backfill`."""
    held = folder / "prometheus"
    held.mkdir()
    history = fresh_history()
    history.requests("requests_total", {"app": "ledger"}, LEDGER)
    history.recordings(ids("ledger"), LEDGER, timedelta(seconds=HEAD))
    history.write(generation, held, until=HEAD)
    with alerting(generation, folder) as (recorder, alertmanager, shop):
        only = [group for group in rules(shop)["groups"] if group["name"].startswith("shop-ledger")]
        (held / "rules.yml").write_text(yaml_text({"groups": only}), encoding="utf-8")
        with run_prometheus(generation, held, prometheus_config()) as prometheus:
            history.push(prometheus.url, HEAD)
            load(prometheus, prometheus_config(rules=["rules.yml"]))
            with history.goes_on(prometheus.url):
                said = backfilled(generation, prometheus.url, folder, recorder)
                yield f"## after a backfill\n\n```\n{said.strip()}\n```\n"
                wait_for(lambda: recorded(prometheus, 2880), within=120, what="the blocks")
                with run_proxy(alertmanager.url) as proxy:
                    config = prometheus_config(rules=["rules.yml"], alertmanagers=[proxy.url])
                    load(prometheus, config)
                    page = Site(prometheus, recorder, history, proxy)
                    text = page.text("Alert · shop · ledger")
                yield from counted("the page after it", text, LEDGER)
                spent, true = assert_spent(text)
                yield f"| budget spent | {spent} % | {true:.1f} % |\n"


def load(prometheus: Prometheus, config: Mapping[str, Any]) -> None:
    write_config(prometheus.config, config)
    assert prometheus.reload().is_success


def backfilled(generation: Generation, url: str, folder: Path, recorder: Recorder) -> str:
    """What `reliability history backfill` prints, which writes into the server's folder."""
    root = folder / "repository"
    for path, document in files(recorder, folder).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(json.dumps(document), encoding="utf-8")
    data, promtool = folder / "prometheus" / "data", generation.promtool
    ended = reliability(
        *("history", "backfill", "ledger", "--prometheus", url),
        *("--data-dir", data, "--promtool", promtool),
        folder=root,
    )
    assert ended.code == 0, ended
    return ended.out


def recorded(prometheus: Prometheus, least: int) -> bool:
    """Whether so many recordings of the ledger are there, one a minute."""
    found = prometheus.query('count_over_time(slo:sli_total:rate5m{sloth_slo="ledger"}[2d])')
    return sum(float(each["value"][1]) for each in found) >= 0.98 * least


def counted(what: str, said: Text, application: Application) -> Iterator[str]:
    """A notification, and what was emitted in its window."""
    yield from shown(what, said)
    failed, total = assert_true(said, application)
    window = COUNTS.search(said.words)
    assert window is not None
    _, emitted = said.events(application, SECONDS[window["window"]])
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
                for part in (transcript, first_minute, after_backfill, test_page):
                    with TemporaryDirectory() as folder:
                        out.writelines(f"{line}\n" for line in part(found, Path(folder)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
