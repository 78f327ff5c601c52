"""Templates of alerts as Prometheus parses them at load and expands them at each evaluation.

Prometheus refuses a rule file for a template that does not parse (`testTemplateParsing` in
model/rulefmt/rulefmt.go, which executes nothing). One that fails later becomes the text `<error
expanding template: ...>` (`expand` in rules/alerting.go). Functions: template/template.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from reliability.go_template.parser import TemplateReading, read_template
from reliability.go_template.shapes import OF_GO, TemplateLanguage, signatures
from reliability.go_template.tokens import GoTemplateError
from reliability.message import Message
from reliability.model.alert_policy import Signal
from reliability.promql.parser import parse
from reliability.regex import compiled

FUNCTIONS: Final = OF_GO | signatures(
    {
        "any... -> arguments": "args",
        "-> string": "externalURL pathPrefix",
        "-> float": "now",
        "query result -> sample": "first",
        "number -> string": (
            "humanize humanize1024 humanizeDuration humanizePercentage humanizeTimestamp"
        ),
        "number -> any": "toDuration toTime",
        "duration -> float": "parseDuration",
        "expression -> query result": "query",
        "pattern, string -> boolean": "match",
        "pattern, string, string -> string": "reReplaceAll",
        "sample -> float": "value",
        "sample -> string": "strvalue",
        "string -> HTML": "safeHtml",
        "string -> string": (
            "graphLink stripDomain stripPort tableLink title toLower toUpper urlQueryEscape"
        ),
        "string, query result -> query result": "sortByLabel",
        "string, sample -> string": "label",
    }
)
"""Functions of Prometheus up to 3.8, and of Go's text/template, with parameters and result."""
SINCE: Final = {"now": "3.6", "toDuration": "3.6", "urlQueryEscape": "3.8"}
"""Functions that Prometheus 2.53 does not have, for which it refuses a rule file."""
DURATION: Final = re.compile(
    r"0|(?=.)(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?", re.ASCII
)
ALERT: Final = {
    "Labels": "labels",
    "ExternalLabels": "other labels",
    "ExternalURL": "string",
    "Value": "float",
}
TEXTS: Final = ("string", "string")


def _instant(text: str) -> Any:
    """Read an expression of `query`, which takes no range and no string."""
    if type(parse(text)).__name__ in ("MatrixSelector", "StringLiteral", "SubqueryExpr"):
        raise ValueError(text)
    return text


LANGUAGE: Final = TemplateLanguage(
    functions=FUNCTIONS,
    dot="alert",
    variables={f"${name[0].lower()}{name[1:]}": shape for name, shape in ALERT.items()},
    fields={"alert": ALERT, "sample": {"Labels": "other labels", "Value": "float"}},
    elements={
        "any": ("any", "any"),
        "arguments": ("string", "any"),
        "integer": ("integer", "integer"),
        "labels": TEXTS,
        "other labels": TEXTS,
        "query result": ("integer", "sample"),
    },
    checks={
        "duration": DURATION.fullmatch,
        "expression": _instant,
        "number": float,
        "pattern": compiled,
    },
)


def templates(signal: Signal) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the templates of a signal, with their routes."""
    yield ("summary",), signal.summary or ""
    yield ("description",), signal.description or ""
    for name, text in signal.labels.items():
        yield ("labels", name), text


def why_not_loaded(text: str) -> GoTemplateError | None:
    """Return why Prometheus refuses a rule file with this text, or None if it loads it."""
    reading = read_template(text, LANGUAGE)
    return reading if isinstance(reading, GoTemplateError) else None


def why_not_expanded(text: str) -> GoTemplateError | None:
    """Return why the text of each notification would be an error, or None if it is not.

    Also report a function that an older Prometheus does not have, since that refuses the file.
    """
    reading = read_template(text, LANGUAGE)
    if isinstance(reading, GoTemplateError):
        return reading
    for name in sorted(SINCE.keys() & reading.names):
        message = Message(
            "Prometheus before {version} has no {name}", version=SINCE[name], name=name
        )
        help_text = Message("write it without {name}, or no alert is loaded", name=name)
        return GoTemplateError(message, help_text, reading.names[name])
    return reading.faults[0] if reading.faults else None


def reading_of(text: str) -> TemplateReading | None:
    """Return what a text uses, or None if it has no template or Prometheus refuses it."""
    reading = read_template(text, LANGUAGE) if "{{" in text else None
    return reading if isinstance(reading, TemplateReading) else None
