"""Burn-rate alerts that people wrote by hand become SLOs, in the spellings that are around."""

from typing import Any

import pytest

from tests.convert.imported import document, findings, imported, said

SLO = "services/shop/slo.yaml"
POLICY = "services/shop/alert-policy.yaml"


def rules(*expressions: tuple[str, str], records: str = "") -> dict[str, str]:
    """A rule file: expressions with their severities, and recordings before them."""
    alerts = "".join(
        f"      - alert: ShopErrorBudgetBurn\n        labels: {{severity: {severity}}}\n"
        f"        expr: |\n          {expr}\n"
        for severity, expr in expressions
    )
    return {"r/shop.yml": f"groups:\n  - name: shop\n    rules:\n{records}{alerts}"}


WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")


def recordings(name: str, expr: str) -> str:
    return "".join(
        f"      - record: {name.replace('W', window)}\n        expr: {expr.replace('W', window)}\n"
        for window in WINDOWS
    )


def four(pair: str) -> tuple[tuple[str, str], ...]:
    """The Workbook's four pairs; `pair` holds LONG, SHORT and FACTOR."""
    numbers = (("1h", "5m", "14.4"), ("6h", "30m", "6"), ("1d", "2h", "3"), ("3d", "6h", "1"))
    filled = [
        pair.replace("LONG", long).replace("SHORT", short).replace("FACTOR", factor)
        for long, short, factor in numbers
    ]
    return (
        ("page", f"({filled[0]}) or ({filled[1]})"),
        ("ticket", f"({filled[2]}) or ({filled[3]})"),
    )


def ratio(values: Any) -> Any:
    return values["spec"]["indicator"]["spec"]["ratioMetric"]


def query(metric: Any) -> str:
    return str(metric["metricSource"]["spec"]["query"])


RECORD = "job:slo_errors_per_request:ratio_rate"
BY_JOB = "sum by (job) (rate(slo_errors[W])) / sum by (job) (rate(slo_requests[W]))"


def test_the_form_of_the_workbook_with_its_recordings() -> None:
    pair = (
        f'{RECORD}LONG{{job="myjob"}} > (FACTOR*0.001) '
        f'and {RECORD}SHORT{{job="myjob"}} > (FACTOR*0.001)'
    )
    gathered = imported(rules(*four(pair), records=recordings(f"{RECORD}W", BY_JOB)))
    slo = document(gathered, SLO)
    assert query(ratio(slo)["bad"]) == 'slo_errors{job="myjob"}'
    assert query(ratio(slo)["total"]) == 'slo_requests{job="myjob"}'
    assert slo["spec"]["objectives"] == [{"target": 0.999}]
    assert "reliability/group-by" not in slo["metadata"]["annotations"]
    [entry] = document(gathered, POLICY)["spec"]["objectives"]
    assert entry == {
        "slo": "job-slo-errors-per-request",
        "windows": "google-30d",
        "tiers": {"fast": "ticket", "slow": "ticket"},
    }
    assert "signals" not in document(gathered, POLICY)["spec"]


ERRORS = 'sum(rate(http_requests_total{code=~"5.."}[W]))'
TOTAL = "sum(rate(http_requests_total[W]))"
BAD = f"{ERRORS} / {TOTAL}"


def both(side: str, threshold: str) -> str:
    """One pair of a ratio written out: long and short compared with one threshold."""
    return " and ".join(
        threshold.replace("RATIO", side.replace("W", window)) for window in ("LONG", "SHORT")
    )


@pytest.mark.parametrize(
    "pair",
    [
        both(f"({BAD})", "RATIO > (14.4 * 0.001)").replace("14.4", "FACTOR"),
        both(BAD, "RATIO > FACTOR * 0.001"),
        both(BAD, "RATIO >= 0.001 * FACTOR"),
        both(BAD, "(RATIO > (FACTOR * (1 - 0.999)))"),
        both(BAD, "RATIO > FACTOR * (100 - 99.9) / 100").replace(" / 100", "*0.01"),
        both(BAD, "FACTOR * 0.001 < RATIO"),
    ],
)
def test_ratios_that_are_written_out(pair: str) -> None:
    gathered = imported(rules(*four(pair)))
    metrics = ratio(document(gathered, SLO))
    assert query(metrics["bad"]) == 'http_requests_total{code=~"5.."}'
    assert query(metrics["total"]) == "http_requests_total"
    assert document(gathered, SLO)["spec"]["objectives"] == [{"target": 0.999}]
    assert document(gathered, POLICY)["spec"]["objectives"][0]["windows"] == "google-30d"


def test_one_minus_the_good_ones_is_an_sli_of_good_events() -> None:
    good = 'sum(rate(http_requests_total{code!~"5.."}[W]))'
    gathered = imported(rules(*four(both(f"(1 - ({good} / {TOTAL}))", "RATIO > FACTOR * 0.01"))))
    metrics = ratio(document(gathered, SLO))
    assert query(metrics["good"]) == 'http_requests_total{code!~"5.."}'
    assert "bad" not in metrics
    assert document(gathered, SLO)["spec"]["objectives"] == [{"target": 0.99}]


def test_a_threshold_that_is_one_number_is_split_by_the_workbooks_factor() -> None:
    expr = f"{BAD} > 0.0144".replace("W", "1h") + " and " + f"{BAD} > 0.0144".replace("W", "5m")
    gathered = imported(rules(("page", expr)))
    assert document(gathered, SLO)["spec"]["objectives"] == [{"target": 0.999}]
    windows = document(gathered, "policies/burn-rates-imported.yaml")
    assert windows["spec"] == {
        "period": "30d",
        "fast": [{"long": "1h", "short": "5m", "budget": "2%", "factor": 14.4}],
    }


def test_other_pairs_become_a_set_of_their_own_with_their_factors() -> None:
    pairs = (("critical", "1h", "5m", 14), ("critical", "6h", "30m", 7), ("warning", "4d", "6h", 1))
    expressions = [
        (
            severity,
            " and ".join(f"{BAD} > ({factor} * 0.01)".replace("W", each) for each in (long, short)),
        )
        for severity, long, short, factor in pairs
    ]
    gathered = imported(rules(*expressions))
    [entry] = document(gathered, POLICY)["spec"]["objectives"]
    windows = document(gathered, "policies/burn-rates-imported.yaml")
    assert entry["windows"] == windows["metadata"]["name"] == "imported-30d-1hx14-6hx7-4dx1"
    assert [each["factor"] for each in windows["spec"]["fast"]] == [14, 7]
    assert [each["factor"] for each in windows["spec"]["slow"]] == [1]
    wrong = [each.problem.message for each in findings(gathered) if each.rule.startswith("burn-")]
    assert wrong == []


def test_labels_that_both_sides_keep_get_a_budget_each() -> None:
    pair = f"{RECORD}LONG > FACTOR*0.001 and {RECORD}SHORT > FACTOR*0.001"
    gathered = imported(rules(*four(pair), records=recordings(f"{RECORD}W", BY_JOB)))
    assert document(gathered, SLO)["metadata"]["annotations"]["reliability/group-by"] == "job"


def test_a_ratio_whose_recordings_are_elsewhere_stays_a_signal_and_says_so() -> None:
    pair = f"{RECORD}LONG > FACTOR*0.001 and {RECORD}SHORT > FACTOR*0.001"
    gathered = imported(rules(*four(pair)))
    assert len(document(gathered, POLICY)["spec"]["signals"]) == 2
    assert any(
        "looks like a burn-rate alert but becomes a signal: the recording rules "
        f"{RECORD}<window> are not part of this import" in each
        for each in said(gathered)
    )


def test_recordings_that_differ_in_more_than_their_window_are_not_trusted() -> None:
    records = recordings(f"{RECORD}W", BY_JOB).replace("slo_errors[5m]", "other_errors[5m]")
    pair = f"{RECORD}LONG > FACTOR*0.001 and {RECORD}SHORT > FACTOR*0.001"
    gathered = imported(rules(*four(pair), records=records))
    assert any("differ in more than the window" in each for each in said(gathered))
    assert len(document(gathered, POLICY)["spec"]["signals"]) == 2


def test_recordings_of_recordings_are_written_out() -> None:
    records = (
        recordings("job:errors:rateW", "sum by (job) (rate(slo_errors[W]))")
        + recordings("job:requests:rateW", "sum by (job) (rate(slo_requests[W]))")
        + recordings(f"{RECORD}W", "job:errors:rateW / job:requests:rateW")
    )
    pair = f"{RECORD}LONG > FACTOR*0.001 and {RECORD}SHORT > FACTOR*0.001"
    metrics = ratio(document(imported(rules(*four(pair), records=records)), SLO))
    assert query(metrics["bad"]) == "slo_errors"
    assert query(metrics["total"]) == "slo_requests"


def test_a_recording_over_the_period_may_be_something_else() -> None:
    period = f"      - record: {RECORD}30d\n        expr: avg_over_time({RECORD}5m[30d])\n"
    pair = f"{RECORD}LONG > FACTOR*0.001 and {RECORD}SHORT > FACTOR*0.001"
    records = recordings(f"{RECORD}W", BY_JOB) + period
    metrics = ratio(document(imported(rules(*four(pair), records=records)), SLO))
    assert query(metrics["bad"]) == "slo_errors"


@pytest.mark.parametrize(
    "expr",
    [
        f"{BAD} > 14.4 * 0.001".replace("W", "1h"),
        "up == 0 and up == 0",
        "rate(a[1h]) > 3 and rate(b[5m]) > 3",
        f"{BAD} > 14.4 * 0.001".replace("W", "1h") + f" and {BAD} > 6 * 0.001".replace("W", "5m"),
        f"({BAD} > 14.4 * 0.001".replace("W", "1h")
        + f" and {BAD} > 14.4 * 0.001)".replace("W", "5m")
        + " and sum(rate(http_requests_total[1h])) > 10",
    ],
)
def test_what_is_no_multiwindow_burn_rate_stays_a_signal_to_the_letter(expr: str) -> None:
    [signal] = document(imported(rules(("page", expr))), POLICY)["spec"]["signals"]
    assert signal["expr"] == expr


BAD5 = BAD.replace("W", "5m")


@pytest.mark.parametrize(
    ("expr", "why"),
    [
        (f"({BAD} > 1.44 * 0.01 and {BAD5} > 1.44 * 0.01) and sum(rate(t[1h])) > 1", "other than"),
        (f"{BAD} > 14.4 * 0.001 and {BAD5} > 14.4 * 0.01", "conditions other than one ratio"),
        (f"100 * {BAD} > 1.44 and 100 * {BAD5} > 1.44", "events are scaled by a number"),
        (f"({BAD}) * 100 > 14.4 * 0.1 and ({BAD5}) * 100 > 14.4 * 0.1", None),
    ],
)
def test_what_looks_like_a_burn_rate_and_is_none_of_an_slo_says_why(
    expr: str, why: str | None
) -> None:
    expr = expr.replace("W", "1h")
    gathered = imported(rules(("page", expr)))
    [signal] = document(gathered, POLICY)["spec"]["signals"]
    assert signal["expr"] == expr
    told = [each for each in said(gathered) if "looks like a burn-rate alert" in each]
    assert len(told) == (why is not None)
    assert all(str(why) in each for each in told)
