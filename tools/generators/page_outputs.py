"""README.md and docs/: blocks of output, each made by running what its marker says on a fresh copy.

A marker stands on the line before a block, such as `<!-- output: shipped: reliability status -->`:
the state of the copy, then the command, with `--today` if the output depends on the day.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reliability.onboarding.demo.words import changed_lines
from tools.generated import Generated
from tools.shipped_copies import ShippedCopy, shipped_copy

ROOT: Final = Path(__file__).resolve().parent.parent.parent
BLOCK: Final = re.compile(r"(<!-- output: (\w+): (.+?) -->\n```\w*\n)(?:(?!```)[^\n]*\n)*(?=```)")

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
    with shipped_copy(state) as copy:
        is_diff = command == DIFF
        lines = changed_lines(copy.changes, copy.root) if is_diff else _run(command, copy)
        return start + "".join(f"{line.rstrip()}\n" for line in lines)


def _run(command: str, copy: ShippedCopy) -> Iterator[str]:
    """The command after a dollar sign, and all that it prints."""
    yield f"$ {command}"
    yield from copy.output(shlex.split(command)).rstrip("\n").splitlines()
