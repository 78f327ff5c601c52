"""Whose approval is missing, and how those who may give it are named."""

import pytest

from reliability.approval import RequiredApproval, Role, everyone, roles_text

ONE: Role = ("@a",)
OTHER: Role = ("@b",)
TEAM: Role = ("@c", "@d")


@pytest.mark.parametrize(
    ("roles", "approved", "author", "missing"),
    [
        ((ONE, OTHER), (), (), (ONE, OTHER)),
        ((ONE, OTHER), ("@a",), (), (OTHER,)),
        ((ONE, OTHER), ("@A", "@B"), (), ()),
        ((ONE, OTHER), ("@z",), (), (ONE, OTHER)),
        ((TEAM,), ("@d",), (), ()),
        # The author agrees for a role once somebody else has agreed for another.
        ((ONE, OTHER), (), ("@a", "@b"), (ONE, OTHER)),
        ((ONE, OTHER), ("@a",), ("@B",), ()),
        ((ONE, OTHER, TEAM), ("@a",), ("@b",), (TEAM,)),
        ((ONE,), (), ("@a",), (ONE,)),
        ((), (), (), ()),
    ],
)
def test_a_role_is_missing_until_somebody_agreed_for_it(
    roles: tuple[Role, ...],
    approved: tuple[str, ...],
    author: tuple[str, ...],
    missing: tuple[Role, ...],
) -> None:
    required = RequiredApproval("shop", roles)
    assert required.missing(approved, author) == missing
    assert required.met_by(approved, author) == (bool(roles) and not missing)


def test_names_that_must_all_act_are_joined() -> None:
    joined = [everyone(names) for names in ((), ("a",), ("a", "b"), ("a", "b", "c"), tuple("abcd"))]
    assert joined == ["", "a", "a and b", "a, b and c", "a, b, c and d"]


def test_everybody_is_named_once_and_people_are_roles_of_one() -> None:
    required = RequiredApproval("shop", (ONE, TEAM, ("@a", "@d")))
    assert required.handles == ("@a", "@c", "@d")
    assert not required.names_people
    assert RequiredApproval("shop", (ONE, OTHER)).names_people


@pytest.mark.parametrize(
    ("roles", "text"),
    [
        ((), ""),
        ((ONE,), "@a"),
        ((TEAM,), "@c or @d"),
        ((ONE, OTHER), "@a and @b"),
        ((TEAM, ONE), "@a and one of @c and @d"),
        ((ONE, OTHER, TEAM), "@a, @b and one of @c and @d"),
        ((tuple("abcde"),), "a, b, c, d or e"),
        ((tuple("abcdef"),), "a, b, c, d, e or 1 more"),
        ((ONE, tuple("abcdefg")), "@a and one of a, b, c, d, e and 2 more"),
    ],
)
def test_roles_are_named_up_to_five_handles_each(roles: tuple[Role, ...], text: str) -> None:
    assert roles_text(roles) == text
    assert str(RequiredApproval("shop", roles)) == text
