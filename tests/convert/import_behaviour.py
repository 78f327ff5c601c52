"""Whether alerts behave after an import as before it: the same alerts at the same minutes.

`python -m tests.convert.import_behaviour [--most N] [--seed N] FOLDER...` imports the rule files
of each folder, builds the rules, makes series by which each alert fires, and compares pending and
firing alerts minute by minute. The labels that the import adds are set aside; any other difference
is printed.
"""

import random
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml

from reliability.convert.prometheus_rules.signals import parse_length
from tests.cli.program import reliability
from tests.convert.active_alerts import (
    InputSeries,
    Labels,
    active_in_cases,
    as_before,
    cases_with_errors,
)
from tests.convert.firing_series import LENGTH, candidates
from tests.servers.generation import Generation, find

SUFFIXES: Final = (".yml", ".yaml", ".json", ".rules", ".alerts")
WAITS: Final = ("for", "keep_firing_for")
WORKERS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """One alerting rule: its group's interval, its own mapping, and its labels with the group's."""

    place: str
    interval: str | None
    rule: dict[str, Any]
    labels: frozenset[tuple[str, str]]

    @property
    def name(self) -> str:
        return str(self.rule["alert"])

    @property
    def expression(self) -> str:
        return str(self.rule["expr"]).strip()


@dataclass(slots=True)
class Comparison:
    """What became of the alerts: how many behave alike, and each that does not, with why."""

    alike: int = 0
    different: list[str] = field(default_factory=list)
    apart: Counter[str] = field(default_factory=Counter)

    def summary(self) -> str:
        fired = self.alike + len(self.different)
        apart = ", ".join(f"{reason} {count}" for reason, count in sorted(self.apart.items()))
        return f"{fired} fired before, {len(self.different)} behave otherwise after; {apart}"


def compared(
    generation: Generation,
    folder: Path,
    most: int | None = None,
    options: Sequence[str] = (),
    *,
    seed: int = 0,
) -> Comparison:
    """Import the rule files of a folder, build, and compare (a sample of `most` alerts by `seed`).

    `options` are further ones of the import.
    """
    comparison = Comparison()
    with TemporaryDirectory() as name:
        scratch = Path(name)
        ended = reliability("import", folder, "--into", "new", *options, folder=scratch)
        if ended.code == 2:
            comparison.apart["import refused the folder"] += 1
            return comparison
        assert ended.code in (0, 1), ended.err
        ended = reliability("--root", "new", "build", "--out", "out", folder=scratch)
        assert ended.code in (0, 1), ended.err
        built = list(alert_rules((scratch / "out" / "prometheus").glob("*.yml")))
        before = list(alert_rules(_files(folder)))
        if most is not None and len(before) > most:
            before = random.Random(seed).sample(before, most)
        with ThreadPoolExecutor(WORKERS) as pool:
            for reason, text in pool.map(lambda rule: _outcome(generation, rule, built), before):
                if reason == "alike":
                    comparison.alike += 1
                elif reason == "different":
                    comparison.different.append(text)
                else:
                    comparison.apart[reason] += 1
    return comparison


def alert_rules(files: Iterable[Path]) -> Iterator[AlertRule]:
    """The alerting rules of rule files, resources and lists; files that are not YAML have none."""
    for path in files:
        try:
            documents = list(yaml.load_all(path.read_text(), yaml.CBaseLoader))
        except (yaml.YAMLError, UnicodeDecodeError):
            continue
        for document in documents:
            for group in _groups(document):
                yield from _of_group(path, group)


def _of_group(path: Path, group: dict[str, Any]) -> Iterator[AlertRule]:
    for rule in group.get("rules") or ():
        if isinstance(rule, dict) and rule.get("alert") and rule.get("expr"):
            labels = {**(group.get("labels") or {}), **(rule.get("labels") or {})}
            yield AlertRule(
                place=f"{path.name}: {rule['alert']}",
                interval=group.get("interval"),
                rule={**rule, "labels": labels},
                labels=frozenset((key, value) for key, value in labels.items() if value),
            )


def _groups(document: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(document, dict):
        return
    if isinstance(document.get("items"), list):
        for item in document["items"]:
            yield from _groups(item)
    inner = document.get("spec") if document.get("kind") == "PrometheusRule" else document
    groups = inner.get("groups") if isinstance(inner, dict) else None
    yield from (group for group in groups or () if isinstance(group, dict))


def _files(folder: Path) -> Iterator[Path]:
    paths = sorted(folder.rglob("*"))
    return (path for path in paths if path.suffix in SUFFIXES and path.is_file())


def _outcome(
    generation: Generation, before: AlertRule, built: Sequence[AlertRule]
) -> tuple[str, str]:
    """`alike`, `different`, or why it is not compared; and the difference."""
    if before.interval not in (None, "", "30s", "1m", "60s"):
        return f"group interval {before.interval}", ""
    after = counterpart(before, built)
    minutes = _minutes(before)
    with TemporaryDirectory() as name:
        rules = _write(Path(name) / "before.yml", before)
        case = _firing_case(generation, rules, before, minutes)
        if isinstance(case, str):
            return case, ""
        if after is None:
            same_name = any(rule.name == before.name for rule in built)
            is_gone = "became an SLO or was left out" if not same_name else "different"
            return is_gone, f"{before.place}: no built rule has its expression and labels"
        [expected] = active_in_cases(generation, [rules], [case], minutes)
        built_rules = _write(Path(name) / "after.yml", after)
        [actual] = cases_with_errors(generation, [built_rules], [case], minutes)
    if actual is None:
        return "different", f"{before.place}: the rule cannot be evaluated any more"
    added = after.labels - before.labels
    stripped = {minute: as_before(actual[minute], added) for minute in actual}
    if stripped == expected:
        return "alike", ""
    return "different", f"{before.place}: {_difference(expected, stripped)}"


def counterpart(before: AlertRule, built: Sequence[AlertRule]) -> AlertRule | None:
    """The built rule with the name, the expression, the waits and all labels of a former one."""
    return next(
        (
            rule
            for rule in built
            if (rule.name, rule.expression) == (before.name, before.expression)
            and rule.labels >= before.labels
            and all(_wait(rule, key) == _wait(before, key) for key in WAITS)
        ),
        None,
    )


def _firing_case(
    generation: Generation, rules: Path, before: AlertRule, minutes: Sequence[int]
) -> InputSeries | str:
    """Series by which the alert fires, or why there are none."""
    cases = list(candidates(before.expression))
    if not cases:
        return "expression not read"
    late = minutes[-6:]
    active = cases_with_errors(generation, [rules], cases, late)
    for case, alerts in zip(cases, active, strict=True):
        if alerts and any(_is_firing(labels) for at in late for labels in alerts[at]):
            return case
    return "did not fire with the series tried"


def _is_firing(labels: Labels) -> bool:
    return ("alertstate", "firing") in labels


def _minutes(rule: AlertRule) -> list[int]:
    waited = int(_wait(rule, "for").total_seconds() // 60)
    return [*range(min(waited + 12, LENGTH))]


def _wait(rule: AlertRule, key: str) -> timedelta:
    written = str(rule.rule.get(key) or "0")
    return timedelta(0) if written == "0" else parse_length(written)


def _write(path: Path, rule: AlertRule) -> Path:
    group = {"name": "compared", "rules": [rule.rule]}
    if rule.interval:
        group["interval"] = rule.interval
    path.write_text(yaml.dump({"groups": [group]}, Dumper=yaml.CSafeDumper), encoding="utf-8")
    return path


def _difference(before: dict[int, frozenset[Labels]], after: dict[int, frozenset[Labels]]) -> str:
    at = next(minute for minute in before if after[minute] != before[minute])
    return f"minute {at}: {sorted(before[at])} before, {sorted(after[at])} after"


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    """Compare the folders with the newer generation; exit with 1 on a difference."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--most", type=int, help="compare a sample of so many alerts of a folder")
    parser.add_argument("--seed", type=int, default=0, help="of the sample; default 0")
    options = parser.parse_args(arguments)
    generation = find("newer")
    if not isinstance(generation, Generation):
        parser.error(generation.reason)
    total = Comparison()
    for folder in options.folders:
        comparison = compared(generation, folder.resolve(), options.most, seed=options.seed)
        say(f"{folder.name}: {comparison.summary()}")
        for text in comparison.different:
            say(f"  {text}")
        total.alike += comparison.alike
        total.different += comparison.different
        total.apart.update(comparison.apart)
    say(f"total: {total.summary()}")
    return int(bool(total.different))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
