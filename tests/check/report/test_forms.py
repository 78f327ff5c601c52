"""The forms of a report for programs: they follow their schemas and say what was found."""

import json
from pathlib import Path, PurePosixPath
from typing import Any, Final

import jsonschema
import pytest

from reliability.check.report.checked import Checked, statistics_table
from reliability.check.report.forms import Form, report
from reliability.check.rules import RULES
from reliability.finding import Edit, Finding, Fix, Label, Problem, Severity, fingerprints
from reliability.location import Location, SourceSpan
from tests.check.report_cases import PATH, at, found, hostile

SCHEMAS: Final = Path(__file__).parent / "schemas"
JAPANESE: Final = 'journey: "勤怠" # x\n'


def said(form: Form, checked: Checked) -> Any:
    return json.loads("\n".join(report(form, checked)))


def ordinary() -> Checked:
    related = (Label(at(2), "the first one"),)
    fix = Fix("rename it", (Edit(SourceSpan(1, 10, 1, 12), "x"),))
    problem = Problem(at(1, 10, 12), "said", "do it", related=related, fix=fix)
    waived = Finding(
        rule="name-differs",
        severity=Severity.WARNING,
        problem=Problem(at(2), "other"),
        waiver="until 2027",
    )
    return Checked(
        findings=[found(problem), waived],
        texts={PATH: JAPANESE + "a\n"},
        services=1,
        documents=1,
        rules=RULES,
    )


@pytest.mark.parametrize("checked", [ordinary(), hostile(), Checked(findings=[], rules=RULES)])
def test_sarif_and_rdjson_follow_their_schemas(checked: Checked) -> None:
    sarif = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(sarif).validate(said("sarif", checked))
    rdjson = json.loads((SCHEMAS / "rdjson.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(rdjson).validate(said("rdjson", checked))


def test_sarif_holds_rules_places_suppressions_and_fixes() -> None:
    (run,) = said("sarif", ordinary())["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in RULES]
    assert all("## Why it matters" in rule["help"]["markdown"] for rule in rules)
    first, second = run["results"]
    assert rules[first["ruleIndex"]]["id"] == first["ruleId"] == "name-differs"
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": PATH.as_posix(), "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 1, "startColumn": 10, "endLine": 1, "endColumn": 12}
    assert (first["level"], first["suppressions"]) == ("error", [])
    assert first["relatedLocations"][0]["message"]["text"] == "the first one"
    (change,) = first["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "x"}
    (suppression,) = second["suppressions"]
    assert suppression["justification"] == "until 2027"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("services/a b/é#?.yaml", "services/a%20b/%C3%A9%23%3F.yaml"),
        ("a:b.yaml", "a%3Ab.yaml"),
        ("services/\udcff.yaml", "services/%FF.yaml"),
        ("/elsewhere/x.yaml", "file:///elsewhere/x.yaml"),
    ],
)
def test_sarif_names_a_file_by_its_bytes(path: str, uri: str) -> None:
    checked = Checked(findings=[found(Problem(at(path=PurePosixPath(path)), "said"))])
    (result,) = said("sarif", checked)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_a_rule_without_a_page_is_described_by_its_id() -> None:
    checked = Checked(findings=[found(Problem(at(), "said"), rule="our-own")], rules=RULES)
    (run,) = said("sarif", checked)["runs"]
    assert run["tool"]["driver"]["rules"][-1] == {"id": "our-own"}
    assert run["results"][0]["ruleIndex"] == len(RULES)


def test_rdjson_counts_columns_in_bytes_and_leaves_out_what_is_excused() -> None:
    (diagnostic,) = said("rdjson", ordinary())["diagnostics"]
    place = {"start": {"line": 1, "column": 10}, "end": {"line": 1, "column": 11 + 5}}
    assert JAPANESE[9:12] == '"勤怠'
    span = {"start": {"line": 1, "column": 10}, "end": {"line": 1, "column": 14}}
    assert diagnostic["location"] == {"path": PATH.as_posix(), "range": span} != place
    assert diagnostic["suggestions"] == [{"range": span, "text": "x"}]
    assert (diagnostic["severity"], diagnostic["message"]) == (
        "ERROR",
        f"said\nhelp: do it\nrelated: {PATH}:2:1: the first one",
    )


def test_rdjson_counts_a_byte_order_mark() -> None:
    checked = Checked(findings=[found(Problem(at(1, 2, 3), "said"))], texts={PATH: "\ufeffab"})
    (diagnostic,) = said("rdjson", checked)["diagnostics"]
    assert diagnostic["location"]["range"]["start"] == {"line": 1, "column": 5}


def test_a_fix_of_several_edits_is_no_suggestion() -> None:
    fix = Fix("both", (Edit(SourceSpan(1, 1, 1, 2), "x"), Edit(SourceSpan(1, 3, 1, 4), "y")))
    checked = Checked(findings=[found(Problem(at(), "said", fix=fix))], texts={PATH: "abcd"})
    assert said("rdjson", checked)["diagnostics"][0]["suggestions"] == []
    assert len(said("json", checked)["findings"][0]["fix"]["edits"]) == 2


def test_annotations_have_columns_where_the_place_is_on_one_line() -> None:
    many = Location(PATH, SourceSpan(3, 5, 4, 2))
    checked = Checked(
        findings=[found(Problem(at(23, 49, 53), "a: b", "do it")), found(Problem(many, "c"))]
    )
    assert list(report("github", checked)) == [
        "::error file=services/attendance/slo.yaml,line=23,endLine=23,col=49,endColumn=53,"
        "title=name-differs::a: b%0Ahelp: do it",
        "::error file=services/attendance/slo.yaml,line=3,endLine=4,title=name-differs::c",
    ]


def test_markdown_has_counts_a_table_and_folds() -> None:
    assert list(report("markdown", ordinary())) == [
        "### Reliability: 1 service, 1 document: 1 error; 1 waived",
        "",
        "| rule | severity | findings | waived |",
        "|---|---|--:|--:|",
        "| `name-differs` | error | 1 | 0 |",
        "| `name-differs` | warning | 0 | 1 |",
        "",
        "| location | finding | help |",
        "|---|---|---|",
        f"| `{PATH}:1:10` | error `name-differs`: said | do it |",
        "",
        "<details><summary>1 waived</summary>",
        "",
        "| location | finding | reason |",
        "|---|---|---|",
        f"| `{PATH}:2:1` | warning `name-differs`: other | until 2027 |",
        "",
        "</details>",
    ]


def test_markdown_stays_within_what_a_comment_takes() -> None:
    many = [found(Problem(at(number), "said " * 20)) for number in range(1, 2_000)]
    text = "\n".join(report("markdown", Checked(findings=many)))
    assert len(text) < 65_536
    assert text.endswith(" more are in the log of the check.")


def test_json_counts_by_rule() -> None:
    report_of = said("json", ordinary())
    assert report_of["version"] == 1
    assert report_of["statistics"] == [
        {"rule": "name-differs", "severity": "error", "findings": 1, "waived": 0},
        {"rule": "name-differs", "severity": "warning", "findings": 0, "waived": 1},
    ]
    assert list(statistics_table(ordinary().findings)) == [
        "rule          severity  findings  waived",
        "name-differs  error            1       0",
        "name-differs  warning          0       1",
    ]
    assert list(statistics_table([])) == []


def test_equal_findings_have_fingerprints_of_their_own() -> None:
    twins = [found(Problem(at(line), "said")) for line in (1, 5, 9)]
    first, second, third = fingerprints(twins)
    assert len({first, second, third}) == 3
    assert first == twins[0].fingerprint
    moved = [found(Problem(at(line), "said")) for line in (11, 15, 19)]
    assert fingerprints(moved) == [first, second, third]
