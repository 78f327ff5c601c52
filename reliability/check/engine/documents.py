"""The findings of single documents, without the rest of their repository."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from reliability.check.engine.run import Context, found_by
from reliability.check.rule import Rule
from reliability.finding import Finding
from reliability.load.catalog import Catalog

PREFIX: Final = "document-"


def is_shown(rule: Rule) -> bool:
    """Return whether a rule reports findings if only documents are read."""
    return rule.alone or rule.id.startswith(PREFIX)


def document_findings(
    rules: Iterable[Rule], catalog: Catalog, loaded: Iterable[Finding]
) -> Iterator[Finding]:
    """Yield the loader's findings, and those of rules that are `alone`.

    All of the loader's have a `document-*` ID: what it reports under another rule (a target of 100
    %) is `document-value` here.
    """
    for finding in loaded:
        if finding.rule.startswith(PREFIX):
            yield finding
        else:
            yield dataclasses.replace(finding, rule="document-value")

    context = Context(today=date.min, catalog=catalog)
    for rule in rules:
        if rule.alone:
            yield from found_by(rule, context)
