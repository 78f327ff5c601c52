"""Parts of a report: a line cut around its mark, counts of findings, Markdown that is inert."""

import pytest

from reliability.check.facts.evidence import ObjectiveMeasurement, is_stale
from reliability.check.report.checked import RuleCount, statistics
from reliability.check.report.text import by_rule, summary
from reliability.finding import Finding, Problem, Severity
from reliability.render.display import marked
from reliability.render.markdown import code, plain
from reliability.resolve.digest import definition_digest
from reliability.resolve.objectives import objectives
from tests.check.evidence import MEASURED
from tests.check.examples import minimal_files
from tests.check.report_cases import at
from tests.check.repository import loaded

LINE = "0123456789" * 3
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


@pytest.mark.parametrize(
    ("line", "start", "end", "limit", "shown", "mark"),
    [
        (LINE, 4, 6, 30, LINE, "    ^^"),
        (LINE, 4, 4, 30, LINE, "    ^"),
        ("a\tbc", 2, 3, 100, "a    bc", "     ^"),
        ("日本語", 1, 2, 100, "日本語", "  ^^"),
        ("a\u202eb", 2, 3, 100, "a\\u202eb", "       ^"),
        ("ab   ", 0, 1, 100, "ab", "^"),
        (LINE, 4, 6, 20, "012345678901234567…", "    ^^"),
        (LINE, 14, 16, 20, "…45678901234567890…", "           ^^"),
        (LINE, 24, 26, 20, "…23456789012345678…", "             ^^"),
        (LINE, 28, 30, 20, "…234567890123456789", "                 ^^"),
        (LINE, 0, 30, 20, "012345678901234567…", "^" * 19),
        (LINE, 10, 28, 20, "…012345678901234567…", " " + "^" * 18),
    ],
)
def test_a_long_line_is_cut_around_its_mark(
    line: str, start: int, end: int, limit: int, shown: str, mark: str
) -> None:
    cut = marked(line, start, end, limit)
    assert (cut.line, cut.mark) == (shown, mark)


@pytest.mark.parametrize(
    ("marked_length", "shown"),
    [
        (17, "…XXXXXXXXXXXXXXXXX…"),
        (18, "…XXXXXXXXXXXXXXXXXX…"),
        (19, "…XXXXXXXXXXXXXXXXXX…"),
        (20, "…XXXXXXXXXXXXXXXXXX…"),
        (99, "…XXXXXXXXXXXXXXXXXX…"),
    ],
)
def test_a_mark_as_long_as_the_line_is_cut_at_the_limit(marked_length: int, shown: str) -> None:
    line = LINE + "X" * marked_length + LINE
    cut = marked(line, 30, 30 + marked_length, 20)
    assert cut.line == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a_b", "a\\_b"),
        ("@x #1 http://a", "@\u200bx \\#\u200b1 http\\:\\/\\/\u200ba"),
        ("www.x GH-1", "www\u200b\\.x GH\\-\u200b1"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("a|b", "a\\|b"),
    ],
)
def test_a_text_in_markdown_steers_nothing(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a", "`a`"),
        ("a|b", "`a\\x7cb`"),
        ("`a", "`` `a ``"),
        ("a`", "`` a` ``"),
        ("a`b", "``a`b``"),
        ("a``b`c", "```a``b`c```"),
        ("a``b", "`a``b`"),
        ("##[x]", "`##⟦x]`"),
    ],
)
def test_no_backtick_ends_a_code_span(text: str, shown: str) -> None:
    assert code(text) == shown


def finding(rule: str, severity: Severity, waiver: str | None = None) -> Finding:
    return Finding(rule=rule, severity=severity, problem=Problem(at(), "said"), waiver=waiver)


def test_counts_are_worst_and_most_frequent_first() -> None:
    findings = [
        finding("info", INFO),
        finding("b", ERROR),
        finding("a", ERROR),
        finding("many", WARNING),
        finding("few", WARNING, "until 2027"),
        finding("many", WARNING),
        finding("many", WARNING, "until 2027"),
    ]
    assert statistics(findings) == [
        RuleCount("a", ERROR, 1, 0),
        RuleCount("b", ERROR, 1, 0),
        RuleCount("many", WARNING, 2, 1),
        RuleCount("few", WARNING, 0, 1),
        RuleCount("info", INFO, 1, 0),
    ]


@pytest.mark.parametrize(
    ("findings", "services", "documents", "text"),
    [
        ([], 0, 1, "0 services, 1 document: no findings"),
        ([finding("a", ERROR)], 1, 1200, "1 service, 1,200 documents: 1 error"),
        (
            [finding("a", INFO), finding("a", WARNING), finding("b", WARNING), finding("a", ERROR)],
            2,
            2,
            "2 services, 2 documents: 1 error, 2 warnings, 1 info",
        ),
        ([finding("a", ERROR, "w")], 2, 2, "2 services, 2 documents: no findings; 1 waived"),
    ],
)
def test_a_summary_counts_what_is_there(
    findings: list[Finding], services: int, documents: int, text: str
) -> None:
    assert summary(findings, services, documents) == text


def test_evidence_is_stale_if_what_it_measured_has_changed() -> None:
    [objective] = objectives(loaded(minimal_files())[0])

    def measured(digest: str | None) -> ObjectiveMeasurement:
        return ObjectiveMeasurement.model_validate({**MEASURED, "digest": digest})

    assert not is_stale(measured(definition_digest(objective)), objective)
    assert not is_stale(measured(None), objective)
    assert is_stale(measured("0" * 64), objective)


def test_many_findings_are_counted_by_rule() -> None:
    problem = Problem(at(), "x")
    findings = [
        Finding(rule=f"rule-{number}", severity=ERROR, problem=problem)
        for number in range(10)
        for _ in range(number + 1)
    ]
    assert by_rule(findings[:3]) == "by rule: 2 rule-1, 1 rule-0"
    assert by_rule(findings).endswith(", 3 rule-2, and 2 other rules; --statistics counts all")
