"""Rules of `check --live` on a server in memory: what they find, what they leave, what is said."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from reliability.check.context import Context
from reliability.check.facts.live import Live, NothingBefore, NotKnown, SampleRetention, look
from reliability.check.rules import RULES
from tests.check.examples import Files, minimal_files
from tests.check.metrics import USUAL, Metrics, Series
from tests.check.repository import checked, found, loaded

SLO = "services/attendance/slo.yaml"
POLICY = "services/attendance/alert-policy.yaml"
LABELS = USUAL["labels"]
SIGNAL = """signals:
    - {name: Errors, kind: cause, tier: log, expr: 'EXPR'}"""


def with_signal(expression: str) -> Files:
    files = minimal_files()
    signals = SIGNAL.replace("EXPR", expression.replace("'", "''"))
    return {**files, POLICY: files[POLICY].replace("signals: []", signals)}


def with_slo(old: str, new: str) -> Files:
    files = minimal_files()
    assert old in files[SLO]
    return {**files, SLO: files[SLO].replace(old, new)}


def rules(files: Files, server: Metrics) -> list[str]:
    return [rule for rule, _, _ in found(checked(files, server=server))]


def said(files: Files, server: Metrics) -> list[tuple[str, str | None]]:
    """What the rules of servers say, with the way out."""
    found = (each for each in checked(files, server=server) if each.rule in OF_SERVERS)
    return [(each.problem.message, each.problem.help) for each in found]


def looked(files: Files, server: Metrics) -> Live:
    return look(Context(today=date(2026, 11, 25), catalog=loaded(files)[0]), server)


OF_SERVERS = {rule.id for rule in RULES if rule.needs == "live"}
USUALLY = Metrics([Series(LABELS)])


def test_without_a_server_nothing_is_found() -> None:
    assert checked(with_signal("rate(nowhere_total[5m]) > 1")) == []


def test_what_is_there_is_clean() -> None:
    assert rules(minimal_files(), USUALLY) == []


@pytest.mark.parametrize(
    "expression",
    [
        'absent(nowhere_total{job="x"}) == 1',
        "absent_over_time(nowhere_total[10m]) == 1",
        "(rate(nowhere_total[5m]) or vector(0)) > 1",
        "slo:sli_error:ratio_rate5m > 0.1",
        "http_requests_total > 1 unless nowhere_total",
    ],
)
def test_what_need_not_be_there_is_not_missed(expression: str) -> None:
    assert not {"metric-missing", "selector-empty"} & set(rules(with_signal(expression), USUALLY))


def test_each_metric_that_is_not_there_is_named() -> None:
    files = with_signal("rate(one_total[5m]) / rate(two_total[5m]) > 1")
    messages = [message for message, _ in said(files, USUALLY)]
    assert messages == [
        "no series of metric one_total in the last 7 days",
        "no series of metric two_total in the last 7 days",
    ]


def test_a_name_with_a_slip_in_it_has_the_nearest_as_help() -> None:
    helps = [way for _, way in said(with_signal("rate(http_request_total[5m]) > 1"), USUALLY)]
    assert helps == ["did you mean http_requests_total?"]
    helps = [way for _, way in said(with_signal("rate(other_total[5m]) > 1"), USUALLY)]
    assert helps == ["correct the name, or scrape the service first"]


def test_a_histogram_that_became_native_is_named() -> None:
    native = Metrics([Series({**LABELS, "__name__": "http_seconds"})])
    asked = with_signal('rate(http_seconds_bucket{le="0.5"}[5m]) > 1')
    helps = [way for message, way in said(asked, native) if "http_seconds_bucket" in message]
    assert helps == [
        "if http_seconds is a native histogram, count with histogram_count(http_seconds) and "
        "histogram_fraction(0, 0.5, http_seconds) * histogram_count(http_seconds)"
    ]


def test_a_value_with_a_slip_in_it_has_the_nearest_as_help() -> None:
    files = with_slo('{job="attendance"}', '{job="attendence"}')
    assert said(files, USUALLY) == [
        (
            'no series of http_requests_total had job="attendence" in the last 7 days',
            "did you mean attendance?",
        )
    ]


def test_a_label_that_no_series_has_is_told_as_such() -> None:
    files = with_slo('{job="attendance"}', '{service="attendance"}')
    [(message, _)] = said(files, USUALLY)
    assert message == "no series of http_requests_total had the label service in the last 7 days"


def test_matchers_that_match_nothing_only_together_are_found_in_a_total_and_not_in_a_signal() -> (
    None
):
    server = Metrics([Series(LABELS), Series({**LABELS, "job": "other", "code": "500"})])
    both = '{job="attendance",code="500"}'
    [(message, _)] = said(with_slo('{job="attendance"}', both), server)
    assert message == f"no series matched http_requests_total{both} in the last 7 days"
    assert rules(with_signal(f"rate(http_requests_total{both}[5m]) > 1"), server) == []


@pytest.mark.parametrize("stored", ["1", "1.0"])
def test_a_whole_limit_of_a_bucket_is_found_in_the_form_of_either_prometheus(stored: str) -> None:
    """Prometheus 3 stores le="1" as le="1.0"; the compiler matches both in a bare selector."""
    good = 'http_request_seconds_bucket{job="attendance", le="1"}'
    total = 'http_request_seconds_bucket{job="attendance", le="+Inf"}'
    old = minimal_files()[SLO]
    first, second = re.findall(r"query: '.*'", old)
    files = with_slo(first, f"query: '{good}'")
    files[SLO] = files[SLO].replace(second, f"query: '{total}'")
    labels = LABELS | {"__name__": "http_request_seconds_bucket"}
    server = Metrics([Series(labels | {"le": le}) for le in (stored, "+Inf")])
    assert rules(files, server) == []
    assert rules(files, Metrics([Series(labels | {"le": "+Inf"})])) == ["selector-empty"]


def test_bad_events_that_did_not_happen_are_no_finding() -> None:
    files = with_slo("good: {metricSource", "bad: {metricSource")
    files = {**files, SLO: files[SLO].replace('code!~"5.."', 'code=~"5.."')}
    assert rules(files, USUALLY) == []


def test_what_was_there_this_week_and_is_not_now_is_no_finding() -> None:
    server = Metrics([Series(LABELS), Series({"__name__": "errors_total"}, now=False)])
    assert rules(with_signal("rate(errors_total[5m]) > 1"), server) == []


def test_a_selector_without_a_name_is_asked_for_as_it_is() -> None:
    files = with_signal('count({job="attendance",code="200"}) > 1')
    server = Metrics([Series(LABELS)])
    assert rules(files, server) == []
    assert server.asked == ["http_requests_total"]


@pytest.mark.parametrize(("days", "finds"), [(29, True), (30, False)])
def test_a_window_longer_than_what_is_kept_is_found(days: int, finds: bool) -> None:
    server = Metrics([Series(LABELS)], kept=timedelta(days=days))
    assert ("retention-short" in rules(minimal_files(), server)) is finds


def test_where_the_server_does_not_say_its_oldest_samples_are_taken() -> None:
    young = Metrics([Series(LABELS)], kept=None, oldest=timedelta(days=9))
    seen = looked(minimal_files(), young)
    assert seen.retention == NothingBefore(timedelta(days=30))
    assert seen.notes == (
        "the server does not say how long it keeps samples; its oldest ones were taken",
    )
    assert said(minimal_files(), young)[0][0] == (
        "the SLO period is 30d, and the server has no sample that is 30d old"
    )


@pytest.mark.parametrize(
    "server",
    [
        Metrics([Series(LABELS)], kept=None, oldest=timedelta(days=90)),
        Metrics([Series(LABELS)], kept=None, oldest=None),
        Metrics([], kept=None, oldest=timedelta(days=90)),
    ],
)
def test_retention_that_is_not_known_is_a_note_and_no_finding(server: Metrics) -> None:
    seen = looked(minimal_files(), server)
    assert seen.retention == NotKnown()
    assert len(seen.notes) == 1
    assert "retention-short" not in rules(minimal_files(), server)


def test_what_the_server_refuses_to_say_is_counted_in_a_note() -> None:
    server = replace(USUALLY, refused=frozenset({'http_requests_total{job="attendance"}'}))
    seen = looked(minimal_files(), server)
    assert seen.retention == SampleRetention(timedelta(days=400))
    assert seen.notes == ("1 of 2 selectors were not looked at",)
    assert rules(minimal_files(), server) == []


def test_selectors_over_the_limit_are_counted_in_a_note() -> None:
    terms = " + ".join(f'http_requests_total{{code="{code}"}}' for code in range(60))
    files = minimal_files()
    signals = "signals:\n" + "".join(
        f"    - {{name: S{index}, kind: cause, tier: log, "
        f"expr: '{terms.replace('code=', f'part{index}=')} > 1'}}\n"
        for index in range(4)
    )
    files[POLICY] = files[POLICY].replace("signals: []", signals)
    seen = looked(files, USUALLY)
    assert seen.notes == ("40 of 242 selectors were not looked at",)


def test_series_are_counted_of_slis_and_not_of_signals() -> None:
    many = Metrics([Series(LABELS), Series({"__name__": "big_total"}, count=20_000)])
    assert rules(with_signal("sum(rate(big_total[5m])) > 1"), many) == []
    assert rules(minimal_files(), Metrics([Series(LABELS, count=10_000)])) == []
    wide = Metrics([Series(LABELS, count=10_001)])
    assert rules(minimal_files(), wide) == ["cardinality-high", "cardinality-high"]


def test_a_range_of_a_signal_with_one_sample_in_it_is_found() -> None:
    server = Metrics(
        [Series(LABELS), Series({"__name__": "slow_total"}, every=timedelta(minutes=3))]
    )
    assert rules(with_signal("rate(slow_total[5m]) > 1"), server) == ["scrape-interval-long"]
    assert rules(with_signal("rate(slow_total[6m]) > 1"), server) == []
    assert rules(with_signal("max_over_time(slow_total[5m]) > 1"), server) == []


SLOW = Metrics([Series(LABELS, every=timedelta(minutes=3))])
GAUGE = """thresholdMetric:
        metricSource: {type: Prometheus, spec: {query: 'http_requests_total{job="attendance"}'}}
"""


def test_only_counters_need_two_samples_in_a_window() -> None:
    assert rules(minimal_files(), SLOW) == ["scrape-interval-long", "scrape-interval-long"]
    files = minimal_files()
    ratio = files[SLO][files[SLO].index("ratioMetric") : files[SLO].index("  timeWindow")]
    gauge = with_slo(ratio, GAUGE)
    gauge[SLO] = gauge[SLO].replace("- target: 0.999", "- {target: 0.999, op: lt, value: 1}")
    assert rules(gauge, SLOW) == []


def test_sources_without_a_declared_interval_differ_from_none() -> None:
    sources = "apiVersion: reliability/v1\nkind: HistorySources\nmetadata: {name: history}\n"
    files = minimal_files() | {
        "policies/history.yaml": sources + "spec: {source: {type: synthetic}}\n"
    }
    assert rules(files, USUALLY) == []


def test_a_waiver_of_such_a_finding_is_not_unused_where_no_server_is_asked() -> None:
    files = with_signal("rate(nowhere_total[5m]) > 1")
    files["policies/waivers.yaml"] = """apiVersion: reliability/v1
kind: Waivers
metadata: {name: waivers}
spec:
  waivers:
    - rule: metric-missing
      service: attendance
      reason: The counter comes with the next release
      approver: "@lead-workforce"
      until: 2026-12-01
"""
    assert rules(files, USUALLY) == []
    assert [each.waiver is not None for each in checked(files, server=USUALLY)] == [True]
    assert checked(files) == []
    assert rules(with_signal("rate(nowhere_total[5m]) > 1"), USUALLY) == ["metric-missing"]


def test_a_recorded_name_with_the_window_in_it_is_no_single_metric() -> None:
    files = with_slo(
        'http_requests_total{job="attendance"}', "sum(clock_in:requests:rate{{.window}})"
    )
    assert "clock_in:requests:rate{{.window}}" in files[SLO]
    assert said(files, USUALLY) == []
