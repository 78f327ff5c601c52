"""PromQL inside the text of an annotation: how it is written there, and whose series it finds.

Prometheus runs these queries only for the series that an alerting rule returns, so they cost
nothing while nothing fires (`AlertingRule.Eval` in rules/alerting.go expands templates for each
sample of the result).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, overload

from reliability.compile.prometheus.names import TOTAL, SeriesNames
from reliability.promql.query import SelectorQuery, WindowedQuery
from reliability.promql.sampled_query import Query, SampledQuery

SERIES: Final = "%[1]s"
GROUP: Final = "%[2]s"
"""What `printf` puts in: the matchers of the recorded series, and those of the group."""
VARIABLE: Final = re.compile("\0(\\w+)\0")


@dataclass(frozen=True, slots=True)
class TextScope:
    """The series that the text of one alert is about: an objective's, or one group's of it.

    Without group-by labels, matchers are constants. With them, their values come from the labels
    of the alert, by `printf`.
    """

    names: SeriesNames
    by: tuple[str, ...] = ()

    @property
    def opening(self) -> str:
        """What a template that asks for anything begins with: it sets `$slo` and `$group`."""
        if not self.by:
            return ""
        group = ", ".join(f"{label}=%q" for label in self.by)
        values = " ".join(f"$labels.{label}" for label in self.by)
        own = go_string(f"{{{doubled(self.names.matchers)}, %s}}")
        return (
            f'{{{{ $group := printf "{group}" {values} -}}}}{{{{ $slo := printf {own} $group -}}}}'
        )

    def series(self, record: str) -> str:
        """The recorded series of this name."""
        return f"{record}{SERIES}" if self.by else self.names.select(record)

    def of_objective(self, record: str) -> str:
        """The recorded series of this name that all groups share."""
        selected = self.names.select(record)
        return doubled(selected) if self.by else selected

    @property
    def on(self) -> str:
        """How one side of an operator is matched with the other."""
        return f"on ({', '.join(self.by)})"

    def one(self, expression: str) -> str:
        """The value of the group at hand; all there is if there are no groups."""
        if not self.by:
            return f"({expression})"
        return f"(({expression}) and {self.on} {self.series(TOTAL)})"

    @overload
    def own(self, query: SelectorQuery) -> SelectorQuery: ...
    @overload
    def own(self, query: WindowedQuery) -> WindowedQuery: ...
    @overload
    def own(self, query: SampledQuery) -> SampledQuery: ...
    def own(self, query: Query) -> Query:
        """A query of the document, narrowed to the group if it is a selector."""
        if not self.by:
            return query
        if isinstance(query, SelectorQuery):
            return replace(query, selector=narrowed(doubled(query.selector)))
        return replace(query, text=doubled(query.text))

    def query(self, expression: str) -> str:
        """The pipeline that runs an expression; `variable("x")` in it is `$x` of the template."""
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
    """What stands for a variable of the template in an expression."""
    return f"\0{name}\0"


def narrowed(selector: str) -> str:
    """A selector with the matchers of the group."""
    name, brace, inner = selector.partition("{")
    inner = inner.removesuffix("}").strip()
    return f"{name}{{{inner}, {GROUP}}}" if brace and inner else f"{name}{{{GROUP}}}"


def doubled(text: str) -> str:
    """Text that `printf` shows as it is."""
    return text.replace("%", "%%")


def go_string(text: str) -> str:
    """Text as a string of Go, which templates are written in; a raw one is easier to read."""
    if "`" not in text and "\r" not in text:
        return f"`{text}`"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'
