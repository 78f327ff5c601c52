"""Who has to approve a lower target and who did, for owners, people and records of each kind.

`pytest tests/check/changes/test_matrix_of_approvals.py --update-golden` rewrites the golden files;
read what has changed.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Final

import pytest

from reliability.approval import Approvals, RequiredApproval
from reliability.check.changes.approvals import approval_help, needed_for
from reliability.check.engine.run import Context, run
from reliability.check.rules import RULES
from tests.check.changes.test_approvals import BOTH, solo, with_approvers
from tests.check.changes.test_changes import SLO, edited
from tests.check.examples import Files, minimal_files
from tests.check.repository import TODAY, loaded
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
OWNER: Final = "services/attendance/ownership.yaml"
TEAM: Final = "policies/teams/workforce.yaml"
POLICY: Final = "policies/notification.yaml"
RULE: Final = [rule for rule in RULES if rule.id == "slo-loosened"]
PEOPLE: Final = ("@product-owner", "@tech-lead", "@lead-workforce")


def owned() -> Iterator[tuple[str, Files]]:
    """Repositories in which somebody else approves, by name."""
    files = minimal_files()
    yield "two approvers", with_approvers(files)
    same = BOTH.replace("@product-owner", "@tech-lead")
    yield "one approver for both", with_approvers(files, same)
    yield "a team of one", files
    yield "a team of two", edited(TEAM, ('"@lead-workforce"', '"@lead-workforce", "@two"'))
    yield "an unknown team", edited(OWNER, ("team: workforce", "team: nobody"))
    without = {path: text for path, text in files.items() if path != OWNER}
    yield "no owner", without
    none = {path: text for path, text in without.items() if path != TEAM}
    yield "no owner and no team", none
    other = files[TEAM].replace("workforce}", "other}").replace("@lead-workforce", "@other")
    both = {**files, "policies/teams/other.yaml": other}
    yield "two teams", {path: text for path, text in both.items() if path != OWNER}
    owner = edited(POLICY, ("  heartbeat:", "  owner: other\n  heartbeat:"), files=both)
    yield "policies of another team", owner
    yield (
        "policies of an unknown team",
        edited(POLICY, ("  heartbeat:", "  owner: x\n  heartbeat:")),
    )


OWNED: Final = dict(owned())


def context(base: Files, head: Files | None = None) -> Context:
    """A context in which the target is lower."""
    head = edited(SLO, ("0.999", "0.99"), files=base) if head is None else head
    return Context(today=TODAY, catalog=loaded(head)[0], base=loaded(base)[0])


def waivers(of: Context) -> str:
    """Who approved, or else who has to; nobody if the SLO cannot be read."""
    texts = [
        finding.waiver or f"needs {finding.problem.requires}".strip() for finding in run(RULE, of)
    ]
    return ", ".join(texts) or "not readable"


@pytest.mark.parametrize("name", OWNED)
def test_who_approves_and_who_did(golden: Golden, name: str) -> None:
    some = [(), *((person.upper(),) for person in (*PEOPLE, "@two")), PEOPLE[:2]]
    lines = []
    of = context(OWNED[name])
    for author, absent in product(some[:4], [(), ("@Tech-Lead",), PEOPLE[:2], (*PEOPLE, "@two")]):
        lines.append(f"author {' '.join(author) or '-'}, absent {' '.join(absent) or '-'}\n")
        for approved in some:
            approvals = Approvals(
                given=frozenset(approved),
                author=frozenset(author),
                proposed=frozenset(author),
                absent=frozenset(absent),
            )
            given = waivers(of.with_approvals(approvals))
            lines.append(f"  {' '.join(approved) or '-'}: {given}\n")
    golden.check(GOLDEN / "approvals" / f"{name.replace(' ', '-')}.txt", "".join(lines))


def test_what_the_help_says(golden: Golden) -> None:
    lines = []
    for (name, files), kind in product(OWNED.items(), ("team", "solo")):
        of = context(solo(files) if kind == "solo" else files)
        for needed in (needed_for("attendance", of), RequiredApproval("attendance", ())):
            lines.append(f"{name}, {kind}: {approval_help(needed, of)}\n")
            lines.append(f"  on GitHub: {approval_help(needed, of, on_pull_request=True)}\n")
    golden.check(GOLDEN / "approvals" / "help.txt", "".join(dict.fromkeys(lines)))


@pytest.mark.parametrize(
    ("on_forge", "author", "helped"),
    [
        (False, (), "record the agreement: set reliability/agreed-by to "),
        (True, PEOPLE, "record the agreement: set reliability/agreed-by to "),
        (True, PEOPLE[:1], "ask @product-owner and @tech-lead to approve the pull request"),
        (True, (), "ask @product-owner and @tech-lead to approve the pull request"),
    ],
)
def test_a_document_records_the_agreement_of_the_author_alone(
    on_forge: bool, author: tuple[str, ...], helped: str
) -> None:
    given = Approvals(author=frozenset(author), on_forge=on_forge)
    of = context(solo(OWNED["two approvers"])).with_approvals(given)
    needed = needed_for("attendance", of)
    assert approval_help(needed, of, on_pull_request=True).startswith(helped)


DAYS: Final = (-30, -1, 0, 1, 2)
AGREED: Final = (
    "@product-owner, @tech-lead",
    "@TECH-LEAD,@product-owner, ",
    "@tech-lead",
    "@lead-workforce",
    " , ",
)


@pytest.mark.parametrize("name", ["two approvers", "a team of two", "no owner and no team"])
def test_agreements_on_record(golden: Golden, name: str) -> None:
    lines = []
    for before, agreed in product((-10, 0), AGREED):
        base = recorded(solo(OWNED[name]), AGREED[0], f"{TODAY + timedelta(days=before)}")
        days = [*(f"{TODAY + timedelta(days=day)}" for day in DAYS), "soon", ""]
        lines.append(f"base {TODAY + timedelta(days=before)}, agreed by '{agreed}'\n")
        for day in days:
            head = recorded(edited(SLO, ("0.999", "0.99"), files=base), agreed, day)
            lines.append(f"  {day or '-'}: {waivers(context(base, head))}\n")
    golden.check(GOLDEN / "approvals" / f"recorded-{name.replace(' ', '-')}.txt", "".join(lines))


@pytest.mark.parametrize(
    ("before", "day", "is_approved"),
    [
        ("", -30, True),
        ("", 0, True),
        ("", 1, True),
        ("", 2, False),
        (f"{TODAY}", 0, True),
        (f"{TODAY}", -1, False),
        (f"{TODAY + timedelta(days=1)}", 1, False),
    ],
)
def test_an_agreement_is_later_than_that_of_the_base_if_it_has_one(
    before: str, day: int, is_approved: bool
) -> None:
    base = recorded(solo(OWNED["two approvers"]), AGREED[0], before)
    lower = edited(SLO, ("0.999", "0.99"), files=base)
    if not before:
        lower[SLO] = lower[SLO].replace("agreed-by", "reviewed: x\n    reliability/agreed-by", 1)
    of = context(base, recorded(lower, AGREED[0], f"{TODAY + timedelta(days=day)}"))
    assert waivers(of).startswith("approved by") is is_approved


def recorded(files: Files, agreed: str, day: str) -> Files:
    """The files with another record of the agreement."""
    lines = []
    for line in files[SLO].splitlines(keepends=True):
        if "agreed-by" in line:
            line = f'    reliability/agreed-by: "{agreed}"\n'
        elif "reviewed" in line:
            line = f'    reliability/reviewed: "{day}"\n' if day else ""
        lines.append(line)
    return {**files, SLO: "".join(lines)}
