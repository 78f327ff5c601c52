"""`triage` of rules, routes and a table of notifications with one value changed, as digests.

A line of a golden file has digests of the JSON report and of the text; `-` if it is as without the
change. `pytest tests/cli/triage/test_variations.py --update-golden` rewrites them.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.check.repository import write
from tests.cli.program import in_process
from tests.convert.test_whole_imports import GROUPS, ROUTES
from tests.golden import Golden
from tests.onboarding.triage.test_whole import MORE, TABLE
from tests.variations import documents, variations

GOLDEN: Final = Path(__file__).parent / "golden"
TRIAGE: Final = ("--today", "2026-11-25", "triage", "rules.yml", "routes.yml", "table.csv")
CELLS: Final = ("", "DiskFull", "yes", "2026-10-02 10:20", "-1")
"""What is written into each cell of the table."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write({"rules.yml": GROUPS + MORE, "routes.yml": ROUTES, "table.csv": TABLE}, tmp_path)


def table_variations() -> Iterator[tuple[str, str]]:
    """The table, then each cell of a row and each name of a column with other texts."""
    yield "", TABLE
    rows = [line.split(",") for line in TABLE.splitlines()]
    for number, row in enumerate(rows):
        for column in range(len(row)):
            for cell in CELLS:
                changed = [*rows[:number], [*row[:column], cell, *row[column + 1 :]]]
                lines = [",".join(cells) for cells in [*changed, *rows[number + 1 :]]]
                yield f"{number}.{rows[0][column]}: {cell}", "\n".join(lines) + "\n"


def yaml_variations(text: str) -> Iterator[tuple[str, str]]:
    """The documents on a line each, then with each other value."""
    given = documents(text)
    for name, changed in (("", given), *variations(given)):
        yield name, "---\n".join(json.dumps(each, default=str) + "\n" for each in changed)


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("rules.yml", tuple(yaml_variations(GROUPS + MORE))),
        ("routes.yml", tuple(yaml_variations(ROUTES))),
        ("table.csv", tuple(table_variations())),
    ],
    ids=["rules", "routes", "table"],
)
def test_one_other_value(
    golden: Golden, root: Path, file: str, changes: Iterable[tuple[str, str]]
) -> None:
    lines = []
    before = ("", "")
    for name, text in changes:
        (root / file).write_text(text)
        after = outcome(root)
        shown = (new if new != old else "-" for old, new in zip(before, after, strict=True))
        lines.append(f"{' '.join(shown)}  {name}".rstrip())
        before = after if not name else before
    golden.check(GOLDEN / f"variations-{file}.txt", "".join(f"{line}\n" for line in lines))


def outcome(root: Path) -> tuple[str, str]:
    """The exit code and digests of two reports."""
    reports = [
        in_process(*TRIAGE, *more, folder=root) for more in (("--format", "json"), ("--top", "9"))
    ]
    first, second = (
        hashlib.sha256(f"{each.code}\n{each.out}\n{each.err}".encode()).hexdigest()[:6]
        for each in reports
    )
    return first, second
