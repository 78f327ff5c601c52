"""Queries of recorded series inside the text of an annotation.

Prometheus runs them only for the series that an alerting rule returns, so they cost nothing while
nothing fires (`AlertingRule.Eval` in rules/alerting.go expands templates for each sample of the
result).
"""

from __future__ import annotations

from dataclasses import dataclass

from reliability.compile.prometheus.names import SeriesNames


@dataclass(frozen=True, slots=True)
class TextScope:
    """Series that the text of one alert is about: those of an objective, or of one of its groups.

    Without group-by labels, matchers are constants. With them, their values come from the labels of
    the alert, by `printf`.
    """

    names: SeriesNames
    by: tuple[str, ...] = ()

    def of_group(self, record: str) -> str:
        """Return a selector of the recorded series of the alert's group."""
        if not self.by:
            return self.of_objective(record)
        groups = ", ".join(f"{label}=%[{at}]q" for at, label in enumerate(self.by, start=1))
        return f"{record}{{{_doubled(self.names.matchers)}, {groups}}}"

    def of_objective(self, record: str) -> str:
        """Return a selector of the recorded series that all groups share."""
        selected = self.names.select(record)
        return _doubled(selected) if self.by else selected

    def query(self, expression: str) -> str:
        """Return the pipeline of a template that queries an expression made of such selectors."""
        values = " ".join(f"$labels.{label}" for label in self.by)
        written = go_string(expression)
        return f"printf {written} {values} | query" if self.by else f"query {written}"


def _doubled(text: str) -> str:
    """Escape text for `printf`, which outputs it unchanged."""
    return text.replace("%", "%%")


def go_string(text: str) -> str:
    """Quote text as a Go string for templates, raw if possible because that is easier to read."""
    if "`" not in text and "\r" not in text:
        return f"`{text}`"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'
