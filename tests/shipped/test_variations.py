"""The shipped repository with one value changed: what is found then, and what is compiled.

A line of a golden file has the number of findings and digests: of all that the findings say,
also of the change, of the rules, of the Alertmanager configuration and of the tests of the rules;
`-` if they are as without the change.
`pytest tests/shipped/test_variations.py --update-golden` rewrites them; read what has changed.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from reliability.compile.compilers import COMPILERS, TESTS
from reliability.finding import Problem
from reliability.resource import Resource
from tests.check.repository import checked, loaded
from tests.check.test_messages import written
from tests.golden import Golden
from tests.project.repository import ROOT
from tests.variations import documents, variations

GOLDEN: Final = Path(__file__).parent / "golden"
FOLDERS: Final = ("policies", "services/attendance", "services/payroll-batch", "docs/runbooks")
OTHERS: Final = ("services/monitoring",)
UNCHANGED: Final = ("policies/targets.yaml", "policies/history.yaml", "policies/baseline.yaml")
"""Files that neither rules nor compilers read."""


def shipped() -> dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder in (*FOLDERS, *OTHERS)
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file()
    }


VARIED: Final = [
    path
    for path in shipped()
    if path.startswith(FOLDERS) and path.endswith(".yaml") and path not in UNCHANGED
]


@pytest.mark.parametrize("path", VARIED)
def test_one_other_value(golden: Golden, path: str) -> None:
    files = shipped()
    given = documents(files[path])
    base = {**files, path: text_of(given)}
    before = outcome(base, base)
    lines = [" ".join(before)]
    for name, changed in variations(given):
        after = outcome({**files, path: text_of(changed)}, base)
        shown = (new if new != old else "-" for old, new in zip(before, after, strict=True))
        lines.append(f"{' '.join(shown)}  {name}")
    golden.check(GOLDEN / f"{path.replace('/', '-')}.txt", "".join(f"{line}\n" for line in lines))


def text_of(given: Iterable[object]) -> str:
    """One key a line, so that locations differ."""
    return "---\n".join(json.dumps(each, indent=1, default=str) + "\n" for each in given)


def outcome(files: Mapping[str, str], base: Mapping[str, str]) -> tuple[str, ...]:
    findings = checked(files, base=base)
    catalog, _ = loaded(files)
    said = [line for finding in findings for line in written(finding)]
    made = [
        digest(line for each in compiler.compile(catalog) for line in compiled(each))
        for compiler in (*COMPILERS, TESTS)
    ]
    return (f"{len(findings)}", digest(said), *made)


def compiled(made: Resource | Problem) -> Iterator[str]:
    if isinstance(made, Resource):
        yield f"{made.id} {json.dumps(made.body)}"
    else:
        yield f"{made.at}: {made.message}: {made.help}"


def digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:6]
