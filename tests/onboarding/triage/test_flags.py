"""Flags of an alert, on both sides of their limits."""

from dataclasses import replace

import pytest

from reliability.onboarding.triage.flags import Flag, FlagEvidence, flags_of
from reliability.onboarding.triage.tally import Figures

SEEN = FlagEvidence(
    figures=Figures(), is_declared=True, has_owner=True, was_evaluated=False, dead="", locations=1
)
FLAPPING = Flag("flapping", "2 of 5 resolved within ten minutes")
DUPLICATE = Flag("duplicate", "2 of 5 repeated the same text within five minutes")
OWNER = Flag("without owner", "no label, tag or file names a team")
NEVER = Flag("never fired", "the server evaluates it, but it did not fire in the period read")


@pytest.mark.parametrize(
    ("figures", "flags"),
    [
        (Figures(), []),
        (Figures(ended=5, short=2), [FLAPPING]),
        (Figures(ended=4, short=4), []),
        (Figures(ended=10, short=3), []),
        (Figures(notifications=5, repeats=2), [DUPLICATE]),
        (Figures(notifications=4, repeats=4), []),
        (Figures(notifications=10, repeats=3), []),
        (Figures(ended=5, short=2, notifications=5, repeats=2), [FLAPPING, DUPLICATE]),
    ],
)
def test_flapping_and_repeating_take_five_and_more_than_thirty_percent(
    figures: Figures, flags: list[Flag]
) -> None:
    assert list(flags_of(replace(SEEN, figures=figures))) == flags


def test_an_owner_and_a_firing_are_missed() -> None:
    evaluated = replace(SEEN, was_evaluated=True)
    assert list(flags_of(replace(evaluated, has_owner=False))) == [OWNER, NEVER]
    assert list(flags_of(replace(evaluated, is_declared=False))) == []
    for figures in (Figures(fired=1), Figures(notifications=1)):
        assert list(flags_of(replace(evaluated, figures=figures))) == []
    dead = replace(evaluated, dead="above 100 %")
    assert list(flags_of(dead)) == [Flag("cannot fire", "above 100 %")]


def test_a_declared_rule_with_an_owner_that_nobody_evaluated_has_no_flag() -> None:
    assert list(flags_of(SEEN)) == []
    assert list(flags_of(replace(SEEN, has_owner=False))) == [OWNER]
