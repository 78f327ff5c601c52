"""`backtest --rules` counts the notifications that a real Alertmanager sends.

Rules, samples and a foreign configuration go through the command, and the same alerts to an
Alertmanager of each generation, with a minute of the configuration as a second.
"""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import yaml

from tests.backtest.rule_files.foreign_trees import TREES, ForeignAlert, ForeignTree
from tests.cli.program import reliability
from tests.servers.alertmanager import run_alertmanager
from tests.servers.generation import GENERATIONS, Generation, find
from tests.servers.webhook import run_webhook

SECOND: Final = timedelta(seconds=1)
LENGTH: Final = 30
"""Seconds of a play, in which all alerts end."""

VALID: Final = timedelta(minutes=4)
"""How long a post of Prometheus is valid: four times its resend delay."""

LATEST: Final = 0.2
"""Seconds that a post may be late; later ones come in another order than flushes."""

TRIES: Final = 3
Tally = Counter[tuple[str, int]]
"""How many messages a receiver got while an alert fired, by receiver and number of the alert."""


def test_what_is_counted_is_what_alertmanager_sends(
    tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    found = [each for each in map(find, GENERATIONS) if isinstance(each, Generation)]
    if not found:
        pytest.skip("no generation of servers is available")
    began, sent, late = in_time(found, tmp_path)
    if late >= LATEST:
        pytest.skip(f"the machine is too busy to compare: a post was {late:.2f} s late")

    different, compared = [], 0
    for tree in TREES:
        for generation in found:
            counted = backtest(tree, began, tmp_path / generation.name, generation)
            got = sent[generation.name, tree.name]
            compared += sum(got.values())
            different += [
                f"{generation.alertmanager_version} {tree.name}: {receiver} got {got[key]} about "
                f"{tree.alerts[number]}, and {counted[key]} are counted"
                for key in sorted({*got, *counted})
                if got[key] != counted[key]
                for receiver, number in [key]
            ]
    record_testsuite_property("notifications of foreign configurations compared", compared)
    assert different == []
    assert compared > 40 * len(found)


def in_time(
    generations: Sequence[Generation], folder: Path
) -> tuple[datetime, dict[tuple[str, str], Tally], float]:
    """A play in which no post was late; the last of a few if the machine is busy."""
    for number in range(TRIES):
        began = next_beginning()
        plays = [(generation, tree) for generation in generations for tree in TREES]
        folders = [folder / f"{number}-{each}" for each in range(len(plays))]
        with ThreadPoolExecutor(len(plays)) as pool:
            results = list(pool.map(played, plays, folders, [began] * len(plays)))
        late = max(result[1] for result in results)
        if late < LATEST:
            break
    keys = [(generation.name, tree.name) for generation, tree in plays]
    return began, {key: result[0] for key, result in zip(keys, results, strict=True)}, late


def next_beginning() -> datetime:
    """A whole second, soon, with the end of a minute in the middle of the play, and of no day."""
    at = datetime.now(UTC).replace(microsecond=0) + 4 * SECOND
    while not 8 <= 60 - at.second <= 18 or (at + 2 * LENGTH * SECOND).date() != at.date():
        at += SECOND
    return at


def played(
    play: tuple[Generation, ForeignTree], folder: Path, began: datetime
) -> tuple[Tally, float]:
    """What an Alertmanager sent about the alerts of a tree, and by how much a post was late."""
    generation, tree = play
    late = 0.0
    sleep_until(began - 3 * SECOND)
    with (
        run_webhook() as webhook,
        run_alertmanager(generation, folder, tree.config(began, webhook.url)) as server,
    ):
        for at, batch in batches(tree, began):
            sleep_until(began + at * SECOND)
            url = f"{server.url}/api/v2/alerts"
            httpx.post(url, json=batch, trust_env=False).raise_for_status()
            late = max(late, (datetime.now(UTC) - began) / SECOND - at)
        sleep_until(began + LENGTH * SECOND)
        numbers = {
            tuple(sorted(labels_of(alert).items())): number
            for number, alert in enumerate(tree.alerts)
        }
        tally: Tally = Counter()
        for message in webhook.received:
            firing = [each["labels"] for each in message.alerts if each["status"] == "firing"]
            tally.update(
                {(message.receiver, numbers[tuple(sorted(each.items()))]) for each in firing}
            )
        return tally, late


def batches(tree: ForeignTree, began: datetime) -> list[tuple[int, list[dict[str, Any]]]]:
    """What a Prometheus posts at each second: beginnings and ends."""
    posts: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for alert in tree.alerts:
        for start, end in alert.spans:
            post = {
                "labels": labels_of(alert),
                "startsAt": (began + start * SECOND).isoformat(),
            }
            posts[start].append({**post, "endsAt": (began + start * SECOND + VALID).isoformat()})
            posts[end].append({**post, "endsAt": (began + end * SECOND).isoformat()})
    return sorted(posts.items())


def backtest(tree: ForeignTree, began: datetime, folder: Path, generation: Generation) -> Tally:
    """What the command counts for the same alerts, from rules and samples."""
    version = "0.28" if generation.alertmanager_version < (0, 30, 0) else "0.33"
    place = folder / f"{TREES.index(tree)}"
    place.mkdir(parents=True)
    rules = [
        {"alert": alert.name, "expr": f"load_{number} > 0", "labels": dict(alert.labels)}
        for number, alert in enumerate(tree.alerts)
    ]
    groups = {"groups": [{"name": "foreign", "interval": "1s", "rules": rules}]}
    (place / "rules.yml").write_text(yaml.safe_dump(groups), encoding="utf-8")
    config = yaml.safe_dump(tree.config(began, "http://127.0.0.1:1"))
    (place / "alertmanager.yml").write_text(config, encoding="utf-8")
    (place / "samples.txt").write_text("".join(samples(tree, began)), encoding="utf-8")
    ended = reliability(
        *("--today", f"{began + timedelta(days=1):%Y-%m-%d}", "backtest", "--days", "1"),
        *("--rules", "rules.yml", "--alertmanager", "alertmanager.yml"),
        *("--alertmanager-version", version, "--samples", "samples.txt", "--format", "json"),
        folder=place,
    )
    assert ended.code == 0, ended.err
    rows = json.loads(ended.out)["alerts"]
    numbers = {row["location"]: number for number, row in enumerate(rows)}
    assert len(numbers) == len(tree.alerts)
    return Counter(
        {
            (name, number): count["new"]
            for number, row in enumerate(rows)
            for name, count in row["by_receiver"].items()
        }
    )


def samples(tree: ForeignTree, began: datetime) -> list[str]:
    """A sample each second of each series, as OpenMetrics."""
    lines = []
    for number, alert in enumerate(tree.alerts):
        labels = ",".join(f'{name}="{value}"' for name, value in alert.series.items())
        for second in range(-2, LENGTH + 1):
            fires = any(start <= second < end for start, end in alert.spans)
            at = (began + second * SECOND).timestamp()
            lines.append(f"load_{number}{{{labels}}} {int(fires)} {at:.0f}\n")
    return [*lines, "# EOF\n"]


def labels_of(alert: ForeignAlert) -> dict[str, str]:
    """All labels of an alert."""
    return {"alertname": alert.name, **alert.series, **alert.labels}


def sleep_until(at: datetime) -> None:
    time.sleep(max((at - datetime.now(UTC)) / SECOND, 0))
