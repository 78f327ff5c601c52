"""What `reliability import` prints: remarks by line, files, tiers and why, findings by rule."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator

from reliability.check.report.display import safe
from reliability.cli.app import App
from reliability.convert.converter import Matter, Remark
from reliability.convert.outcome import Outcome, counts_by_rule, json_outcome
from reliability.finding import Severity


def print_outcome(app: App, outcome: Outcome, form: str, *, diff: bool) -> None:
    """Print an import: all of it on stdout."""
    if form == "json":
        app.say(json_outcome(outcome))
        return
    for remark in outcome.remarks:
        app.say(remark_text(remark))
    if diff:
        for line in diff_lines(outcome):
            app.say(line)
    for path in outcome.landing.kept:
        app.say(f"{safe(path.as_posix())}: is there and stays as it is; compare it with --diff")
    for line in summary(outcome):
        app.say(line)


def remark_text(remark: Remark) -> str:
    """`path:line:col: matter: message`, and the help on a line of its own."""
    at, problem = remark.problem.at, remark.problem
    place = f"{safe(at.path.as_posix())}:{at.span.line}:{at.span.column}"
    text = f"{place}: {remark.matter.value}: {safe(problem.message)}"
    return f"{text}\n  = help: {safe(problem.help)}" if problem.help else text


def diff_lines(outcome: Outcome) -> Iterator[str]:
    """Every edited and every new file as a unified diff."""
    for path, texts in outcome.landing.edited.items():
        before, after = (text.splitlines() for text in texts)
        lines = difflib.unified_diff(before, after, str(path), str(path), lineterm="")
        yield from map(safe, lines)
    for path, text in outcome.landing.new.items():
        lines = difflib.unified_diff((), text.splitlines(), "/dev/null", str(path), lineterm="")
        yield from map(safe, lines)


def summary(outcome: Outcome) -> Iterator[str]:
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
    matters = Counter(each.matter for each in outcome.remarks)
    said = ", ".join(f"{matters[each]} {each.value}" for each in Matter if matters[each])
    yield f"remarks: {said or 'none'}"
    errors = [each for each in outcome.findings if each.severity is Severity.ERROR]
    others = [each for each in outcome.findings if each.severity is not Severity.ERROR]
    for name, found in (("errors", errors), ("warnings and info", others)):
        counts = ", ".join(f"{rule} {count}" for rule, count in counts_by_rule(found).items())
        yield f"check finds {name}: {counts or 'none'}"
