"""Prints how `check`, `review` and `backtest` end on every tree, as the change and as its base.

Words narrow the trees down by their names.
"""

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.environment import environment
from tests.hostile.git_trees import COMMITTED
from tests.hostile.test_git_trees import repository

COMMANDS = (("check",), ("review",), ("backtest",))
CPU_SECONDS = 60


def main(words: list[str]) -> int:
    """The counts after each tree, and a line for each run that crashes or does not end."""
    counts = {"runs": 0, "crash": 0, "hang": 0, "ran": 0}
    for name in COMMITTED:
        if words and not any(word in name for word in words):
            continue
        for is_base in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                root = repository(Path(folder), name, is_base=is_base)
                for command in COMMANDS:
                    _run(root, name, (*command, "--base", "odd" if is_base else "plain"), counts)
        print(counts, name, flush=True)
    return int(bool(counts["crash"] or counts["hang"] or counts["ran"]))


def _run(root: Path, name: str, command: tuple[str, ...], counts: dict[str, int]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reliability", "--today", "2026-11-25", *command],
        cwd=root,
        env=environment(NO_COLOR="1"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS)),
    )
    counts["runs"] += 1
    counts["crash"] += done.returncode not in (0, 1, 2) and done.returncode >= 0
    counts["hang"] += done.returncode < 0
    counts["ran"] += (root / "ran").exists()
    if done.returncode not in (0, 1, 2):
        print(name, command, done.returncode, done.stderr[-300:], flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
