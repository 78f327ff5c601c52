"""Sloth's and Pyrra's SLOs imported and built, as a user runs it; Prometheus takes the rules."""

from pathlib import Path
from typing import Any

import yaml

from tests.cli.copied import copied
from tests.cli.program import in_process
from tests.convert.test_pyrra import GAUGE, LATENCY, NATIVE, RATIO
from tests.convert.test_sloth import SPEC
from tests.servers.generation import Generation
from tests.servers.programs import check_rules


def built(folder: Path, text: str, *options: str) -> Path:
    """The one rule file that an import of a file comes to."""
    (folder / "slos.yml").write_text(text, encoding="utf-8")
    imported = in_process("import", "slos.yml", "--into", "new", folder=folder)
    assert imported.code == 0, imported.err
    ended = in_process("--root", "new", "build", "--out", "out", *options, folder=folder)
    assert (ended.code, ended.err) == (0, "")
    return folder / "out" / "prometheus" / "shop.yml"


def names(file: Path) -> list[str]:
    groups: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
    return [each["name"] for each in groups]


def test_sloths_rules_are_built_and_prometheus_takes_them(
    tmp_path: Path, generation: Generation
) -> None:
    file = built(tmp_path, SPEC, "--compatible", "sloth")
    assert names(file) == [
        "sloth-slo-sli-recordings-shop-checkout",
        "sloth-slo-meta-recordings-shop-checkout",
        "sloth-slo-alerts-shop-checkout",
    ]
    assert not (tmp_path / "out" / "alertmanager").exists()
    said = check_rules(generation, file)
    assert said.accepted, said.text


def test_annotations_of_grafana_are_kept(tmp_path: Path) -> None:
    text = SPEC.replace("annotations: {runbook:", "annotations: {__dashboardUid__: abc, runbook:")
    file = built(tmp_path, text, "--compatible", "sloth")
    groups: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
    alerts = [rule for group in groups for rule in group["rules"] if "alert" in rule]
    assert [rule["annotations"]["__dashboardUid__"] for rule in alerts] == ["abc", "abc"]


def test_our_own_rules_of_sloths_slos_and_of_pyrras_are_taken_too(
    tmp_path: Path, generation: Generation
) -> None:
    pyrra = [
        each.replace("name: shop-errors", f"name: shop-{number}")
        for number, each in enumerate((RATIO, LATENCY, NATIVE, GAUGE))
    ]
    file = built(tmp_path, "---\n".join([SPEC, *pyrra]))
    assert len([each for each in names(file) if each.endswith("-fast")]) == 5
    said = check_rules(generation, file)
    assert said.accepted, said.text


def test_what_sloth_has_no_word_for_is_said_on_its_line(tmp_path: Path) -> None:
    ended = in_process("build", "--out", "out", "--compatible", "sloth", folder=copied(tmp_path))
    assert ended.code == 1
    assert (
        "services/exports/alert-policy.yaml:10:24: Sloth does not support minimumFailures, "
        "so the SLO is not built\n" in ended.err
    )


def test_tests_are_of_our_own_rules(tmp_path: Path) -> None:
    options = ("--out", "out", "--compatible", "sloth", "--tests")
    ended = in_process("build", *options, folder=copied(tmp_path))
    assert ended.code == 2
    assert "--tests and --compatible exclude each other" in ended.err
