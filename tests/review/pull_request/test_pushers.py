"""Who pushed a change approves it for their own role only, whoever opened the pull request."""

from pathlib import Path
from typing import Final

import pytest

from reliability.approval import RequiredApproval
from reliability.forge.pull_request import Push, PushHistory
from reliability.load.changes import Changes
from reliability.pipeline import load_revision
from reliability.review.pull_request.approvals import approvals
from reliability.review.pull_request.pushers import Pushers, pushers
from tests.review.pull_request.scene import LOOSER, LOUDER, scene
from tests.review.pull_request.test_approvals import PULL, said

NEW: Final = "0" * 40
ROLES: Final = RequiredApproval("attendance", (("@dev",), ("@lead",)))


def test_who_pushed_is_known_from_what_each_push_proposes(tmp_path: Path) -> None:
    of = scene(tmp_path)
    tip = of.base
    (of.root / "README.md").write_text("nothing governed")
    empty = of.commit()
    first = of.change(LOOSER)
    (of.root / "README.md").write_text("again nothing governed")
    same = of.commit()
    last = of.change(LOUDER)
    changes = Changes.at(of.root)

    def found(*rows: tuple[str, str, str], unknown: str = "") -> Pushers:
        pushed = tuple(Push(actor, before, after) for actor, before, after in rows)
        return pushers(PushHistory(pushed, unknown), changes, tip)

    assert found(("dev", NEW, last)) == Pushers(frozenset({"@dev"}))
    assert found(("lead", same, last), ("dev", NEW, same)).handles == {"@lead", "@dev"}
    assert found(("lead", first, same), ("dev", NEW, first)).handles == {"@dev"}
    assert found(("dev", empty, first), ("lead", NEW, empty)).handles == {"@dev"}
    assert found(("dev", empty, first), unknown="too many").unknown == ""
    assert found(("dev", first, last), unknown="too many").unknown == "too many"
    assert found(("lead", "f" * 40, last), ("dev", NEW, "f" * 40)).handles == {"@lead", "@dev"}
    assert found(("", NEW, last)).unknown == f"the person who pushed {last[:12]} is gone"
    assert found(unknown="no") == Pushers(frozenset(), "no")


@pytest.mark.parametrize(
    ("pushed", "reviewers", "is_met"),
    [
        (Pushers(frozenset({"@dev"})), ("lead",), True),
        (Pushers(frozenset({"@Dev"})), ("lead",), True),
        (Pushers(frozenset({"@dev", "@lead"})), ("lead",), False),
        (Pushers(frozenset({"@lead"})), ("lead",), False),
        (Pushers(frozenset({"@other"})), ("lead",), False),
        (Pushers(frozenset(), "not readable"), ("lead",), False),
        (Pushers(frozenset({"@dev"}), "not readable"), ("lead",), False),
    ],
)
def test_one_person_does_not_fill_both_roles(
    tmp_path: Path, pushed: Pushers, reviewers: tuple[str, ...], is_met: bool
) -> None:
    of = scene(tmp_path)
    base = load_revision(of.root, of.base)
    assert base is not None
    reviews = [said(reviewer, "approved") for reviewer in reviewers]
    given = approvals(reviews, PULL, base.catalog, pushed=pushed)
    assert ROLES.met_by(given.given, given.proposed) is is_met
    # Who pushed still approves for their own role, once somebody else approved for the other.
    of_others = RequiredApproval("attendance", (("@product",), ("@lead",)))
    both = approvals([*reviews, said("product", "approved")], PULL, base.catalog, pushed=pushed)
    assert of_others.met_by(both.given, both.proposed)
