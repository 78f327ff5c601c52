"""The baseline: accepted findings, entries without effect, and the text of its file."""

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
from reliability.message import Message
from reliability.model.baseline import Baseline, KnownFinding

STALE: Final = "baseline-stale"
PATH: Final = PurePosixPath("policies/baseline.yaml")
HEAD: Final = """\
# Findings that existed when their rules were introduced. They are accepted, and no new ones may be
# added. `reliability check --write-baseline` removes the entries of fixed findings and adds none.
apiVersion: reliability/v1
kind: Baseline
metadata: {name: baseline}
spec:
"""


@dataclass(frozen=True, slots=True, eq=False)
class BaselineEntry:
    """One accepted finding and its location."""

    located: Located[Baseline]
    index: int
    known: KnownFinding

    @property
    def at(self) -> Location:
        """The location of the entry."""
        return self.located.at("spec", "findings", self.index)

    @property
    def key(self) -> tuple[str, str]:
        """The rule and the fingerprint that its finding must have."""
        return self.known.rule, self.known.fingerprint

    @property
    def name(self) -> Message:
        """The waiver text of a finding that this entry accepts."""
        at = self.at
        return Message("in the baseline ({path}:{line})", path=at.path, line=at.span.line)


def entries(catalog: Catalog) -> Iterator[BaselineEntry]:
    """Yield every accepted finding, in the order of the files."""
    for located in catalog.governing(Baseline):
        for index, known in enumerate(located.value.spec.findings):
            yield BaselineEntry(located, index, known)


def _in_effect(context: Context) -> Iterator[BaselineEntry]:
    """Yield the entries in effect: those that the judging catalog has, too, if there is one."""
    judging = None if context.judge is None else {entry.key for entry in entries(context.judge)}
    for entry in entries(context.catalog):
        if judging is None or entry.key in judging:
            yield entry


def can_hold(rule: Rule | None) -> bool:
    """Return whether findings of this rule can be added to a baseline.

    Findings about a change or a measurement are different ones tomorrow. Findings that depend on
    the date remind people to act. Findings about waivers and about the baseline must be fixed.
    """
    if rule is None or rule.by_date or rule.needs is not None:
        return False
    return not isinstance(rule.visit, ReportedElsewhere) or rule.id in DOCUMENT_RULES


def mark_known(
    findings: Sequence[Finding], context: Context, rules: Mapping[str, Rule], locked: Container[str]
) -> tuple[list[Finding], list[Finding]]:
    """Mark the findings that the baseline accepts.

    Returns all findings, the accepted ones with the name of their entry, and a finding for each
    entry without effect.
    """
    known = list(_in_effect(context))
    index = {entry.key: entry for entry in reversed(known) if entry.known.rule not in locked}
    used: set[BaselineEntry] = set()
    marked: list[Finding] = []
    for finding, fingerprint in zip(findings, fingerprints(findings), strict=True):
        entry = index.get((finding.rule, fingerprint))
        if entry is not None and can_hold(rules.get(finding.rule)):
            used.add(entry)
            finding = dataclasses.replace(finding, waiver=finding.waiver or entry.name)
        marked.append(finding)

    unused = [entry for entry in known if entry not in used]
    return marked, [*_stale(unused, context, rules, locked=locked)]


def _stale(
    unused: Iterable[BaselineEntry],
    context: Context,
    rules: Mapping[str, Rule],
    locked: Container[str],
) -> Iterator[Finding]:
    for entry in unused:
        known = entry.known
        if known.rule in locked:
            message = Message(
                "{rule} is locked, so its findings cannot be in a baseline", rule=known.rule
            )
            help_text = Message("fix the finding, and remove this entry")
        elif not can_hold(rules.get(known.rule)):
            message = Message("findings of {rule} cannot be added to a baseline", rule=known.rule)
            help_text = Message("remove this entry, and write a waiver with an end date if needed")
        elif _may_be_hidden(known, context):
            continue
        else:
            message = Message(
                "{rule} no longer finds this in {path}", rule=known.rule, path=known.path
            )
            help_text = Message("run `reliability check --write-baseline` to remove this entry")

        yield Finding(
            rule=STALE, severity=Severity.WARNING, problem=Problem(entry.at, message, help_text)
        )


def _may_be_hidden(known: KnownFinding, context: Context) -> bool:
    """Return whether the finding of an entry may be in a file that cannot be read."""
    service = service_directory(PurePosixPath(known.path))
    return not context.is_whole(*([f"services/{service}"] if service else []))


def kept(findings: Iterable[Finding], catalog: Catalog) -> list[KnownFinding]:
    """Return the accepted findings that still match one of these findings, in their order."""
    present = set(fingerprints(list(findings)))
    return [entry.known for entry in entries(catalog) if entry.known.fingerprint in present]


def first_entries(
    findings: Sequence[Finding], rules: Mapping[str, Rule], locked: Collection[str]
) -> list[KnownFinding]:
    """Return an entry for each finding without a waiver that a baseline may hold."""
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
    """Return whether a finding can be written as YAML: file names may not be valid UTF-8."""
    text = f"{finding.problem.at.path}{finding.place}{finding.problem.message}"
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def baseline_text(known: Iterable[KnownFinding]) -> str:
    """Return the text of the file: a line per finding, sorted by path, rule and location."""
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
    """Quote any text as a double-quoted YAML scalar."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    return letter if letter.isprintable() else f"\\U{ord(letter):08x}"
