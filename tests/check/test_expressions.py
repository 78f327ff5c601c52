"""What is found of many expressions, as a signal and as the query of an SLI, in a golden file.

`pytest tests/check/test_expressions.py --update-golden` rewrites it; read what has changed.
"""

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.finding import Finding
from tests.check.examples import minimal_files
from tests.check.repository import checked
from tests.golden import Golden
from tests.variations import documents

GOLDEN: Final = Path(__file__).parent / "golden" / "expressions"
POLICY: Final = "services/attendance/alert-policy.yaml"
SLO: Final = "services/attendance/slo.yaml"
RATE: Final = 'sum(rate(http_requests_total{code=~"5.."}[5m]))'
ALL: Final = "sum(rate(http_requests_total[5m]))"
SIDES: Final = (
    "up",
    "queue_length",
    "jobs_total",
    f"{RATE} / {ALL}",
    "absent(up)",
    "time() - last_run_timestamp_seconds",
    "histogram_quantile(0.9, sum by (le) (rate(http_seconds_bucket[5m])))",
    "-abs(queue_length)",
    "clamp(queue_length, 0, 5)",
    "count(up == 0)",
    "queue_length % 7",
)
LIMITS: Final = (("==", "0"), (">", "1"), ("<", "0"), (">=", "-1"), ("!=", "2"), ("<=", "bool 5"))
COMPARED: Final = tuple(f"{side} {sign} {limit}" for side, (sign, limit) in product(SIDES, LIMITS))
SINGLE: Final = (
    "vector(1)",
    "vector(0) > 1",
    "1 > 2",
    "up",
    "rate(up[5m]) > 0",
    "jobs_total > 100",
    "increase(jobs_total[30s]) > 0",
    "deriv(jobs_total[10m]) > 0",
    "rate(sum(jobs_total)[5m:1m]) > 0",
    "sum(rate(jobs_total[5m])) by (pod) > 1",
    "irate(jobs_total[5m]) > 1",
    "delta(jobs_total[1h]) < 0",
    "queue_length > 1 and queue_length < 1",
    "queue_length > 1 or queue_length <= 1",
    "queue_length > 5 and queue_length > 3",
    "queue_length > 5 unless queue_length > 3",
    "queue_length > 5 unless on (pod) up == 0",
    "queue_length > on (pod) group_left (team) queue_limit",
    "queue_length > ignoring (team) queue_limit",
    'queue_length{job="a"} > queue_length{job="b"}',
    'queue_length{job="a",job="b"} > 1',
    'queue_length{job=~"a|b",job!="a"} > 1',
    'queue_length{job=~"a"} > 1',
    'queue_length{job=~"^a$"} > 1',
    'queue_length{job=~".*"} > 1',
    'queue_length{job!~".+"} > 1',
    'queue_length{job=""} > 1',
    'queue_length{job=~"a(b"} > 1',
    '{__name__=~"queue_.*"} > 1',
    '{job="a"} > 1',
    "max_over_time(queue_length[5m]) > 1",
    "avg_over_time(queue_length[1d]) > 1",
    "min_over_time((queue_length > 5)[10m:1m]) > 1",
    "quantile_over_time(0.9, queue_length[5m]) > 1",
    "count_over_time(queue_length[5m]) < 5",
    "absent_over_time(queue_length[5m])",
    "changes(process_start_time_seconds[15m]) > 2",
    "resets(jobs_total[1h]) > 3",
    "predict_linear(disk_free_bytes[6h], 4 * 3600) < 0",
    "predict_linear(jobs_total[6h], 3600) < 0",
    "histogram_quantile(0.9, rate(http_seconds_bucket[5m])) > 1",
    "histogram_quantile(0.9, sum(rate(http_seconds_bucket[5m]))) > 1",
    "histogram_quantile(90, sum by (le) (rate(http_seconds_bucket[5m]))) > 1",
    "histogram_quantile(0.9, rate(http_seconds[5m])) > 1",
    'rate(http_seconds_bucket{le="0.5"}[5m]) > 1',
    'rate(http_seconds_bucket{le="0.50"}[5m]) > 1',
    "topk(3, queue_length) > 1",
    "quantile(0.9, queue_length) > 1",
    'count_values("v", queue_length) > 1',
    "label_replace(queue_length, 'a', '$1', 'b', '(.*)') > 1",
    "sum by (pod) (queue_length) / on (pod) sum by (pod) (queue_limit) > 0.9",
    "sum by (pod) (queue_length) / on (node) sum by (node) (queue_limit) > 0.9",
    "sum without (pod) (queue_length) > 1",
    "sum(queue_length) / count(queue_length) > 1",
    f"{RATE} / {ALL} > 1.5",
    f"{RATE} / {ALL} > 50",
    f"100 * {RATE} / {ALL} > 5",
    f"1 - {RATE} / {ALL} < 0.99",
    f"{ALL} / {RATE} > 5",
    f"({RATE} / {ALL} > 0.1) and ({ALL} > 10)",
    f"({RATE} / {ALL} > 14.4 * 0.001) and ({RATE} / {ALL} > 14.4 * 0.001)",
    "queue_length offset 5m > 1",
    "queue_length > queue_length offset 1w",
    "queue_length @ 0 > 1",
    "queue_length[5m] > 1",
    "rate(queue_length) > 1",
    "sum(",
    "",
    "'text'",
    "hour() > 8 and hour() < 18 and on () queue_length > 1",
    "day_of_week() == 7 and on () up == 0",
    "scalar(queue_length) > 1",
    "up == bool 0",
    "(up == 0) * 2 > 3",
    "ALERTS{alertname='x'} == 1",
    "slo:sli_error:ratio_rate5m > 0.1",
)
SELECTORS: Final = (
    'http_requests_total{job="attendance"}',
    'http_requests_total{job="attendance",code="200"}',
    'http_requests_total{job="attendance",code!~"5..",path="/"}',
    'http_requests_total{job="other"}',
    'http_requests_total{job=~"attendance|other"}',
    'http_requests_total{job="attendance",code=~"5.."}',
    'http_responses_total{job="attendance"}',
    'http_requests{job="attendance"}',
    'sum(rate(http_requests_total{job="attendance"}[5m]))',
    'sum(rate(http_requests_total{job="attendance",code!~"5.."}[{{.window}}]))',
    'http_seconds_bucket{job="attendance",le="0.5"}',
    'http_seconds_count{job="attendance"}',
)


@pytest.mark.parametrize("tier", ["alert", "ticket"])
def test_signals(golden: Golden, tier: str) -> None:
    lines = []
    for expression in (*SINGLE, *COMPARED) if tier == "alert" else SINGLE:
        signal = {
            "name": "Found",
            "kind": "symptom",
            "tier": tier,
            "expr": expression,
            "for": "2m",
            "summary": "{{ $labels.pod }} has {{ $value }}",
            "runbook": "docs/runbooks/clock-in.md",
        }
        lines += [f"{expression}\n", *found({POLICY: policy(signal)})]
    golden.check(GOLDEN / f"signals-{tier}.txt", "".join(lines))


def test_queries_of_an_sli(golden: Golden) -> None:
    lines = []
    for expression in (*SINGLE, *SELECTORS):
        for role in ("good", "total"):
            text = json.dumps(with_query(role, expression), indent=1)
            lines += [f"{role}: {expression}\n", *found({SLO: text})]
    golden.check(GOLDEN / "queries.txt", "".join(lines))


def with_query(role: str, expression: str) -> Any:
    """The SLO of the minimal repository with another query."""
    [document] = documents(minimal_files()[SLO])
    ratio = document["spec"]["indicator"]["spec"]["ratioMetric"]
    ratio[role]["metricSource"]["spec"]["query"] = expression
    return document


def policy(signal: dict[str, str]) -> str:
    document = {
        "apiVersion": "reliability/v1",
        "kind": "AlertPolicy",
        "metadata": {"name": "attendance"},
        "spec": {"service": "attendance", "signals": [signal]},
    }
    return json.dumps(document, indent=1)


def found(changed: dict[str, str]) -> Iterator[str]:
    """What is found in these files beside the minimal ones, a finding a line."""
    files = {**minimal_files(), **changed}
    for finding in checked(files):
        if finding.problem.at.path.as_posix() in changed:
            yield f"  {line(finding)}\n"


def line(finding: Finding) -> str:
    problem = finding.problem
    span = problem.at.span
    at = f"{span.line}:{span.column}-{span.end_line}:{span.end_column}"
    help_text = f" [{problem.help}]" if problem.help else ""
    return f"{finding.rule} {at}: {problem.message}{help_text}"
