"""Pages of sync targets: blocks with the size of a first sync and a plan, measured by `make soak`.

A block is between `<!-- size: mimir cortex -->` and `<!-- end of size -->`; it has one row for each
step of each named target. `make soak ARGUMENTS='mimir --record'` writes the figures.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tools.generated import Generated

ROOT: Final = Path(__file__).resolve().parent.parent.parent
FIGURES: Final = ROOT / "tests/soak/sizes.json"
BLOCK: Final = re.compile(r"(<!-- size: ([a-z0-9 -]+) -->\n).*?(?=<!-- end of size -->)", re.DOTALL)
INTRODUCTION: Final = """\
Measured by `make soak` with the server of the tests. Its lists have pages of 100 objects, or of
the size that `reliability` asks for. CPU time and memory are those of `reliability`. The time in
which a server answers comes on top.
"""
LABELS: Final = {
    "cortex": "`mimir`, Cortex",
    "grafana": "`grafana`, `/apis`",
    "grafana-older": "`grafana`, `/api`",
    "mimir-14202": "`mimir`",
}
"""Names of targets for people, if they are not those of providers."""
STEPS: Final = {"sync": "first sync", "plan": "plan without changes"}


def sync_sizes() -> Generated:
    """Each page that has such blocks, with the figures that were recorded last."""
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    pages = sorted((ROOT / "docs/guides").rglob("*.md"))
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    return Generated(
        {
            page.relative_to(ROOT).as_posix(): BLOCK.sub(lambda block: _fresh(block, figures), text)
            for page, text in texts.items()
            if BLOCK.search(text)
        }
    )


def _fresh(block: re.Match[str], figures: Mapping[str, Any]) -> str:
    start, names = block.groups()
    head = [
        "| target | objects | step | requests | CPU time | memory |",
        "|---|---|---|---:|---:|---:|",
    ]
    rows = [row for name in names.split() for row in _rows(name, figures[name])]
    return "\n".join([start, INTRODUCTION, *head, *rows, "", ""])


def _rows(name: str, figures: Mapping[str, Any]) -> Iterator[str]:
    objects = f"{figures['objects']:,} {figures['counted']}"
    for step, words in STEPS.items():
        run = figures[step]
        cells = [
            LABELS.get(name, f"`{name}`") if step == "sync" else "",
            objects if step == "sync" else "",
            words,
            f"{run['requests']:,}" if run["requests"] else "none",
            f"{run['cpu']:,} s",
            f"{run['memory']:,} MiB",
        ]
        yield "|".join(["", *(f" {cell} " if cell else " " for cell in cells), ""])
