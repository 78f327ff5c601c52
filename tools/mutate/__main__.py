"""`make mutate`: a sample of mutations of changed modules, and which of them no test notices."""

from __future__ import annotations

import argparse
import queue
import random
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from pathlib import Path

from tools.mutate.mutations import Mutation, mutations
from tools.mutate.nearest import importers, nearest
from tools.mutate.trial import Copy, Trial

ROOT = Path(__file__).resolve().parents[2]


def git(*arguments: str) -> list[str]:
    """The lines that git prints about this repository."""
    command = ("git", "-C", str(ROOT), *arguments)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def sample(modules: Sequence[str], count: int, seed: int) -> list[Mutation]:
    """Mutations of modules, drawn with a seed; the same seed and tree give the same ones."""
    sources = {module: (ROOT / module).read_bytes() for module in sorted(modules)}
    every = [each for module, source in sources.items() for each in mutations(module, source)]
    random.Random(seed).shuffle(every)  # noqa: S311  # no secret
    return list(islice((each for each in every if each.compiles(sources[each.path])), count))


def changed(base: str) -> list[str]:
    """Modules of the package that differ from where this branch left its base."""
    [start] = git("merge-base", base, "HEAD")
    paths = git("diff", "--name-only", "--diff-filter=d", start, "--", "reliability/*.py")
    return [path for path in paths if path.endswith(".py")]


def trials(
    drawn: Sequence[Mutation], files: Sequence[str], jobs: int, most: int
) -> Iterator[Trial]:
    """Each mutation's outcome as it is known; every job works on a copy of its own."""
    known = importers(ROOT, files)
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder, ThreadPoolExecutor(jobs) as pool:
        copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        for number in range(jobs):
            copies.put(Copy.of(ROOT, files, Path(folder) / str(number)))

        def attempt(mutation: Mutation) -> Trial:
            copy = copies.get()
            try:
                return copy.attempt(mutation, nearest(mutation.path, known, files, most))
            finally:
                copies.put(copy)

        for future in as_completed([pool.submit(attempt, each) for each in drawn]):
            yield future.result()


def main() -> int:
    """Print each outcome, the diffs of the survivors and the counts; 1 if too many survived."""
    parser = argparse.ArgumentParser(prog="make mutate", description=__doc__)
    parser.add_argument("--base", default="main", help="Mutate modules changed since this branch")
    parser.add_argument("--all", action="store_true", help="Mutate every module of the package")
    parser.add_argument("--count", type=int, default=100, help="Number of mutations")
    parser.add_argument("--seed", type=int, help="Seed of the sample; from the commit by default")
    parser.add_argument("--jobs", type=int, default=2, help="Number of runs at once")
    parser.add_argument("--files", type=int, default=12, help="Test files per mutation, at most")
    parser.add_argument("--at-least", type=int, default=90, help="Percentage to be noticed")
    options = parser.parse_args()

    files = git("ls-files", "--cached", "--others", "--exclude-standard")
    files = [file for file in files if (ROOT / file).is_file()]
    package = [f for f in files if f.startswith("reliability/") and f.endswith(".py")]
    modules = package if options.all else changed(options.base) or package
    [commit] = git("rev-parse", "HEAD")
    seed = int(commit[:8], 16) if options.seed is None else options.seed
    drawn = sample(modules, options.count, seed)
    print(
        f"{len(drawn)} mutations of {len(modules)} modules, commit {commit[:12]}, seed {seed}",
        flush=True,
    )

    counts: Counter[str] = Counter()
    for trial in trials(drawn, files, options.jobs, options.files):
        counts[trial.word] += 1
        print(
            f"{trial.word:9} {trial.mutation.path}:{trial.mutation.line} {trial.test}", flush=True
        )
        if trial.word == "survived":
            print(trial.mutation.diff((ROOT / trial.mutation.path).read_bytes()), flush=True)
    return summary(counts, options.at_least)


def summary(counts: Counter[str], at_least: int) -> int:
    """Print the counts; the exit code. What is unclear is not counted as noticed."""
    noticed, total = counts["killed"] + counts["timeout"], counts.total()
    print(", ".join(f"{count} {word}" for word, count in sorted(counts.items())) or "no mutations")
    share = 100 * noticed / total if total else 100.0
    print(f"noticed {share:.0f} %, and at least {at_least} % is required")
    return int(share < at_least)


if __name__ == "__main__":
    raise SystemExit(main())
