"""The fix of `sli-window-fixed` puts the window into ranges, never into the value of a label."""

from pathlib import Path

import pytest

from tests.check.examples import Files, minimal_files
from tests.check.repository import checked, write
from tests.cli.program import in_process as reliability

SLO = "services/attendance/slo.yaml"
TOTAL = 'http_requests_total{job="attendance"}\''
RULE = "sli-window-fixed"


def with_total(query: str) -> Files:
    """The minimal repository, whose SLI has this query as its total."""
    files = minimal_files()
    assert files[SLO].count(TOTAL) == 1
    return files | {SLO: files[SLO].replace(TOTAL, query.replace("'", "''") + "'")}


@pytest.mark.parametrize(
    ("query", "has_fix"),
    [
        ("sum(rate(x[5m]))", True),
        ("sum(rate(x{path='/a'}[5m]))", True),
        ("sum(rate(x[5m])) + sum(rate(x[{{.window}}]))", True),
        ("sum(rate(x{path='[5m]'}[5m]))", False),
        ('sum(rate(x{path="[5m]"}[5m]))', False),
        ("sum(rate(x{path=`[5m]`}[5m]))", False),
        ('sum(rate(x{path=~"/[a-z]+"}[5m]))', False),
        ("sum(rate(x{path='[5m]'}[5m])) + sum(rate(x[{{.window}}]))", False),
        ("max_over_time(sum(rate(x[5m]))[1h:1m])", False),
        ("x[5m]", False),
    ],
)
def test_only_a_range_that_is_no_text_is_fixed(query: str, has_fix: bool) -> None:
    findings = [each for each in checked(with_total(query)) if each.rule == RULE]
    assert findings
    assert [each.problem.fix is not None for each in findings] == [has_fix] * len(findings)


def test_check_fix_writes_the_window_and_leaves_a_label_with_brackets_alone(
    tmp_path: Path,
) -> None:
    plain, in_a_label = "sum(rate(x[5m]))", 'sum(rate(x{path="[5m]"}[5m]))'
    for number, query in enumerate((plain, in_a_label)):
        write(with_total(query), tmp_path / str(number))
        reliability("check", "--fix", folder=tmp_path / str(number))
    fixed, left_alone = ((tmp_path / number / SLO).read_text() for number in ("0", "1"))
    assert "sum(rate(x[{{.window}}]))" in fixed
    assert left_alone == with_total(in_a_label)[SLO]
