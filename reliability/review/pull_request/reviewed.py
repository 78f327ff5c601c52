"""`Reviewed`: everything that a review knows of a change, before a word is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from reliability.approval import Approvals
from reliability.finding import Finding, Severity, fingerprints
from reliability.plan.report import Planned, Unsafe
from reliability.review.pull_request.approvals import ServiceApproval
from reliability.review.pull_request.approver_changes import ApproverChange
from reliability.review.pull_request.diff import ObjectiveDifference, Touched
from reliability.review.pull_request.measured import MeasuredChange, NotMeasured
from reliability.review.pull_request.notified import AlertNotificationChange
from reliability.review.pull_request.verdict import ReviewVerdict


@dataclass(frozen=True, slots=True)
class FindingChanges:
    """The findings of both sides: those that the change brings, with fingerprints; how many were
    there before, and how many it mends.
    """

    new: tuple[tuple[str, Finding], ...]
    before: int
    mended: int

    @property
    def counted(self) -> tuple[tuple[str, Finding], ...]:
        """What nobody excuses, the worst first."""
        fresh = [pair for pair in self.new if pair[1].waiver is None]
        return tuple(sorted(fresh, key=lambda each: -each[1].severity))

    @property
    def excused(self) -> tuple[Finding, ...]:
        """What is called out, and excused."""
        return tuple(finding for _, finding in self.new if finding.waiver is not None)

    def count(self, severity: Severity) -> int:
        """How many of a severity count."""
        return sum(finding.severity is severity for _, finding in self.counted)


def compare(
    before: Iterable[Finding], after: Iterable[Finding], measured: frozenset[str] = frozenset()
) -> FindingChanges:
    """Pair findings by their fingerprints; one that counts only now is new.

    What rules that are `measured` no longer find is not mended: less fires, that is all.
    """
    old, new = list(before), list(after)
    known = Counter(_key(*pair) for pair in zip(fingerprints(old), old, strict=True))
    pairs = list(zip(fingerprints(new), new, strict=True))
    brought = tuple(pair for pair in pairs if _key(*pair) not in known)
    there = {key for key, _ in pairs}
    mended = sum(
        key not in there and finding.waiver is None and finding.rule not in measured
        for key, finding in zip(fingerprints(old), old, strict=True)
    )

    return FindingChanges(brought, len(pairs) - len(brought), mended)


def _key(fingerprint: str, finding: Finding) -> tuple[str, bool, Severity]:
    return fingerprint, finding.waiver is None, finding.severity


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySource:
    """Whose policies were asked: the base's, or the change's own where the base has none.

    `pending` are waivers of the change that wait for their approvers.
    """

    commit: str
    branch: str
    own: bool
    unread: tuple[str, ...]
    pending: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """What would change in one target: `is_live` against what it holds, else against what the base
    compiles to, and `why` says why it was not asked.
    """

    report: Planned | Unsafe
    is_live: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A change: what it touches, and what follows."""

    touched: Touched
    verdict: ReviewVerdict
    measured: MeasuredChange | NotMeasured
    notification_changes: tuple[AlertNotificationChange, ...]
    promises: tuple[ObjectiveDifference, ...]
    asked: tuple[ServiceApproval, ...]
    approvals: Approvals
    approvers: tuple[ApproverChange, ...]
    found: FindingChanges
    plans: tuple[TargetPlan, ...]
    judges: PolicySource
