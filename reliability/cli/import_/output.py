"""What `reliability import` prints: remarks by line, files, tiers and why, findings by rule."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from reliability.cli.app import App
from reliability.convert.converter import Matter, Remark
from reliability.finding import Problem, Severity
from reliability.onboarding.importing.outcome import ImportOutcome, counts_by_rule, json_outcome
from reliability.onboarding.importing.remark_groups import RemarkGroup, remark_groups
from reliability.render.display import safe

SUFFIXES_SHOWN: Final = 10


def print_outcome(app: App, outcome: ImportOutcome, form: str, *, diff: bool, full: bool) -> None:
    """Print an import: all of it on stdout; `full` lists every remark of a large group."""
    if form == "json":
        app.say(json_outcome(outcome))
        return
    print_remarks(app, outcome.remarks, full=full)
    if diff:
        for line in diff_lines(outcome):
            app.say(line)
    for problem in outcome.refused:
        app.say(refused_text(problem))
    for path in outcome.landing.kept:
        app.say(f"{safe(path.as_posix())}: is there and stays as it is; compare it with --diff")
    for line in summary(outcome):
        app.say(line)


def print_remarks(app: App, remarks: Iterable[Remark], *, full: bool) -> None:
    """Print remarks, those of one reason together if they are many and not `full`."""
    for group in remark_groups(remarks):
        if full or group.is_single:
            for remark in group.remarks:
                app.say(remark_text(remark))
        else:
            app.say(group_text(group))


def group_text(group: RemarkGroup) -> str:
    """The location of the first remark, the reason, how often it holds and in which folders."""
    first = group.remarks[0].problem
    place = f"{safe(first.at.path.as_posix())}:{first.at.span.line}:{first.at.span.column}"
    count = f"{len(group.remarks)} times: {safe(group.folders())}"
    text = f"{place}: {group.matter.value}: {safe(group.reason)} ({count})"
    return f"{text}\n  = help: {safe(first.help)}" if first.help and not _differ(group) else text


def _differ(group: RemarkGroup) -> bool:
    """Whether each remark has a help of its own."""
    return len({remark.problem.help for remark in group.remarks}) > 1


def refused_text(problem: Problem) -> str:
    """`path:line:col: refused: message` in a new file, and the help on a line of its own."""
    place = f"{safe(problem.at.path.as_posix())}:{problem.at.span.line}:{problem.at.span.column}"
    text = f"{place}: refused: {safe(problem.message)}"
    return f"{text}\n  = help: {safe(problem.help)}" if problem.help else text


def remark_text(remark: Remark) -> str:
    """`path:line:col: matter: message`, and the help on a line of its own."""
    at, problem = remark.problem.at, remark.problem
    place = f"{safe(at.path.as_posix())}:{at.span.line}:{at.span.column}"
    text = f"{place}: {remark.matter.value}: {safe(problem.message)}"
    return f"{text}\n  = help: {safe(problem.help)}" if problem.help else text


def diff_lines(outcome: ImportOutcome) -> Iterator[str]:
    """Every edited and every new file as a unified diff."""
    for path, texts in outcome.landing.edited.items():
        before, after = (text.splitlines() for text in texts)
        lines = difflib.unified_diff(before, after, str(path), str(path), lineterm="")
        yield from map(safe, lines)
    for path, text in outcome.landing.new.items():
        lines = difflib.unified_diff((), text.splitlines(), "/dev/null", str(path), lineterm="")
        yield from map(safe, lines)


def summary(outcome: ImportOutcome) -> Iterator[str]:
    """Files, signals by tier and reason, objectives, remarks, findings by rule."""
    landing = outcome.landing
    word = "written" if outcome.written else "to be written"
    edited = f", {len(landing.edited)} edited" if landing.edited else ""
    left = f", {len(landing.kept)} kept as they are" if landing.kept else ""
    same = f", {len(landing.same)} unchanged" if landing.same else ""
    yield f"files: {len(landing.new)} {word}{edited}{left}{same}"
    for tier, reason, number in outcome.tiers():
        yield f"signals: {number} {tier}: {safe(reason)}"
    if outcome.label_set == "prefixed":
        yield "alert labels: prefixed, so that no label of a series is overwritten"
    if outcome.objectives():
        yield f"objectives: {outcome.objectives()}"
    if outcome.skipped:
        yield f"not looked at: {safe(skipped_text(outcome.skipped))}"
    matters = Counter(each.matter for each in outcome.remarks)
    said = ", ".join(f"{matters[each]} {each.value}" for each in Matter if matters[each])
    yield f"remarks: {said or 'none'}"
    errors = [each for each in outcome.findings if each.severity is Severity.ERROR]
    others = [each for each in outcome.findings if each.severity is not Severity.ERROR]
    for name, found in (("errors", errors), ("warnings and info", others)):
        counts = ", ".join(f"{rule} {count}" for rule, count in counts_by_rule(found).items())
        yield f"check finds {name}: {counts or 'none'}"


def skipped_text(skipped: Mapping[str, int]) -> str:
    """How many files were not looked at, by suffix, the most frequent first: `30 (.md 12, ...)`."""
    largest = sorted(skipped.items(), key=lambda entry: (-entry[1], entry[0]))
    named = [f"{suffix} {count}" for suffix, count in largest[:SUFFIXES_SHOWN]]
    if rest := largest[SUFFIXES_SHOWN:]:
        named.append(f"{len(rest)} other suffixes {sum(count for _, count in rest)}")
    total = sum(skipped.values())
    return f"{total} file{'s' if total > 1 else ''} ({', '.join(named)})"
