"""Matchers added to expressions: exactly to their selectors, and nothing else changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.promql import syntax
from reliability.promql.narrowing import NarrowingError, narrowed, other_values

STAGING = (("env", "staging"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("up", 'up{env="staging"}'),
        ("up{}", 'up{env="staging"}'),
        ('up{job="a",}', 'up{env="staging",job="a",}'),
        ('{__name__="up"}', '{env="staging",__name__="up"}'),
        ('up{env="staging"}', 'up{env="staging"}'),
        ('up{env=~"st.*"}', 'up{env="staging",env=~"st.*"}'),
        ("sum by (job, up) (up)", 'sum by (job, up) (up{env="staging"})'),
        ("sum(up) by (job)", 'sum(up{env="staging"}) by (job)'),
        ("topk(5, sum)", 'topk(5, sum{env="staging"})'),
        (
            "a / on (x) group_left (y) b",
            'a{env="staging"} / on (x) group_left (y) b{env="staging"}',
        ),
        ("rate(a[5m] offset -1h)", 'rate(a{env="staging"}[5m] offset -1h)'),
        ("rate(a[{{.window}}])", 'rate(a{env="staging"}[{{.window}}])'),
        ("a[5m:1m] @ end()", 'a{env="staging"}[5m:1m] @ end()'),
        ("1e3 * a > bool inf", '1e3 * a{env="staging"} > bool inf'),
        (
            'label_replace(a, "b", "c{d", "e", "f")',
            'label_replace(a{env="staging"}, "b", "c{d", "e", "f")',
        ),
        ("a # b {c}\n+ d", 'a{env="staging"} # b {c}\n+ d{env="staging"}'),
        ('a{b="}{"}', 'a{env="staging",b="}{"}'),
        ("vector(1) and on () vector(time())", "vector(1) and on () vector(time())"),
        ("A AND B", 'A{env="staging"} AND B{env="staging"}'),
    ],
)
def test_each_selector_gets_the_matcher(text: str, expected: str) -> None:
    assert narrowed(text, STAGING) == expected


def test_a_value_is_escaped() -> None:
    text = narrowed("up", (("env", 'a"b\\c'),))
    assert text == 'up{env="a\\"b\\\\c"}'
    assert [*syntax.matchers(syntax.parse(text))] == [("env", "=", 'a"b\\c')]


def test_recorded_series_get_the_labels_of_rules_instead() -> None:
    text = narrowed("slo:current_burn_rate:ratio > 2 and up", STAGING, (("environment", ""),))
    assert text == 'slo:current_burn_rate:ratio{environment=""} > 2 and up{env="staging"}'


@pytest.mark.parametrize("text", ["up{", "sum(", "no promql at all", "{}", "up[5m", ""])
def test_what_is_not_promql_is_refused(text: str) -> None:
    with pytest.raises(NarrowingError):
        narrowed(text, STAGING)


def test_other_values_are_found() -> None:
    text = 'a{env="production"} + b{env!~"st.*"} + c{env=~"staging|x"} + d{job="env"}'
    assert [other.matcher for other in other_values(text, STAGING)] == [
        'env="production"',
        'env!~"st.*"',
    ]


NAMES = st.sampled_from(["up", "sum", "min", "rate", "a:b", "by_x", "on_call", "or_else", "inf_x"])
MATCHERS = st.sampled_from(["", "{}", '{job="x"}', '{job=~"a|}",env!="b"}', "{job='{'}"])
SELECTORS = st.builds(lambda name, braces: f"{name}{braces}", NAMES, MATCHERS)
RANGES = st.sampled_from(["[5m]", "[5m] offset 1h", "[1h] @ 5"])


def _wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("sum by (job, up) ({})".format, inner),
        st.builds("sum({}) without (env)".format, inner),
        st.builds("({})".format, inner),
        st.builds("-{}".format, inner),
        st.builds("max_over_time(({})[5m:1m])".format, inner),
        st.builds("({}) / on (job) group_left (env) ({})".format, inner, inner),
        st.builds("({}) unless ignoring(up) ({}) # up\n".format, inner, inner),
        st.builds("topk(3, {}) > bool 2".format, inner),
    )


EXPRESSIONS = st.recursive(
    st.one_of(SELECTORS, st.builds("rate({}{})".format, SELECTORS, RANGES)), _wrapped, max_leaves=6
)


@given(EXPRESSIONS)
def test_nothing_but_matchers_changes(text: str) -> None:
    before = syntax.parse(text)
    if isinstance(before, str):
        return
    after = syntax.parse(narrowed(text, STAGING))

    was, now = [*syntax.selectors(before)], [*syntax.selectors(after)]
    assert [{*syntax.matchers(each), ("env", "=", "staging")} for each in was] == [
        {*syntax.matchers(each)} for each in now
    ]
    # Without the matcher, the text is the same tree again.
    restored = narrowed(text, STAGING).replace('{env="staging"}', "").replace('env="staging",', "")
    assert syntax.parse(restored).prettify() == before.prettify()
