"""The baseline: known findings that it excuses, entries that match nothing, and its text."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import ReportedElsewhere, Rule
from reliability.finding import Finding, Problem, Severity, fingerprints
from reliability.load.catalog import Catalog, service_directory
from reliability.load.document import Located
from reliability.load.loader import DOCUMENT_RULES
from reliability.location import Location
from reliability.model.baseline import Baseline, KnownFinding

STALE: Final = "baseline-stale"
PATH: Final = PurePosixPath("policies/baseline.yaml")
HEAD: Final = """\
# Findings that were there when their rules came. They are excused, and may only become fewer:
# `reliability check --write-baseline` takes out what is mended, and puts nothing in.
apiVersion: reliability/v1
kind: Baseline
metadata: {name: baseline}
spec:
"""


@dataclass(frozen=True, slots=True, eq=False)
class BaselineEntry:
    """One known finding and where it is written."""

    located: Located[Baseline]
    index: int
    known: KnownFinding

    @property
    def at(self) -> Location:
        """Where it is written."""
        return self.located.at("spec", "findings", self.index)

    @property
    def key(self) -> tuple[str, str]:
        """The rule and the fingerprint, by which it finds its finding again."""
        return self.known.rule, self.known.fingerprint

    @property
    def name(self) -> str:
        """What a finding that it excuses carries."""
        return f"known before ({self.at.path}:{self.at.span.line})"


def entries(catalog: Catalog) -> Iterator[BaselineEntry]:
    """Every known finding, in the order written."""
    for located in catalog.governing(Baseline):
        for index, known in enumerate(located.value.spec.findings):
            yield BaselineEntry(located, index, known)


def _holding(context: Context) -> Iterator[BaselineEntry]:
    """The entries that excuse: where others judge, those that they have."""
    judges = None if context.judge is None else {each.key for each in entries(context.judge)}
    for entry in entries(context.catalog):
        if judges is None or entry.key in judges:
            yield entry


def can_hold(rule: Rule | None) -> bool:
    """Whether a baseline can hold what this rule finds.

    Findings of changes and measurements are not there again tomorrow, those that come with a date
    remind somebody to act, and waivers and the baseline itself are not excused at all.
    """
    if rule is None or rule.by_date or rule.needs is not None:
        return False
    return not isinstance(rule.visit, ReportedElsewhere) or rule.id in DOCUMENT_RULES


def excuse_known(
    findings: Sequence[Finding],
    context: Context,
    rules: Mapping[str, Rule],
    locked: Container[str],
) -> tuple[list[Finding], list[Finding]]:
    """The findings, with the entry's name on those that are known; and the entries of no use."""
    known = list(_holding(context))
    if not known:
        return list(findings), []
    holding = [each for each in known if each.known.rule not in locked]
    index = {each.key: each for each in reversed(holding)}
    used: set[BaselineEntry] = set()
    excused: list[Finding] = []
    for finding, fingerprint in zip(findings, fingerprints(findings), strict=True):
        entry = index.get((finding.rule, fingerprint))
        if entry is not None and can_hold(rules.get(finding.rule)):
            used.add(entry)
            finding = dataclasses.replace(finding, waiver=finding.waiver or entry.name)
        excused.append(finding)
    idle = [each for each in known if each not in used]
    return excused, [*_stale(idle, context, rules, locked)]


def _stale(
    idle: Iterable[BaselineEntry],
    context: Context,
    rules: Mapping[str, Rule],
    locked: Container[str],
) -> Iterator[Finding]:
    for entry in idle:
        known = entry.known
        if known.rule in locked:
            message = f"{known.rule} is locked by the rule policy, and nobody is excused from it"
            help_text = "mend what it finds, and take the entry out"
        elif not can_hold(rules.get(known.rule)):
            message = f"what {known.rule} finds can stand in no baseline"
            help_text = "take the entry out; a waiver with a date is what excuses from it"
        elif _may_be_hidden(known, context):
            continue
        else:
            message = f"{known.rule} no longer finds this in {known.path}"
            help_text = "run `reliability check --write-baseline`, which takes it out"
        yield Finding(STALE, Severity.WARNING, Problem(entry.at, message, help_text))


def _may_be_hidden(known: KnownFinding, context: Context) -> bool:
    """Whether a file that cannot be read may hold what the entry speaks of."""
    service = service_directory(PurePosixPath(known.path))
    return not context.is_whole(*([f"services/{service}"] if service else []))


def kept(findings: Iterable[Finding], catalog: Catalog) -> list[KnownFinding]:
    """The entries that still match one of these findings, in their order."""
    found = set(fingerprints(list(findings)))
    return [entry.known for entry in entries(catalog) if entry.known.fingerprint in found]


def first_entries(
    findings: Sequence[Finding], rules: Mapping[str, Rule], locked: Collection[str]
) -> list[KnownFinding]:
    """An entry for each finding that nothing excuses and that a baseline can hold."""
    return [
        KnownFinding(
            fingerprint=fingerprint,
            rule=finding.rule,
            path=finding.problem.at.path.as_posix(),
            location=finding.place,
            message=finding.problem.message,
        )
        for finding, fingerprint in zip(findings, fingerprints(findings), strict=True)
        if finding.waiver is None
        and finding.rule not in locked
        and can_hold(rules.get(finding.rule))
        and _is_text(finding)
    ]


def _is_text(finding: Finding) -> bool:
    """Whether it can be written as YAML; the name of a file need not be text."""
    text = f"{finding.problem.at.path}{finding.place}{finding.problem.message}"
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def baseline_text(known: Iterable[KnownFinding]) -> str:
    """The file: one line for each finding, sorted by path, rule and place."""
    ordered = sorted(known, key=_order)
    if not ordered:
        return f"{HEAD}  findings: []\n"
    return f"{HEAD}  findings:\n" + "".join(map(_line, ordered))


def _order(known: KnownFinding) -> tuple[str, ...]:
    return known.path, known.rule, known.location, known.message, known.fingerprint


def _line(known: KnownFinding) -> str:
    parts = {
        "fingerprint": quoted(known.fingerprint),
        "rule": known.rule,
        "path": quoted(known.path),
        "location": quoted(known.location),
        "message": quoted(known.message),
    }
    return f"    - {{{', '.join(f'{key}: {value}' for key, value in parts.items())}}}\n"


def quoted(text: str) -> str:
    """A text between double quotes as YAML reads it, whatever is in it."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    return letter if letter.isprintable() else f"\\U{ord(letter):08x}"
