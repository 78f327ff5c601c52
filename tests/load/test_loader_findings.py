"""All findings of documents that are wrong in many ways, in one golden file.

`pytest tests/load/test_loader_findings.py --update-golden` rewrites it; read what has changed.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

from reliability.finding import Finding
from reliability.load.loader import load, unreadable_parts
from reliability.location import SourceSpan
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden/findings-of-documents.txt"
V1: Final = "apiVersion: reliability/v1\n"
OPENSLO: Final = "apiVersion: openslo/v1\n"
RULES: Final = f"{V1}kind: RulePolicy\nmetadata: {{name: rules}}\nspec:\n  rules:\n"
POLICY: Final = f"{V1}kind: AlertPolicy\nmetadata: {{name: a}}\nspec:\n  service: a\n  signals:\n"
SLO: Final = f"""\
{OPENSLO}kind: SLO
metadata: {{name: a, annotations: {{ANNOTATIONS}}}}
spec:
  service: a
  indicatorRef: b
  budgetingMethod: Occurrences
  timeWindow: [{{duration: 30d, isRolling: true}}]
  objectives: [{{target: 0.9}}]
"""
INLINE: Final = f"""\
{OPENSLO}kind: SLO
metadata: {{name: a, annotations: {{reliability/status: established}}}}
spec:
  service: a
  indicator:
    metadata: {{name: b, annotations: {{reliability/status: established, reliability/x: 'y'}}}}
    spec: {{ratioMetric: {{counter: true}}}}
  alertPolicies:
    - kind: AlertPolicy
      metadata: {{name: c, annotations: {{reliability/runbok: docs/x.md}}}}
      spec:
        conditions:
          - kind: AlertCondition
            metadata: {{name: d, annotations: {{reliability/reviewed: "2026-01-01"}}}}
"""


def annotated(annotations: str) -> str:
    return SLO.replace("ANNOTATIONS", annotations)


def signal(more: str) -> str:
    return f"{POLICY}    - {{name: A, kind: cause, tier: log, expr: up, {more}}}\n"


DOCUMENTS: Final = (
    *("a: 1\n", "kind: SLO\n", "apiVersion: openslo/v1\n", "- 1\n- {kind: a}\n", "[]\n", "1\n"),
    *("apiVersion:\nkind: SLO\n", "apiVersion: openslo/v1\nkind:\n", "apiVersion: ~\nkind: ~\n"),
    *("groups: []\n", "version: prometheus/v1\n", "version: prometheus/v2\n", "kind: [SLO]\n"),
    *("apiVersion: 1\nkind: SLO\n", "apiVersion: openslo/v1alpha\nkind: SLO\nspec: {sli: 1}\n"),
    "apiVersion: openslo.com/v2alpha\nkind: SLO\nspec: {sli: 1}\n",
    *(f"apiVersion: {name}/v1\nkind: X\n" for name in ("sloth.slok.dev", "pyrra.dev", "sloth")),
    *(f"{V1}kind: {kind}\n" for kind in ("Teams", "team", "SLO", "Zzz", "Incident")),
    *(f"{OPENSLO}kind: {kind}\n" for kind in ("Team", "Datasource", "AlertConditon", "Qqq")),
    f"{RULES}    slo-loosened: {{severity: err}}\n    no-such-rule: {{severity: off}}\n",
    f"{RULES}    slo-low-traffic: {{options: {{x: 1}}}}\n    slo-loosened: {{options: [1]}}\n",
    f"{RULES}    alert-flapping: {{options: {{maxShare: 2, minEpisods: 3, shorterThan: 5}}}}\n",
    f"{RULES}    cardinality-high: {{options: {{maxSeries: x}}}}\n    zzz: {{options: {{a: 1}}}}\n",
    f"{RULES}    name-differs: {{severity: warning, options: {{}}, optionz: {{}}}}\n    x: 1\n",
    f"{RULES.removesuffix('  rules:' + chr(10))}  rules: []\n",
    f"{V1}kind: RulePolicy\nmetadata: {{name: rules}}\nspec: []\n",
    "- {apiVersion: reliability/v1, kind: Team, metadata: {name: t}, spec: {}}\n"
    "- apiVersion: reliability/v1\n",
    *(
        annotated(text)
        for text in ("", "other/x: y1", "reliability/status: good", "reliability/x: y1")
    ),
    *(annotated(text) for text in ("reliability/statu: established", "reliability/runbook: x.md")),
    *(annotated(text) for text in ("reliability/status: 1", "reliability/reviewed: 2026-13-01")),
    *(
        annotated(text)
        for text in ("reliability/target.prod: '0.99'", "reliability/target.prod: x")
    ),
    *(annotated(text) for text in ("reliability/period.prod: 28d", "reliability/period.prod: 5x")),
    *(annotated(text) for text in ("reliability/unit.prod: '1'", "reliability/target.a.b: '0.9'")),
    annotated("reliability/unit.b: x, reliability/unit.a: x, reliability/z: z1, reliability/y: y1"),
    annotated("").replace("annotations: {}", "annotations: [a]"),
    annotated("").replace("{name: a, annotations: {}}", "[a]"),
    INLINE,
    INLINE.replace("alertPolicies", "alertpolicies"),
    f"{OPENSLO}kind: Service\nmetadata: {{name: a, annotations: {{reliability/signal: x}}}}\n",
    f"{OPENSLO}kind: AlertPolicy\nmetadata: {{name: a, annotations: {{reliability/reviewed: x}}}}\n"
    "spec: {conditions: []}\n",
    f"{V1}kind: Team\nmetadata: {{name: a, annotations: {{reliability/agreed-by: '@a'}}}}\n",
    *(signal(text) for text in ("for: 5 min", "for: ''", "labels: {a: 1, b: true}")),
    *(
        signal(text)
        for text in ("labels: {}, lables: {}", "Labels: {}", "runbook: 1", "impact: []")
    ),
    *(signal(text) for text in (f"summary: {'x' * 80}", f"kind2: {'x' * 81}", f"for: {'x' * 81}")),
    signal("for: 5m").replace("tier: log", "tier: LOG").replace("kind: cause", "kind: caus"),
    signal("for: 5m").replace("tier: log", "tier: ''").replace("expr: up", "expr: {a: 1}"),
    signal("for: 5m").replace("tier: log", "tier: 'tickt'").replace("expr: up", "exp: up"),
    POLICY + "    - {name: A, nme: B}\n    - 5\n    - []\n",
    POLICY.replace("signals:", "signals: {}"),
    POLICY.replace("service: a", "servce: a\n  services: b"),
    f"{annotated('')}---\n- a\n---\n{V1}kind: Team\nmetadata: {{name: x}}\nspec: {{}}\n",
    *(annotated("").replace("target: 0.9", f"target: {n}") for n in (0, 1, 1.5, -1)),
    *(annotated("").replace("30d", text) for text in ("30", "0d", "1y", "[]")),
    annotated("").replace("[{target: 0.9}]", "[]"),
    annotated("").replace("[{target: 0.9}]", "[{}, {target: x}]"),
    annotated("").replace("[{duration", "[{duration: 1d}, {duration"),
)


def test_findings_of_documents_read_like_this(golden: Golden) -> None:
    lines: list[str] = []
    for text in DOCUMENTS:
        catalog, findings = load([(PurePosixPath("services/a/x.yaml"), text.encode())])
        kept = [type(located.value).__name__ for located in catalog.everything()]
        lines += ["DOCUMENT", *(f"  | {line}" for line in text.splitlines())]
        lines += [f"  kept: {', '.join(kept) or 'nothing'}"]
        lines += [line for finding in findings for line in lines_of(finding)]
    golden.check(GOLDEN, "".join(f"{line}\n" for line in lines))


def lines_of(finding: Finding) -> Iterator[str]:
    """Yield everything about a finding."""
    problem, at = finding.problem, finding.problem.at
    yield f"  {finding.severity.name} {finding.rule} {shown(at.span)} {at.pointer!r}"
    yield f"    {problem.message}"
    for name, text in (("help", problem.help), ("subject", problem.subject)):
        if text:
            yield f"    = {name}: {text}"
    if finding.place:
        yield f"    = place: {finding.place}"
    if problem.fix is not None:
        edits = [f"{shown(edit.span)} {edit.text!r}" for edit in problem.fix.edits]
        yield f"    = fix: {problem.fix.title}: {', '.join(edits)}"
    for label in problem.related:
        yield f"    = {shown(label.at.span)} {label.message}"


def shown(span: SourceSpan) -> str:
    return f"{span.line}:{span.column}-{span.end_line}:{span.end_column}"


@pytest.mark.parametrize("errors", [200, 201, 203])
def test_of_a_document_the_first_two_hundred_errors_are_shown(errors: int) -> None:
    unknown = "".join(f"  x{number}: 1\n" for number in range(errors))
    text = f"{V1}kind: AlertPolicy\nmetadata: {{name: a}}\nspec:\n  service: a\n{unknown}"
    _, findings = load([(PurePosixPath("services/a/x.yaml"), text.encode())])
    last = findings[-1].problem
    if errors == 200:
        assert (len(findings), last.message) == (200, "unknown key spec.x199")
    else:
        counted = {201: "1 more error", 203: "3 more errors"}[errors]
        assert len(findings) == 201
        assert last.message == f"{counted} in this document; the first 200 are shown"
        assert (last.help, last.at.span.line) == ("fix those that are shown first", 1)


def test_only_errors_leave_documents_out() -> None:
    text = f"{V1}kind: Team\nmetadata: {{name: on}}\nspec: {{}}\n"
    _, findings = load([(PurePosixPath("policies/x.yaml"), text.encode())])
    assert {finding.rule for finding in findings} >= {"document-yaml11", "document-key-missing"}
    assert list(unreadable_parts(findings)) == [
        finding.problem for finding in findings if finding.rule != "document-yaml11"
    ]
