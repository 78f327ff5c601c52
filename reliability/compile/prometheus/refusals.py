"""Declarations that Prometheus would refuse to load, or that fail at evaluation.

One bad rule makes Prometheus refuse the whole file, and with it every alert of the service.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from reliability.alert_labels import AlertLabelNames
from reliability.compile.prometheus.templates import templates, why_not_loaded
from reliability.finding import Label, Problem
from reliability.go_template.tokens import GoTemplateError
from reliability.load.catalog import Catalog
from reliability.load.document import EntryPart
from reliability.load.text_places import place_in_text
from reliability.message import Message
from reliability.promql.parser import parse
from reliability.promql.query import WINDOW, not_promql
from reliability.resolve.compilable import why_not_compiled
from reliability.resolve.objectives import Objective
from reliability.resolve.signals import SignalAlert

LABEL_NAME: Final = re.compile(r"(?!(?i:inf|nan)$)[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)
"""Valid label names in `by (...)`, where Prometheus reads `inf` and `nan` as numbers."""
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
"""Labels that generated rules always set, whatever label names the policy chooses."""
GROUP_BY: Final = "reliability/group-by"
METRIC_NAME: Final = "__name__"
RANGE: Final = (
    Message(
        "the expression returns a range of samples, and a rule needs one value for each series"
    ),
    Message("put it into a function, such as max_over_time(...)"),
)
NO_VALUE: Final = {
    "MatrixSelector": RANGE,
    "SubqueryExpr": RANGE,
    "StringLiteral": (
        Message("the expression is a string, and a rule needs series"),
        Message("write a selector and a comparison, without the quotes"),
    ),
}
"""Expressions that Prometheus loads, but whose every evaluation fails."""


def why_not_objective(objective: Objective, catalog: Catalog) -> Problem | None:
    """Return why an objective has no rules, or None if it has rules."""
    problem = why_not_compiled(objective.slo, objective.index, catalog)
    return problem or next(_group_labels(objective), None)


def _group_labels(objective: Objective) -> Iterator[Problem]:
    at = ("metadata", "annotations", GROUP_BY)
    for label in objective.group_by:
        if not LABEL_NAME.fullmatch(label):
            message = Message("not a valid label name: {label}", label=repr(label))
            help_text = Message("write label names, separated by commas")
            yield Problem(objective.slo.at(*at), message, help_text)
        elif (
            is_set_by_rules(label, objective.label_names)
            or label in objective.placement.written
            or label.startswith("__")
        ):
            message = Message(
                "label {label} cannot be a group label: generated rules overwrite it, "
                "so that groups would be merged",
                label=label,
            )
            help_text = Message("rename the label {label} of the metric", label=label)
            yield Problem(objective.slo.at(*at), message, help_text)


def is_set_by_rules(label: str, names: AlertLabelNames) -> bool:
    """Return whether the rules of an objective set a label, which then cannot separate groups."""
    return label in RESERVED or label in names.of_objectives


def duplicate_objective(objective: Objective, twin: Objective) -> Problem:
    """Return the problem of two objectives of a service whose series would have the same labels."""
    return Problem(
        objective.slo.at("spec", "objectives", objective.index),
        Message(
            "two objectives of one service are called {objective}, so their series would clash",
            objective=objective.identity,
        ),
        Message("rename the SLO or the objective's displayName"),
        related=(
            Label(twin.slo.at("spec", "objectives", twin.index), Message("the other objective")),
        ),
    )


def why_not_signal(signal: SignalAlert) -> Problem | None:
    """Return why a signal has no rule, or None if it has one.

    Another rule reports a missing tier.
    """
    refusal = why_not_expression(signal.signal.expr)
    if refusal is not None:
        return Problem(signal.policy.at(*signal.route, "expr"), *refusal)
    return next(_labels(signal), None) or template_problem(signal, why_not_loaded)


def why_not_expression(expr: str) -> tuple[Message, Message] | None:
    """Return why an expression cannot be that of a rule, and the help; None if it can."""
    try:
        tree = parse(expr)
    except ValueError as error:
        has_window = WINDOW.search(expr)
        help_text = (
            Message("write a range such as 5m instead of {{{{.window}}}}")
            if has_window
            else Message("fix the expression")
        )
        return not_promql(error), help_text

    while type(tree).__name__ == "ParenExpr":
        tree = tree.expr
    return NO_VALUE.get(type(tree).__name__)


def _labels(signal: SignalAlert) -> Iterator[Problem]:
    if METRIC_NAME in signal.signal.labels:
        at = signal.policy.at(*signal.route, "labels", METRIC_NAME, part=EntryPart.KEY)
        message = Message("label {label} is reserved for the metric name", label=METRIC_NAME)
        yield Problem(at, message, Message("remove the label"))


def template_problem(
    signal: SignalAlert, fault_of: Callable[[str], GoTemplateError | None]
) -> Problem | None:
    """Return the first fault in the templates of a signal, at its token."""
    for part, text in templates(signal.signal):
        fault = fault_of(text) if "{{" in text else None
        if fault is not None:
            at = place_in_text(signal.policy, (*signal.route, *part), text, fault.offset)
            return Problem(at, fault.message, fault.help)
    return None
