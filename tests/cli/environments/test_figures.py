"""`status` and `gate` with environments: their figures side by side, in golden files.

`pytest tests/cli/environments --update-golden` rewrites them; read what has changed.
"""

import json
from pathlib import Path
from typing import Final

import pytest

from tests.cli.copied import copied, edit
from tests.cli.environments.declared import in_two_environments
from tests.cli.program import in_process, transcript
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
DAY: Final = ("--today", "2026-11-25")
SLO: Final = "attendance-clock-in"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return in_two_environments(tmp_path)


def test_the_status_has_a_row_for_each_environment(golden: Golden, root: Path) -> None:
    text = transcript(
        root,
        (*DAY, "status", "attendance", "payroll-batch"),
        (*DAY, "status", SLO, "--environment", "staging"),
        (*DAY, "status", SLO, "--format", "json"),
        (*DAY, "status", "--environment", "stagin"),
        (*DAY, "status", "--environment", "test"),
    )
    golden.check(GOLDEN / "status.txt", text)


def test_the_gate_decides_for_each_environment(golden: Golden, root: Path) -> None:
    edit(root / "services/attendance/slo.yaml", "target: 0.999 ", "target: 0.99999 ")
    text = transcript(
        root,
        (*DAY, "gate", "attendance"),
        (*DAY, "gate", "attendance", "--environment", "production"),
        (*DAY, "gate", "attendance", "--environment", "staging"),
        (*DAY, "gate", "attendance", "--format", "json"),
    )
    golden.check(GOLDEN / "gate.txt", text)


def test_a_service_that_does_not_run_in_an_environment(root: Path) -> None:
    edit(
        root / "services/exports/ownership.yaml",
        "\nspec:\n",
        "\nspec:\n  environments: {production: {}}\n",
    )
    ended = in_process(*DAY, "gate", "exports", "--environment", "staging", folder=root)
    assert (ended.code, ended.err) == (2, "reliability: no SLO of exports runs in staging\n")
    assert in_process(*DAY, "gate", "exports", folder=root).out.startswith("exports in production")


ONE: Final = (
    "this is about one environment; pass --environment, one of production, staging\n",
    "none of the named SLOs runs in staging\n",
)


@pytest.mark.parametrize(
    "command",
    [
        ("history", "import", "counts.csv", "--format", "csv", "--slo", "exports-csv"),
        ("history", "backfill", "exports", "--prometheus", "http://127.0.0.1:9"),
    ],
)
def test_a_command_about_one_environment_needs_its_name(
    root: Path, command: tuple[str, ...]
) -> None:
    (root / "counts.csv").write_text("time,good,total\n2026-11-24T00:00:00Z,1,1\n")
    ended = in_process(*DAY, *command, folder=root)
    assert (ended.code, ended.out, ended.err) == (2, "", f"reliability: {ONE[0]}")

    edit(
        root / "services/exports/ownership.yaml",
        "\nspec:\n",
        "\nspec:\n  environments: {production: {}}\n",
    )
    ended = in_process(*DAY, *command, "--environment", "staging", folder=root)
    assert (ended.code, ended.out, ended.err) == (2, "", f"reliability: {ONE[1]}")
    alone = in_process(*DAY, *command, folder=root)
    assert not alone.err.endswith(ONE)
    if "import" in command:
        line = "production: exports-csv: 2026-11-24 00:00 to 2026-11-24 00:01 UTC stored\n"
        assert (alone.code, alone.out) == (0, line)


def test_pages_for_customers_are_about_one_environment(root: Path) -> None:
    (root / "pages.yaml").write_text("services: []\n")
    ended = in_process(*DAY, "site", "--public", "pages.yaml", "--out", "site", folder=root)
    assert (ended.code, ended.out, ended.err) == (2, "", f"reliability: {ONE[0]}")
    assert not (root / "site").exists()


def test_no_target_is_suggested_where_an_slo_does_not_run(root: Path) -> None:
    edit(
        root / "services/exports/ownership.yaml",
        "\nspec:\n",
        "\nspec:\n  environments: {production: {}}\n",
    )
    suggest = (*DAY, "suggest", "exports-csv", "--days", "7")
    ended = in_process(*suggest, "--environment", "staging", folder=root)
    message = "reliability: exports-csv does not run in staging\n"
    assert (ended.code, ended.out, ended.err) == (2, "", message)
    assert in_process(*suggest, folder=root).code == 0


def test_an_unlabeled_environment_keeps_the_figures_of_before(root: Path, tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    before = copied(tmp_path / "before")
    figures = []
    for folder, options in ((before, ()), (root, ("--environment", "production"))):
        ended = in_process(*DAY, "status", "--format", "json", *options, folder=folder)
        figures.append(json.loads(ended.out)["slos"])
    assert {row.pop("environment") for row in figures[1]} == {"production"}
    assert figures[0] == figures[1]


def test_an_environment_that_nobody_declares_is_refused(tmp_path: Path) -> None:
    ended = in_process(*DAY, "status", "--environment", "staging", folder=copied(tmp_path))
    assert ended.code == 2
    assert "policies/environments.yaml declares no environment" in ended.err


def test_a_target_is_suggested_for_each_environment(golden: Golden, root: Path) -> None:
    suggest = (*DAY, "suggest", SLO)
    text = transcript(root, suggest, (*suggest, "--environment", "staging", "--format", "markdown"))
    golden.check(GOLDEN / "suggest.txt", text)
    found = in_process(*suggest, "--format", "json", folder=root)
    assert [each["environment"] for each in json.loads(found.out)["objectives"]] == [
        "production",
        "staging",
    ]


def test_a_suggestion_is_written_for_one_environment_without_an_override(root: Path) -> None:
    slo = root / "services/attendance/slo.yaml"
    before = slo.read_text()
    suggest = (*DAY, "suggest", SLO, "--apply", "--target", "0.998")
    several = in_process(*suggest, folder=root)
    assert (several.code, slo.read_text()) == (2, before)
    assert several.err == (
        "reliability: --apply is about one environment; pass --environment, one of production, "
        "staging\n"
    )
    overridden = in_process(*suggest, "--environment", "staging", folder=root)
    assert (overridden.code, slo.read_text()) == (2, before)
    assert overridden.err == (
        "reliability: --apply writes spec.objectives, and the target in staging is an annotation, "
        "reliability/target.staging; edit the annotation\n"
    )
    ended = in_process(*suggest, "--environment", "production", folder=root)
    assert ended.code == 0, ended.err
    assert "target: 0.998 " in slo.read_text()
    assert 'reliability/target.staging: "0.95"' in slo.read_text()
