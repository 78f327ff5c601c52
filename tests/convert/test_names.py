"""Names that an import makes are names that `check` and `build` accept, whatever they come from."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from reliability.convert.names import UniqueNames, indicator_name, signal_name, slug
from reliability.model.shapes import SIGNAL

NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
"""An RFC 1123 label, which OpenSLO takes as a name."""


@given(st.text())
@example("a" * 62 + "-b")
@example("http_request_duration_observatorium_api_metrics_production_total-2")
def test_a_safe_name_is_empty_or_a_label_of_rfc_1123(text: str) -> None:
    name = slug(text)
    assert name == "" or NAME.fullmatch(name)
    if name:
        assert NAME.fullmatch(indicator_name(name))


@given(st.lists(st.sampled_from(["a" * 63, "a" * 60 + "-b", "a-" * 31 + "b", "x"]), max_size=12))
def test_each_fresh_name_is_given_once_and_is_valid(wanted: list[str]) -> None:
    names = UniqueNames()
    fresh = [names.fresh(name) for name in wanted]
    assert len(set(fresh)) == len(fresh)
    assert all(NAME.fullmatch(name) for name in fresh)
    assert all(NAME.fullmatch(indicator_name(name)) for name in fresh)


@given(st.text())
def test_the_name_of_a_signal_is_a_name_of_prometheus(text: str) -> None:
    assert re.fullmatch(SIGNAL, signal_name(text))


def test_a_second_name_gets_a_number_within_the_longest() -> None:
    names = UniqueNames()
    assert [names.fresh("shop") for _ in range(3)] == ["shop", "shop-2", "shop-3"]
    assert [names.fresh("a" * 63, "_") for _ in range(2)] == ["a" * 63, "a" * 61 + "_2"]
    dashed = "a" * 60 + "-bc"
    assert [names.fresh(dashed) for _ in range(2)] == [dashed, "a" * 60 + "-2"]


def test_names_are_made_of_what_they_hold() -> None:
    assert slug("kubeStateMetrics_API (v2)") == "kube-state-metrics-api-v2"
    assert (slug("x" * 64), slug("x" * 62 + "-y"), slug("!")) == ("x" * 63, "x" * 62, "")
    assert [signal_name(each) for each in ("High CPU!", "5xx", "", "_a_")] == [
        *("High_CPU", "_5xx", "unnamed", "a")
    ]
    assert indicator_name("availability") == "availability-sli"
