"""Imports of small files, one matter each: every diagnostic with its location, and every file.

A file of `cases/` holds cases: `### name -- option=value, ...`, then each file below `== path`. The
golden file of the same name has what an import of each case writes.
`pytest tests/convert/test_import_cases.py --update-golden` rewrites it; read what has changed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.alert_labels import PLAIN, PREFIXED
from reliability.convert.converter import ConversionOptions, Diagnostic
from reliability.convert.converters import convert
from reliability.convert.gathering import gather
from reliability.convert.originals import read_originals
from tests.check.repository import write
from tests.golden import Golden

CASES: Final = Path(__file__).parent / "cases"
GOLDEN: Final = Path(__file__).parent / "golden" / "cases"
NAMES: Final = sorted(path.stem for path in CASES.iterdir())
LABELS: Final = {"plain": PLAIN, "prefixed": PREFIXED}


@dataclass(frozen=True)
class ImportCase:
    """Files to import by path, and the options of the import."""

    name: str
    options: Mapping[str, str]
    files: Mapping[str, str]

    def conversion_options(self) -> ConversionOptions:
        """The options as a conversion takes them."""
        given: dict[str, Any] = {
            key: self.options[key] for key in ("service", "team") if key in self.options
        }
        for key in ("services", "teams"):
            given[key] = frozenset(self.options.get(key, "").split())
        if "today" in self.options:
            given["today"] = date.fromisoformat(self.options["today"])
        given["keeps_sloth"] = "keeps" in self.options
        return ConversionOptions(**given, label_names=LABELS.get(self.options.get("labels", "")))


def cases(text: str) -> Iterator[ImportCase]:
    """The cases of a file."""
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        head, _, rest = part.partition("\n")
        name, _, options = head.partition(" -- ")
        files = re.split(r"^== (.+)\n", rest, flags=re.MULTILINE)[1:]
        yield ImportCase(
            name,
            dict(re.findall(r"(\w+)=([^,]+)", options)),
            dict(zip(files[::2], files[1::2], strict=True)),
        )


@pytest.mark.parametrize("name", NAMES)
def test_cases(golden: Golden, tmp_path: Path, name: str) -> None:
    lines: list[str] = []
    for number, case in enumerate(cases((CASES / f"{name}.txt").read_text())):
        root = tmp_path / str(number)
        root.mkdir()
        lines += [f"### {case.name}", *outcome(case, write(case.files, root))]
    golden.check(GOLDEN / f"{name}.txt", "".join(f"{line}\n" for line in lines))


def outcome(case: ImportCase, root: Path) -> Iterator[str]:
    """Diagnostics, the choice of labels, and the written files."""
    here = root.parent / "elsewhere" if "outside" in case.options else root
    read = read_originals(here, [root])
    options = case.conversion_options()
    gathered = gather(convert(read.originals, options, case.options.get("from")), options)

    for diagnostic in (*read.unreadable, *read.doubtful, *gathered.diagnostics):
        yield from shown(diagnostic, root)
    if read.skipped:
        yield f"skipped: {dict(sorted(read.skipped.items()))}"
    if gathered.collision:
        at = gathered.collision.origin.at
        yield f"{at.path.name}:{at.span.line}: {gathered.collision.message}"
    if gathered.routed:
        yield f"routed by {gathered.routed.label}"
    for path, text in gathered.files.items():
        yield f"== {path}"
        yield from text.splitlines()


def shown(diagnostic: Diagnostic, root: Path) -> Iterator[str]:
    """A diagnostic with the whole span of its location."""
    at = diagnostic.problem.at
    span = at.span
    path = str(at.path).replace(str(root), "/outside")
    end = f"{span.end_line}:" if span.end_line > span.line else ""
    place = f"{path}:{span.line}:{span.column}-{end}{span.end_column}"
    yield f"{place}: {diagnostic.kind.value}: {diagnostic.problem.message}"
    if diagnostic.problem.help:
        yield f"  help: {diagnostic.problem.help}"
    if diagnostic.reason:
        yield f"  reason: {diagnostic.reason}"
