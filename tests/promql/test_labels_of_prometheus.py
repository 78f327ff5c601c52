"""What we say of an expression's labels and conditions, against Prometheus on random expressions.

All series have all labels, since a label that `by` names is taken to be there.
"""

import json
import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from reliability.promql.conditions import never_fires
from reliability.promql.label_bounds import bounds, never_match
from reliability.promql.tree import Binary, read
from reliability.promql.value_bounds import never_holds
from tests.servers.generation import Generation

LABELS = ("job", "instance", "pod", "zone")
SERIES = [
    {
        "series": f'{metric}{{job="{job}",instance="i{pod}",pod="{pod}",zone="{zone}"}}',
        "values": f"{start}+{start}x20",
    }
    for start, (metric, job, pod, zone) in enumerate(
        [
            ("a_total", "j", "x", "eu"),
            ("a_total", "j", "y", "eu"),
            ("a_total", "k", "z", "us"),
            ("b_total", "j", "x", "eu"),
            ("b_total", "k", "z", "us"),
            ("c_total", "j", "x", "eu"),
        ],
        1,
    )
]
RESULT = re.compile(r'expr: (".*"), time: 10m,.*\n\s+exp: nil\n\s+got: (.*)')
ERROR = re.compile(r'expr: (".*"), time: 10m, err: ')
SERIES_LABELS = re.compile(r'(\w+)="')


class Expressions:
    """Random expressions over three metrics, from a grammar of what rules are made of."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def vector(self, depth: int) -> str:
        """An expression that gives series."""
        if depth == 0:
            return self.selector()
        form = self.dice.choice(
            (self.selector, self.aggregation, self.binary, self.call, self.comparison)
        )
        return form() if form == self.selector else form(depth)  # type: ignore[call-arg]

    def labels(self) -> str:
        """Some labels, as `by` and `on` take them."""
        return ", ".join(self.dice.sample(LABELS, self.dice.randint(0, 3)))

    def selector(self) -> str:
        """A metric, mostly with a matcher."""
        metric = self.dice.choice(("a_total", "b_total", "c_total", "none_total"))
        matchers = ('pod="x"', 'pod=~"x|y"', 'zone!=""', 'zone=~".*"', 'job="j"', "")
        return f"{metric}{{{self.dice.choice(matchers)}}}"

    def aggregation(self, depth: int) -> str:
        """A sum or a ranking."""
        operator = self.dice.choice(("sum", "max", "count", "topk", "group"))
        grouping = self.dice.choice(("by", "without", ""))
        clause = f"{grouping} ({self.labels()}) " if grouping else ""
        first = "2, " if operator == "topk" else ""
        return f"{operator} {clause}({first}{self.vector(depth - 1)})"

    def binary(self, depth: int) -> str:
        """Two sides, matched in one of the ways."""
        operator = self.dice.choice(("and", "or", "unless", "/", "*", "> bool"))
        matching = self.dice.choice(("", f"on ({self.labels()})", f"ignoring ({self.labels()})"))
        if matching and operator in ("/", "*") and self.dice.random() < 0.5:
            side = self.dice.choice(("left", "right"))
            taken = self.dice.choice([each for each in LABELS if each not in matching] or [""])
            matching += f" group_{side} ({taken})"
        left, right = self.vector(depth - 1), self.vector(depth - 1)
        return f"({left}) {operator} {matching} ({right})"

    def comparison(self, depth: int) -> str:
        """A filter by a number."""
        sign = self.dice.choice((">", "<", "==", "!=", ">=", "<="))
        return f"({self.vector(depth - 1)}) {sign} {self.dice.choice((0, 1, 2))}"

    def call(self, depth: int) -> str:
        """A function of a vector."""
        inner = self.vector(depth - 1)
        return self.dice.choice(
            (
                f"absent({inner})",
                f"abs({inner})",
                f"max_over_time(({inner})[5m:1m])",
                f'label_replace({inner}, "zone", "new", "", "")',
                f'label_replace({inner}, "pod", "", "", "")',
            )
        )


def evaluated(texts: list[str], promtool: Path, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Each expression that has a result, with the labels of each series; none of one with errors.

    promtool prints what it got where nothing was expected.
    """
    tests = [{"expr": text, "eval_time": "10m", "exp_samples": []} for text in texts]
    whole = {"interval": "1m", "input_series": SERIES, "promql_expr_test": tests}
    (folder / "test.json").write_text(json.dumps({"tests": [whole]}))
    command: list[str | Path] = [promtool, "test", "rules", folder / "test.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    printed = done.stdout + done.stderr
    failed = {json.loads(found) for found in ERROR.findall(printed)}
    results = {json.loads(text): got for text, got in RESULT.findall(printed)}
    for text in texts:
        if text not in failed:
            got = results.get(text, "")
            yield text, re.findall(r"(\w*\{[^}]*\}|(?<!\S)\{\})", got)


def test_labels_and_conditions_are_as_prometheus_has_them(
    generation: Generation, tmp_path: Path
) -> None:
    made = Expressions(seed=3)
    texts = list(dict.fromkeys(made.vector(3) for _ in range(1500)))
    with_results = judged = silent = 0
    for text, results in evaluated(texts, generation.promtool, tmp_path):
        tree = read(text)
        assert tree is not None
        kept = bounds(tree)
        for series in results:
            labels = set(SERIES_LABELS.findall(series)) - {"__name__"}
            assert kept.sure <= labels, text
            assert all(kept.may(label) for label in labels), text
        with_results += bool(results)
        judged += bool(kept.sure) or kept.only is not None
        is_matched = isinstance(tree, Binary) and tree.operator not in ("or", "unless")
        if never_holds(tree):
            assert results == [], text
        if never_fires(tree) or (is_matched and isinstance(tree, Binary) and never_match(tree)):
            assert results == [], text
            silent += 1
    assert with_results > 200
    assert judged > 500
    assert silent > 30
