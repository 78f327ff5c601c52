"""A fix as a suggestion: GitHub replaces whole lines, and gets just those that the fix changes."""

import re
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.finding import Edit, Finding, Fix, Problem, Severity
from reliability.forge.diff import ChangedFile, hunks_of
from reliability.load.edit import apply_edits
from reliability.location import Location, SourceSpan
from reliability.render.words import words_in
from reliability.review.pull_request.comments import (
    LineComments,
    SuggestedLines,
    on_lines,
    suggested_lines,
)
from reliability.review.pull_request.reviewed import FindingChanges
from tests.review.pull_request.scene import POLICY, scene
from tests.review.pull_request.test_folder import threads, to_folder

PATH = PurePosixPath("a.yaml")
MOST = 20
"""Lines that a suggestion may replace or have."""


def fixed(text: str, *edits: Edit) -> SuggestedLines | None:
    at = Location(PATH, edits[0].span) if edits else Location(PATH, SourceSpan(1, 1, 1, 1))
    problem = Problem(at, "wrong", fix=Fix("write it right", edits) if edits else None)
    return suggested_lines(
        Finding(rule="a-rule", severity=Severity.ERROR, problem=problem), {PATH: text}
    )


def applied(text: str, lines: SuggestedLines) -> str:
    """What GitHub makes of a file when somebody commits a suggestion."""
    rows = text.split("\n")
    return "\n".join([*rows[: lines.first - 1], lines.text, *rows[lines.last :]])


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, Edit]:
    rows = draw(st.lists(st.text("ab`: é", max_size=6), min_size=1, max_size=8))
    first = draw(st.integers(1, len(rows)))
    last = draw(st.integers(first, len(rows)))
    start = draw(st.integers(1, len(rows[first - 1]) + 1))
    least = start if first == last else 1
    end = draw(st.integers(least, len(rows[last - 1]) + 1))
    return "\n".join(rows), Edit(
        SourceSpan(first, start, last, end), draw(st.text("xy`\n", max_size=6))
    )


@given(edited())
def test_committing_it_is_the_same_as_check_fix(change: tuple[str, Edit]) -> None:
    text, edit = change
    lines = fixed(text, edit)
    assert lines is not None
    assert applied(text, lines) == apply_edits(text, [edit])


@given(st.text("`a\n", max_size=12))
def test_nothing_in_the_text_ends_the_block(text: str) -> None:
    block = SuggestedLines(1, 1, text).block
    fence = re.match(r"`+", block)
    assert fence is not None
    assert block.startswith(f"{fence[0]}suggestion\n")
    assert block.endswith(f"\n{fence[0]}")
    assert fence[0] not in text


def test_without_a_fix_or_with_a_long_one_there_is_none() -> None:
    assert fixed("a: 1\n") is None
    assert fixed("a: 1\r\n", Edit(SourceSpan(1, 1, 1, 2), "b")) is None
    assert fixed("a: 1\n", Edit(SourceSpan(1, 1, 1, 2), "b\n" * MOST)) is None


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_a_fix_of_several_places_replaces_all_lines_between_them(order: tuple[int, ...]) -> None:
    edits = (
        Edit(SourceSpan(2, 1, 2, 2), "A"),
        Edit(SourceSpan(3, 2, 4, 1), ""),
        Edit(SourceSpan(5, 1, 5, 2), "E\nF"),
    )
    text = "one\nb\nc\nd\ne\nlast\n"
    lines = fixed(text, *(edits[number] for number in order))
    assert lines == SuggestedLines(2, 5, "A\ncd\nE\nF")


def test_a_slip_in_a_word_is_a_suggestion_on_its_line(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.change((POLICY, "tier: ticket", "tier: tickett"))
    assert to_folder(of).code == 1
    [thread] = [text for text in threads(of).values() if "```suggestion" in text]
    [line] = re.findall(r"```suggestion\n(.*)\n```", thread)
    assert line.split("#")[0].strip() == "tier: ticket"


@pytest.mark.parametrize("line", ["      tier: ticket", "tier: ticket"])
def test_the_indentation_stays(line: str) -> None:
    at = line.index("ticket") + 1
    lines = fixed(f"{line}t\n", Edit(SourceSpan(1, at, 1, at + 7), "ticket"))
    assert lines == SuggestedLines(1, 1, line)


@pytest.mark.parametrize(
    ("rows", "written", "is_suggested"),
    [
        (MOST, 1, True),
        (MOST + 1, 1, False),
        (1, MOST, True),
        (1, MOST + 1, False),
        (MOST, MOST, True),
    ],
)
def test_a_suggestion_replaces_and_has_at_most_so_many_lines(
    rows: int, written: int, *, is_suggested: bool
) -> None:
    text = "\n".join(["row"] * rows)
    edit = Edit(SourceSpan(1, 1, rows, 4), "\n".join(["new"] * written))
    assert (fixed(text, edit) is not None) is is_suggested


WHOLE = ChangedFile("r/a.yaml", "modified", hunks_of("@@ -0,0 +1,9 @@\n" + "+x\n" * 9))


@pytest.mark.parametrize(
    ("first", "last", "key", "lines"),
    [
        (5, 5, "f", (0, 5)),
        (3, 5, "f@2,0", (3, 5)),
        (5, 6, "f@0,1", (5, 6)),
        (2, 8, "f@3,3", (2, 8)),
        (3, 9, "f@2,4", (3, 9)),
    ],
)
def test_a_thread_is_known_by_the_lines_that_its_fix_replaces(
    first: int, last: int, key: str, lines: tuple[int, int]
) -> None:
    fix = Fix("write it right", (Edit(SourceSpan(first, 1, last, 2), "y"),))
    problem = Problem(Location(PATH, SourceSpan(5, 1, 5, 2)), "wrong", fix=fix)
    finding = Finding(rule="a-rule", severity=Severity.ERROR, problem=problem)
    comments = LineComments(
        finding_changes=FindingChanges(new=(("f", finding),), before=0, fixed=0),
        files={WHOLE.path: WHOLE},
        prefix=PurePosixPath("r"),
        texts={PATH: "x\n" * 9},
        words=words_in("en"),
    )
    [draft] = comments.drafts()
    assert (draft.marker.key, (draft.first, draft.line)) == (key, lines)
    assert on_lines(comments, 1) == (draft,)
