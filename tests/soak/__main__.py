"""`make soak`: each target with 10,000 objects, and `kill -9` at 20 moments of a sync.

Prints a row as soon as it is known, writes build/soak.json, and exits with 1 if any target is not
in the desired state afterwards. `--record` keeps the sizes for the pages of the targets.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from tests.soak.size import MeasuredRun, MeasuredTarget, measured
from tests.soak.sweep import SweptMoment, open_sweep
from tests.soak.targets import SOAK_TARGETS, SoakTarget

OBJECTS: Final = 10_000
MOMENTS: Final = 20
RESULTS: Final = Path("build/soak.json")
RECORDED: Final = Path(__file__).parent / "sizes.json"
HEAD: Final = (
    f"{'target':<20}{'objects':>8}  {'first sync: calls, time, CPU time, memory':<47}"
    f"{'plan without changes':<47}killed"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoakedTarget:
    """What was found for one target; None for a part that was not run."""

    name: str
    missing: str = ""
    size: MeasuredTarget | None = None
    moments: Sequence[SweptMoment] = ()

    @property
    def differing(self) -> list[SweptMoment]:
        """Moments after which the next sync did not reach the desired state."""
        return [moment for moment in self.moments if moment.difference]

    @property
    def is_fine(self) -> bool:
        """Whether all is as it should be; a target that cannot be run here is not counted."""
        return not self.differing and (self.size is None or self.size.is_fine)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for, print it, and return the exit code."""
    asked = _parser().parse_args(arguments)
    print(HEAD, flush=True)
    results: list[SoakedTarget] = []
    for name in asked.targets or SOAK_TARGETS:
        result = _soaked(name, SOAK_TARGETS[name], asked)
        results.append(result)
        print(_row(result), *_faults(result), sep="\n", flush=True)
        if asked.record and result.size is not None and result.is_fine:
            key = name if asked.objects == OBJECTS else f"{name}-{asked.objects}"
            record(key, SOAK_TARGETS[name].counted, result.size)

    asked.json.parent.mkdir(parents=True, exist_ok=True)
    values = [_values(result) for result in results]
    asked.json.write_text(json.dumps(values, indent=2) + "\n")
    return 0 if all(result.is_fine for result in results) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    names = ", ".join(SOAK_TARGETS)
    parser.add_argument("targets", nargs="*", help=f"all, or some of {names}", metavar="TARGET")
    parser.add_argument("--objects", type=int, default=OBJECTS, help="0: measure no size")
    parser.add_argument("--moments", type=int, default=MOMENTS, help="0: kill no sync")
    parser.add_argument("--record", action="store_true", help=f"keep the sizes in {RECORDED.name}")
    parser.add_argument("--json", type=Path, default=RESULTS, help="file of the results")
    return parser


def _soaked(name: str, target: SoakTarget, asked: argparse.Namespace) -> SoakedTarget:
    missing = target.missing()
    if missing:
        return SoakedTarget(name=name, missing=missing)
    moments: list[SweptMoment] = []
    if asked.moments:
        with tempfile.TemporaryDirectory() as folder, open_sweep(target, Path(folder)) as sweep:
            moments += sweep.moments(asked.moments)
    size = None
    if asked.objects:
        with tempfile.TemporaryDirectory() as folder:
            size = measured(target, Path(folder), asked.objects)
    return SoakedTarget(name=name, size=size, moments=moments)


def record(name: str, counted: str, size: MeasuredTarget) -> None:
    """Write the size of a target to the file that the pages are generated from."""
    recorded = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    recorded[name] = {
        "objects": size.objects,
        "counted": counted,
        "sync": _recorded(size.sync),
        "plan": _recorded(size.plan),
    }
    RECORDED.write_text(json.dumps(recorded, indent=2, sort_keys=True) + "\n")


def _recorded(run: MeasuredRun) -> dict[str, int]:
    """Return whole seconds and tens of mebibytes: more differs from run to run."""
    return {
        "requests": run.reads + run.writes,
        "cpu": max(1, round(run.cpu)),
        "memory": 10 * round(run.memory / 10),
    }


def _row(result: SoakedTarget) -> str:
    if result.missing:
        return f"{result.name:<20}left out: {result.missing}"
    size = result.size
    objects = f"{size.objects:>8,}" if size else f"{'-':>8}"
    sync, plan = (_run(size.sync), _run(size.plan)) if size else ("-", "-")
    killed = f"{len(result.moments)} times, {len(result.differing)} differ"
    return f"{result.name:<20}{objects}  {sync:<47}{plan:<47}{killed}"


def _run(run: MeasuredRun) -> str:
    calls = f"{run.reads + run.writes:,} calls"
    return f"{calls:>14} {run.seconds:7.1f} s {run.cpu:6.1f} s {run.memory:5.0f} MiB"


def _faults(result: SoakedTarget) -> Iterator[str]:
    for moment in result.differing:
        yield f"  {moment.beginning} sync, {moment.moment}: {moment.difference}"
    if result.size is not None and not result.size.is_fine:
        for run in (result.size.sync, result.size.plan):
            yield f"  exit {run.code}, {run.writes} writes: {run.said}"


def _values(result: SoakedTarget) -> dict[str, Any]:
    values = asdict(result)
    values["moments"] = [
        {
            "beginning": moment.beginning,
            "moment": str(moment.moment),
            "difference": moment.difference,
        }
        for moment in result.moments
    ]
    return {**values, "fine": result.is_fine}


if __name__ == "__main__":
    sys.exit(main())
