"""Reviews that differ in all that a report shows, made without a repository."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from random import Random
from typing import Final

from reliability.approval import Approvals, RequiredApproval, Role
from reliability.finding import Finding, Problem, Severity
from reliability.location import Location, SourceSpan
from reliability.plan.change import Create, Delete
from reliability.plan.plan import Plan
from reliability.plan.report import Planned, Unsafe
from reliability.render.words import Language, words_in
from reliability.resource import Resource, ResourceId
from reliability.review.pull_request.approvals import ServiceApproval
from reliability.review.pull_request.approver_changes import ApproverChange
from reliability.review.pull_request.diff import ObjectiveDifference, Target, Touched, What
from reliability.review.pull_request.measured import MeasuredChange, NotMeasured
from reliability.review.pull_request.notified import (
    AbsenceCondition,
    AlertNotificationChange,
    AlertSource,
    AlertSpeed,
    BurnRateCondition,
    DeliveryPath,
    ExpressionCondition,
    FiringCondition,
    NotifiedRecipient,
)
from reliability.review.pull_request.policy_source import PolicySource
from reliability.review.pull_request.reviewed import (
    FindingChanges,
    Reviewed,
    TargetPlan,
)
from reliability.review.pull_request.shown import ReportView
from reliability.review.pull_request.site_links import SiteLinks
from reliability.review.pull_request.verdict import ReviewVerdict
from tests.backtest.results import result

MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
PEOPLE: Final = tuple(f"@{name}" for name in ("ann", "Bob", "cy", "dee", "eve", "flo", "org/sre"))
ENVIRONMENTS: Final = ("eu", "us", "asia")
CONDITIONS: Final[tuple[FiringCondition, ...]] = (
    BurnRateCondition(((0.0144, 60 * MINUTE), (0.006, 360 * MINUTE))),
    BurnRateCondition(((0.0031, 3 * DAY),)),
    AbsenceCondition(10 * MINUTE),
    ExpressionCondition('up{job="a|b"} == 0', 5 * MINUTE),
    ExpressionCondition("x > 1", timedelta(0)),
)
SPEEDS: Final[tuple[AlertSpeed, ...]] = ("fast", "slow", "no-data", "signal", "signal")
RECIPIENTS: Final = (
    NotifiedRecipient("page", "PagerDuty (pay)"),
    NotifiedRecipient("channel", "#pay"),
    NotifiedRecipient("mention", "@ann"),
    NotifiedRecipient("issues", "org/repository"),
)
WHAT: Final[tuple[What, ...]] = ("same", "moved", "renamed", "new", "gone")


@dataclass(slots=True)
class MadeReview:
    """One review; the seed decides on everything, and how long its lists are."""

    seed: int
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def review(self) -> Reviewed:
        seed = self.seed
        environments = ((), ENVIRONMENTS, ENVIRONMENTS[:1])[seed % 3]
        asks = tuple(self.ask(number) for number in range((0, 1, 3, 8)[seed % 4]))
        return Reviewed(
            touched=Touched(("shop",), self.files("policies", (0, 2, 11)[seed % 3])),
            verdict=self.verdict(),
            measured=self.measured(),
            notification_changes=tuple(
                self.notification(number, environments) for number in range((0, 1, 4, 14)[seed % 4])
            ),
            slo_changes=tuple(
                self.objective(number, environments) for number in range((5, 0, 1, 4)[seed % 4])
            ),
            required_approvals=asks,
            approvals=self.approvals(),
            approvers=tuple(
                ApproverChange(f"s{number}", self.roles(), self.roles())
                for number in range((0, 2, 4)[seed % 3])
            ),
            finding_changes=self.findings(),
            plans=self.plans(),
            policy_source=PolicySource(
                commit="0123456789abcdef",
                branch="main",
                own=seed % 5 == 4,
                unread=self.files("services", (0, 0, 1, 11)[seed % 4]),
                pending=tuple((who,) for who in PEOPLE[: (0, 1, 3)[seed % 3]]),
                owners=(PEOPLE[-2:],)[: seed % 2],
            ),
            environments=environments,
            affected=environments[: 1 + seed % 2],
            pages=(
                SiteLinks(),
                SiteLinks("https://pages/en/index.html"),
                SiteLinks("https://pages/en/index.html", (("shop", "u1"), ("pay|x", "u2"))),
                SiteLinks(workflow="nightly.yml"),
            )[seed % 4],
        )

    def files(self, folder: str, count: int) -> tuple[str, ...]:
        return tuple(f"{folder}/{number}.yaml" for number in range(count))

    def roles(self) -> tuple[Role, ...]:
        sizes = self.random.choice(((), (1,), (1, 1), (2,), (1, 6), (7,), (1, 1, 3)))
        return tuple(tuple(self.random.sample(PEOPLE, size)) for size in sizes)

    def verdict(self) -> ReviewVerdict:
        pick = self.random.choice
        is_good = self.seed % 6 == 0
        none = ReviewVerdict(missing=(), unapproved=(), missed=0, over=(), errors=0)
        if is_good:
            return none
        return ReviewVerdict(
            missing=self.roles(),
            unapproved=pick(((), ("shop",), ("shop", "pay", "stock"))),
            missed=pick((0, 1, 2)),
            missed_events=self.seed % 3,
            is_recorded=self.seed % 7 == 5,
            over=pick(((), ("sales",))),
            errors=pick((0, 1, 2)),
            committed=pick((0, 1, 2)),
            overlap=self.files("services", pick((0, 1, 5, 6))),
        )

    def measured(self) -> MeasuredChange | NotMeasured:
        if self.seed % 5 == 3:
            return NotMeasured(("", "the change commits history")[self.seed % 2])
        first = result(self.seed)
        if self.seed % 3 == 1:
            others = (replace(result(self.seed + step), environment=f"e{step}") for step in (1, 2))
            return MeasuredChange((first, *others))
        return MeasuredChange((first,))

    def notification(self, number: int, environments: tuple[str, ...]) -> AlertNotificationChange:
        pick = self.random.choice
        condition = number % len(CONDITIONS)
        source = AlertSource(pick(("shop", "pay")), f"a{number // 2}", SPEEDS[condition])
        old = DeliveryPath(pick(("ticket", "log")), CONDITIONS[condition], self.recipients())
        new = pick(
            (
                DeliveryPath("alert", old.when, self.recipients()),
                DeliveryPath(old.tier, CONDITIONS[condition - 1], old.reached),
                DeliveryPath("page", CONDITIONS[condition - 1], RECIPIENTS),
            )
        )
        before, after = pick(((old, new), (old, new), (None, new), (old, None)))
        return AlertNotificationChange(source, before, after, self.some(environments))

    def recipients(self) -> tuple[NotifiedRecipient, ...] | None:
        return self.random.choice((None, (), RECIPIENTS[:1], RECIPIENTS[1:]))

    def some(self, environments: tuple[str, ...]) -> tuple[str, ...]:
        return environments[: self.random.randrange(len(environments) + 1)]

    def objective(self, number: int, environments: tuple[str, ...]) -> ObjectiveDifference:
        pick, what = self.random.choice, WHAT[number % len(WHAT)]
        old, new = (
            Target(Decimal(pick(("0.999", "0.99", "0.9972"))), pick((30, 7, 90)) * DAY)
            for _ in range(2)
        )
        return ObjectiveDifference(
            service="shop",
            name=f"slo{number}",
            what=what,
            old=None if what == "new" else old,
            new=None if what == "gone" else new,
            looser=pick(((), ("the query may count fewer failures",), ("one", "two"))),
            environments=self.some(environments),
        )

    def ask(self, number: int) -> ServiceApproval:
        needed = self.roles()
        given = tuple(self.random.sample(PEOPLE, self.random.choice((0, 1, 2))))
        proposed = self.random.choice(((), (), ("@author",)))
        state = self.random.choice(("met", "waived", "missing", "missing", "missing"))
        waiver = {"met": "approved", "waived": "waived until 2027-01-01: a | b"}.get(state)
        return ServiceApproval(
            needed=RequiredApproval(f"s{number}", needed),
            given=() if state == "waived" else given,
            findings=(self.finding(number, waiver),),
            missing=needed if state == "missing" else (),
            proposed=proposed if given else (),
        )

    def approvals(self) -> Approvals:
        pick = self.random.choice
        return Approvals(
            given=frozenset(PEOPLE[:1]),
            outdated=frozenset(PEOPLE[1:4]),
            absent=frozenset(PEOPLE[: pick((0, 0, 1, 6))]),
            access_unknown=pick(((), ("github answered 403",), ("one", "two"))),
            incomparable=frozenset({PEOPLE[3].upper()}),
        )

    def finding(self, number: int, waiver: str | None = None) -> Finding:
        severity = self.random.choice((Severity.ERROR, Severity.WARNING, Severity.INFO))
        span = SourceSpan(number + 1, 3, number + 1, 9)
        problem = Problem(
            Location(PurePosixPath(f"services/shop/{number}.yaml"), span),
            f"target {number} is `low` | <b>",
            self.random.choice((None, "raise *it*")),
            requires=RequiredApproval("shop", (PEOPLE[:1],)) if number % 3 == 2 else None,
        )
        return Finding(rule=f"rule-{number}", severity=severity, problem=problem, waiver=waiver)

    def findings(self) -> FindingChanges:
        new = [self.finding(number) for number in range((0, 1, 5, 33)[self.seed % 4])]
        waived = [
            self.finding(100 + number, "in the baseline")
            for number in range((1, 0, 2)[self.seed % 3])
        ]
        pairs = tuple((finding.rule, finding) for finding in (*waived, *new))
        return FindingChanges(pairs, 3, self.random.choice((0, 1, 2)))

    def plans(self) -> tuple[TargetPlan, ...]:
        def changes(target: str, count: int) -> tuple[Create | Delete, ...]:
            resources = [
                Resource(ResourceId(target, "dashboard", f"d{number}"), {"title": f"t{number}"})
                for number in range(count)
            ]
            return tuple(
                Delete(resource) if number % 3 == 2 else Create(resource)
                for number, resource in enumerate(resources)
            )

        one, two, none = (
            Plan(target=target, changes=changes(target, count), owned=count + 3)
            for target, count in (("files", 1), ("grafana", 4), ("mimir", 0))
        )
        return (
            (),
            (TargetPlan(Planned(one), is_live=True), TargetPlan(Planned(none), is_live=True)),
            (
                TargetPlan(Unsafe(two, "3 of 4 objects would be deleted"), is_live=True),
                TargetPlan(Planned(one), is_live=False),
            ),
            (TargetPlan(Planned(two), is_live=False, why="it answered 503"),),
            (TargetPlan(Planned(none), is_live=False),),
        )[self.seed % 5]


def view(seed: int, language: Language = "en") -> ReportView:
    """Return the review of a seed; of neighboring seeds, all parts differ."""
    reviewed = MadeReview(seed).review()
    counted = [finding for _, finding in reviewed.finding_changes.counted]
    blocking = [
        each for each in counted if each.problem.requires or each.severity is Severity.ERROR
    ]
    verdict = replace(reviewed.verdict, blocking=tuple(blocking))
    reviewed = replace(reviewed, verdict=verdict)
    return ReportView(
        reviewed=reviewed,
        words=words_in(language),
        rows=(30, 2, 1)[seed % 3],
        report="https://run" if seed % 4 > 1 else "",
        files="https://files" if seed % 2 else "",
    )
