"""README.md and docs/: blocks of output, each made by running what its marker says on a fresh copy.

A marker stands on the line before a block, such as `<!-- output: shipped: reliability status -->`:
the state of the copy, then the command, with `--today` if the output depends on the day.
"""

import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from reliability.load.catalog import Catalog
from reliability.onboarding.demo.change import Change, louder, propose, write
from reliability.onboarding.demo.words import changed_lines
from reliability.onboarding.shipped import copy_shipped
from reliability.pipeline import load_repository
from tools.generated import Generated

ROOT: Final = Path(__file__).resolve().parent.parent.parent
BLOCK: Final = re.compile(r"(<!-- output: (\w+): (.+?) -->\n```\w*\n)(?:(?!```)[^\n]*\n)*(?=```)")

STATES: Final[dict[str, Callable[[Catalog], tuple[Change, ...]]]] = {
    "shipped": lambda _catalog: (),
    "louder": louder,
    "changed": propose,
}
"""What is changed in the copy before a command is run."""

DIFF: Final = "what was changed"


def page_outputs() -> Generated:
    """Each page that has blocks of output, with the output as it is now."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    return Generated(
        {
            page.relative_to(ROOT).as_posix(): BLOCK.sub(_fresh, text)
            for page, text in texts.items()
            if BLOCK.search(text)
        }
    )


def _fresh(block: re.Match[str]) -> str:
    start, state, command = block.groups()
    with tempfile.TemporaryDirectory() as folder:
        root = copy_shipped(Path(folder) / "copy")
        changes = STATES[state](load_repository(root).catalog)
        write(root, changes)
        lines = changed_lines(changes, root) if command == DIFF else _run(command, root)
        return start + "".join(f"{line.rstrip()}\n" for line in lines)


def _run(command: str, root: Path) -> Iterator[str]:
    """The command after a dollar sign, and all that it prints."""
    name, *arguments = shlex.split(command)
    done = subprocess.run(
        [sys.executable, "-m", name, *arguments],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    yield f"$ {command}"
    yield from done.stdout.rstrip("\n").splitlines()
