"""Small parts of a review in words."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reliability.render.words import words_in
from reliability.review.pull_request.diff import ObjectiveDifference, Target, What
from reliability.review.pull_request.notified import (
    AbsenceCondition,
    BurnRateCondition,
    DeliveryPath,
    ExpressionCondition,
    FiringCondition,
    NotifiedRecipient,
)
from reliability.review.pull_request.phrases import (
    change_word,
    delivery_path,
    message_text,
    roles,
    target,
    tier,
    value,
    when,
)

WORDS = words_in("en")
HOUR = timedelta(hours=1)
MONTH = timedelta(days=30)


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        ("0.9990", "99.9 % over 30d (error budget 43.2 min)"),
        ("0.9975", "99.75 % over 30d (error budget 108 min)"),
        ("0.99", "99 % over 30d (error budget 7.2 h)"),
    ],
)
def test_a_target_is_shown_with_what_may_fail(ratio: str, shown: str) -> None:
    assert target(Target(Decimal(ratio), MONTH), WORDS) == shown


def test_no_target_is_none() -> None:
    assert target(None, WORDS) == "none"


@pytest.mark.parametrize(
    ("what", "old", "new", "looser", "shown"),
    [
        ("new", None, "0.9", (), "new"),
        ("gone", "0.9", None, (), "removed"),
        ("moved", "0.9", "0.8", (), "moved from another service"),
        ("renamed", "0.9", "0.9", (), "renamed; its history starts over"),
        ("same", "0.9", "0.8", (), "looser"),
        ("same", "0.8", "0.9", ("a filter",), "stricter"),
        ("same", "0.9", "0.9", ("a filter",), "looser"),
        ("same", "0.9", "0.9", (), "changed"),
    ],
)
def test_a_changed_slo_is_one_word(
    what: What, old: str | None, new: str | None, looser: tuple[str, ...], shown: str
) -> None:
    before, after = (Target(Decimal(each), MONTH) if each else None for each in (old, new))
    assert (
        change_word(
            ObjectiveDifference(
                service="shop", name="pay", what=what, old=before, new=after, looser=looser
            ),
            WORDS,
        )
        == shown
    )


@pytest.mark.parametrize(
    ("each", "shown"),
    [
        (
            BurnRateCondition(((0.0144, HOUR), (0.006, 6 * HOUR))),
            "error ratio above 1.44 % over 1h or error ratio above 0.6 % over 6h",
        ),
        (AbsenceCondition(timedelta(minutes=10)), "no data for 10m"),
        (ExpressionCondition("x > 1", timedelta(minutes=5)), "`x > 1` for 5m"),
        (ExpressionCondition("x > 1", timedelta()), "`x > 1`"),
    ],
)
def test_a_threshold_is_shown_as_people_say_it(each: FiringCondition, shown: str) -> None:
    assert when(each, WORDS) == shown


@pytest.mark.parametrize(
    ("reached", "shown"),
    [
        (None, "**alert**: recipients not known"),
        ((), "**alert**: notifies nobody"),
        (
            (
                NotifiedRecipient("page", "a"),
                NotifiedRecipient("channel", "#b"),
                NotifiedRecipient("mention", "@c"),
            ),
            "**alert**: pages through `a`, posts to `#b`, mentions `@c`",
        ),
        (
            (
                NotifiedRecipient("webhook", "a"),
                NotifiedRecipient("issues", "b/c"),
                NotifiedRecipient("other", "d"),
            ),
            "**alert**: calls the webhook `a`, opens an issue in `b/c`, notifies `d`",
        ),
    ],
)
def test_a_tier_is_shown_with_everybody_whom_it_reaches(
    reached: tuple[NotifiedRecipient, ...] | None, shown: str
) -> None:
    assert delivery_path(DeliveryPath("alert", AbsenceCondition(HOUR), reached), WORDS) == shown


def test_a_tier_that_is_not_there_and_one_of_another_name_are_shown() -> None:
    assert delivery_path(None, WORDS) == "none"
    assert [tier(each, WORDS) for each in ("ticket", "urgent")] == ["ticket", "`urgent`"]


def test_roles_name_at_most_five_of_those_who_may_stand_for_each_other() -> None:
    five = tuple(f"@{letter}" for letter in "abcde")
    assert roles([("@x",), ("@y", "@z")], WORDS) == "`@x` and one of `@y` and `@z`"
    assert roles([five], WORDS) == "`@a`, `@b`, `@c`, `@d` or `@e`"
    assert roles([(*five, "@f", "@g")], WORDS) == "`@a`, `@b`, `@c`, `@d`, `@e` or 2 more"


def test_long_values_and_messages_are_cut() -> None:
    assert value("x" * 160) == f"`{'x' * 160}`"
    assert value("x" * 161) == f"`{'x' * 159}…`"
    assert message_text("x" * 640, WORDS) == "x" * 640
    assert message_text("x" * 641, WORDS) == f"{'x' * 639}…"


@given(st.text("`@#|<>[]()*_$\\!a b/.:", max_size=30))
def test_a_message_has_code_between_backticks_and_no_other_markup(text: str) -> None:
    shown = f"| {message_text(f'run `it`, {text}, then `stop`', WORDS)} |\n|---|"
    cells = [
        each
        for each in MarkdownIt("gfm-like", {"linkify": False}).parse(shown)
        if each.type == "inline"
    ]
    assert len(cells) == 1
    assert {part.type for part in cells[0].children or ()} <= {
        "text",
        "text_special",
        "code_inline",
    }
    parts = [part.content for part in cells[0].children or () if part.type == "code_inline"]
    assert parts[0] == "it"
