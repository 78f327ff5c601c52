"""The engine: severities of the policy, rules by date, rules that crash, what is broken."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath

import pytest

from reliability.check.context import Need
from reliability.check.engine.run import BUG, Context, run
from reliability.check.rule import catalog_rule, rule
from reliability.check.rules import RULES
from reliability.finding import Finding, Problem, Severity
from reliability.load.document import Located
from reliability.location import Location, SourceSpan
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from tests.check.examples import laid_over, minimal_files
from tests.check.repository import TODAY, checked, found, loaded

OVERDUE = """\
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:
    reliability/journey: "An employee clocks in"
    reliability/agreed-by: "@product-owner"
    reliability/reviewed: "2026-06-01"
"""
CAUSE = """\
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: QueueBacklog
      kind: cause
      tier: alert
      expr: queue_depth > 1000
      for: 15m
      runbook: docs/runbooks/clock-in.md
"""
SETTINGS = """\
# policies/rules.yaml
kind: RulePolicy
spec:
  rules: {settings}
"""


def severities(findings: list[Finding]) -> dict[str, str]:
    return {finding.rule: finding.severity.word for finding in findings}


def test_the_policy_grades_rules_and_turns_them_off() -> None:
    settings = "{alert-for-cause: {severity: info}, alert-without-slo: {severity: 'off'}}"
    files = laid_over(CAUSE + SETTINGS.format(settings=settings))
    assert severities(checked(files)) == {"alert-for-cause": "info"}


def test_the_policy_grades_what_the_loader_says() -> None:
    files = minimal_files()
    files["services/attendance/ownership.yaml"] += "  description: yes\n"
    assert severities(checked(files)) == {"document-yaml11": "warning"}
    files |= laid_over(SETTINGS.format(settings="{document-yaml11: {severity: 'off'}}")) | files
    assert checked(files) == []


def test_a_rule_by_date_is_a_warning_where_nothing_was_touched() -> None:
    files = laid_over(OVERDUE)
    assert severities(checked(files)) == {"slo-review-overdue": "warning"}
    assert severities(checked(files, base=files)) == {"slo-review-overdue": "warning"}


def test_a_rule_by_date_is_an_error_on_a_file_that_the_change_touches() -> None:
    files = laid_over(OVERDUE)
    base = {**files, "services/attendance/slo.yaml": files["services/attendance/slo.yaml"] + "# x"}
    assert severities(checked(files, base=base)) == {"slo-review-overdue": "error"}
    del base["services/attendance/slo.yaml"]
    assert severities(checked(files, base=base)) == {"slo-review-overdue": "error"}


def test_the_day_of_a_strangers_change_never_turns_red_whatever_the_policy_says() -> None:
    settings = SETTINGS.format(settings="{slo-review-overdue: {severity: error}}")
    files = laid_over(OVERDUE + settings)
    assert severities(checked(files)) == {"slo-review-overdue": "warning"}


def test_the_same_files_say_more_as_days_go_by() -> None:
    assert checked(minimal_files(), today=date(2027, 1, 30)) == []
    assert found(checked(minimal_files(), today=date(2027, 1, 31))) == [
        ("slo-review-overdue", "services/attendance/slo.yaml", 9)
    ]


@rule(on=Ownership, severity=Severity.WARNING, since="0.1")
def crashes_on_owners(owner: Located[Ownership], _context: Context) -> Iterator[Problem]:
    yield Problem(owner.at("spec", "team"), "seen before the crash")
    raise KeyError(owner.value.spec.team)


@catalog_rule(severity=Severity.ERROR, since="0.1")
def looks_at_slos(context: Context) -> Iterator[Problem]:
    for slo in context.catalog.documents(Slo):
        yield Problem(slo.at("spec", "service"), "seen")


def test_a_rule_that_crashes_is_a_finding_of_each_document_and_the_others_go_on() -> None:
    path, owner = PurePosixPath("services/attendance/ownership.yaml"), "seen before the crash"
    text = minimal_files()[path.as_posix()]
    copies = {f"services/s{number:02}/ownership.yaml": text for number in range(10)}
    catalog, said = loaded({**minimal_files(), **copies})
    rules, context = (crashes_on_owners, looks_at_slos), Context(today=TODAY, catalog=catalog)
    findings = list(run(rules, context, said))
    by_rule = Counter(finding.rule for finding in findings)
    # At most ten times, because each crash may repeat the work of an index.
    assert by_rule == {"crashes-on-owners": 10, BUG: 10, "looks-at-slos": 1}
    assert [finding.problem.message for finding in findings[::2]][:10] == [owner] * 10
    bug, last = findings[1], findings[19]
    assert bug.severity is Severity.ERROR
    assert bug.problem.at == Location(path, SourceSpan(1, 1, 1, end_column=1))
    assert bug.problem.subject == "crashes-on-owners"
    crash = r"the rule crashes-on-owners crashed \(KeyError: 'workforce', test_run\.py:\d+\)"
    assert re.fullmatch(crash, bug.problem.message)
    assert last.problem.help == "report the bug; the rule did not run on later documents"


def test_a_policy_cannot_turn_off_the_report_of_a_crash() -> None:
    """A severity of its own is possible."""
    found_by_setting = {}
    for word in ("'off'", "info"):
        files = laid_over(SETTINGS.format(settings=f"{{bug: {{severity: {word}}}}}"))
        context = Context(today=TODAY, catalog=loaded(files)[0])
        _, bug, *_ = run((crashes_on_owners,), context)
        found_by_setting[word] = (bug.rule, bug.severity.word)
    assert found_by_setting == {"'off'": (BUG, "error"), "info": (BUG, "info")}


@pytest.mark.parametrize(
    ("severity", "by_date", "needs", "words"),
    [
        (Severity.ERROR, False, None, "error"),
        (Severity.ERROR, True, None, "error on changed files, else warning"),
        (Severity.WARNING, True, None, "warning"),
        (Severity.INFO, True, "live", "info, with `--live`"),
        (Severity.ERROR, True, "base", "error on changed files, else warning, with `--base`"),
        (Severity.WARNING, False, "evidence", "warning, with `--evidence`"),
    ],
)
def test_a_rule_says_its_severity_and_what_it_needs(
    severity: Severity, by_date: bool, needs: Need | None, words: str
) -> None:
    made = catalog_rule(severity=severity, since="0.1", by_date=by_date, needs=needs)
    assert made(looks_at_all).graded == words


def looks_at_all(_context: Context) -> Iterator[Problem]:
    yield from ()


def test_a_file_with_a_warning_alone_is_read_as_a_whole() -> None:
    """Rules about missing names skip what cannot be read, and nothing else."""
    path = "services/attendance/alert-policy.yaml"
    files = minimal_files()
    files[path] = files[path].replace("- slo:", "- windows: gone\n      slo:")
    assert severities(checked(files))["reference-missing"] == "error"
    warned = {**files, "policies/slo.yaml": YES}
    assert severities(checked(warned))["document-yaml11"] == "warning"
    assert severities(checked(warned))["reference-missing"] == "error"
    broken = {**files, "policies/slo.yaml": "a: [\n"}
    assert "reference-missing" not in severities(checked(broken))


YES = """\
apiVersion: reliability/v1
kind: SloPolicy
metadata: {name: slo, displayName: yes}
spec: {}
"""


def test_checking_twice_says_the_same() -> None:
    files = laid_over(CAUSE + OVERDUE)
    assert checked(files) == checked(files)


def test_every_rule_is_silent_about_nothing_at_all() -> None:
    catalog, said = loaded({})
    assert list(run(RULES, Context(today=TODAY, catalog=catalog), said)) == []
