"""Our part and the configuration that a team already has, as one; theirs stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reliability.alertmanager.configuration import text
from reliability.alertmanager.validation.refusals import config_refusals
from reliability.compile.alertmanager.refused import refused
from reliability.finding import Problem
from reliability.load.core_schema import NUMBER_STARTS, older_reading
from reliability.load.document import Document
from reliability.location import Location, Pointer
from reliability.resource import Json


@dataclass(frozen=True, slots=True)
class Contribution:
    """What we bring: one subtree of routes, receivers, inhibitions."""

    routes: list[Json]
    receivers: list[Json]
    inhibit_rules: list[Json]


def merged(theirs: Mapping[str, Any], ours: Contribution) -> dict[str, Json]:
    """Their configuration with our routes before theirs, our receivers and inhibitions behind.

    First, since an alert ends at the first route that takes it: ours take only what is ours.
    """
    route = theirs["route"]
    return {
        **theirs,
        "route": {**route, "routes": [*ours.routes, *(route.get("routes") or ())]},
        "inhibit_rules": [*(theirs.get("inhibit_rules") or ()), *ours.inhibit_rules],
        "receivers": [*theirs["receivers"], *ours.receivers],
    }


def has_global_slack(theirs: Document) -> bool:
    """Whether their configuration has an address of Slack for all receivers."""
    values = theirs.values if isinstance(theirs.values, Mapping) else {}
    settings = values.get("global")
    if not isinstance(settings, Mapping):
        return False
    return bool(settings.get("slack_api_url") or settings.get("slack_api_url_file"))


def refusals(document: Document, ours: Contribution) -> Iterator[Problem]:
    """Why nothing can go into this configuration, one problem for each place in it."""
    if document.index > 0:
        at = document.locate(())
        yield Problem(
            at,
            "a second document, and Alertmanager reads one",
            "keep one document in the file",
            subject="document",
        )
    otherwise = {problem.at.pointer: problem for problem in _read_otherwise(document)}
    for refusal in config_refusals(document.values):
        if not refusal.only_old and refusal.pointer not in otherwise:
            yield refused(document, refusal)
    yield from _clashes(document, ours)
    yield from otherwise.values()


def _clashes(document: Document, ours: Contribution) -> Iterator[Problem]:
    names = {each["name"] for each in ours.receivers if isinstance(each, Mapping)}
    values = document.values if isinstance(document.values, Mapping) else {}
    receivers = values.get("receivers")
    for index, receiver in enumerate(receivers if isinstance(receivers, list) else ()):
        name = receiver.get("name") if isinstance(receiver, Mapping) else None
        if isinstance(name, str) and name in names:
            yield Problem(
                document.locate(("receivers", index, "name")),
                f"receiver {name} stands here, and the name is one of ours",
                "give it another name; ours begin with reliability/",
                subject="reserved",
            )


def _read_otherwise(document: Document) -> Iterator[Problem]:
    """Plain scalars that would mean something else to Alertmanager, once we write them again."""
    for pointer, value in _scalars(document.values, ()):
        at = document.locate(pointer)
        written = _written(document, at)
        other = older_reading(written)
        if other is not None and other.words != SIXTIES:
            yield Problem(
                at,
                f"{written} is {other.words} to Alertmanager, which reads YAML 1.1",
                f"write {other.instead or 'it in quotes'}, or quote it where text is meant",
            )
        elif _loses_its_form(pointer, value, written):
            message = f"{written} is written as {text(value)} with our routes, and is text here"
            yield Problem(at, message, f'quote it: "{written}"')


SIXTIES: Final = "a number to the base 60"
"""What YAML 1.1 takes `17:00` for, and Alertmanager's reader of it does not: times stay text."""

LABELS: Final = frozenset(
    f"{side}{kind}" for side in ("", "source_", "target_") for kind in ("match", "match_re")
)
"""Keys of mappings whose values are text, whatever they look like."""


def _loses_its_form(pointer: Pointer, value: Any, written: str) -> bool:
    """Whether a text that looks like a value loses its form: `1.10` is `1.1`, `True` is `true`."""
    if isinstance(value, bool):
        is_plain = not LABELS.isdisjoint(pointer) and written.lower() in ("true", "false")
    else:
        is_plain = isinstance(value, int | float) and written[:1] in NUMBER_STARTS
    return is_plain and written != text(value)


def _scalars(value: Any, pointer: Pointer) -> Iterator[tuple[Pointer, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _scalars(inner, (*pointer, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _scalars(inner, (*pointer, index))
    elif value is not None:
        yield pointer, value


def _written(document: Document, at: Location) -> str:
    """The text of a scalar that stands on one line, with its quotes if it has any."""
    if at.span.line != at.span.end_line:
        return ""
    line = document.text.splitlines()[at.span.line - 1]
    return line[at.span.column - 1 : at.span.end_column - 1]
