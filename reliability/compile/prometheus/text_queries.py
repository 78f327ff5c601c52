"""PromQL queries inside the text of an annotation, and the series that they select.

Prometheus runs these queries only for the series that an alerting rule returns, so they cost
nothing while nothing fires (`AlertingRule.Eval` in rules/alerting.go expands templates for each
sample of the result).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, overload

from reliability.compile.prometheus.names import TOTAL, SeriesNames
from reliability.promql.histogram_query import HistogramQuery
from reliability.promql.query import SelectorQuery, WindowedQuery
from reliability.promql.sampled_query import Query, SampledQuery

SERIES: Final = "%[1]s"
GROUP: Final = "%[2]s"
"""Placeholders for `printf`: matchers of the recorded series, and matchers of the group."""
VARIABLE: Final = re.compile("\0(\\w+)\0")


@dataclass(frozen=True, slots=True)
class TextScope:
    """Series that the text of one alert is about: those of an objective, or of one of its groups.

    Without group-by labels, matchers are constants. With them, their values come from the labels of
    the alert, by `printf`.
    """

    names: SeriesNames
    by: tuple[str, ...] = ()

    @property
    def opening(self) -> str:
        """Beginning of a template with queries: it sets `$slo` and `$group`."""
        if not self.by:
            return ""
        group = ", ".join(f"{label}=%q" for label in self.by)
        values = " ".join(f"$labels.{label}" for label in self.by)
        own = go_string(f"{{{doubled(self.names.matchers)}, %s}}")
        return (
            f'{{{{ $group := printf "{group}" {values} -}}}}{{{{ $slo := printf {own} $group -}}}}'
        )

    def series(self, record: str) -> str:
        """Return a selector of the recorded series with this name."""
        return f"{record}{SERIES}" if self.by else self.names.select(record)

    def of_objective(self, record: str) -> str:
        """Return a selector of the recorded series with this name that all groups share."""
        selected = self.names.select(record)
        return doubled(selected) if self.by else selected

    @property
    def on(self) -> str:
        """Vector matching of the two sides of an operator."""
        return f"on ({', '.join(self.by)})"

    def one(self, expression: str) -> str:
        """Return an expression for the current group, or unchanged if there are no groups."""
        if not self.by:
            return f"({expression})"
        return f"(({expression}) and {self.on} {self.series(TOTAL)})"

    @overload
    def own(self, query: SelectorQuery) -> SelectorQuery: ...
    @overload
    def own(self, query: HistogramQuery) -> HistogramQuery: ...
    @overload
    def own(self, query: WindowedQuery) -> WindowedQuery: ...
    @overload
    def own(self, query: SampledQuery) -> SampledQuery: ...
    def own(self, query: Query) -> Query:
        """Return a query of the document, restricted to the group if it is a selector."""
        if not self.by:
            return query
        if isinstance(query, SelectorQuery | HistogramQuery):
            return replace(query, selector=narrowed(doubled(query.selector)))
        return replace(query, text=doubled(query.text))

    def query(self, expression: str) -> str:
        """Return the pipeline that runs an expression.

        `variable("x")` in it becomes `$x` of the template.
        """
        arguments = ["$slo", "$group"] if self.by else []
        names = list(dict.fromkeys(VARIABLE.findall(expression)))
        if names and not self.by:
            expression = doubled(expression)

        for name in names:
            arguments.append(f"${name}")
            expression = expression.replace(variable(name), f"%[{len(arguments)}]v")

        if "%[" not in expression or not arguments:
            plain = expression.replace("%%", "%") if arguments else expression
            return f"query {go_string(plain)}"

        return f"printf {go_string(expression)} {' '.join(arguments)} | query"


def variable(name: str) -> str:
    """Return the placeholder of a template variable in an expression."""
    return f"\0{name}\0"


def narrowed(selector: str) -> str:
    """Return a selector with the matchers of the group added."""
    name, brace, inner = selector.partition("{")
    inner = inner.removesuffix("}").strip()
    return f"{name}{{{inner}, {GROUP}}}" if brace and inner else f"{name}{{{GROUP}}}"


def doubled(text: str) -> str:
    """Escape text for `printf`, which outputs it unchanged."""
    return text.replace("%", "%%")


def go_string(text: str) -> str:
    """Quote text as a Go string for templates, raw if possible because that is easier to read."""
    if "`" not in text and "\r" not in text:
        return f"`{text}`"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'
