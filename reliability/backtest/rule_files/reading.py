"""Rule files -> groups of rules, also those in resources, lists and ConfigMaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any, Final, Literal

from reliability.bugs import contained
from reliability.convert.converter import Diagnostic, mapping
from reliability.convert.fields import Fields
from reliability.convert.originals import NOT_YAML, RULE, parse_merging
from reliability.convert.parts import parts_of
from reliability.convert.prometheus_rules.groups import (
    OriginalRuleGroup,
    groups_of,
    holds_groups,
)
from reliability.convert.unrendered import NAMES, template_kind
from reliability.finding import Problem
from reliability.load.document import Document
from reliability.load.faults import UNREADABLE
from reliability.load.listing import SUFFIXES
from reliability.location import Location, SourceSpan
from reliability.message import Message
from reliability.promql.evaluate.refused import CannotReplay
from reliability.promql.evaluate.rules import duration

DEFAULT_INTERVAL: Final = timedelta(minutes=1)
"""`evaluation_interval` of a Prometheus without one in its configuration."""

RuleKind = Literal["alert", "record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRule:
    """One rule as it is written; `labels` are its own over those of its group.

    `after` is its `for`, `keep` its `keep_firing_for`.
    """

    location: Location
    kind: RuleKind
    name: str
    expr: str
    labels: Mapping[str, str]
    after: timedelta
    keep: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceGroup:
    """One rule group; `offset` is its `query_offset`, and a `limit` of 0 is none."""

    path: PurePosixPath
    name: str
    every: timedelta
    offset: timedelta
    limit: int
    rules: tuple[SourceRule, ...]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The groups of all rule files of one side, and what could not be read of them."""

    groups: tuple[SourceGroup, ...]
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(
        cls,
        files: Iterable[tuple[PurePosixPath, bytes]],
        every: timedelta = DEFAULT_INTERVAL,
    ) -> RuleSet:
        """Read rule files; groups without an interval are evaluated at intervals of `every`.

        A file or rule that cannot be read is a problem, and the others are read all the same.
        """
        groups: list[SourceGroup] = []
        problems: list[Problem] = []
        for path, data in files:
            with contained(path):
                for read in _read(path, data, every):
                    if isinstance(read, Problem):
                        problems.append(read)
                    else:
                        groups.append(read)

        return cls(tuple(groups), tuple(problems))

    @property
    def alerts(self) -> Iterator[tuple[SourceGroup, SourceRule]]:
        """Every alerting rule with its group, in the order of the files."""
        for group in self.groups:
            for rule in group.rules:
                if rule.kind == "alert":
                    yield group, rule


def _read(path: PurePosixPath, data: bytes, every: timedelta) -> Iterator[SourceGroup | Problem]:
    if path.suffix not in SUFFIXES and RULE.search(data) is None:
        return
    kind = template_kind(path, data.decode("utf-8", "replace"))
    if kind is not None:
        what, _ = NAMES[kind]
        help_text = Message("render it, and pass the result: --rules - reads standard input")
        start = Location(path, SourceSpan(1, 1, 1, 2))
        yield Problem(start, Message("{what}, which has to be rendered", what=what), help_text)
        return

    parsed = parse_merging(path, data)
    for fault in parsed.faults:
        if fault.rule == UNREADABLE:
            yield Problem(fault.location, fault.message, fault.help)
    for document in parsed.documents:
        yield from _groups_in(document, every)


def _groups_in(document: Document, every: timedelta) -> Iterator[SourceGroup | Problem]:
    for part in parts_of(document, holds_groups):
        if isinstance(part, Diagnostic):
            if part.reason == NOT_YAML:
                yield part.problem
        elif holds_groups(part):
            for item in groups_of(part):
                # Diagnostics are about keys that `import` does not take over
                if not isinstance(item, Diagnostic):
                    yield from _group(item, document.path, every)


def _group(
    original: OriginalRuleGroup, path: PurePosixPath, every: timedelta
) -> Iterator[SourceGroup | Problem]:
    values = original.fields.values
    shared = _texts(values.get("labels"))
    rules: list[SourceRule] = []

    for fields in original.rules():
        rule = _rule(fields, shared)
        if isinstance(rule, Problem):
            yield rule
        else:
            rules.append(rule)

    try:
        # An interval of zero is none (rules/manager.go)
        interval = duration(values.get("interval")) or every
        offset = duration(values.get("query_offset"))
    except CannotReplay as refusal:
        yield Problem(original.fields.origin.at, Message("{reason}", reason=str(refusal)))
        return
    limit = values.get("limit")

    yield SourceGroup(
        path=path,
        name=original.name,
        every=interval,
        offset=offset,
        limit=limit if isinstance(limit, int) else 0,
        rules=tuple(rules),
    )


def _rule(fields: Fields, shared: Mapping[str, str]) -> SourceRule | Problem:
    values, at = fields.values, fields.origin.at
    name = values.get("alert") or values.get("record")
    expr = values.get("expr")
    if not isinstance(name, str):
        return Problem(at, Message("expected a rule with alert or record"))
    if not isinstance(expr, str | int | float):
        return Problem(at, Message("{rule} has no expr", rule=name))

    try:
        after, keep = (duration(values.get(key)) for key in ("for", "keep_firing_for"))
    except CannotReplay as refusal:
        return Problem(at, Message("{rule}: {reason}", rule=name, reason=str(refusal)))

    return SourceRule(
        location=at,
        kind="alert" if "alert" in values else "record",
        name=name,
        expr=str(expr).strip(),
        labels={**shared, **_texts(values.get("labels"))},
        after=after,
        keep=keep,
    )


def _texts(written: Any) -> dict[str, str]:
    return {name: str(value) for name, value in mapping(written).items()}
