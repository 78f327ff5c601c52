"""What an import came to: files, remarks, tiers and why, what check says; as JSON too."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.alert_labels import AlertLabelSet
from reliability.convert.converter import Remark
from reliability.convert.writing import Block
from reliability.finding import Finding, Problem
from reliability.location import pointer_text
from reliability.onboarding.landing import WritePlan

TIERS: Final = ("alert", "ticket", "log")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """One import. `findings` are those of check on the repository with the new files in it.

    `refused` is what cannot be read or built of the new files. `skipped` counts the files that
    were not looked at, by suffix.
    """

    landing: WritePlan
    remarks: tuple[Remark, ...]
    documents: tuple[Block, ...]
    findings: tuple[Finding, ...]
    written: bool
    label_set: AlertLabelSet = "plain"
    refused: tuple[Problem, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)

    def tiers(self) -> list[tuple[str, str, int]]:
        """Tier, reason and number of the signals, the most frequent first in each tier."""
        counted: Counter[tuple[str, str]] = Counter()
        for signal in _entries(self.documents, "signals"):
            counted[str(signal.body["tier"]), signal.comments.get("tier", "")] += 1
        rows = [(tier, reason, number) for (tier, reason), number in counted.items()]
        return sorted(rows, key=lambda row: (TIERS.index(row[0]), -row[2], row[1]))

    def objectives(self) -> int:
        """How many promises were made of burn-rate alerts or other SLOs."""
        return sum(1 for document in self.documents if document.body["kind"] == "SLO")


def _entries(documents: Iterable[Block], key: str) -> list[Block]:
    blocks: list[Block] = []
    for document in documents:
        spec = document.body["spec"]
        entries: Any = spec.body.get(key, ()) if isinstance(spec, Block) else ()
        blocks += [entry for entry in entries if isinstance(entry, Block)]
    return blocks


def json_outcome(outcome: ImportOutcome) -> str:
    """The outcome for other programs, all of it ASCII; lines and columns count from 1."""
    landing = outcome.landing
    shown = {
        "written": outcome.written,
        "alert_labels": outcome.label_set,
        "files": [
            *_states(landing.new, "new"),
            *_states(landing.edited, "edited"),
            *_states(landing.kept, "kept"),
            *_states(landing.same, "same"),
        ],
        "skipped": dict(sorted(outcome.skipped.items())),
        "refused": [_problem(problem) for problem in outcome.refused],
        "diagnostics": [_remark(remark) for remark in outcome.remarks],
        "signals": [
            {"tier": tier, "reason": reason, "count": number}
            for tier, reason, number in outcome.tiers()
        ],
        "objectives": outcome.objectives(),
        "findings": counts_by_rule(outcome.findings),
    }
    return json.dumps(shown, indent=2)


def counts_by_rule(findings: Sequence[Finding]) -> dict[str, int]:
    """How many findings each rule has, the severe and frequent ones first."""
    severity = {finding.rule: finding.severity for finding in findings}
    counted = Counter(finding.rule for finding in findings if finding.waiver is None)
    ordered = sorted(counted, key=lambda rule: (-severity[rule], -counted[rule], rule))
    return {rule: counted[rule] for rule in ordered}


def _states(paths: Iterable[PurePosixPath], state: str) -> list[dict[str, str]]:
    return [{"path": path.as_posix(), "state": state} for path in paths]


def _remark(remark: Remark) -> dict[str, str | int | None]:
    return {"kind": remark.matter.value, **_problem(remark.problem)}


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
