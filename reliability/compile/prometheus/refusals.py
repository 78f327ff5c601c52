"""What Prometheus would refuse, or would evaluate to an error, said where it is written.

One bad rule makes Prometheus refuse the whole file, and with it every alert of the service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from reliability.alert_labels import AlertLabelNames
from reliability.compile.prometheus.templates import why_not_template
from reliability.finding import Label, Problem
from reliability.load.catalog import Catalog
from reliability.load.document import EntryPart
from reliability.promql.parser import parse
from reliability.promql.query import WINDOW, reason
from reliability.resolve.compilable import why_not_compiled
from reliability.resolve.objectives import Objective
from reliability.resolve.signals import SignalAlert

LABEL_NAME: Final = re.compile(r"(?!(?i:inf|nan)$)[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)
"""What may stand in `by (...)`, where `inf` and `nan` are numbers to Prometheus."""
RESERVED: Final = frozenset(
    {
        "alertname",
        "alert_policy",
        "sloth_id",
        "sloth_period",
        "sloth_service",
        "sloth_slo",
        "sloth_window",
    }
)
"""Labels that our rules set whatever label names the notification policy chooses."""
GROUP_BY: Final = "reliability/group-by"
METRIC_NAME: Final = "__name__"
RANGE: Final = ("a range of samples", "put it into a function, such as max_over_time(...)")
NO_VALUE: Final = {
    "MatrixSelector": RANGE,
    "SubqueryExpr": RANGE,
    "StringLiteral": ("a text", "write a selector and a comparison, without the quotes"),
}
"""Trees that Prometheus loads and then evaluates to an error, again and again."""


def why_not_objective(objective: Objective, catalog: Catalog) -> Problem | None:
    """Why an objective has no rules, or None where it has."""
    found = why_not_compiled(objective.slo, objective.index, catalog)
    return found or next(_group_labels(objective), None)


def _group_labels(objective: Objective) -> Iterator[Problem]:
    at = ("metadata", "annotations", GROUP_BY)
    for label in objective.group_by:
        if not LABEL_NAME.fullmatch(label):
            message = f"{label!r} is no label name"
            yield Problem(objective.slo.at(*at), message, "write names, separated by commas")
        elif is_set_by_rules(label, objective.label_names) or label.startswith("__"):
            message = (
                f"groups keep the label {label}, and our own label of that name overwrites it, "
                "so that two groups become one"
            )
            help_text = f"give the metric another label for it than {label}"
            yield Problem(objective.slo.at(*at), message, help_text)


def is_set_by_rules(label: str, names: AlertLabelNames) -> bool:
    """Whether the rules of an objective set a label, so that no group may be told by it."""
    return label in RESERVED or label in names.of_objectives


def stands_twice(objective: Objective, twin: Objective) -> Problem:
    """Two objectives of one service whose series would have the same names and labels."""
    return Problem(
        objective.slo.at("spec", "objectives", objective.index),
        f"its series would be called {objective.identity}, and so are those of another objective",
        "rename the SLO or the objective's displayName",
        (Label(twin.slo.at("spec", "objectives", twin.index), "the other"),),
    )


def why_not_signal(signal: SignalAlert) -> Problem | None:
    """Why a signal has no rule, or None where it has; one without a tier is the check's affair."""
    try:
        tree = parse(signal.signal.expr)
    except ValueError as error:
        at = signal.policy.at(*signal.route, "expr")
        has_window = WINDOW.search(signal.signal.expr)
        help_text = (
            "write a range such as 5m for {{.window}}" if has_window else "mend the expression"
        )
        return Problem(at, f"the expression is not PromQL{reason(error)}", help_text)
    while type(tree).__name__ == "ParenExpr":
        tree = tree.expr
    no_value = NO_VALUE.get(type(tree).__name__)
    if no_value is not None:
        at = signal.policy.at(*signal.route, "expr")
        return Problem(
            at, f"the expression is {no_value[0]}, and a rule needs a value", no_value[1]
        )
    return next(_labels(signal), None) or next(_templates(signal), None)


def _labels(signal: SignalAlert) -> Iterator[Problem]:
    if METRIC_NAME in signal.signal.labels:
        at = signal.policy.at(*signal.route, "labels", METRIC_NAME, part=EntryPart.KEY)
        message = f"{METRIC_NAME} is the name of a metric, and Prometheus refuses it as a label"
        yield Problem(at, message, "take the label out")


def _templates(signal: SignalAlert) -> Iterator[Problem]:
    written = signal.signal
    texts: dict[tuple[str, ...], str | None] = {
        ("summary",): written.summary,
        ("description",): written.description,
        **{("labels", name): text for name, text in written.labels.items()},
    }
    for route, text in texts.items():
        refused = why_not_template(text) if text is not None else None
        if refused is not None:
            yield Problem(signal.policy.at(*signal.route, *route), refused.message, refused.help)
