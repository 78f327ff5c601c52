"""A Prometheus in this process: answers about samples with our own evaluator, at a fixed time."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import httpx
import numpy as np
import promql_parser

from reliability.promql.evaluate.evaluator import Evaluator
from reliability.promql.evaluate.lines import labels_of
from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.promql.evaluate.stored import Storage, StoredSeries
from reliability.promql.selector import Selector

SAMPLE: Final = re.compile(r"(\w+)\{([^}]*)\} (\S+) (\S+)\n")
LABEL: Final = re.compile(r'(\w+)="([^"]*)"')
RANGE: Final = re.compile(r"(?P<selector>[^()]*)\[(?P<seconds>\d+)s\]")


def stored(lines: Iterable[str]) -> list[StoredSeries]:
    """The series of OpenMetrics text."""
    found: dict[tuple[tuple[str, str], ...], tuple[list[int], list[float]]] = {}
    for line in lines:
        match = SAMPLE.fullmatch(line)
        if match:
            labels = labels_of({"__name__": match[1], **dict(LABEL.findall(match[2]))})
            times, values = found.setdefault(labels, ([], []))
            times.append(round(float(match[4]) * 1000))
            values.append(float(match[3]))
    return [
        StoredSeries(labels, np.array(times, dtype=np.int64), np.array(values))
        for labels, (times, values) in sorted(found.items())
    ]


@dataclass
class EvaluatingPrometheus:
    """Answers requests; what has no time of its own is asked at `now`."""

    series: list[StoredSeries]
    now: datetime
    requests: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        path = request.url.path.removeprefix("/api/v1/")
        self.requests.append(path)
        if path == "status/runtimeinfo":
            return success({"storageRetention": "15d"})
        if path in ("labels", "label/__name__/values") or path.startswith("label/"):
            return success(self.names(path, asked.get("match[]")))
        if path == "query_range":
            times = [float(asked[key]) for key in ("start", "end", "step")]
            return success(self.between(asked["query"], *times))
        if path == "query":
            return success(self.instant(asked["query"], float(asked.get("time", self.seconds))))
        return httpx.Response(404, text="nothing is here")

    @property
    def seconds(self) -> float:
        return self.now.timestamp()

    def names(self, path: str, match: str | None) -> list[str]:
        selector = Selector.parse(match) if match else None
        held = [dict(each.labels) for each in self.series]
        chosen = [labels for labels in held if selector is None or selector.matches(labels)]
        if path == "labels":
            return sorted({name for labels in chosen for name in labels})
        name = path.split("/")[1]
        return sorted({labels[name] for labels in chosen if name in labels})

    def instant(self, query: str, at: float) -> Mapping[str, Any]:
        window = RANGE.fullmatch(query)
        if window:
            return self.samples(window["selector"], at - float(window["seconds"]), at)
        lines = self.evaluated(query, [at])
        result = [
            {"metric": dict(each.labels), "value": [at, str(each.values[0])]}
            for each in lines
            if each.there[0]
        ]
        return {"resultType": "vector", "result": result}

    def samples(self, selector: str, start: float, end: float) -> Mapping[str, Any]:
        wanted = Selector.parse(selector)
        result = []
        for each in self.series:
            if wanted.matches(dict(each.labels)):
                inside = (each.times > start * 1000) & (each.times <= end * 1000)
                times, values = each.times[inside] / 1000, each.values[inside]
                pairs = [
                    [at, str(value)]
                    for at, value in zip(times.tolist(), values.tolist(), strict=True)
                ]
                if pairs:
                    result.append({"metric": dict(each.labels), "values": pairs})
        return {"resultType": "matrix", "result": result}

    def between(self, query: str, start: float, end: float, step: float) -> Mapping[str, Any]:
        moments = np.arange(start, end + step / 2, step).tolist()
        result = [
            {
                "metric": dict(each.labels),
                "values": [
                    [at, str(value)]
                    for at, value, there in zip(
                        moments, each.values.tolist(), each.there.tolist(), strict=True
                    )
                    if there
                ],
            }
            for each in self.evaluated(query, moments)
        ]
        return {"resultType": "matrix", "result": result}

    def evaluated(self, query: str, moments: Sequence[float]) -> Any:
        times = np.array([round(at * 1000) for at in moments], dtype=np.int64)
        evaluator = Evaluator(Storage(self.series), times, Semantics(Ranges.LEFT_OPEN))
        return evaluator.vector(promql_parser.parse(query))


def success(data: Any) -> httpx.Response:
    return httpx.Response(200, json={"status": "success", "data": data})
