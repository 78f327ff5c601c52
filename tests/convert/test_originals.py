"""Which files of a folder are read, what is masked in them, and what is said of the others."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reliability.convert.converter import PlainFile
from reliability.convert.originals import BEGINNING, ReadOriginals, read_originals

RULE = "groups: [{name: a, rules: [{alert: A, expr: up}]}]\n"
HELP = "replace removed-by-import with a reference to where the secret is kept, outside Git"


def read(folder: Path, files: Mapping[str, str], *paths: str) -> ReadOriginals:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return read_originals(folder, [folder / path for path in paths] or [folder])


def values(result: ReadOriginals) -> dict[str, Any]:
    """What was read by path; of a plain file its text."""
    return {
        str(original.path): original.text if isinstance(original, PlainFile) else original.values
        for original in result.originals
    }


def diagnostics(result: ReadOriginals) -> list[str]:
    return [
        f"{each.kind.value} {each.problem.at.path}:{each.problem.at.span.line}:"
        f"{each.problem.at.span.column}-{each.problem.at.span.end_column}: {each.problem.message}"
        for each in sorted((*result.unreadable, *result.doubtful), key=lambda one: one.problem.at)
    ]


@pytest.mark.parametrize(
    ("name", "text", "is_read"),
    [
        ("a.yml", RULE, True),
        ("a.yaml", "x: 1\n", True),
        ("CODEOWNERS", "* @a\n", True),
        (".github/CODEOWNERS", "* @a\n", True),
        (".github/a.rules", RULE, True),
        (".hidden/a.rules", RULE, False),
        (".git/CODEOWNERS", "* @a\n", False),
        ("a.rules", RULE, True),
        ("a", RULE, True),
        ("deep/er/a.alerts", "groups:\n  - rules:\n    - record: a\n", True),
        ("a.txt", "# comment\n\n---\n{{ if }}\n{% if %}\n groups :\n - {'alert' : A}\n", True),
        ("a.txt", 'kind: x\n"alert": A\n', True),
        ("a.txt", "apiVersion: x\nalert: A\n", True),
        ("a.txt", "name: x\ngroups:\n- alert: A\n", False),
        ("a.txt", "groups:\n- name: a\n", False),
        ("a.txt", "groups:\n- noalert: a\n", False),
        ("a.txt", "alert: A\n", False),
        ("a.rule", "# comment\nalert: A\nfor: 5m\nexpr: up\n", True),
        ("a.rule", "- record: A\n  expr: up\n", True),
        ("a.txt", "alert: see expr: up\n", False),
        ("a.txt", "groups:\n" + " " * (BEGINNING - 15) + "alert:\n", True),
        ("a.txt", "groups:\n" + " " * (BEGINNING - 8) + "alert:\n", False),
    ],
)
def test_a_file_of_a_folder_is_read_if_it_may_hold_rules(
    tmp_path: Path, name: str, text: str, is_read: bool
) -> None:
    result = read(tmp_path, {name: text})
    assert result.files == is_read


def test_files_that_are_not_looked_at_are_counted_by_suffix(tmp_path: Path) -> None:
    files = {"a.txt": "", "b.txt": "", "c.rules": "", "d": "", "e.yml": "x: 1\n", ".f/g.txt": ""}
    assert read(tmp_path, files).skipped == {".txt": 2, ".rules": 1, "without a suffix": 1}
    assert read(tmp_path, files, "a.txt", "e.yml", "a.txt").files == 2


def test_each_template_is_named_if_it_holds_something_to_import(
    tmp_path: Path,
) -> None:
    rule = "groups:\n{{ if .Values.x }}\n  - rules: [{alert: A}]\n{{ end }}\n"
    result = read(
        tmp_path,
        {
            "chart/one.yaml": rule,
            "chart/two.yaml": rule,
            "chart/other.yaml": "name: {{ .Values.name }}\n",
            "jinja.yml": "{% for x in y %}\ngroups: []\n{% endfor %}\n",
            "go.yml": "groups:\n{{ something }}\n- a: [\n",
            "rules.jsonnet": "{groups: [{alert: 'x'}]}\n",
            "lib.libsonnet": "{a: 1}\n",
        },
    )
    assert diagnostics(result) == [
        "left out chart/one.yaml:1:1-2: a Helm template",
        "left out chart/two.yaml:1:1-2: a Helm template",
        "left out go.yml:1:1-2: a template",
        "left out jinja.yml:1:1-2: a Jinja template",
        "left out rules.jsonnet:1:1-2: Jsonnet",
    ]
    assert result.skipped == {"a Helm template": 1, "Jsonnet": 1}
    assert values(result) == {}


def test_what_is_no_yaml_is_left_out_with_its_reason(tmp_path: Path) -> None:
    result = read(tmp_path, {"a.yml": "a: [\n", "b.yml": "x: 1\n---\nz: yes\n"})
    assert diagnostics(result) == [
        "left out a.yml:2:1-1: did not find expected node content; the document is not imported",
        "decide b.yml:3:4-7: `yes` is text in YAML 1.2 and true in YAML 1.1",
    ]
    assert [each.reason for each in (*result.unreadable, *result.doubtful)] == [
        "the document is not valid YAML 1.2 and is not imported",
        "",
    ]
    assert len(result.originals) == 2


def test_merges_are_written_out_as_yaml_1_1_has_them(tmp_path: Path) -> None:
    text = (
        "a: &a {k: 1, l: 1}\nb: &b {k: 2, m: 2}\n"
        "one: {<<: *a, l: 3}\nseveral: {<<: [*a, *b], l: 3}\nnone: {<<: 5}\n'quoted': {'<<': *a}\n"
    )
    result = read(tmp_path, {"a.yml": text})
    assert values(result)["a.yml"] == {
        "a": {"k": 1, "l": 1},
        "b": {"k": 2, "m": 2},
        "one": {"k": 1, "l": 3},
        "several": {"k": 1, "m": 2, "l": 3},
        "none": {},
        "quoted": {"k": 1, "l": 1},
    }
    assert diagnostics(result) == [
        f"changed a.yml:{line}:{column}: `<<` is expanded, since YAML 1.2 has no merge keys"
        for line, column in ((3, "7-9"), (4, "11-13"), (5, "8-10"))
    ]


def test_keys_beside_a_merge_are_checked_as_others_are(tmp_path: Path) -> None:
    text = "a: &a {k: 1}\none: {<<: *a, yes: 2, 'no': 4}\n"
    assert diagnostics(read(tmp_path, {"a.yml": text})) == [
        "changed a.yml:2:7-9: `<<` is expanded, since YAML 1.2 has no merge keys",
        "decide a.yml:2:15-18: `yes` is text in YAML 1.2 and true in YAML 1.1",
    ]


def test_an_alertmanager_configuration_keeps_its_secrets_and_is_not_merged(tmp_path: Path) -> None:
    route, receivers = "route: {receiver: a}\n", "receivers: [{name: a, api_key: Zx81Qw92Er7}]\n"
    secret = read(tmp_path / "secret", {"am.yml": route + receivers})
    assert values(secret)["am.yml"]["receivers"] == [{"name": "a", "api_key": "Zx81Qw92Er7"}]
    merged = read(tmp_path / "merged", {"am.yml": f"x: &x {{a: 1}}\n<<: *x\n{route}{receivers}"})
    assert values(merged) == {}
    assert diagnostics(merged) == [
        "left out am.yml:2:1-3: `<<` is not a merge key in YAML 1.2; the document is not imported"
    ]


@pytest.mark.parametrize(
    ("text", "masked", "diagnostic"),
    [
        (
            "x: 1\nlabels: {api_token: Zx81Qw92Er73Ty, team: x}\n",
            {"x": 1, "labels": {"api_token": "removed-by-import", "team": "x"}},
            "decide a.yml:2:21-35: api_token is a secret and is not copied",
        ),
        (
            "list: [{password: Zx81Qw92Er}]\n",
            {"list": [{"password": "removed-by-import"}]},
            "decide a.yml:1:19-29: password is a secret and is not copied",
        ),
        ("password: Zx81Qw92E\n", {"password": "Zx81Qw92E"}, None),
        ("password: 1234567890\n", {"password": 1234567890}, None),
        ("password: longpassword\n", {"password": "longpassword"}, None),
        ("password: true\n", {"password": True}, None),
        ("key: Zx81Qw92Er73Ty\n", {"key": "Zx81Qw92Er73Ty"}, None),
        ("name: Zx81Qw92Er73Ty\n", {"name": "Zx81Qw92Er73Ty"}, None),
        ("password: env:Zx81Qw92Er73Ty\n", {"password": "env:Zx81Qw92Er73Ty"}, None),
        (
            "a: see https://admin:s3cretPassw0rd@h.example/d, or ask\n",
            {"a": "see https://removed-by-import@h.example/d, or ask"},
            "decide a.yml:1:16-56: a URL contains a secret that is not copied: "
            "https://removed-by-import@h.example/d",
        ),
        (
            "x: 1\na: 'https://h.example/x?token=Zx81Qw92Er73Ty&page=2'\n",
            {"x": 1, "a": "https://h.example/x?token=removed-by-import&page=2"},
            "decide a.yml:2:31-53: a URL contains a secret that is not copied: "
            "https://h.example/x?token=removed-by-import&page=2",
        ),
        (
            "a: https://h.example/d/Zx81Qw92Er73Ty\n",
            {"a": "https://h.example/d/Zx81Qw92Er73Ty"},
            None,
        ),
    ],
)
def test_secrets_are_masked_and_said(
    tmp_path: Path, text: str, masked: dict[str, Any], diagnostic: str | None
) -> None:
    result = read(tmp_path, {"a.yml": text})
    assert values(result) == {"a.yml": masked}
    assert diagnostics(result) == ([] if diagnostic is None else [diagnostic])
    assert all(each.problem.help == HELP for each in result.doubtful)


def test_values_and_addresses_of_several_documents_are_masked_together(tmp_path: Path) -> None:
    text = (
        "password: Zx81Qw92Er73Ty\n---\npassword: |\n  Zx81\n  Qw92\n---\n"
        "token: Ab12Cd34Ef56\nurl: https://u:s3cretPassw0rd@h.example\n"
    )
    result = read(tmp_path, {"a.yml": text})
    assert [
        original.values for original in result.originals if not isinstance(original, PlainFile)
    ] == [
        {"password": "removed-by-import"},
        {"password": "removed-by-import"},
        {"token": "removed-by-import", "url": "https://removed-by-import@h.example"},
    ]
    assert [line.split(": ")[0] for line in diagnostics(result)] == [
        "decide a.yml:1:11-25",
        "decide a.yml:3:11-7",
        "decide a.yml:7:8-20",
        "decide a.yml:8:14-40",
    ]


OWNERS = (
    ("CODEOWNERS", True),
    (".github/CODEOWNERS", True),
    (".gitlab/CODEOWNERS", True),
    ("docs/CODEOWNERS", True),
    ("src/CODEOWNERS", False),
    ("vendor/github.com/x/y/CODEOWNERS", False),
    ("node_modules/z/.github/CODEOWNERS", False),
    ("catalog-info.yaml", True),
    ("services/shop/catalog-info.yaml", True),
    ("vendor/github.com/x/y/catalog-info.yaml", False),
)


def test_owners_of_copied_code_are_counted_and_not_read(tmp_path: Path) -> None:
    for path, _ in OWNERS:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{apiVersion: backstage.io/v1alpha1, kind: Component}")
    read = read_originals(tmp_path, [tmp_path])
    assert {str(original.path) for original in read.originals} == {
        path for path, is_read in OWNERS if is_read
    }
    assert read.skipped == {"CODEOWNERS and catalogs of copied code": 4}


def test_rule_files_in_hidden_folders_are_counted_with_the_command_to_read_them(
    tmp_path: Path,
) -> None:
    for folder in (".github/pint/rules", ".github/workflows", ".git", ".slo"):
        (tmp_path / folder).mkdir(parents=True)
    rules = "groups: [{name: a, rules: [{alert: A, expr: up == 0}]}]"
    for path in (".github/pint/rules/a.yml", ".github/pint/rules/b.yml", ".git/a.yml"):
        (tmp_path / path).write_text(rules)
    (tmp_path / ".github/workflows/a.yml").write_text("on: push")
    (tmp_path / ".slo/a.yml").write_text("apiVersion: openslo/v1\nkind: SLO\n")
    read = read_originals(tmp_path, [tmp_path])
    assert read.originals == ()
    diagnostic, of_slos = sorted(read.doubtful, key=lambda each: each.sort_key)
    assert of_slos.problem.message == "a hidden folder with 1 file of rules or SLOs is not read"
    assert diagnostic.problem.message == "a hidden folder with 2 files of rules or SLOs is not read"
    rule_folder = tmp_path / ".github/pint/rules"
    assert diagnostic.problem.help == f"run `reliability import {rule_folder}`"
    again = read_originals(tmp_path, [rule_folder])
    assert len(again.originals) == 2
