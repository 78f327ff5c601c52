"""Fixes give back exactly what was meant, byte for byte; fingerprints survive moved lines."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from reliability.check.engine.fixing import fixed, safe_fixes
from reliability.check.rules import RULES
from reliability.finding import Edit, Finding, Fix, fingerprints
from reliability.load.edit import apply_edits
from reliability.load.loader import load
from reliability.location import SourceSpan
from tests.check.examples import laid_over, page_examples
from tests.check.repository import checked

PATH: Final = PurePosixPath("services/attendance/ownership.yaml")
SLIPS: Final = {
    "criticality": ("criticalty", "Criticality", "critcality"),
    "standard": ("Standard", "standrad"),
    '"on"': ("on",),
    "description": ("desription",),
    "metadata": ("metadta",),
}
BLOCK: Final = """\
# {diagnostic}
apiVersion: reliability/v1
kind: Ownership

metadata: {{name: attendance}} # {diagnostic}
spec:
    team:   workforce
    # {diagnostic}
    criticality: {quote}standard{quote}   # {diagnostic}
    description:   "on"
"""
FLOW: Final = """\
{{apiVersion: reliability/v1, kind: Ownership, # {diagnostic}
  metadata: {{name: attendance}},
 spec: {{team: workforce, "criticality" : {quote}standard{quote},
   description: "on" }}}} # {diagnostic}"""
DIAGNOSTIC: Final = st.text(st.sampled_from("aé勤😀 #:-{}[]\"'\t\u202e"), max_size=8)


@st.composite
def documents(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A document with slips in it, and as it was meant."""
    template = draw(st.sampled_from([BLOCK, FLOW]))
    quote = draw(st.sampled_from(["", "'", '"']))
    meant = template.format(diagnostic=draw(DIAGNOSTIC), quote=quote)
    written = meant
    for word in draw(st.sets(st.sampled_from(sorted(SLIPS)))):
        written = written.replace(word, draw(st.sampled_from(SLIPS[word])))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    mark = draw(st.sampled_from(["", "\ufeff"]))
    slipped, right = ((mark + text.replace("\n", end)).encode() for text in (written, meant))
    return slipped, right


def said(content: bytes) -> list[Finding]:
    return load([(PATH, content)])[1]


def mended(content: bytes) -> bytes:
    """What some rounds of fixing make of a file."""
    for _ in range(5):
        content = fixed(PATH, content, safe_fixes(said(content)).get(PATH, [])).content
    return content


@settings(max_examples=150, deadline=None)
@given(documents())
def test_slips_are_mended_and_no_other_byte_changes(document: tuple[bytes, bytes]) -> None:
    slipped, meant = document
    assert said(meant) == []
    assert mended(slipped) == meant


SPAN: Final = st.integers(3, 12).flatmap(
    lambda start: st.integers(start, 13).map(lambda end: SourceSpan(1, start, 1, end))
)
EDIT: Final = st.builds(Edit, SPAN, st.text("xy", max_size=3))


def first_ones(edits: list[Edit]) -> list[Edit]:
    """The edits in their order, without those that overlap one before."""
    chosen: list[Edit] = []
    for edit in sorted(edits):
        if all(
            edit.span != other.span and edit.span.column >= other.span.end_column
            for other in chosen
        ):
            chosen.append(edit)
    return chosen


@settings(max_examples=150, deadline=None)
@given(st.lists(EDIT, max_size=8))
def test_of_fixes_that_overlap_the_first_is_carried_out(edits: list[Edit]) -> None:
    text = "# 0123456789"
    done = fixed(PATH, text.encode(), [Fix("any", (edit,)) for edit in edits])
    chosen = first_ones(edits)
    assert (done.fixes, done.content.decode()) == (len(chosen), apply_edits(text, chosen))


def moved(files: Mapping[str, str], lines: int) -> dict[str, str]:
    """The same files with comments above everything that is written."""
    return {
        path: "# a diagnostic\n" * lines + text if path.endswith(".yaml") else text
        for path, text in files.items()
    }


def marks(files: Mapping[str, str]) -> list[str]:
    return sorted(fingerprints(checked(files)))


BAD: Final = {
    rule.id: page_examples(rule.page)["bad"]
    for rule in RULES
    # The one has no fingerprint; that of the other names how far a rule came within its time.
    if rule.id not in ("document-unreadable", "custom-rule-unfinished")
}


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(BAD)), st.integers(1, 5))
def test_a_fingerprint_survives_moved_lines(rule: str, lines: int) -> None:
    files = laid_over(BAD[rule])
    assert marks(moved(files, lines)) == marks(files)
    assert len(set(marks(files))) == len(marks(files))
