"""The lines of `words.toml` are joined, so each but the first starts with `|`."""

import pytest

from reliability.onboarding.triage.words import LINES, pattern


@pytest.mark.parametrize("name", LINES)
def test_no_word_runs_into_that_of_the_next_line(name: str) -> None:
    lines = LINES[name].split("\n")
    assert [line for line in lines[1:] if not line.startswith("|")] == []
    assert [line for line in lines if line != line.strip()] == []
    assert pattern(name).search("") is None, "an empty alternative matches everything"
