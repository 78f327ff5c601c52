"""Identities that users keep: fingerprints, digests, markers. Messages and Python take no part.

The values here are written out. They are in baselines, comments, issues, history and results of
backtests of users. Where a test of this file fails, nobody finds again what was written before:
change the code back, or let the format grow and say in the changelog what must be written anew.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest

from reliability.check.report.checked import Checked
from reliability.check.report.sarif import sarif_report
from reliability.check.rule import Rule
from reliability.check.rules import RULES
from reliability.finding import Finding, Problem, Severity, fingerprints
from reliability.forge.known import remembered_lines
from reliability.forge.marker import Marker
from reliability.history.definition import Definition
from reliability.location import Location, SourceSpan, pointer_text
from reliability.model.openslo.slo import Slo
from reliability.onboarding.triage.alert import id_of
from reliability.onboarding.triage.collector import Key
from reliability.plan.change import Change, Create, Delete, Reload, Update
from reliability.plan.held import Owner
from reliability.plan.plan import Plan
from reliability.promql.selector import Selector
from reliability.providers.mark import marked_text
from reliability.resource import Resource, ResourceId
from reliability.review.dashboard.issue import MARKER as DASHBOARD
from reliability.review.digest.counts import DigestCounts
from reliability.review.digest.period import before
from reliability.review.pull_request.comments import FINDING, SUMMARY
from reliability.review.slo_review.due import SloReviewDue
from reliability.review.tickets.drafts import KIND as TICKET
from reliability.review.tickets.elsewhere import MARKER as ELSEWHERE
from reliability.review.tickets.groups import SignalGroup
from reliability.review.tickets.record import Record
from tests.check.examples import minimal_files
from tests.check.repository import TODAY, checked, loaded
from tests.check.test_rule_pages import page_checked
from tests.golden import Golden

FINGERPRINTS = Path(__file__).parent / "fingerprints.txt"
SLO = PurePosixPath("services/attendance/slo.yaml")


def finding(message: str, place: str = "", subject: str = "") -> Finding:
    pointer = ("spec", "objectives", 0, "target")
    at = Location(SLO, SourceSpan(7, 3, 7, 9), pointer)
    problem = Problem(at, message, f"mend {message}", subject=subject)
    return Finding(
        rule="slo-objective-unreachable", severity=Severity.WARNING, problem=problem, place=place
    )


@pytest.mark.parametrize(
    ("place", "subject", "fingerprint"),
    [
        ("SLO clock-in/spec/objectives/fast/target", "", "92564f9dc34d3164"),
        ("SLO clock-in/spec/objectives/fast/target", "team", "3aa99ec6844acd03"),
        ("", "", "fe3fba8c915ad18c"),
    ],
)
def test_a_fingerprint_is_of_rule_path_place_and_subject(
    place: str, subject: str, fingerprint: str
) -> None:
    assert finding("as it was said", place, subject).fingerprint == fingerprint


def test_a_fingerprint_is_the_same_with_other_words() -> None:
    said = [finding("the budget is a minute"), finding("not enough budget")]
    assert len({each.fingerprint for each in said}) == 1


def test_the_second_of_equal_findings_has_a_fingerprint_of_its_own() -> None:
    said = [finding("once"), finding("twice"), finding("and again")]
    assert fingerprints(said) == ["fe3fba8c915ad18c", "d731bee3298dac7a", "8ce25da070bd1364"]


def test_sarif_names_the_format_of_fingerprints() -> None:
    report = sarif_report(Checked(findings=[finding("so")], services=1, documents=1))
    assert '"partialFingerprints": {\n            "reliability/v2": "fe3fba8c915ad18c"' in report


def test_each_rule_finds_its_example_by_a_known_fingerprint(golden: Golden) -> None:
    """One line for each finding of the bad examples: fingerprint, rule, place and subject.

    A line changes with its example. If it changes without, a baseline of users does not hold.
    """
    lines = [line for rule in RULES for line in identified(page_checked(rule, "bad")[1])]
    golden.check(FINGERPRINTS, "\n".join(lines) + "\n")


def place_of(found: Finding) -> str:
    """By names, or by the pointer in a document that cannot be read."""
    return found.place or pointer_text(found.problem.at.pointer)


def identified(findings: list[Finding]) -> list[str]:
    """Each finding in a line, without a word of its message."""
    return [
        " | ".join((mark, each.rule, place_of(each), each.problem.subject)).rstrip(" |")
        for mark, each in zip(fingerprints(findings), findings, strict=True)
    ]


@pytest.mark.parametrize("rule", [each for each in RULES if each.by_date], ids=lambda each: each.id)
def test_a_finding_is_the_same_on_the_next_day(rule: Rule) -> None:
    files = page_checked(rule, "bad")[0]
    days = [checked(files, TODAY), checked(files, TODAY + timedelta(days=1))]
    marks = [{each.fingerprint for each in found if each.rule == rule.id} for found in days]
    assert marks[0] == marks[1] != set()


def the_slo() -> SloReviewDue:
    [slo] = loaded(minimal_files())[0].documents(Slo)
    return SloReviewDue(slo, timedelta(days=90), None)


@pytest.mark.parametrize(
    ("marker", "text"),
    [
        (Marker(FINDING, "0f6cbb4e7d0b9a31@2,0"), "finding 0f6cbb4e7d0b9a31@2,0"),
        (Marker(SUMMARY, "12"), "review 12"),
        (the_slo().marker, "revisit attendance/attendance%2Dclock%2Din/2026%2D11%2D01"),
        (before(date(2026, 11, 25), "week").marker, "digest 2026%2DW47"),
        (before(date(2026, 11, 25), "month").marker, "digest 2026%2D10"),
        (DASHBOARD, "dashboard here"),
        (ELSEWHERE, "tickets-elsewhere here"),
        (
            Marker(TICKET, SignalGroup("pay", "Slow queue", (("slo", "fast-pay"),)).key),
            "ticket pay/Slow%2520queue/slo=fast%2Dpay",
        ),
    ],
)
def test_comments_and_issues_are_found_by_markers_that_stay(marker: Marker, text: str) -> None:
    assert str(marker) == f"<!-- reliability:{text} -->"


def test_what_issues_remember_stays_readable() -> None:
    first, last = datetime(2026, 11, 2, 8, 0, tzinfo=UTC), datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
    record = Record(
        count=3, fired=timedelta(minutes=75), first=first, last=last, until=last, reopened=1
    )
    assert str(record) == (
        "<!-- seen 3 75 2026-11-02T08:00Z 2026-11-03T09:30Z 2026-11-03T09:30Z again 1 -->"
    )
    assert str(DigestCounts(pages=5, with_impact=2, tickets=7, logs=9, unknown=1)) == (
        "<!-- notified 5 pages 2 impact 7 tickets 9 logs 1 unknown -->"
    )
    known = remembered_lines({12: Marker(TICKET, "pay/Slow")}, "example/queue")
    assert [*known] == ["<!-- known ticket example/queue#12 pay/Slow -->"]


def resource(name: str, threshold: int) -> Resource:
    return Resource(ResourceId("files", "rules", name), {"threshold": threshold, "by": ["job"]})


OLD, NEW = resource("search", 1), resource("search", 2)
FORMER = Owner("0123456789abcdef", "example.com/shop/reliability")


@pytest.mark.parametrize(
    ("changes", "digest"),
    [
        ((), "4dfd4fd77754c08d7653c491e71a4e6d34943bc2dd9df48270889f59f2db1b8d"),
        ((Create(NEW),), "3eedf34e85dd4523c33ed2b1ba58e787cb1e378fe11d4b4616fa22dc282621cb"),
        ((Update(OLD, NEW),), "aa8403f72ef6aacae2d18320ec431fb777051ee215927e70548f0e3eb114c725"),
        (
            (Update(OLD, NEW, FORMER),),
            "8a003ebd70759e236ad258ca82c0d1d91a88f8fdaa810f1b67954982387e5c1d",
        ),
        ((Delete(OLD),), "c33cb732beaa75c53b2cf75df7155670b2ff96111aa74d7ef5643de8effebe36"),
        (
            (Reload(OLD.id, "so it is said today"),),
            "8d2cf9d66e3383a939463bdcec38c5fc9ec35bed36ad74a0377373b3a7d5ab83",
        ),
    ],
)
def test_a_plan_is_allowed_by_a_digest_that_stays(changes: tuple[Change, ...], digest: str) -> None:
    assert Plan(target="files", changes=changes).digest == digest


def test_an_object_is_known_by_its_mark() -> None:
    assert marked_text(NEW, FORMER).decode().splitlines()[1] == (
        "# reliability rules search"
        " sha256=01a2e9c3221c2b07bf1fe4addfc7e6ec4695f06115af44e695567a35944614bb"
        " text=fa66d43a438dd7652c85d80392520e9e38c703de915191b9d9712973b03b23b1"
        " owner=0123456789abcdef repository=example.com/shop/reliability"
    )


def test_history_is_kept_by_a_checksum_of_what_was_fetched() -> None:
    definition = Definition((Selector.parse('requests_total{job="pay"}'),), ("code", "job"))
    assert definition.checksum == "dcdf649a"


def test_a_decision_on_noise_is_kept_by_an_id_of_its_alert() -> None:
    assert id_of(Key("Disk almost full", "page", is_alert=True)) == "disk-almost-full-5a7d810b"
