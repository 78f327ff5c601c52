"""`reliability schema` as a user runs it."""

import json
from pathlib import Path

from reliability.model.kinds import KINDS
from tests.cli.program import in_process


def test_the_schema_of_all_kinds_is_printed_outside_of_a_repository(tmp_path: Path) -> None:
    ended = in_process("schema", folder=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    printed = json.loads(ended.out)
    assert printed["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert len(printed["$defs"]["Document"]["allOf"]) == len(KINDS)


def test_one_kind_is_printed(tmp_path: Path) -> None:
    ended = in_process("schema", "SLO", folder=tmp_path)
    assert json.loads(ended.out)["title"] == "SLO (openslo/v1)"
    ended = in_process("schema", "reliability/v1/AlertPolicy", folder=tmp_path)
    assert json.loads(ended.out)["title"] == "AlertPolicy (reliability/v1)"


def test_a_kind_of_two_formats_and_one_that_is_none_cannot_be_printed(tmp_path: Path) -> None:
    ended = in_process("schema", "AlertPolicy", folder=tmp_path)
    assert ended.code == 2
    assert "write openslo/v1/AlertPolicy or reliability/v1/AlertPolicy" in ended.err
    ended = in_process("schema", "Alert", folder=tmp_path)
    assert ended.code == 2
    assert "Alert is not a known kind; known kinds: AlertCondition," in ended.err


def test_a_folder_gets_one_file_for_each_kind_and_one_for_all(tmp_path: Path) -> None:
    ended = in_process("schema", "--out", "schemas", folder=tmp_path)
    assert ended.out == f"schemas: {len(KINDS) + 1} schemas\n"
    names = {each.name for each in (tmp_path / "schemas").iterdir()}
    assert {"reliability.json", "openslo-v1-SLO.json", "reliability-v1-Team.json"} <= names
    assert len(names) == len(KINDS) + 1
    whole = (tmp_path / "schemas/reliability.json").read_text()
    again = in_process("schema", "--out", "schemas", folder=tmp_path)
    assert (again.code, again.out) == (0, ended.out)
    assert (tmp_path / "schemas/reliability.json").read_text() == whole
    assert whole == in_process("schema", folder=tmp_path).out


def test_all_kinds_or_one_but_not_both(tmp_path: Path) -> None:
    ended = in_process("schema", "SLO", "--out", "schemas", folder=tmp_path)
    assert (ended.code, list(tmp_path.iterdir())) == (2, [])
    assert ended.err.startswith("reliability: --out writes all kinds; pass KIND or --out; ")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = in_process("schema", "--out", "file/in", folder=tmp_path)
    assert ended.code == 2
    assert ended.err.startswith("reliability: file/in cannot be written: not a directory")
