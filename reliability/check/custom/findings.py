"""The findings of custom rules, and the problems of the rules themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from reliability.check.context import Context
from reliability.check.custom.faults import fault_problem
from reliability.check.custom.given import case_problems
from reliability.check.custom.process import Process
from reliability.check.custom.replies import (
    Answer,
    CelFault,
    CustomViolation,
    Missing,
    NoValue,
    Stopped,
)
from reliability.check.custom.request import CustomRuleRequest, Request
from reliability.check.custom.rules import readable
from reliability.check.custom.worlds import SubjectLocation, World, Worlds
from reliability.check.custom.written import LocatedCustomRule, message_parts
from reliability.errors import MissingExtraError, install_command
from reliability.finding import Finding, Label, Problem, Severity
from reliability.location import Location
from reliability.message import Message

INVALID: Final = "custom-rule-invalid"
UNFINISHED: Final = "custom-rule-unfinished"
STEPS: Final = "Iteration budget exceeded"
"""CEL's error when an expression exceeds the loop limit for one subject."""
EVALUATOR: Final = Process()
"""Starts one child process per run."""


@dataclass(frozen=True, slots=True)
class Round:
    """The rules of one run, and the worlds that they see; the catalog comes last, if present."""

    rules: Sequence[LocatedCustomRule]
    worlds: Sequence[World]

    def request(self) -> Request:
        """Return the request to the process that evaluates CEL."""
        asked = (rule_request(index, custom) for index, custom in enumerate(self.rules))
        return Request(tuple(asked), tuple(world.data for world in self.worlds))

    def subject_location(self, answer: CustomViolation | NoValue) -> SubjectLocation | None:
        """Return the location of a subject; None for the catalog, which has none."""
        rule = self.rules[answer.rule].rule
        locations = self.worlds[answer.world].locations.get(rule.subject, ())
        return locations[answer.subject] if answer.subject < len(locations) else None


def rule_request(
    index: int, custom: LocatedCustomRule, worlds: tuple[int, ...] | None = None
) -> CustomRuleRequest:
    """Make the request to evaluate one rule."""
    rule, parts = custom.rule, message_parts(custom)
    return CustomRuleRequest(
        index=index,
        id=rule.id,
        on=rule.subject,
        holds=rule.holds,
        message=parts,
        concerns=rule.concerns,
        worlds=worlds,
    )


def custom_findings(
    context: Context, built_in: Iterable[str], off: Iterable[str] = (), process: Process = EVALUATOR
) -> Iterator[Finding]:
    """Run the custom rules, except those in `off`, and yield their findings."""
    good, problems = readable(context.policies, built_in)
    for problem in problems:
        yield Finding(rule=INVALID, severity=Severity.ERROR, problem=problem)
    for custom in good.values():
        for problem in case_problems(custom):
            yield Finding(rule=INVALID, severity=Severity.ERROR, problem=problem)

    rules = [custom for name, custom in good.items() if name not in set(off)]
    asked = Round(rules, _worlds(context, rules))
    for answer in process.answers(asked.request()):
        if isinstance(answer, Missing):
            yield _missing(rules, answer)
        else:
            yield _finding(asked, answer)


def compile_problems(
    rules: Sequence[LocatedCustomRule], process: Process = EVALUATOR
) -> list[Problem]:
    """Compile rules without evaluating them, and return their problems.

    Raises:
        MissingExtraError: CEL is not installed.
    """
    asked = Round(rules, ())
    answers = list(process.answers(asked.request()))
    if any(isinstance(answer, Missing) for answer in answers):
        raise MissingExtraError("check --test-rules", "rules")
    return [_finding(asked, answer).problem for answer in answers]


def _worlds(context: Context, rules: Iterable[LocatedCustomRule]) -> list[World]:
    """Return the services, and the catalog if a rule is on the catalog."""
    worlds = Worlds(context)
    services = list(worlds.of_services())
    if all(custom.rule.subject != "catalog" for custom in rules):
        return services
    whole = worlds.of_catalog(services)
    return [*services, whole] if whole else services


def _finding(asked: Round, answer: Answer) -> Finding:
    match answer:
        case CustomViolation():
            custom = asked.rules[answer.rule]
            severity = Severity[custom.rule.severity.upper()]
            at = _location(asked, answer)
            subject = answer.concerned or ""
            problem = Problem(at, answer.message, custom.rule.help, subject=subject)
            return Finding(rule=custom.rule.id, severity=severity, problem=problem)
        case CelFault():
            return Finding(
                rule=INVALID,
                severity=Severity.ERROR,
                problem=fault_problem(asked.rules[answer.rule], answer),
            )
        case NoValue():
            return Finding(
                rule=UNFINISHED, severity=Severity.ERROR, problem=_no_value(asked, answer)
            )
        case Stopped():
            return Finding(
                rule=UNFINISHED,
                severity=Severity.ERROR,
                problem=_stopped(asked.rules[answer.rule], answer),
            )
        case Missing():
            return _missing(asked.rules, answer)


def _location(asked: Round, answer: CustomViolation) -> Location:
    custom = asked.rules[answer.rule]
    location = asked.subject_location(answer)
    if location is not None:
        return location.at(custom.rule.at)
    for world in asked.worlds:
        named = world.data.get("service", {}).get("name")
        if answer.concerned is not None and named == answer.concerned:
            return world.locations["service"][0].at(None)
    return custom.at("id")


def _no_value(asked: Round, answer: NoValue) -> Problem:
    custom = asked.rules[answer.rule]
    location = asked.subject_location(answer)
    related = (Label(location.at(None), Message("the subject")),) if location else ()
    subject = location.located.document.path.as_posix() if location else ""
    key = "concerns" if answer.part == "concerns" else "holds"
    key = "message" if isinstance(answer.part, int) else key
    if answer.why == STEPS:
        message = Message("{rule} exceeds the limit of 10,000 steps", rule=custom.rule.id)
        if location:
            message = Message(
                "{rule} exceeds the limit of 10,000 steps for {path}",
                rule=custom.rule.id,
                path=subject,
            )
        help_text = Message("use fewer loops: `catalog.named` looks up a service by name")
        return Problem(custom.at(key), message, help_text, related=related, subject=subject)

    message = Message(
        "{rule} has no value and was stopped: {reason}", rule=custom.rule.id, reason=answer.why
    )
    if location:
        message = Message(
            "{rule} has no value for {path} and was stopped: {reason}",
            rule=custom.rule.id,
            path=subject,
            reason=answer.why,
        )
    help_text = Message("add a guard: has(x.y), 'key' in x.labels, size(x) > 0")
    return Problem(custom.at(key), message, help_text, related=related, subject=subject)


def _stopped(custom: LocatedCustomRule, answer: Stopped) -> Problem:
    message = Message(
        "{rule} did not run to completion: {reason}", rule=custom.rule.id, reason=answer.why
    )
    help_text = Message("simplify the rule, or split it")
    return Problem(custom.at("holds"), message, help_text, subject="stopped")


def _missing(rules: Sequence[LocatedCustomRule], answer: Missing) -> Finding:
    message = Message.plural(
        "{package} is not installed, so {count} custom rule cannot run",
        "{package} is not installed, so {count} custom rules cannot run",
        len(rules),
        package=answer.name,
    )
    return Finding(
        rule=UNFINISHED,
        severity=Severity.ERROR,
        problem=Problem(
            rules[0].at("holds"),
            message,
            Message("run `{command}`", command=install_command("rules")),
            subject=answer.name,
        ),
    )
