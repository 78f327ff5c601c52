"""Rule files that ask for too much: each alert says its limit, and the others are replayed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from reliability.promql.evaluate.order import Order
from reliability.promql.evaluate.replay import limited_states
from reliability.promql.evaluate.rules import Alerting, RuleGroup
from tests.cli.program import reliability

JOINED = ',"job","","job","job","job","job")'
VALUES = "it takes more than 40,000,000 values"
FAR = "reads samples of more than 292 years before the evaluation"
ALERTS = (
    ("", "up == 2", None),
    ("limit: -1", "up == 0", None),
    ("", "rate(up[290y]) > 0", "its ranges are filled at 2316"),
    ("", "up @ -5 > 0", "its ranges are filled at 2083"),
    ("query_offset: 290y", "up == 0", None),
    ("interval: 1ms", "up == 0", "and the limit is 3,000,000; use a longer interval"),
    ("", "max_over_time(up[1y:1ms]) > 0", "and the limit is 3,000,000; use a longer interval"),
    ("", "up @ 9e99 == 0", "number too large"),
    ("", "up @ 1e12 == 0", "out of range"),
    ("", "up @ -1e12 == 0", "out of range"),
    ("", "up @ -9e9 == 0", FAR),
    ("", "rate(up[99999y]) > 0", FAR),
    ("", "max_over_time(max_over_time(up[290y:1d])[290y:1d]) > 0", FAR),
    ("", "label_join(" * 25 + "up" + JOINED * 25 + " == 0", "the limit is 4,096"),
    ("", f'label_replace(up, "a", "{"$1" * 9999}", "job", "(.*)") == 0', "the limit is 4,096"),
    ("", f'label_replace(up, "a", "${"1" * 5000}", "job", "(.*)") == 0', "the limit is 4,096"),
    ("", 'count(count_values("t", timestamp(up) + up)) > 9', None),
    ("", " + ".join(f"max_over_time(rate(up[5m])[{n}d:1s])" for n in range(9, 40)), VALUES),
)


def test_each_alert_that_asks_for_too_much_says_its_limit(tmp_path: Path) -> None:
    groups = [
        f"- name: g{n}\n  {key}\n  rules: [{{alert: A{n}, expr: {json.dumps(expr)}}}]\n"
        for n, (key, expr, _) in enumerate(ALERTS)
    ]
    (tmp_path / "r.yml").write_text("groups:\n" + "".join(groups))
    lines = [
        f'up{{job="a",instance="{instance}"}} {int(n % 7 > 0)} {1795500000 + 60 * n}\n'
        for instance in range(3)
        for n in range(120)
    ]
    (tmp_path / "s.txt").write_text("".join(lines) + "# EOF\n")
    ended = reliability(
        *("--today", "2026-11-25", "backtest", "--rules", "r.yml", "--samples", "s.txt"),
        *("--days", "1", "--format", "json"),
        folder=tmp_path,
    )
    assert ended.code == 0, ended.err
    reasons = {row["alert"]: row["unknown"] for row in json.loads(ended.out)["alerts"]}
    unexpected = [
        (expr[:60], reasons[f"A{n}"])
        for n, (_, expr, expected) in enumerate(ALERTS)
        if (expected or "None") not in str(reasons[f"A{n}"])
    ]
    assert not unexpected, unexpected


@pytest.mark.parametrize("readers", [30, 3_000])
def test_recordings_are_ordered_in_linear_time(readers: int) -> None:
    """Each reads the one before twice, which makes 2^n paths; a chain may have any length."""
    rules = [{"record": "r:0", "expr": "up"}]
    rules += [
        {"record": f"r:{n}", "expr": f"rate(r:{n - 1}[1m]) + rate(r:{n - 1}[2m])"}
        for n in range(1, readers)
    ]
    rules.append({"alert": "A", "expr": f"r:{readers - 1}"})
    group = RuleGroup.of({"name": "g", "rules": rules})
    order = Order.of([group], lambda rule: isinstance(rule, Alerting), 10**15, lookback=0)
    assert [place.index for place in order.rules] == list(range(readers + 1))
    assert order.reach == (readers - 1) * 120_000


def test_alerts_that_are_forgotten_again_and_again_take_linear_time() -> None:
    written = {"alert": "A", "expr": "x", "for": "1m", "keep_firing_for": "5m"}
    [rule] = RuleGroup.of({"name": "g", "rules": [written]}).rules
    assert isinstance(rule, Alerting)
    times = np.arange(20_000, dtype=np.int64) * 60_000
    true = [times % 600_000 > 0, times % 540_000 == 0]
    states = limited_states(rule, true, times, limit=1)
    assert 0 < sum(line.firing.sum() for line in states) < len(times)
