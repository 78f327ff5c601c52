"""Which files of a folder `init` takes for configurations of tools."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reliability.onboarding.init.config_files import MAX_FILES, Form, config_files, form_of
from tests.check.repository import write

RULES = "groups: []\n"


def paths(root: Path) -> list[str]:
    return [file.path for file in config_files(root)]


@pytest.mark.parametrize(
    ("values", "form"),
    [
        ({"scrape_configs": []}, "prometheus"),
        ({"rule_files": []}, "prometheus"),
        ({"rule_files": [], "receivers": [], "route": {}}, "prometheus"),
        ({"receivers": [], "route": {}}, "alertmanager"),
        ({"receivers": []}, None),
        ({"route": {}}, None),
        ({"groups": []}, "rules"),
        ({"groups": {}}, None),
        ({"kind": "PrometheusRule"}, "rules"),
        ({"kind": "Service"}, None),
        ({"services": {}}, "compose"),
        ({"services": []}, None),
        ({}, None),
    ],
)
def test_a_file_has_the_form_that_its_keys_show(
    values: Mapping[str, Any], form: Form | None
) -> None:
    assert form_of(values) == form


def test_files_of_tools_are_listed_by_folder_and_name(tmp_path: Path) -> None:
    files = ("b.yml", "a.yaml", "z/a.yml", "c/d.yaml")
    write(dict.fromkeys(files, RULES), tmp_path)
    assert paths(tmp_path) == ["a.yaml", "b.yml", "c/d.yaml", "z/a.yml"]


@pytest.mark.parametrize(
    "path",
    [
        "rules.json",
        "rules.yml.bak",
        ".hidden/rules.yml",
        "node_modules/rules.yml",
        "ops/vendor/rules.yml",
        "build/rules.yml",
        "dist/rules.yml",
        "target/rules.yml",
        "services/rules.yml",
        "a/b/c/d/e/rules.yml",
    ],
)
def test_other_files_and_folders_are_left_out(tmp_path: Path, path: str) -> None:
    write({path: RULES, "ops.yml": RULES}, tmp_path)
    assert paths(tmp_path) == ["ops.yml"]


def test_folders_are_read_down_to_the_fourth(tmp_path: Path) -> None:
    write({"a/b/c/d/rules.yml": RULES}, tmp_path)
    assert paths(tmp_path) == ["a/b/c/d/rules.yml"]


def test_no_symbolic_link_is_read(tmp_path: Path) -> None:
    write({"rules.yml": RULES}, tmp_path)
    (tmp_path / "again.yml").symlink_to("rules.yml")
    (tmp_path / "nowhere.yaml").symlink_to("missing")
    assert paths(tmp_path) == ["rules.yml"]


@pytest.mark.parametrize(
    "text", ["", "a: [\n", "- groups\n", "other: 1\n---\ngroups: []\n", "groups: [}\n"]
)
def test_a_file_that_is_no_configuration_is_skipped(tmp_path: Path, text: str) -> None:
    write({"a.yml": text, "b.yml": RULES}, tmp_path)
    assert paths(tmp_path) == ["b.yml"]


@pytest.mark.parametrize(("more", "is_read"), [(0, True), (1, False)])
def test_a_file_has_at_most_a_million_bytes(tmp_path: Path, more: int, *, is_read: bool) -> None:
    text = RULES + "#" * (1_000_000 + more - len(RULES) - 1) + "\n"
    (tmp_path / "large.yml").write_text(text)
    assert paths(tmp_path) == ["large.yml"] * is_read


@pytest.mark.parametrize("others", [MAX_FILES - 1, MAX_FILES])
def test_only_the_first_files_are_read(tmp_path: Path, others: int) -> None:
    write({f"{number:04}.yml": "a: 1\n" for number in range(others)}, tmp_path)
    write({"last.yml": RULES}, tmp_path)
    assert paths(tmp_path) == ["last.yml"] * (others < 500)
