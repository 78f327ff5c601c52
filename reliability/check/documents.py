"""What single documents show, without a repository around them: the `document-*` rules."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Final

from reliability.finding import Finding

PREFIX: Final = "document-"


def document_findings(loaded: Iterable[Finding]) -> Iterator[Finding]:
    """The loader's findings under `document-*` ids alone.

    What the loader says in a rule of its own (a target of 100 %) is a wrong value of a document.
    """
    for finding in loaded:
        if finding.rule.startswith(PREFIX):
            yield finding
        else:
            yield dataclasses.replace(finding, rule="document-value")
