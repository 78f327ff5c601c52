"""Whether an expression can have a result at all, and the words that say why it cannot."""

import pytest

from reliability.promql.impossible import why_never
from reliability.promql.tree import read

EXCLUDED = 'a{b="1",b="2"}'
WHY = 'no series can match b="1", b="2"'


def reason(text: str) -> str | None:
    node = read(text)
    assert node is not None, text
    return why_never(node)


@pytest.mark.parametrize(
    ("matchers", "shown"),
    [
        ('b="1",b="2"', 'b="1", b="2"'),
        ('c="1",b="1",b!="1"', 'b="1", b!="1"'),
        ('b=~"1|2",b="3"', 'b=~"1|2", b="3"'),
        ('b!~".*"', 'b!~".*"'),
        ('b!~"^(.*)$"', 'b!~"^(.*)$"'),
        ('b=~"1|2",b=~"2|3",b!="2"', 'b=~"1|2", b=~"2|3", b!="2"'),
        ('b=~"x.+",b="y"', 'b=~"x.+", b="y"'),
        ('b=~"x.+",b!~"x.+"', 'b=~"x.+", b!~"x.+"'),
        ('b="1",b="2",b="3",b="4",b="5"', 'b="1", b="2", b="3", b="4", b="5"'),
        ('b="1",b="2",b="3",b="4",b="5",b="6"', 'b="1", b="2", b="3", b="4", b="5" and 1 more'),
    ],
)
def test_matchers_that_exclude_each_other_are_named(matchers: str, shown: str) -> None:
    assert reason(f"a{{{matchers}}}") == f"no series can match {shown}"


@pytest.mark.parametrize(
    "selector",
    [
        "a",
        'a{b="1",c="2"}',
        'a{b="1",b="1"}',
        'a{b=~"1|2",b="2"}',
        'a{b=~"x.*",b=~"y.*"}',
        'a{b!="1",b!~"2"}',
        'a{b!~".+"}',
        'a{b=~".*"}',
        'a{b="1" or b="2"}',
        '{__name__="a",b="1"}',
    ],
)
def test_matchers_that_one_series_may_satisfy_are_possible(selector: str) -> None:
    assert reason(selector) is None


def test_a_selector_with_too_many_values_is_left_undecided() -> None:
    """10,000 values are tried, a list of 100 for each of 100 matchers; not one more."""
    values = "|".join(f"v{number}" for number in range(100))
    others = [f'b!="v{number}"' for number in range(99)]
    at_most = ",".join((f'b=~"{values}"', 'b!~"v.+"', *others[:98]))
    assert reason(f"a{{{at_most}}}") is not None
    too_many = ",".join((f'b=~"{values}"', 'b!~"v.+"', *others))
    assert reason(f"a{{{too_many}}}") is None


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        (f"{EXCLUDED} or a", None),
        (f"a or {EXCLUDED}", None),
        (f'{EXCLUDED} or a{{b="3",b="4"}}', WHY),
        (f"{EXCLUDED} unless a", WHY),
        (f"a unless {EXCLUDED}", None),
        (f"{EXCLUDED} > 1", WHY),
        (f"a > {EXCLUDED}", WHY),
        (f"a and {EXCLUDED}", WHY),
        (f"absent({EXCLUDED})", None),
        (f"absent_over_time({EXCLUDED}[5m])", None),
        (f"scalar({EXCLUDED})", None),
        (f"vector(scalar({EXCLUDED}))", None),
        (f"rate({EXCLUDED}[5m])", WHY),
        (f'label_replace({EXCLUDED}, "x", "", "", "")', WHY),
        (f"clamp_max(a, scalar({EXCLUDED}))", None),
        (f"sum({EXCLUDED})", WHY),
        (f"max_over_time({EXCLUDED}[1h:])", WHY),
        (f"-{EXCLUDED}", WHY),
        ("1", None),
    ],
)
def test_an_operation_passes_on_that_nothing_comes_out(expression: str, why: str | None) -> None:
    assert reason(expression) == why


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("count(a) == 0", "count of nothing has no result"),
        ("count(a) < 1", "count of nothing has no result"),
        ("count(a) <= 0", "count of nothing has no result"),
        ("0 == count(a)", "count of nothing has no result"),
        ("1 > count(a)", "count of nothing has no result"),
        ("0 >= count(a)", "count of nothing has no result"),
        ("count_over_time(a[5m]) == 0", "count_over_time of nothing has no result"),
        ("absent(a) == 0", "absent is 1 or has no result"),
        ("absent(a) > 1", "absent is 1 or has no result"),
        ("absent_over_time(a[5m]) != 1", "absent_over_time is 1 or has no result"),
        ("group(a) == 0", "group is 1 or has no result"),
        ("present_over_time(a[5m]) < 1", "present_over_time is 1 or has no result"),
        ("count(a) <= 1", None),
        ("count(a) == 1", None),
        ("count(a) == 2", None),
        ("count(a) < 2", None),
        ("count(a) > 0", None),
        ("0 < count(a)", None),
        ("0 <= count(a)", None),
        ("count(a) == bool 0", None),
        ("count(a) + 0", None),
        ("count(a) == count(b)", None),
        ("sum(a) == 0", None),
        ("absent(a) == 1", None),
        ("absent(a) >= 1", None),
    ],
)
def test_a_count_of_nothing_is_no_zero(expression: str, why: str | None) -> None:
    assert reason(expression) == (why and f"{why}, so the comparison never holds")


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        (
            'a{x="1"} and on (x) sum(b)',
            "the left side of and has the label x and the right side cannot have it",
        ),
        (
            'sum(a) * on (x) b{x="1"}',
            "the right side of * has the label x and the left side cannot have it",
        ),
        ('a{x="1"} and on () sum(b)', None),
        ("sum by (pod) (a) > on (pod) sum(b)", None),
    ],
)
def test_sides_that_never_match_are_named(expression: str, why: str | None) -> None:
    assert reason(expression) == why


RATIO = 'sum(rate(a{c="5"}[5m])) / sum(rate(a[5m]))'


@pytest.mark.parametrize(
    ("comparison", "limit"),
    [
        (f"{RATIO} > 1", "1"),
        (f"{RATIO} >= 1.1", "1.1"),
        (f"{RATIO} == 2", "2"),
        (f"2 < {RATIO}", "2"),
        (f"2 <= {RATIO}", "2"),
        (f"{RATIO} > 14.4 * (1 - 0.9)", "1.44"),
        (f"{RATIO} > 3 / 2", "1.5"),
        (f"{RATIO} > 1 + 1", "2"),
        (f"{RATIO} > -(-3)", "3"),
        ("attendance:burnrate5m > 14.4 * (1 - 0.9)", "1.44"),
        ("14.4 * (1 - 0.9) < attendance:burnrate5m:x", "1.44"),
        ("attendance:burnrate5m_fast > 14.4 * (1 - 0.9)", None),
        ("attendance:burnrate5m > 14.4", None),
        ("attendance:burnrate5m > 14.4 * 0.2", None),
        (f"{RATIO} >= 1", None),
        (f"{RATIO} == 1", None),
        (f"{RATIO} > 0.99", None),
        (f"{RATIO} == 0.5", None),
        (f"{RATIO} < 2", None),
        (f"{RATIO} != 2", None),
        (f"2 > {RATIO}", None),
        (f"1 <= {RATIO}", None),
        (f"{RATIO} > 14.4 * (1 - 0.99)", None),
        (f"{RATIO} > 3 / 0", None),
        (f"{RATIO} > time()", None),
        (f"{RATIO} > 2 * time()", None),
        (f"{RATIO} > time() * 2", None),
        (f"{RATIO} > -time()", None),
        (f"{RATIO} > bool 2", None),
        (f"{RATIO} + 2", None),
    ],
)
def test_a_ratio_cannot_exceed_a_limit_of_one_or_more(comparison: str, limit: str | None) -> None:
    why = f"it needs an error ratio above {limit}, and a ratio cannot exceed 1"
    assert reason(comparison) == (why if limit else None)


@pytest.mark.parametrize(
    ("value", "between"),
    [
        (RATIO, True),
        ('sum(increase(a{c="5"}[5m])) / sum(increase(a[5m]))', True),
        ('sum(irate(a{c="5"}[5m])) / sum(irate(a[5m]))', True),
        ('rate(a_sum{c="5"}[5m]) / rate(a_sum[5m])', True),
        (f"1 - {RATIO}", True),
        (f"max({RATIO})", True),
        (f"min({RATIO})", True),
        (f"avg({RATIO})", True),
        ("slo:sli_error:ratio_rate5m", True),
        ("http_error_ratio:5m", True),
        ("job:errors:ratio_rate5m", True),
        ("job:failures:ratio_rate5m", True),
        ("job:in_to_out:ratio_rate5m", False),
        ("slo:burn_rate:5m", False),
        ("slo:current_burn_rate:ratio", False),
        (f"({RATIO}) / (1 - slo:target)", False),
        ('rate(a{c="5"}[5m]) / on (job) group_right rate(a[5m])', False),
        ('rate(a{c="5"}[5m]) / on (job) group_left rate(a[5m])', True),
        ("attendance:requests", False),
        (f"2 - {RATIO}", False),
        (f"1 + {RATIO}", False),
        (f"1 * ({RATIO})", False),
        ("1 - a", False),
        (f"sum({RATIO})", False),
        ('sum(rate(a{c="5"}[5m])) / sum(rate(b[5m]))', False),
        ('sum(rate(a{c="5"}[5m])) / sum(rate(a[1h]))', False),
        ('sum(rate(a{c="5"}[5m])) / sum(increase(a[5m]))', False),
        ('sum(rate(a{c="5"}[5m] offset 1h)) / sum(rate(a[5m]))', False),
        ('sum(rate(a[5m])) / sum(rate(a{c="5"}[5m]))', False),
        ('sum(rate(a{c="5"}[5m])) * sum(rate(a[5m]))', False),
        ('sum(a{c="5"}) / sum(a)', False),
        ('sum(rate(a{c="5"}[5m])) / sum(a)', False),
        ('avg(rate(a{c="5"}[5m])) / sum(rate(a[5m]))', False),
        ("rate(a_sum[5m]) / rate(a_count[5m])", False),
        ("a", False),
    ],
)
def test_only_a_part_of_events_by_its_whole_is_a_ratio(value: str, between: bool) -> None:
    assert (reason(f"({value}) > 3") is not None) is between
