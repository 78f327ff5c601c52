"""What tells alerts of one name and severity apart."""

from __future__ import annotations

from typing import Any

import pytest

from reliability.promql.distinctions import NamedAlert, distinctions

RATE = 'rate(errors_total{{job="{}"}}[5m]) / rate(requests_total{{job="{}"}}[5m]) > 0.1'


def rule(expr: str = "up == 0", **given: Any) -> NamedAlert:
    """An alert `Down` in the group `http` of `a.yml`."""
    values: dict[str, Any] = {"labels": {}, "group": "http", "file": "a.yml", **given}
    return NamedAlert(name=values.pop("name", "Down"), expr=expr, **values)


@pytest.mark.parametrize(
    ("alerts", "expected"),
    [
        pytest.param([rule(), rule(name="Slow")], ["", ""], id="other names"),
        pytest.param(
            [rule(labels={"severity": "critical"}), rule(labels={"severity": "info"})],
            ["", ""],
            id="other severities",
        ),
        pytest.param(
            [rule(labels={"service": name, "area": name}) for name in ("cart", "search")],
            ["service=cart", "service=search"],
            id="label service",
        ),
        pytest.param(
            [rule(labels={"zone": "a"}), rule(labels={"zone": "b"})],
            ["zone=a", "zone=b"],
            id="any label",
        ),
        pytest.param(
            [rule(RATE.format(name, name)) for name in ("cart", "search")],
            ["job=cart", "job=search"],
            id="matcher of all selectors",
        ),
        pytest.param(
            [rule(RATE.format("cart", "search")), rule(RATE.format("a", "a"), group="b")],
            ["group http", "group b"],
            id="matchers that differ within an expression",
        ),
        pytest.param(
            [rule(labels={"service": "cart"}), rule(group="search")],
            ["group http", "group search"],
            id="label that one alert lacks",
        ),
        pytest.param(
            [
                rule(labels={"service": "{{ $labels.pod }}"}),
                rule(labels={"service": "a"}, file="b"),
            ],
            ["a.yml", "b"],
            id="template in a label",
        ),
        pytest.param(
            [
                rule(labels={"service": "cart"}),
                rule(labels={"service": "cart"}, group="queue"),
                rule(labels={"service": "search"}),
            ],
            ["service=cart, group http", "service=cart, group queue", "service=search"],
            id="two aspects",
        ),
        pytest.param([rule(), rule("up < 1")], ["", ""], id="nothing but the line, not given"),
        pytest.param(
            [rule(line="a.yml:3"), rule("not PromQL(", line="a.yml:9")],
            ["a.yml:3", "a.yml:9"],
            id="line",
        ),
    ],
)
def test_alerts_of_one_name_are_told_apart(alerts: list[NamedAlert], expected: list[str]) -> None:
    assert distinctions(alerts) == expected
