"""A repository's own texts for comments and issues go before ours, and only where they fit."""

from pathlib import Path

import pytest

from reliability.render.words import own_words, why_not
from tests.cli.copied import copied, edit
from tests.cli.program import Ended, reliability
from tests.review.pull_request.scene import LOOSER, scene

POLICY = "policies/notification.yaml"
HELP = "What to do: {help}"
FINDINGS = "{count} finding is on its line."


def test_a_text_of_the_repository_goes_before_ours_in_every_language() -> None:
    own = {HELP: "Next step: {help}", FINDINGS: "On lines: {count}"}
    for language in ("en", "ja"):
        words = own_words(language, own)
        assert words(HELP, help="x") == "Next step: x"
        for count in (1, 2):
            said = words.many(FINDINGS, "{count} findings are on their lines.", count)
            assert said == f"On lines: {count}"
    assert own_words("ja", own)("Findings") != "Findings"


@pytest.mark.parametrize(
    ("message", "text", "why"),
    [
        ("What to do: {halp}", "x", "is no message of comments and issues"),
        (HELP, "do {whom}", "has a value that the message does not have; it has {help}"),
        (HELP, "do {help.__class__}", "a value that"),
        (HELP, "do {help!r}", "a value that"),
        (HELP, "do {help:>9}", "a value that"),
        (HELP, "do {help", "a value that"),
        (HELP, "do {{help}}", "a value that"),
        ("Findings", "all of {count}", "it has none"),
        (HELP, "<!-- reliability:review 1 -->", "is no line of"),
        (HELP, "one\ntwo", "is no line of"),
        (HELP, " ", "is no line of"),
    ],
)
def test_a_text_that_does_not_fit_is_not_taken(message: str, text: str, why: str) -> None:
    said = why_not(message, text)
    assert said is not None
    assert why in said


@pytest.mark.parametrize("text", ["Next: {help}", "{help}, {help}", "nothing to say"])
def test_a_text_may_leave_values_out_or_say_them_twice(text: str) -> None:
    assert why_not(HELP, text) is None


def with_words(folder: Path, words: str) -> Path:
    of = copied(folder)
    edit(of / POLICY, "  language: en", f"  words: {words}\n  language: en")
    return of


def revisit(folder: Path) -> Ended:
    return reliability("--today", "2026-12-20", "revisit", folder=folder)


def test_an_issue_is_written_in_the_words_of_the_repository(tmp_path: Path) -> None:
    of = with_words(tmp_path, '{"Review the promise {slo} of {service}": "Look at {slo} again"}')
    assert revisit(of).out.startswith("# Look at payslips-view again\n")


def test_a_text_that_does_not_fit_is_found_by_check(tmp_path: Path) -> None:
    ended = reliability("check", folder=with_words(tmp_path, '{"Review it": "Look"}'))
    assert ended.code == 1
    assert f"{POLICY}:" in ended.out
    assert "'Review it' is no message of comments and issues" in ended.out


def test_a_review_is_written_in_the_words_of_its_base_and_not_in_those_of_the_change(
    tmp_path: Path,
) -> None:
    of = scene(tmp_path)
    edit(of.root / POLICY, "  language: en", "  words: {Findings: Found}\n  language: en")
    base = of.commit()
    edit(of.root / POLICY, "Findings: Found", "Findings: Nothing at all")
    of.change(LOOSER)
    ended = reliability("--today", "2026-11-25", "review", "--base", base, folder=of.root)
    assert "#### Found\n" in ended.out
    assert "#### Nothing at all" not in ended.out
