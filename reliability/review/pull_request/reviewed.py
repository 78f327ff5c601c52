"""`Reviewed`: the result of a review as data, before it is written in a language."""

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
from reliability.review.pull_request.policy_source import PolicySource
from reliability.review.pull_request.site_links import NO_PAGES, SiteLinks
from reliability.review.pull_request.verdict import ReviewVerdict


@dataclass(frozen=True, slots=True)
class FindingChanges:
    """The findings of a change compared with its base.

    `new` are (fingerprint, finding) pairs that the change introduces; `before` counts those that
    the base has, too, and `fixed` those that only the base has.
    """

    new: tuple[tuple[str, Finding], ...]
    before: int
    fixed: int

    @property
    def counted(self) -> tuple[tuple[str, Finding], ...]:
        """The new findings that are not waived, the most severe first."""
        fresh = [pair for pair in self.new if pair[1].waiver is None]
        return tuple(sorted(fresh, key=lambda each: -each[1].severity))

    @property
    def waived(self) -> tuple[Finding, ...]:
        """The new findings that are approved, waived or in the baseline."""
        return tuple(finding for _, finding in self.new if finding.waiver is not None)


def compare(
    before: Iterable[Finding], after: Iterable[Finding], measured: frozenset[str] = frozenset()
) -> FindingChanges:
    """Pair findings by fingerprint; one that was waived before and is not now is new.

    Missing findings of `measured` rules do not count as fixed: they depend on what fired lately.
    """
    old, new = list(before), list(after)
    known = Counter(_key(*pair) for pair in zip(fingerprints(old), old, strict=True))
    pairs = list(zip(fingerprints(new), new, strict=True))
    introduced = tuple(pair for pair in pairs if _key(*pair) not in known)
    there = {key for key, _ in pairs}
    fixed = sum(
        key not in there and finding.waiver is None and finding.rule not in measured
        for key, finding in zip(fingerprints(old), old, strict=True)
    )

    return FindingChanges(introduced, len(pairs) - len(introduced), fixed)


def _key(fingerprint: str, finding: Finding) -> tuple[str, bool, Severity]:
    return fingerprint, finding.waiver is None, finding.severity


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """The plan for one target.

    It is compared with the target's current state (`is_live`), or with the resources that the base
    branch compiles to; `why` is then the reason why the target could not be read.
    """

    report: Planned | Unsafe
    is_live: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """The result of a review.

    `environments` are those of the base, and `affected` those in which the change has any effect.
    `pages` are the pages about the services that it touches.
    """

    touched: Touched
    verdict: ReviewVerdict
    measured: MeasuredChange | NotMeasured
    notification_changes: tuple[AlertNotificationChange, ...]
    slo_changes: tuple[ObjectiveDifference, ...]
    required_approvals: tuple[ServiceApproval, ...]
    approvals: Approvals
    approvers: tuple[ApproverChange, ...]
    finding_changes: FindingChanges
    plans: tuple[TargetPlan, ...]
    policy_source: PolicySource
    environments: tuple[str, ...] = ()
    affected: tuple[str, ...] = ()
    pages: SiteLinks = NO_PAGES

    @property
    def affects_only(self) -> tuple[str, ...]:
        """The affected environments, if there are others; else empty."""
        return self.affected if len(self.affected) < len(self.environments) else ()
