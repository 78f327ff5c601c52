"""The labels by which an Alertmanager configuration routes, inhibits and groups alerts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from reliability.convert.converter import mapping, sequence

MAPPINGS: Final = (
    *("match", "match_re"),
    *("source_match", "source_match_re", "target_match", "target_match_re"),
)
MATCHERS: Final = ("matchers", "source_matchers", "target_matchers")
NAMES: Final = ("equal", "group_by")
MATCHER: Final = re.compile(r'[\s{,]*"?([A-Za-z_][A-Za-z0-9_]*)"?\s*(?:=~|!=|!~|=)')
VALUE: Final = re.compile(r'(=~|!=|!~|=)\s*"(?:[^"\\]|\\.)*"')


def matched_labels(values: Any) -> Iterator[str]:
    """Every label name below `route` and `inhibit_rules`."""
    configuration = mapping(values)
    for rule in (configuration.get("route"), *sequence(configuration.get("inhibit_rules"))):
        yield from _of_rule(mapping(rule))


def _of_rule(rule: dict[str, Any]) -> Iterator[str]:
    for key in MAPPINGS:
        yield from mapping(rule.get(key))
    for key in MATCHERS:
        written = rule.get(key)
        for text in [written] if isinstance(written, str) else sequence(written):
            yield from _names(str(text))
    for key in NAMES:
        yield from map(str, sequence(rule.get(key)))
    for route in sequence(rule.get("routes")):
        yield from _of_rule(mapping(route))


def _names(text: str) -> Iterator[str]:
    """The label names of matchers; what stands in quotes behind a sign is a value."""
    bare = VALUE.sub(r"\1", text)
    yield from MATCHER.findall(bare)
