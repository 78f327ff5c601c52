"""`python -m tests.live.text_transcript FILE`: notifications, each number with its events.

It fails if a number is more than 2 % off.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from reliability.render.yaml_text import yaml_text
from tests.cli.program import reliability
from tests.live.emitted import fresh_history
from tests.live.proxy import run_proxy
from tests.live.recorder import Recorder
from tests.live.text_figures import NOTIFICATIONS, Figure, figures
from tests.live.texts import (
    CHECKOUT,
    LEDGER,
    Site,
    Text,
    alerting,
    files,
    ids,
    page_of_a_test,
    resolved,
    rules,
    site,
)
from tests.servers.generation import GENERATIONS, Generation, find
from tests.servers.process import wait_for
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus, write_config

AGES: Final = (0, 5, 30, 90)


def transcript(generation: Generation, folder: Path) -> Iterator[str]:
    """The notifications of one generation, in Markdown."""
    version = ".".join(map(str, generation.prometheus_version))
    for age in AGES:
        yield f"# Prometheus {version}, recordings of {age} minutes\n"
        (folder / f"{age}").mkdir()
        with site(generation, folder / f"{age}", timedelta(minutes=age)) as running:
            for each in NOTIFICATIONS:
                said = each.of(running)
                yield from shown(each.what, said, each.figures(said))
            ended, fired = resolved(running)
            yield from shown("fired, before it is resolved", fired, figures(fired, CHECKOUT))
            yield from shown("resolved", ended)


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
                    text = page.text("ledger", "events", "budget")
                yield from shown("the page after it", text, figures(text, LEDGER))


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


def shown(what: str, said: Text | str, numbers: Iterable[Figure] = ()) -> Iterator[str]:
    """A notification, and each of its numbers with what was emitted."""
    yield f"## {what}\n\n```\n{said}\n```\n"
    lines = []
    for figure in numbers:
        assert figure.is_true, (figure, said)
        lines.append(f"| {figure.name} | {figure.said:,.5g} | {figure.most:,.5g} |")
    if lines:
        yield "\n".join(("| number | said | emitted |", "|---|---|---|", *lines, ""))


def main(file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        for found in map(find, GENERATIONS):
            if isinstance(found, Generation):
                for part in (transcript, after_backfill, test_page):
                    with TemporaryDirectory() as folder:
                        out.writelines(f"{line}\n" for line in part(found, Path(folder)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
