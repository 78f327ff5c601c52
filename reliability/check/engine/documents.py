"""What single documents show, without a repository around them."""

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
    """The loader's findings, under `document-*` ids alone, and those of the rules that are `alone`.

    What the loader says in a rule of its own (a target of 100 %) is a wrong value of a document.
    """
    for finding in loaded:
        if finding.rule.startswith(PREFIX):
            yield finding
        else:
            yield dataclasses.replace(finding, rule="document-value")

    context = Context(today=date.min, catalog=catalog)
    for rule in rules:
        if rule.alone:
            yield from found_by(rule, context, others=0)
