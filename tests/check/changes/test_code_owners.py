"""Lines of CODEOWNERS that a change adds, removes or reorders, and where each is reported."""

import pytest

from reliability.check.changes.code_owners import code_owner_changes
from reliability.check.engine.run import Context
from tests.check.changes.governed import BASE
from tests.check.examples import laid_over
from tests.check.repository import TODAY, loaded

TEAM = "policies/teams/workforce.yaml"
FILES = laid_over(BASE)
FILES[TEAM] = FILES[TEAM].replace("\nspec:\n", '\nspec:\n  codeHost: "@org/workforce"\n')
PATH = "CODEOWNERS"
LINES = "* @org/all\n/docs/ @org/docs\n"


def changes(
    before: str | None, after: str | None, old: str = PATH, new: str = PATH
) -> list[tuple[str, str]]:
    """Each change with its span on one line: `path:line:column-end column`."""
    head = FILES if after is None else FILES | {new: after}
    base = FILES if before is None else FILES | {old: before}
    context = Context(today=TODAY, catalog=loaded(head)[0], base=loaded(base)[0])
    found = list(code_owner_changes(loaded(base)[0], context))
    assert all(change.at.span.line == change.at.span.end_line for change in found)
    return [
        (f"{c.at.path}:{c.at.span.line}:{c.at.span.column}-{c.at.span.end_column}", c.message)
        for c in found
    ]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (LINES, LINES, []),
        (None, LINES, []),
        (LINES, f"# who owns what\n\n{LINES}", []),
        (LINES, None, [(f"{PATH}:1:1-1", "CODEOWNERS was removed")]),
        (
            LINES,
            f"{LINES}# more\n/x/  @me # mine\n",
            [(f"{PATH}:4:1-16", "the line /x/ @me was added")],
        ),
        (
            LINES,
            "* @org/all\n/docs/ @me\n",
            [(f"{PATH}:2:1-11", "the line /docs/ @me was added")],
        ),
        (
            LINES,
            "* @org/all\n",
            [(f"{PATH}:1:1-1", "the line /docs/ @org/docs was removed")],
        ),
        (
            LINES,
            "/docs/ @org/docs\n* @org/all\n",
            [(f"{PATH}:1:1-1", "the order of the lines changed")],
        ),
        (LINES, f"{LINES}* @org/all\n", []),
    ],
)
def test_changed_lines_are_found_where_they_are(
    before: str, after: str | None, found: list[tuple[str, str]]
) -> None:
    assert changes(before, after) == found


@pytest.mark.parametrize(
    ("owners", "is_found"),
    [
        ("@org/workforce", False),
        ("@org/workforce @me", True),
        ("@org/other", True),
        ("", True),
    ],
)
def test_the_line_of_a_service_may_name_its_own_team(owners: str, is_found: bool) -> None:
    line = f"/services/attendance/ {owners}\n"
    assert bool(changes(LINES, LINES + line)) is is_found


def test_the_line_of_a_service_that_is_new_or_gone_is_not_reported() -> None:
    assert changes(LINES, f"{LINES}/services/new/ @me\n") == []
    assert changes(f"{LINES}/services/old/ @me\n", LINES) == []


def test_a_file_that_moves_is_compared_where_it_is_now() -> None:
    moved = changes(LINES, f"{LINES}/x/ @me\n", new=".github/CODEOWNERS")
    assert moved == [(".github/CODEOWNERS:3:1-8", "the line /x/ @me was added")]
