"""What waivers and baseline entries of each kind waive, and what is said of those without effect.

`pytest tests/check/suppression/test_waiver_matrix.py --update-golden` rewrites the golden files;
read what has changed.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from reliability.check.engine.run import Context, run
from reliability.check.rules import RULES
from reliability.check.suppression.baseline import baseline_text, first_entries, kept
from reliability.check.suppression.waivers import pending
from reliability.finding import Finding
from reliability.model.baseline import KnownFinding
from tests.check.examples import Files, laid_over
from tests.check.repository import TODAY, checked, loaded
from tests.check.test_messages import written
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
ATTENDANCE: Final = """\
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - {name: Backlog, kind: cause, tier: alert, expr: sum by (team) (queue_depth) > 1000}
    - {name: Disk, kind: saturation, tier: ticket, expr: max by (team) (disk_used) > 0.9}
    - {name: Lag, kind: cause, tier: log, expr: max by (service) (lag) > 5}
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations: {reliability/status: established, reliability/reviewed: "2026-06-01"}
spec: {objectives: [{target: 0.995}]}
---
kind: SLO
metadata: {name: second, annotations: {reliability/status: established}}
spec: {objectives: [{displayName: fast, target: 0.99999}]}
"""
RULE_SETTINGS: Final = """\
# policies/rules.yaml
kind: RulePolicy
spec:
  rules:
    alert-for-cause: {locked: true}
    slo-journey-missing: {severity: error}
    slo-agreement-missing: {severity: "off"}
"""
WAIVERS: Final = """\
# policies/waivers.yaml
kind: Waivers
spec:
  waivers:
"""
ENTRIES: Final = (
    ("label-overwritten", "attendance", "Backlog", "2026-11-25"),
    ("label-overwritten", "attendance", "Backlog", "2027-12-31"),
    ("label-overwritten", "attendance", "Disk", "2026-11-24"),
    ("label-overwritten", "attendance", "Nothing", "2026-12-31"),
    ("alert-for-cause", "attendance", "", "2026-12-31"),
    ("slo-journey-missing", "attendance", "second", "2026-12-31"),
    ("slo-journey-missing", "attendance", "attendance-clock-in", "2026-11-01"),
    ("slo-objective-unreachable", "attendance", "fast", "2026-12-31"),
    ("slo-review-overdue", "attendance", "", "2026-11-24"),
    ("slo-agreement-missing", "attendance", "", "2026-12-31"),
    ("label-overwritten", "monitoring", "", "2026-12-31"),
    ("heartbeat-missing", "monitoring", "", "2026-11-24"),
    ("slo-loosened", "attendance", "", "2026-12-31"),
    ("no-such-rule", "attendance", "", "2026-12-31"),
    ("label-overwritten", "nowhere", "", "2026-12-31"),
)


def entry(rule: str, service: str, name: str, until: str) -> str:
    name = f", object: {name}" if name else ""
    return (
        f"    - {{rule: {rule}, service: {service}{name}, reason: later, "
        f'approver: "@lead-workforce", until: {until}}}\n'
    )


def repository(*rows: tuple[str, str, str, str], settings: str = "") -> Files:
    waivers = WAIVERS + "".join(entry(*row) for row in rows) if rows else ""
    return laid_over(ATTENDANCE + settings + waivers)


def shown(findings: list[Finding]) -> Iterator[str]:
    for finding in sorted(findings, key=lambda each: each.sort_key):
        yield from (f"{text}\n" for text in written(finding))
        yield f"  place: {finding.place or '-'}\n"


@pytest.mark.parametrize("settings", ["", RULE_SETTINGS], ids=["default", "rules"])
@pytest.mark.parametrize("today", [TODAY, date(2027, 1, 1)], ids=str)
def test_waivers_of_each_kind(golden: Golden, settings: str, today: date) -> None:
    findings = checked(repository(*ENTRIES, settings=settings), today)
    name = f"waivers-{today}-{'rules' if settings else 'default'}.txt"
    golden.check(GOLDEN / name, "".join(shown(findings)))


def test_each_waiver_alone(golden: Golden) -> None:
    without = checked(repository())
    lines = [f"none: {len(without)}\n"]
    for row in ENTRIES:
        findings = checked(repository(row))
        waived = [f"{f.rule} at {f.problem.at.text}" for f in findings if f.waiver is not None]
        lines.append(f"{' '.join(filter(None, row))}: waives {', '.join(waived) or 'nothing'}\n")
        rest = [f for f in findings if f not in without and f.waiver is None]
        lines += [f"  {f.severity.word}[{f.rule}] {f.problem.message}\n" for f in rest]
    golden.check(GOLDEN / "waivers-alone.txt", "".join(lines))


def test_in_a_review_the_waivers_of_the_base_and_approved_ones_count(golden: Golden) -> None:
    head = loaded(repository(*ENTRIES[:4]))[0]
    lines = []
    for name, base in (
        ("none", repository()),
        ("one", repository(ENTRIES[1])),
        ("all", repository(*ENTRIES[:4])),
    ):
        judge = loaded(base)[0]
        context = Context(today=TODAY, catalog=head, base=judge, judge=judge)
        for approved in ((), ("@LEAD-workforce",), ("@somebody",)):
            of = replace(context, approved=frozenset(approved))
            findings = sorted(run(RULES, of), key=lambda each: each.sort_key)
            lines.append(f"base {name}, approved by {' '.join(approved) or '-'}\n")
            lines += [f"  pending: {each.object} {each.until}\n" for each in pending(of)]
            lines += [
                f"  {f.severity.word}[{f.rule}] {f.problem.at.text}: {f.waiver or '-'}\n"
                for f in findings
                if f.rule in ("label-overwritten", "waiver-unused", "waiver-expired")
            ]
    golden.check(GOLDEN / "waivers-in-a-review.txt", "".join(lines))


def test_a_baseline_of_everything(golden: Golden) -> None:
    files = repository(settings=RULE_SETTINGS)
    findings = checked(files)
    rules = {rule.id: rule for rule in RULES}
    entries = first_entries(findings, rules, {"alert-for-cause"})
    strange = KnownFinding(
        fingerprint="0" * 16, rule="secret-plain", path="policies/x.yaml", message='a "b" \\ \x07é'
    )
    others = [
        KnownFinding(fingerprint=mark * 16, rule=rule, path="services/x.yaml", message="gone")
        for mark, rule in (("1", "alert-for-cause"), ("2", "slo-loosened"), ("3", "no-such-rule"))
    ]
    text = baseline_text([strange, *others, *reversed(entries)])
    golden.check(GOLDEN / "baseline.yaml.txt", text)
    held = {**files, "policies/baseline.yaml": text}
    golden.check(GOLDEN / "baseline-findings.txt", "".join(shown(checked(held))))
    assert kept(findings, loaded(held)[0]) == sorted(
        entries, key=lambda each: (each.path, each.rule, each.location, each.message)
    )


def test_places_of_documents_in_one_file(golden: Golden) -> None:
    """A finding has the place of its own document, whatever stands before and behind it."""
    path = "services/attendance/slo.yaml"
    files = laid_over(
        f"# {path}\n"
        + "---\n".join(
            f"kind: SLO\nmetadata: {{name: {name}, annotations: {{}}}}\n" for name in "abcd"
        )
    )
    lines = [
        f"{f.problem.at.span.line}:{f.problem.at.span.column} {f.rule}: {f.place} {f.fingerprint}\n"
        for f in checked(files)
    ]
    golden.check(GOLDEN / "places.txt", "".join(lines))
