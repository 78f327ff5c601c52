"""Labels in queries that seem to name an environment, and the document that declares them."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from reliability.load.catalog import Catalog
from reliability.model.alert_policy import AlertPolicy
from reliability.model.openslo.slo import Slo
from reliability.onboarding.people import as_name
from reliability.promql.tree import Matcher, VectorSelector, read, walk
from reliability.render.yaml_text import RESERVED
from reliability.resolve.indicator import queries

NAMES: Final = ("env", "environment", "stage", "cluster")
"""Labels that commonly name an environment or a cluster."""
ALTERNATIVES: Final = re.compile(r"[\w-]+(\|[\w-]+)*", re.ASCII)
"""A pattern that lists plain values."""
PLAIN: Final = re.compile(r"[A-Za-z][\w-]*", re.ASCII)
FILE: Final = PurePosixPath("policies/environments.yaml")
HEAD: Final = """\
# The values of the label {label} in existing queries. Add the servers of each environment, and
# remove matchers of {label} from the queries: the selector labels are added to each of them.
apiVersion: reliability/v1
kind: Environments
metadata: {{name: environments}}
spec:
  environments:
"""
ENTRY: Final = """\
    - name: {name}
      selectorLabels: {{{label}: {value}}}
      # highestTier: ticket         # for an environment that may not page
      # servers: [{{name: {name}, target: ...}}]   # a sync target of policies/targets.yaml
"""


@dataclass(frozen=True, slots=True)
class EnvironmentLabel:
    """A label with several values in queries.

    `values` has the number of expressions that select each. `copies` is the number of expressions
    that differ from another one in this label only.
    """

    label: str
    values: Mapping[str, int]
    copies: int

    @property
    def text(self) -> str:
        """The label, its values and the number of copies, for reports."""
        values = ", ".join(f"{value} ({count})" for value, count in self.values.items())
        copies = f"; {self.copies} expressions differ in it only" if self.copies else ""
        return f"{self.label} is {values}{copies}"


def environment_labels(expressions: Iterable[str]) -> tuple[EnvironmentLabel, ...]:
    """Return the labels that seem to name an environment and have several values."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for text in dict.fromkeys(expressions):
        seen = dict.fromkeys(_values(text))
        for label, value in seen:
            counts[label][value] += 1
        for label in dict.fromkeys(label for label, _ in seen):
            forms[label][_without(text, label)] += 1
    return tuple(
        EnvironmentLabel(
            label=label,
            values=dict(sorted(counts[label].items())),
            copies=sum(number for number in forms[label].values() if number > 1),
        )
        for label in NAMES
        if len(counts[label]) > 1
    )


def expressions_of(catalog: Catalog) -> Iterator[str]:
    """Yield the expressions of signals and the queries of SLOs."""
    for policy in catalog.documents(AlertPolicy):
        yield from (signal.expr for signal in policy.value.spec.signals)
    for slo in catalog.documents(Slo):
        yield from (query.text or "" for query in queries(slo, catalog) if query.is_promql)


def environments_text(seen: EnvironmentLabel) -> str:
    """Return the document that declares an environment for each value.

    Raises:
        ValueError: two values become the same name.
    """
    names = [as_name(value, "environment") for value in seen.values]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"several values of {seen.label} would be called {twice[0]}")
    entries = (
        ENTRY.format(name=_word(name), label=seen.label, value=_word(value))
        for name, value in zip(names, seen.values, strict=True)
    )
    return HEAD.format(label=seen.label) + "".join(entries)


def _word(text: str) -> str:
    """Return a text as YAML inside braces, quoted unless all parsers read it as the same text."""
    is_plain = PLAIN.fullmatch(text) is not None and text.lower() not in RESERVED
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def chosen(label: str | None, seen: Sequence[EnvironmentLabel]) -> EnvironmentLabel | None:
    """Return the label that a person chose; None if there is no text, or an empty one.

    Raises:
        ValueError: no such label was seen with several values.
    """
    if not label:
        return None
    for each in seen:
        if each.label == label:
            return each
    known = ", ".join(each.label for each in seen) or "none"
    raise ValueError(f"no query has several values of {label}; seen: {known}")


def _values(text: str) -> Iterator[tuple[str, str]]:
    tree = read(text)
    for node in walk(tree) if tree is not None else ():
        for matcher in node.matchers if isinstance(node, VectorSelector) else ():
            if matcher.label in NAMES:
                yield from ((matcher.label, value) for value in _selected(matcher))


def _selected(matcher: Matcher) -> Iterable[str]:
    if matcher.sign == "=" and matcher.value:
        return (matcher.value,)
    if matcher.sign == "=~" and ALTERNATIVES.fullmatch(matcher.value):
        return matcher.value.split("|")
    return ()


def _without(text: str, label: str) -> str:
    """Return an expression without the matchers of a label, to compare it with others."""
    matcher = rf"""\b{label}\s*=~?\s*("[^"]*"|'[^']*'|`[^`]*`)\s*,?"""
    return re.sub(r"\s+|,(?=\s*\})", "", re.sub(matcher, "", text))
