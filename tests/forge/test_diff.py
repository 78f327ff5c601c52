"""Which lines take a comment, against what git itself says of a file."""

import subprocess
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reliability.forge.diff import ChangedFile, Hunk, hunks_of
from reliability.forge.inline import place
from tests.forge.drafts import thread
from tests.forge.patches import lines_of
from tests.forge.worlds import PATCH, PATH

LINES = st.lists(st.sampled_from(["a", "b", "c", "", "@@ -1 +1 @@", "+x", "-x"]), max_size=30)


def diff(folder: Path, before: list[str], after: list[str]) -> str:
    """The patch of one file as GitHub shows it: from the first `@@` on."""
    for name, lines in (("before", before), ("after", after)):
        (folder / name).write_text("".join(f"{line}\n" for line in lines))
    command = ["git", "diff", "--no-index", "--no-color", "before", "after"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    start = done.stdout.find("\n@@ ")
    return done.stdout[start + 1 :].rstrip("\n") if start >= 0 else ""


def test_a_hunk_is_what_a_patch_shows_of_the_new_file() -> None:
    assert hunks_of(PATCH) == (Hunk(7, 14, frozenset({10, 11})),)


def test_a_hunk_of_one_line_and_one_that_only_deletes() -> None:
    assert hunks_of("@@ -1 +1 @@ def f\n-a\n+b") == (Hunk(1, 1, frozenset({1})),)
    assert hunks_of("@@ -1,2 +0,0 @@\n-a\n-b") == ()
    assert hunks_of("") == ()


def test_a_file_without_a_patch_takes_no_comment() -> None:
    assert not ChangedFile("large.yaml", "modified").takes(1)


@given(before=LINES, after=LINES)
def test_the_lines_are_those_that_git_shows(
    before: list[str], after: list[str], tmp_path_factory: object
) -> None:
    folder = tmp_path_factory.mktemp("diff")  # type: ignore[attr-defined]
    patch = diff(folder, before, after)
    file = ChangedFile("f", "modified", hunks_of(patch))
    shown = {each.line: each.text for each in lines_of(patch)}
    assert {line for line in range(len(after) + 2) if file.takes(line)} == set(shown)
    assert all(after[line - 1] == text for line, text in shown.items())
    kept = [line for number, line in enumerate(after, 1) if not file.adds(number)]
    assert is_within(kept, before)


def is_within(kept: list[str], before: list[str]) -> bool:
    """Whether lines that were not added stood there before, in this order."""
    rest = iter(before)
    return all(line in rest for line in kept)


def test_comments_go_to_their_lines_or_to_the_summary_and_no_more_than_the_cap() -> None:
    files = [ChangedFile(PATH, "modified", hunks_of(PATCH))]
    elsewhere = replace(thread(10), path="other.yaml")
    placed = place([thread(30), thread(10), elsewhere, thread(11), thread(12)], files, cap=2)
    assert placed.inline == (thread(10), thread(11))
    assert placed.outside == (thread(30), elsewhere)
    assert placed.beyond == (thread(12),)


def test_a_pull_request_has_thirty_comments_on_lines_at_most() -> None:
    file = ChangedFile(PATH, "added", (Hunk(1, 40),))
    drafts = [thread(line) for line in range(1, 33)]
    placed = place(drafts, [file])
    assert placed.inline == tuple(drafts[:30])
    assert placed.beyond == tuple(drafts[30:])


def test_a_comment_on_lines_that_the_diff_shows_in_part_stands_on_the_last() -> None:
    files = [ChangedFile(PATH, "modified", hunks_of(PATCH))]
    spanning, too_wide = replace(thread(11), first=9), replace(thread(11), first=2)
    assert place([spanning], files).inline == (spanning,)
    assert place([too_wide], files).inline == (thread(11),)


def test_lines_are_taken_together_if_one_hunk_has_both() -> None:
    file = ChangedFile("f", "modified", (Hunk(1, 4, frozenset({2})), Hunk(8, 9, frozenset({8}))))
    assert file.takes_together(1, 4)
    assert file.takes_together(8, 9)
    assert not file.takes_together(4, 8)
    assert not file.takes_together(4, 5)
