"""The test cases of custom rules: run each case and compare its findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reliability.check.custom.findings import EVALUATOR, rule_request
from reliability.check.custom.given import world_of
from reliability.check.custom.process import Process
from reliability.check.custom.replies import CelFault, CustomViolation, Missing, NoValue, Stopped
from reliability.check.custom.request import Request
from reliability.check.custom.written import LocatedCustomRule
from reliability.errors import MissingExtraError
from reliability.model.rule_policy import RuleCase


@dataclass(slots=True)
class CaseRun:
    """One case of a rule: the messages of its findings, or why it could not run."""

    rule: LocatedCustomRule
    case: RuleCase
    messages: list[str] = field(default_factory=list)
    trouble: str | None = None

    @property
    def difference(self) -> str | None:
        """The difference between the findings and the expected ones; None if there is none."""
        if self.trouble is not None:
            return self.trouble
        expected = self.case.findings
        if isinstance(expected, int):
            if len(self.messages) == expected:
                return None
            return f"expected {expected} findings, got {len(self.messages)}{_listed(self.messages)}"

        missing = [message for message in expected if message not in self.messages]
        extra = [message for message in self.messages if message not in expected]
        if not missing and not extra and len(expected) == len(self.messages):
            return None
        differences = [f"missing: {message}" for message in missing]
        differences += [f"extra: {message}" for message in extra]
        return "; ".join(differences) or "some findings occur more or less often than expected"


def run_cases(rules: Sequence[LocatedCustomRule], process: Process = EVALUATOR) -> list[CaseRun]:
    """Run every case separately, in the order of the document.

    Raises:
        MissingExtraError: CEL is not installed.
    """
    runs = [CaseRun(rule, case) for rule in rules for case in rule.rule.cases]
    asked = tuple(rule_request(at, run.rule, worlds=(at,)) for at, run in enumerate(runs))
    worlds = tuple(world_of(run.rule.rule.subject, run.case) for run in runs)

    for answer in process.answers(Request(asked, worlds)):
        match answer:
            case Missing():
                raise MissingExtraError("check --test-rules", "rules")
            case CustomViolation():
                runs[answer.rule].messages.append(answer.message)
            case CelFault():
                runs[answer.rule].trouble = f"the rule cannot be compiled: {answer.message}"
            case NoValue():
                runs[answer.rule].trouble = f"the rule has no value: {answer.why}"
            case Stopped():
                runs[answer.rule].trouble = f"the rule did not run to completion: {answer.why}"

    return runs


def _listed(messages: Iterable[str]) -> str:
    shown = "; ".join(messages)
    return f": {shown}" if shown else ""
