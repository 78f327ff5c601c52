"""Which parts of a ratio go together: events and their total, or a raw ratio with its type."""

from itertools import combinations

import pytest
from pydantic import ValidationError

from reliability.model.openslo.sli import RatioMetric

METRIC = {"metricSource": {"type": "Prometheus", "spec": {"query": "x"}}}
PARTS = {"good": METRIC, "bad": METRIC, "total": METRIC, "raw": METRIC, "rawType": "success"}
VALID = [
    {"good", "total"},
    {"bad", "total"},
    {"good", "total", "rawType"},
    {"bad", "total", "rawType"},
    {"raw", "rawType"},
]
ALL = [set(parts) for size in range(len(PARTS) + 1) for parts in combinations(PARTS, size)]


@pytest.mark.parametrize("parts", ALL, ids=lambda parts: " ".join(sorted(parts)) or "nothing")
def test_only_these_forms_are_accepted(parts: set[str]) -> None:
    values = {"counter": True, **{name: PARTS[name] for name in parts}}
    if parts in VALID:
        RatioMetric.model_validate(values)
    else:
        with pytest.raises(ValidationError, match="a ratio needs total and exactly one of good"):
            RatioMetric.model_validate(values)
