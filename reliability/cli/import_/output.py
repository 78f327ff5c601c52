"""The output of `reliability import`: diagnostics, files, tiers with reasons, findings by rule."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from reliability.cli.app import App
from reliability.convert.converter import Diagnostic, DiagnosticKind
from reliability.convert.originals import what_to_do
from reliability.documentation import docs_page
from reliability.finding import Problem, Severity
from reliability.onboarding.importing.diagnostic_groups import DiagnosticGroup, diagnostic_groups
from reliability.onboarding.importing.outcome import ImportOutcome, counts_by_rule, json_outcome
from reliability.render.display import safe

SUFFIXES_SHOWN: Final = 10


def print_outcome(app: App, outcome: ImportOutcome, form: str, *, diff: bool, full: bool) -> None:
    """Print an import to stdout; `full` lists every diagnostic of a large group."""
    if form == "json":
        app.say(json_outcome(outcome))
        return

    print_diagnostics(app, outcome.diagnostics, full=full)
    if diff:
        for line in diff_lines(outcome):
            app.say(line)

    for problem in outcome.refused:
        app.say(problem_text("refused", problem))
    for path in outcome.write_plan.kept:
        app.say(f"{safe(path.as_posix())}: exists and is not changed; compare it with --diff")
    for line in summary(outcome):
        app.say(line)


def print_diagnostics(app: App, diagnostics: Iterable[Diagnostic], *, full: bool) -> None:
    """Print diagnostics; many of one reason are one line unless `full`."""
    for group in diagnostic_groups(diagnostics):
        if full or group.is_single:
            for diagnostic in group.diagnostics:
                app.say(problem_text(diagnostic.kind.value, diagnostic.problem))
        else:
            app.say(group_text(group))


def group_text(group: DiagnosticGroup) -> str:
    """Return the location of the first diagnostic, the reason, and the counts by folder."""
    message = f"{group.reason} ({len(group.diagnostics)} times: {group.folders()})"
    helps = {diagnostic.problem.help for diagnostic in group.diagnostics}
    shared = helps.pop() if len(helps) == 1 else None
    return problem_text(group.kind.value, Problem(group.diagnostics[0].problem.at, message, shared))


def problem_text(kind: str, problem: Problem) -> str:
    """Return `path:line:col: kind: message` and the help on its own line."""
    place = f"{safe(problem.at.path.as_posix())}:{problem.at.span.line}:{problem.at.span.column}"
    text = f"{place}: {kind}: {safe(problem.message)}"
    return f"{text}\n  = help: {safe(problem.help)}" if problem.help else text


def diff_lines(outcome: ImportOutcome) -> Iterator[str]:
    """Yield every edited and every new file as a unified diff."""
    for path, texts in outcome.write_plan.edited.items():
        before, after = (text.splitlines() for text in texts)
        lines = difflib.unified_diff(before, after, str(path), str(path), lineterm="")
        yield from map(safe, lines)
    for path, text in outcome.write_plan.new.items():
        lines = difflib.unified_diff((), text.splitlines(), "/dev/null", str(path), lineterm="")
        yield from map(safe, lines)


def summary(outcome: ImportOutcome) -> Iterator[str]:
    """Yield the counts of files, signals, SLOs, messages and findings, if anything is imported."""
    write_plan = outcome.write_plan
    if not (write_plan.new or write_plan.kept or write_plan.same):
        yield from skipped_lines(outcome.skipped)
        return

    word = "written" if outcome.written else "to be written"
    edited = f", {len(write_plan.edited)} edited" if write_plan.edited else ""
    left = f", {len(write_plan.kept)} kept as they are" if write_plan.kept else ""
    same = f", {len(write_plan.same)} unchanged" if write_plan.same else ""
    yield f"files: {len(write_plan.new)} {word}{edited}{left}{same}"
    for tier, reason, number in outcome.tiers():
        yield f"signals: {number} {tier}: {safe(reason)}"
    if outcome.tiers():
        yield (
            "next: after sync, remove these alerts from the files that Prometheus loads now, or "
            f"they run twice: {docs_page('start/import.md')}"
        )
    if outcome.label_set == "prefixed":
        yield "alert labels: prefixed, so that no label of a series is overwritten"
    if outcome.objectives():
        yield f"SLOs: {outcome.objectives()}"
    yield from environment_lines(outcome)
    yield from skipped_lines(outcome.skipped)

    kinds = Counter(diagnostic.kind for diagnostic in outcome.diagnostics)
    counts = ", ".join(f"{kinds[kind]} {kind.value}" for kind in DiagnosticKind if kinds[kind])
    yield f"messages: {counts or 'none'}"
    errors = [finding for finding in outcome.findings if finding.severity is Severity.ERROR]
    others = [finding for finding in outcome.findings if finding.severity is not Severity.ERROR]
    for name, findings in (("errors", errors), ("warnings and info", others)):
        counts = ", ".join(f"{rule} {count}" for rule, count in counts_by_rule(findings).items())
        yield f"check {name}: {counts or 'none'}"


def environment_lines(outcome: ImportOutcome) -> Iterator[str]:
    """Yield the labels that seem to name environments, and how to declare them."""
    for seen in outcome.environment_labels:
        yield f"environment label: {safe(seen.text)}"
    if outcome.environment_label:
        yield (
            f"environments: the values of {outcome.environment_label}; add their servers in "
            "policies/environments.yaml"
        )
    elif outcome.environment_labels:
        yield (
            "environments: none declared; to declare the values of a label, pass "
            f"--environment-label {outcome.environment_labels[0].label}"
        )


def skipped_lines(skipped: Mapping[str, int]) -> Iterator[str]:
    """Yield the counts of files that were not read, and what to do, for each thing to do."""
    by_help: dict[str, dict[str, int]] = {}
    for reason, count in skipped.items():
        by_help.setdefault(what_to_do(reason), {})[reason] = count
    for help_text, counts in by_help.items():
        yield f"not read: {safe(skipped_text(counts))}"
        yield f"  = help: {help_text}"


def skipped_text(skipped: Mapping[str, int]) -> str:
    """Return the counts of files that were not read, by suffix: `30 files (.md 12, ...)`."""
    largest = sorted(skipped.items(), key=lambda entry: (-entry[1], entry[0]))
    named = [f"{suffix} {count}" for suffix, count in largest[:SUFFIXES_SHOWN]]
    if rest := largest[SUFFIXES_SHOWN:]:
        named.append(f"{len(rest)} other suffixes {sum(count for _, count in rest)}")
    total = sum(skipped.values())
    return f"{total} file{'s' if total > 1 else ''} ({', '.join(named)})"
