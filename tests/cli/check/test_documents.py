"""`check --documents-only`: files that may lie anywhere, one by one."""

import json
from pathlib import Path

import pytest

from tests.cli.copied import copied
from tests.cli.program import Ended, in_process
from tests.project.repository import ROOT


def check(*paths: str | Path, folder: Path) -> Ended:
    return in_process("check", "--documents-only", *paths, folder=folder)


def test_a_good_file_outside_of_any_repository_is_clean(tmp_path: Path) -> None:
    text = (ROOT / "services/attendance/slo.yaml").read_text(encoding="utf-8")
    (tmp_path / "any.yaml").write_text(text, encoding="utf-8")
    assert check("any.yaml", folder=tmp_path) == Ended(
        0, "", "0 services, 2 documents: no findings\n"
    )


def test_a_syntax_error_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "any.yaml").write_text("apiVersion: openslo/v1\nkind: [SLO\n", encoding="utf-8")
    ended = check("any.yaml", folder=tmp_path)
    assert ended.code == 1
    assert ended.out.startswith("any.yaml:3:1: error[document-unreadable]: ")


def test_what_only_a_repository_shows_is_not_asked(tmp_path: Path) -> None:
    text = (ROOT / "services/attendance/alert-policy.yaml").read_text(encoding="utf-8")
    (tmp_path / "any.yaml").write_text(text.replace("clock-in.md", "nowhere.md"), encoding="utf-8")
    assert check("any.yaml", folder=tmp_path).code == 0


def test_a_folder_stands_for_the_documents_below(tmp_path: Path) -> None:
    (tmp_path / "of" / "mine").mkdir(parents=True)
    (tmp_path / "of" / "mine" / "a.yaml").write_text("a: 1\n", encoding="utf-8")
    (tmp_path / "of" / "notes.txt").write_text("no document\n", encoding="utf-8")
    ended = check("--format", "json", "of", folder=tmp_path)
    assert [each["path"] for each in json.loads(ended.out)["findings"]] == ["of/mine/a.yaml"]


def test_in_a_repository_paths_are_relative_to_its_root(tmp_path: Path) -> None:
    repository = copied(tmp_path)
    (repository / "services" / "exports" / "more.yaml").write_text("a: 1\n", encoding="utf-8")
    ended = check("--format", "json", "more.yaml", folder=repository / "services" / "exports")
    assert [each["path"] for each in json.loads(ended.out)["findings"]] == [
        "services/exports/more.yaml"
    ]


def test_without_paths_the_whole_repository_is_read(tmp_path: Path) -> None:
    assert check(folder=copied(tmp_path)).err == "5 services, 31 documents: no findings\n"


def test_without_paths_and_without_a_repository_there_is_nothing_to_read(tmp_path: Path) -> None:
    ended = check(folder=tmp_path)
    assert ended.code == 2
    assert "no services/" in ended.err


def test_what_is_alertmanagers_own_is_not_asked_for_a_kind(tmp_path: Path) -> None:
    repository = copied(tmp_path)
    base = repository / "policies" / "alertmanager.base.yml"
    base.write_text("route: {receiver: x}\nreceivers: [{name: x}]\n", encoding="utf-8")
    ended = check("alertmanager.base.yml", folder=repository / "policies")
    assert ended == Ended(0, "", "0 services, 0 documents: no findings\n")
    base.write_text("route: {receiver: x\n", encoding="utf-8")
    ended = check("alertmanager.base.yml", folder=repository / "policies")
    assert ended.code == 1
    assert ended.out.startswith("policies/alertmanager.base.yml:2:1: error[document-unreadable]")


@pytest.mark.parametrize("option", [("--base", "main"), ("--approved-by", "@lead")])
def test_documents_alone_have_no_base(tmp_path: Path, option: tuple[str, str]) -> None:
    ended = check(*option, tmp_path, folder=tmp_path)
    assert ended.code == 2
    assert f"{option[0]} needs the whole repository; drop --documents-only" in ended.err


def test_a_report_lists_only_rules_that_need_one_document(tmp_path: Path) -> None:
    (tmp_path / "any.yaml").write_text("a: 1\n", encoding="utf-8")
    ended = check("--format", "sarif", "any.yaml", folder=tmp_path)
    [run] = json.loads(ended.out)["runs"]
    listed = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {"document-key-missing", "document-value"} <= listed
    assert not listed & {"slo-loosened", "route-unreachable", "alert-without-runbook"}
