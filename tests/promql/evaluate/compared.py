"""Expressions asked of a server and of ours, compared bit by bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import httpx
import numpy as np
import promql_parser

from reliability.promql.evaluate.evaluator import Evaluator
from reliability.promql.evaluate.lines import Labels, Times, labels_of
from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.promql.evaluate.stored import Storage
from tests.servers.generation import Generation
from tests.servers.prometheus import Prometheus

MOST_POINTS: Final = 10_000

Result = Mapping[Labels, np.ndarray]
"""The bits of each series at every moment; what is absent is -1."""

ABSENT: Final = -1
NAN: Final = -2


@dataclass(frozen=True, slots=True)
class Difference:
    """How many values were compared, and how many differ in any bit or are on one side only."""

    compared: int
    differing: int

    def __add__(self, other: Difference) -> Difference:
        return Difference(self.compared + other.compared, self.differing + other.differing)


def semantics(generation: Generation) -> Semantics:
    """How this generation reads ranges and adds."""
    return Semantics(Ranges.LEFT_OPEN if generation.has_left_open_ranges else Ranges.CLOSED)


def grid(start: datetime, length: timedelta, every: timedelta) -> Times:
    """Every moment from the start on, in milliseconds."""
    first = round(start.timestamp() * 1000)
    return np.arange(
        first, first + length // timedelta(milliseconds=1), every // timedelta(milliseconds=1)
    )


def asked(server: Prometheus, expression: str, times: Times) -> Result:
    """What a server answers, in parts that it lets pass."""
    found: dict[Labels, np.ndarray] = {}
    step = int(times[1] - times[0])
    for begin in range(0, len(times), MOST_POINTS):
        part = times[begin : begin + MOST_POINTS]
        query = {"query": expression, "start": part[0] / 1000, "end": part[-1] / 1000}
        reply = httpx.post(
            f"{server.url}/api/v1/query_range",
            data={**query, "step": step / 1000},
            trust_env=False,
            timeout=600,
        )
        assert reply.is_success, reply.text
        for series in reply.json()["data"]["result"]:
            row = found.setdefault(labels_of(series["metric"]), np.full(len(times), ABSENT))
            moments, values = zip(*series["values"], strict=True)
            at = np.rint(np.array(moments) * 1000).astype(np.int64)
            row[(at - times[0]) // step] = _bits(np.array([float(each) for each in values]))
    return found


def ours(storage: Storage, expression: str, times: Times, how: Semantics) -> Result:
    """The same of our own evaluator."""
    lines = Evaluator(storage, times, how).vector(promql_parser.parse(expression))
    return {
        each.labels: np.where(each.there, _bits(each.values), ABSENT)
        for each in lines
        if each.there.any()
    }


def _bits(values: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(values), NAN, np.ascontiguousarray(values).view(np.int64))


def difference(theirs: Result, found: Result) -> Difference:
    """Every value of either side, absence too."""
    compared = differing = 0
    for labels in theirs.keys() | found.keys():
        left, right = theirs.get(labels), found.get(labels)
        present = left if left is not None else right
        assert present is not None
        compared += len(present)
        if left is None or right is None:
            differing += int(np.count_nonzero(present != ABSENT))
        else:
            differing += int(np.count_nonzero(left != right))
    return Difference(compared, differing)
