"""Merge the generated routes, receivers and inhibitions into an existing configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reliability.alertmanager.configuration import text
from reliability.alertmanager.validation.refusals import config_refusals
from reliability.compile.alertmanager.refused import refused
from reliability.finding import Problem
from reliability.load.core_schema import BASE_60, NUMBER_STARTS, OlderReading, older_reading
from reliability.load.document import Document
from reliability.location import Location, Pointer
from reliability.message import Message
from reliability.resource import Json


@dataclass(frozen=True, slots=True)
class Contribution:
    """The generated part: a subtree of routes for each team, receivers, inhibition rules."""

    routes: list[Json]
    receivers: list[Json]
    inhibit_rules: list[Json]
    templates: list[Json]


def merged(theirs: Mapping[str, Any], ours: Contribution) -> dict[str, Json]:
    """Put the generated routes before existing routes, and all else after what exists.

    An alert ends at the first route that matches it (unless that sets `continue`), and the
    generated routes match only generated alerts.
    """
    route = theirs["route"]
    templates = [*(theirs.get("templates") or ()), *ours.templates]
    return {
        **theirs,
        **({"templates": templates} if templates else {}),
        # `or ()`, because a key without a value is null in YAML, and Alertmanager accepts it.
        "route": {**route, "routes": [*ours.routes, *(route.get("routes") or ())]},
        "inhibit_rules": [*(theirs.get("inhibit_rules") or ()), *ours.inhibit_rules],
        "receivers": [*theirs["receivers"], *ours.receivers],
    }


def has_global_slack(theirs: Document) -> bool:
    """Return whether a configuration has a global Slack URL."""
    values = theirs.values if isinstance(theirs.values, Mapping) else {}
    settings = values.get("global")
    if not isinstance(settings, Mapping):
        return False
    return bool(settings.get("slack_api_url") or settings.get("slack_api_url_file"))


def refusals(document: Document, ours: Contribution) -> Iterator[Problem]:
    """Yield why generated parts cannot be merged into a configuration, once per location."""
    if document.index > 0:
        at = document.locate(())
        yield Problem(
            at,
            Message("more than one document in the file; Alertmanager reads one"),
            Message("keep one document in the file"),
            subject="document",
        )

    # A value that the two YAML versions read differently is reported once, with that reason, and
    # not as a value of the wrong type.
    otherwise = {problem.at.pointer: problem for problem in _read_otherwise(document)}
    for refusal in config_refusals(document.values):
        if not refusal.only_old and refusal.pointer not in otherwise:
            yield refused(document, refusal)

    yield from _clashes(document, ours)
    yield from otherwise.values()


def _clashes(document: Document, ours: Contribution) -> Iterator[Problem]:
    names = {receiver["name"] for receiver in ours.receivers if isinstance(receiver, Mapping)}
    values = document.values if isinstance(document.values, Mapping) else {}
    receivers = values.get("receivers")

    for index, receiver in enumerate(receivers if isinstance(receivers, list) else ()):
        name = receiver.get("name") if isinstance(receiver, Mapping) else None
        if isinstance(name, str) and name in names:
            yield Problem(
                document.locate(("receivers", index, "name")),
                Message("receiver name {receiver} is reserved", receiver=name),
                Message(
                    "choose another name; if this is a copy of a generated configuration, remove "
                    "it, and write `routes: external` on the Alertmanager of policies/targets.yaml"
                ),
                subject="reserved",
            )


def _read_otherwise(document: Document) -> Iterator[Problem]:
    """Yield problems of plain scalars that Alertmanager would read back as other values."""
    for pointer, value in _scalars(document.values, ()):
        at = document.locate(pointer)
        written = _written(document, at)
        other = older_reading(written)

        # Alertmanager's YAML reader (yaml.v2) leaves `17:00` text, unlike YAML 1.1.
        if other is not None and other.words != BASE_60:
            yield Problem(
                at,
                Message(
                    "Alertmanager reads {text} as {meaning}, since it reads YAML 1.1",
                    text=written,
                    meaning=other.words,
                ),
                _other_spelling(other),
            )
        elif _loses_its_form(pointer, value, written):
            message = Message(
                "{text} becomes {value} when the file is written with the generated routes",
                text=written,
                value=text(value),
            )
            yield Problem(at, message, Message('quote it: "{text}"', text=written))


def _other_spelling(other: OlderReading) -> Message:
    if not other.instead:
        return Message("quote it")
    return Message("write {value}, or quote it if it is text", value=other.instead)


LABELS: Final = frozenset(
    f"{side}{kind}" for side in ("", "source_", "target_") for kind in ("match", "match_re")
)
"""Keys of mappings whose values are always text."""


def _loses_its_form(pointer: Pointer, value: Any, written: str) -> bool:
    """Return whether rewriting changes text that looks like a value: `1.10` to `1.1`, `True`."""
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
    """Return the source text of a scalar on one line, including quotes; empty if it has several."""
    if at.span.line != at.span.end_line:
        return ""
    line = document.text.splitlines()[at.span.line - 1]
    return line[at.span.column - 1 : at.span.end_column - 1]
