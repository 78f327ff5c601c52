"""What an import reports: groups of diagnostics, tiers with reasons, findings, and JSON."""

import json
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.convert.converter import Diagnostic, DiagnosticKind
from reliability.convert.originals import BY_PATH
from reliability.convert.writing import Block
from reliability.finding import Finding, Problem, Severity
from reliability.load.document import parse
from reliability.location import Location, SourceSpan
from reliability.onboarding.environment_labels import EnvironmentLabel
from reliability.onboarding.importing.diagnostic_groups import diagnostic_groups
from reliability.onboarding.importing.outcome import ImportOutcome, counts_by_rule, json_outcome
from reliability.onboarding.write_plan import WritePlan

LEFT_OUT, DECIDE = DiagnosticKind.LEFT_OUT, DiagnosticKind.DECIDE


def problem(path: str, message: str = "m", help_text: str | None = None) -> Problem:
    at = Location(PurePosixPath(path), SourceSpan(3, 5, 3, end_column=9), ("groups", 0, "a/b"))
    return Problem(at, message, help_text)


def diagnostic(
    path: str, message: str = "m", reason: str = "", kind: DiagnosticKind = LEFT_OUT
) -> Diagnostic:
    return Diagnostic(kind, problem(path, message), reason)


def test_diagnostics_of_one_kind_and_reason_are_a_group() -> None:
    given = [
        diagnostic("a.yml", "one", "same"),
        diagnostic("b.yml", "two"),
        diagnostic("c.yml", "three", "same"),
        diagnostic("d.yml", "same"),
        diagnostic("e.yml", "one", "same", DECIDE),
        diagnostic("f.yml", "two"),
        diagnostic("g.yml", "four", "same"),
    ]
    groups = diagnostic_groups(given)
    assert [
        (
            group.kind.value,
            group.reason,
            "".join(str(entry.problem.at.path)[0] for entry in group.diagnostics),
            group.is_single,
        )
        for group in groups
    ] == [
        ("left out", "same", "acdg", False),
        ("left out", "two", "bf", True),
        ("decide", "same", "e", True),
    ]
    assert diagnostic_groups([]) == []


def test_folders_of_a_group_are_counted_the_largest_first() -> None:
    paths = ("a.yml", *(f"{name}/{number}.yml" for name in "hgfedcb" for number in range(2)))
    paths += ("x/y/1.yml", "x/y/2.yml", "x/y/3.yml")
    [group] = diagnostic_groups(diagnostic(path) for path in paths)
    assert group.folders() == "x/y/ 3, b/ 2, c/ 2, d/ 2, e/ 2, 4 other folders 7"
    [five] = diagnostic_groups(diagnostic(path) for path in paths if path[0] in "abcdx")
    assert five.folders() == "x/y/ 3, b/ 2, c/ 2, d/ 2, ./ 1"


def finding(rule: str, severity: Severity) -> Finding:
    return Finding(rule=rule, severity=severity, problem=problem("a.yml"))


def test_findings_are_counted_by_rule_the_severe_and_frequent_first() -> None:
    found = [
        *(finding("info-often", Severity.INFO) for _ in range(3)),
        finding("error-b", Severity.ERROR),
        finding("error-a", Severity.ERROR),
        *(finding("warning-often", Severity.WARNING) for _ in range(2)),
        finding("warning-once", Severity.WARNING),
    ]
    assert list(counts_by_rule(found).items()) == [
        ("error-a", 1),
        ("error-b", 1),
        ("warning-often", 2),
        ("warning-once", 1),
        ("info-often", 3),
    ]


def signals(*tiers: tuple[str, str]) -> Block:
    entries = tuple(Block({"name": "A", "tier": tier}, {"tier": why}) for tier, why in tiers)
    return Block({"kind": "AlertPolicy", "spec": Block({"service": "a", "signals": entries})})


DOCUMENTS: Final = (
    signals(("log", "info"), ("ticket", "b"), ("ticket", "a"), ("ticket", "c")),
    signals(("ticket", "c"), ("alert", "x")),
    Block({"kind": "SLO", "spec": Block({"service": "a"})}),
    Block({"kind": "SLO", "spec": {"service": "a"}}),
    Block({"kind": "SLO"}),
)


def test_signals_are_counted_by_tier_and_reason() -> None:
    plan = WritePlan(root=Path(), new={}, kept=(), same=())
    outcome = ImportOutcome(
        write_plan=plan, diagnostics=(), documents=DOCUMENTS, findings=(), written=False
    )
    assert outcome.tiers() == [
        ("alert", "x", 1),
        ("ticket", "c", 2),
        ("ticket", "a", 1),
        ("ticket", "b", 1),
        ("log", "info", 1),
    ]
    assert outcome.objectives() == 3


def test_the_outcome_as_json() -> None:
    [document] = parse(PurePosixPath("a.yml"), b"a: 1\n").documents
    plan = WritePlan(
        root=Path(),
        new={PurePosixPath("n/1"): "", PurePosixPath("n/2"): ""},
        kept=(PurePosixPath("k"),),
        same=(PurePosixPath("s"),),
        edited={PurePosixPath("e"): ("", "")},
    )
    outcome = ImportOutcome(
        write_plan=plan,
        diagnostics=(Diagnostic(DECIDE, problem("é.yml", "message", "help"), "reason"),),
        documents=DOCUMENTS[:1],
        findings=(finding("a-rule", Severity.ERROR),),
        written=True,
        label_set="prefixed",
        refused=(Problem(document.locate(("a",)), "refused"),),
        skipped={".txt": 2, ".md": 1},
        environment_labels=(EnvironmentLabel("env", {"eu": 1, "us": 2}, 3),),
    )
    text = json_outcome(outcome)
    assert text.isascii()
    assert json.loads(text) == {
        "written": True,
        "alert_labels": "prefixed",
        "files": [
            {"path": "n/1", "state": "new"},
            {"path": "n/2", "state": "new"},
            {"path": "e", "state": "edited"},
            {"path": "k", "state": "kept"},
            {"path": "s", "state": "same"},
        ],
        "environment_labels": [{"label": "env", "values": {"eu": 1, "us": 2}, "copies": 3}],
        "skipped": {".md": 1, ".txt": 2},
        "skipped_help": {".md": BY_PATH, ".txt": BY_PATH},
        "refused": [
            {
                "path": "a.yml",
                "line": 1,
                "column": 4,
                "pointer": "/a",
                "message": "refused",
                "help": None,
            }
        ],
        "diagnostics": [
            {
                "kind": "decide",
                "path": "é.yml",
                "line": 3,
                "column": 5,
                "pointer": "/groups/0/a~1b",
                "message": "message",
                "help": "help",
            }
        ],
        "signals": [
            {"tier": "ticket", "reason": "a", "count": 1},
            {"tier": "ticket", "reason": "b", "count": 1},
            {"tier": "ticket", "reason": "c", "count": 1},
            {"tier": "log", "reason": "info", "count": 1},
        ],
        "objectives": 0,
        "findings": {"a-rule": 1},
    }
    assert list(json.loads(text)["skipped"]) == [".md", ".txt"]
