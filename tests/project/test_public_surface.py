"""docs/reference/public-surface.txt holds every public name, and a change of one is noticed."""

from pathlib import Path
from typing import Any

import click
import pytest

from reliability.cli.experimental import NOTE, ExperimentalCommand
from reliability.cli.main import COMMANDS, group
from reliability.model.schema.generate import ALL, schemas
from tests.project.repository import ROOT
from tools.generators.public_surface import (
    LIST,
    command_names,
    compared,
    document_keys,
    fields_of,
    public_names,
)

COMMITTED = (ROOT / LIST).read_text(encoding="utf-8")


def command(name: str) -> click.Command:
    found = group.get_command(click.Context(group), name)
    assert found is not None
    return found


def help_of(name: str) -> str:
    return command(name).get_help(click.Context(command(name), info_name=name))


def of_command(name: str) -> str:
    """The committed lines of one command."""
    named = (f" command {name}", f" option {name} ")
    return "\n".join(line for line in COMMITTED.splitlines() if any(each in line for each in named))


def test_the_list_is_what_the_code_has() -> None:
    assert compared(COMMITTED, public_names()) == []


def test_a_removed_flag_is_noticed() -> None:
    full = command("check")
    less = click.Command("check", params=[each for each in full.params if each.name != "fix"])
    assert compared(of_command("check"), command_names("check", full)) == []
    assert compared(of_command("check"), command_names("check", less)) == [
        "gone: stable option check --fix"
    ]


def test_a_renamed_flag_is_noticed() -> None:
    full = command("drift")
    params = [each for each in full.params if each.name != "names"]
    renamed = click.Command("drift", params=[*params, click.Option(["--target"])])
    assert compared(of_command("drift"), command_names("drift", renamed)) == [
        "gone: stable option drift --sync-target",
        "new: stable option drift --target",
    ]


def test_a_removed_key_is_noticed() -> None:
    name = "reliability-v1-AlertPolicy"
    schema: dict[str, Any] = schemas()[name]
    before = "\n".join(document_keys({name: schema}))
    assert set(before.splitlines()) <= set(COMMITTED.splitlines())
    del schema["$defs"]["AlertPolicySpec"]["properties"]["signals"]
    gone = compared(before, document_keys({name: schema}))
    assert "gone: stable key reliability/v1 AlertPolicy spec.signals" in gone
    assert all(line.startswith("gone: ") and " spec.signals" in line for line in gone)


def test_a_level_that_changes_is_noticed() -> None:
    full = command("drift")
    young = ExperimentalCommand("drift", params=full.params)
    lines = compared(of_command("drift"), command_names("drift", young))
    assert "gone: stable command drift" in lines
    assert "new: experimental command drift" in lines


def test_json_fields_are_those_of_all_dictionaries_of_a_module(tmp_path: Path) -> None:
    file = tmp_path / "report.py"
    file.write_text(
        'def document():\n    return {"version": 1, "slos": [{"name": NAMES["a b"]}]}\n'
    )
    assert fields_of(file) == {"version", "slos", "name"}
    file.write_text("")
    with pytest.raises(LookupError, match="no dictionary"):
        fields_of(file)


def test_every_kind_of_name_is_in_the_list() -> None:
    for line in (
        "stable command sync",
        "stable option new --fast-tier = alert|ticket|log",
        "stable exit code 5: not known",
        "stable environment variable RELIABILITY_SERVERS",
        "stable kind openslo/v1 SLO",
        "stable annotation openslo/v1 SLO reliability/journey",
        "stable field check --format json: end_line",
        "stable field check --format sarif: partialFingerprints: reliability/v2",
        "stable record slo:sli_error:ratio_rate",
        "stable label reliability_tier",
        "stable path policies/targets.yaml",
        "stable marker <!-- reliability:finding ... -->",
    ):
        assert line in COMMITTED.splitlines()


def test_the_help_of_a_command_says_that_it_is_experimental_if_the_list_does() -> None:
    marked = {name for name in COMMANDS if NOTE in help_of(name)}
    listed = {name for name in COMMANDS if f"experimental command {name}\n" in COMMITTED}
    assert marked == listed
    assert {"suggest", "triage"} <= marked
    assert "(experimental)" in help_of("demo")


def test_every_kind_of_document_is_listed() -> None:
    kinds = [line for line in COMMITTED.splitlines() if line.startswith("stable kind ")]
    assert len(kinds) == len(schemas()) - 1
    assert ALL in schemas()
