"""English that is left in a Japanese text."""

import re

DATA = {
    "gateway refused every fortieth clock",
    "in service timed out",
    "branch office expired",
    "elease broke clocking in at the gate",
    "complaints start below",
    "he pay page was slow for",
    "nothing is stored",
}
"""Texts of the repository under test: names of incidents, why a target was chosen, no history."""

ENGLISH = re.compile(r"(?:[a-z]{2,} ){2,}[a-z]{2,}")
NO_PROSE = re.compile(r"(`{3,})[a-z]*\n.*?\n\1$|`[^`\n]*`|<!--.*?-->", re.DOTALL | re.MULTILINE)


def english_in(text: str) -> set[str]:
    """Three English words in a row or more, outside of code."""
    return set(ENGLISH.findall(NO_PROSE.sub("", text))) - DATA
