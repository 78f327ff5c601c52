"""The outcome of an import: files, diagnostics, tiers with reasons and findings; also as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from reliability.alert_labels import AlertLabelSet
from reliability.convert.converter import Diagnostic
from reliability.convert.originals import what_to_do
from reliability.convert.writing import Block
from reliability.finding import Finding, Problem
from reliability.location import pointer_text
from reliability.model.kind import TIERS
from reliability.onboarding.environment_labels import EnvironmentLabel
from reliability.onboarding.write_plan import WritePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """The outcome of one import.

    `findings` are those of `check` on the repository with the new files. `refused` are problems of
    new files that cannot be read or built. `skipped` counts the files that were not read, by
    suffix. `environment_label` is the chosen one of `environment_labels`; empty for none.
    """

    write_plan: WritePlan
    diagnostics: tuple[Diagnostic, ...]
    documents: tuple[Block, ...]
    findings: tuple[Finding, ...] = ()
    written: bool = False
    label_set: AlertLabelSet = "plain"
    refused: tuple[Problem, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
    environment_labels: tuple[EnvironmentLabel, ...] = ()
    environment_label: str = ""

    def tiers(self) -> list[tuple[str, str, int]]:
        """Return tier, reason and number of signals, the most frequent first in each tier."""
        counted: Counter[tuple[str, str]] = Counter()
        for signal in _signals(self.documents):
            counted[str(signal.body["tier"]), signal.comments.get("tier", "")] += 1
        rows = [(tier, reason, number) for (tier, reason), number in counted.items()]
        return sorted(rows, key=lambda row: (TIERS.index(row[0]), -row[2], row[1]))

    def objectives(self) -> int:
        """Return the number of imported SLOs."""
        return sum(1 for document in self.documents if document.body["kind"] == "SLO")


def _signals(documents: Iterable[Block]) -> Iterator[Block]:
    """Yield the signals of drafted alert policies; copied documents have no Block as a spec."""
    for document in documents:
        spec = document.body.get("spec")
        signals: Any = spec.body.get("signals", ()) if isinstance(spec, Block) else ()
        yield from signals


def json_outcome(outcome: ImportOutcome) -> str:
    """Return the outcome as ASCII JSON; lines and columns count from 1."""
    write_plan = outcome.write_plan
    shown = {
        "written": outcome.written,
        "alert_labels": outcome.label_set,
        "files": [
            *_states(write_plan.new, "new"),
            *_states(write_plan.edited, "edited"),
            *_states(write_plan.kept, "kept"),
            *_states(write_plan.same, "same"),
        ],
        "environment_labels": [
            {"label": each.label, "values": dict(each.values), "copies": each.copies}
            for each in outcome.environment_labels
        ],
        "skipped": dict(sorted(outcome.skipped.items())),
        "skipped_help": {reason: what_to_do(reason) for reason in sorted(outcome.skipped)},
        "refused": [_problem(problem) for problem in outcome.refused],
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in outcome.diagnostics],
        "signals": [
            {"tier": tier, "reason": reason, "count": number}
            for tier, reason, number in outcome.tiers()
        ],
        "objectives": outcome.objectives(),
        "findings": counts_by_rule(outcome.findings),
    }
    return json.dumps(shown, indent=2)


def counts_by_rule(findings: Sequence[Finding]) -> dict[str, int]:
    """Return the number of findings by rule, the severe and frequent ones first."""
    severity = {finding.rule: finding.severity for finding in findings}
    counted = Counter(finding.rule for finding in findings if finding.waiver is None)
    ordered = sorted(counted, key=lambda rule: (-severity[rule], -counted[rule], rule))
    return {rule: counted[rule] for rule in ordered}


def _states(paths: Iterable[PurePosixPath], state: str) -> list[dict[str, str]]:
    return [{"path": path.as_posix(), "state": state} for path in paths]


def _diagnostic(diagnostic: Diagnostic) -> dict[str, str | int | None]:
    return {"kind": diagnostic.kind.value, **_problem(diagnostic.problem)}


def _problem(problem: Problem) -> dict[str, str | int | None]:
    at = problem.at
    return {
        "path": at.path.as_posix(),
        "line": at.span.line,
        "column": at.span.column,
        "pointer": pointer_text(at.pointer),
        "message": problem.message,
        "help": problem.help,
    }
