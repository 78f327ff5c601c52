"""`check --fix` and `--diff`: all that they print, in golden files."""

import json
from pathlib import Path
from typing import Final

import pytest

from tests.cli.copied import copied, edit
from tests.cli.program import in_process, transcript
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
CHECK: Final = ("--today", "2026-11-25", "check", "--amtool", "off")
SLO: Final = "services/attendance/slo.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = copied(tmp_path)
    edit(folder / SLO, "spec:\n", "spec:\n  budgetingMehtod: Occurrences\n")
    edit(folder / SLO, "  budgetingMethod: Occurrences\n", "")
    edit(folder / "services/payslips/ownership.yaml", "criticality: ", "critcality: ")
    block = "  description: |\n    ::error::Employees read\n    their::payslips\n"
    edit(
        folder / "services/payslips/ownership.yaml",
        "  description: Employees read and download their payslips\n",
        block,
    )
    edit(folder / "services/payslips/alert-policy.yaml", "kind: cause", "kind: causee")
    return folder


def test_what_would_be_fixed_and_what_was(golden: Golden, root: Path) -> None:
    text = transcript(
        root,
        (*CHECK, "--diff"),
        (*CHECK, "--diff", "--quiet"),
        (*CHECK, "--diff", "--fix"),
        (*CHECK, "--fix", "--live", "http://127.0.0.1:9"),
        (*CHECK, "--fix", "--write-baseline"),
        (*CHECK, "--fix"),
        (*CHECK, "--diff"),
        (*CHECK, "--fix", "--statistics"),
    )
    golden.check(GOLDEN / "fix.txt", text)


def test_findings_in_each_form(golden: Golden, root: Path) -> None:
    forms = ("text", "json", "github", "rdjson", "markdown")
    text = transcript(root, *((*CHECK, "--format", form) for form in forms))
    golden.check(GOLDEN / "forms.txt", text)
    ended = in_process(*CHECK, "--format", "sarif", folder=root)
    [run] = json.loads(ended.out)["runs"]
    results = json.dumps(run["results"], indent=2, ensure_ascii=False)
    golden.check(GOLDEN / "results.sarif", f"{results}\n")


def test_options_that_exclude_each_other(golden: Golden, root: Path) -> None:
    others = (
        ("--evidence", "e.json"),
        ("--live", "http://127.0.0.1:9"),
        ("--amtool", "amtool"),
        ("--write-baseline",),
        ("--base", "main"),
        ("--approved-by", "@me"),
        ("--fix",),
        ("--diff",),
    )
    (root / "e.json").write_text("{}")
    text = transcript(
        root,
        *(
            ("check", "--documents-only", *other, "services/attendance/slo.yaml")
            for other in others
        ),
        *(("check", "--test-rules", *other) for other in others),
        ("check", "--live-authorization", "env:TOKEN"),
        ("check", "--live", "http://127.0.0.1:9", "--live-authorization", "TOKEN"),
        ("check", "--approved-by", "me"),
        ("check", "--base", ""),
        ("check", "--evidence", "missing.json"),
        ("check", "--evidence", "e.json"),
        ("check", "--fail-on", "nothing"),
        ("check", "missing"),
        ("check", "--report", "json"),
        ("check", "--report", "yaml=out"),
    )
    golden.check(GOLDEN / "options.txt", text)
