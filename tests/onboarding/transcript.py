"""The first ten minutes, for a reader: `python -m tests.onboarding.transcript FOLDER`.

Follows docs/start/quickstart.md beside real servers of each generation that this machine has, with
noisy rules of the corpora where RELIABILITY_CORPORA is set, and writes what was on the screen and
how long each step took.
"""

import sys
import tempfile
from pathlib import Path

from tests.environment import corpora_folder
from tests.onboarding.following import Step, alone
from tests.servers.generation import GENERATIONS, Generation, find


def text_of(name: str, steps: tuple[Step, ...]) -> str:
    """Markdown: the steps with their seconds, then the screen of each."""
    total = sum(each.seconds for each in steps)
    rows = "\n".join(f"| {each.heading} | {each.seconds:.1f} s |" for each in steps)
    screens = "\n".join(
        f"## {each.heading} ({each.seconds:.1f} s)\n\n```\n{each.screen}\n```\n" for each in steps
    )
    return f"# {name}: {total:.0f} s\n\n| step | took |\n|---|---|\n{rows}\n\n{screens}"


def main(out: Path) -> None:
    """One file for each generation."""
    out.mkdir(parents=True, exist_ok=True)
    for generation in map(find, GENERATIONS):
        if not isinstance(generation, Generation):
            sys.stdout.write(f"{generation.name}: unavailable, {generation.reason}\n")
            continue
        with (
            tempfile.TemporaryDirectory() as made,
            alone(generation, Path(made), corpora_folder()) as person,
        ):
            steps = tuple(person.follow())
        version = ".".join(map(str, generation.prometheus_version))
        (out / f"{generation.name}.md").write_text(text_of(f"Prometheus {version}", steps))
        for each in steps:
            sys.stdout.write(f"{generation.name}: {each.seconds:5.1f} s  {each.heading}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
