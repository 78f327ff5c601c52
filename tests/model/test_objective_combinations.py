"""Every combination of an SLI, a budgeting method and keys of an objective, in a golden file."""

import json
from itertools import combinations
from pathlib import Path, PurePosixPath
from typing import Any, Final

from reliability.load.loader import load
from tests.compile.repositories import Document, metric, slo
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "objectives.txt"


def indicator(**spec: Any) -> dict[str, Any]:
    return {"indicator": {"metadata": {"name": "sli"}, "spec": spec}}


RATIO: Final = {"counter": True, "good": metric("good"), "total": metric("total")}
SLIS: Final[dict[str, tuple[dict[str, Any], dict[str, Any]]]] = {
    "ratio": (indicator(ratioMetric=RATIO), {}),
    "threshold": (indicator(thresholdMetric=metric("up")), {}),
    "reference": ({"indicatorRef": "sli"}, {}),
    "none": ({}, {}),
    "both": ({"indicatorRef": "sli", **indicator(ratioMetric=RATIO)}, {}),
    "of the objective": ({}, {"indicatorRef": "sli"}),
    "also of the objective": ({"indicatorRef": "sli"}, {"indicatorRef": "sli"}),
    "ratio and threshold": (
        indicator(ratioMetric=RATIO, thresholdMetric=metric("up")),
        {},
    ),
}
METHODS: Final = ("Occurrences", "Timeslices", "RatioTimeslices")
KEYS: Final[dict[str, Any]] = {
    "op": "lte",
    "value": 0.5,
    "timeSliceWindow": "5m",
    "timeSliceTarget": 0.95,
}
TARGETS: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"target": 0.99},
    {"targetPercent": 99},
    {"target": 0.99, "targetPercent": 99},
    {"target": 1},
    {"target": 0},
    {"targetPercent": 100},
    {"target": 0.99, "compositeWeight": 2},
)


def found(document: Document) -> str:
    """What the loader finds in a document, on one line."""
    _, findings = load([(PurePosixPath("slo.yaml"), json.dumps(document, indent=1).encode())])
    problems = [finding.problem for finding in findings]
    texts = [
        f"{problem.at.span.line}:{problem.at.span.column} {problem.message}; {problem.help}"
        for problem in problems
    ]
    return " | ".join(texts) or "-"


def document(spec: dict[str, Any], objective: dict[str, Any], method: str) -> Document:
    whole = slo(budgetingMethod=method, objectives=[objective])
    if "indicator" not in spec:
        del whole["spec"]["indicator"]
    whole["spec"] |= spec
    return whole


def test_every_combination_of_keys(golden: Golden) -> None:
    lines = []
    for name, (spec, more) in SLIS.items():
        for method in METHODS:
            for count in range(len(KEYS) + 1):
                for keys in combinations(KEYS, count):
                    objective = {"target": 0.99, **more, **{key: KEYS[key] for key in keys}}
                    shown = " ".join(keys) or "no key"
                    lines.append(
                        f"{name}, {method}, {shown}: {found(document(spec, objective, method))}"
                    )
    for objective in TARGETS:
        given = document(SLIS["ratio"][0], objective, "Occurrences")
        lines.append(f"{json.dumps(objective)}: {found(given)}")
    golden.check(GOLDEN, "".join(f"{line}\n" for line in lines))
