"""Values in messages: lengths, counts, placeholders and the nearest name."""

from datetime import timedelta

import pytest

from reliability.check.lookups.nearest import nearest
from reliability.check.wording import (
    days_text,
    has_no_content,
    is_placeholder,
    is_placeholder_path,
    length_text,
    number_text,
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (43, "43 s"),
        (59.9, "59.9 s"),
        (60, "1 min"),
        (258, "4.3 min"),
        (3599, "60 min"),
        (3600, "1 h"),
        (86400, "24 h"),
        (172799, "48 h"),
        (172800, "2 days"),
        (604800, "7 days"),
    ],
)
def test_a_length_is_in_the_unit_that_a_person_would_take(seconds: float, text: str) -> None:
    assert length_text(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(14.4, "14.4"), (0.93056, "0.9306"), (1.0, "1"), (12345.0, "1.234e+04")],
)
def test_a_number_has_four_significant_digits(number: float, text: str) -> None:
    assert number_text(number) == text


def test_one_day_is_singular() -> None:
    assert [days_text(days) for days in (0, 1, 2)] == ["0 days", "1 day", "2 days"]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (None, True),
        ("", True),
        ("-", True),
        (" TODO ", True),
        ("todo: write it", True),
        ("tbd", True),
        ("FIXME", True),
        ("xxx", True),
        ("xx", False),
        ("n/a", True),
        ("NA", True),
        ("none", True),
        ("none of them", False),
        ("todos are shown", False),
        ("An employee clocks in", False),
    ],
)
def test_a_text_that_is_still_to_be_written_is_a_placeholder(
    text: str | None, is_one: bool
) -> None:
    assert is_placeholder(text) is is_one


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("TODO", True),
        ("docs/todo.md", True),
        ("docs/tbd/page.md", True),
        ("docs/todos.md", False),
        ("docs/runbooks/clock-in.md", False),
    ],
)
def test_a_path_may_lead_to_a_placeholder(path: str, is_one: bool) -> None:
    assert is_placeholder_path(path) is is_one


@pytest.mark.parametrize(
    ("page", "nothing"),
    [
        ("", True),
        ("# TODO\n\n- tbd\n* todo: later\n> n/a\n", True),
        ("<!-- Write\nwhat to do -->\n# TODO\n", True),
        ("# TODO\n\nRestart it.\n", False),
        ("# Restart\n", False),
    ],
)
def test_a_page_of_placeholders_tells_nothing(page: str, nothing: bool) -> None:
    assert has_no_content(page) is nothing


FEW = frozenset(f"alert-name-{number:02}" for number in range(8))
FEW_MORE = FEW | {"zz"}
MANY = frozenset(f"n{number:03}x" for number in range(61))


@pytest.mark.parametrize(
    ("name", "known", "help_text"),
    [
        ("servce", frozenset(("service", "slo")), "did you mean service?"),
        ("qqq", frozenset(("service", "slo")), "use one of service, slo"),
        ("qqq", frozenset[str](), "add the key first"),
        ("qqq", FEW, f"use one of {', '.join(sorted(FEW))}"),
        ("qqq", FEW_MORE, f"use one of {', '.join(sorted(FEW))}, ..."),
        ("n000x", MANY, "did you mean n000x?"),
        ("n00x", MANY, "did you mean n000x?"),
        ("n0q60x", MANY, "did you mean n060x?"),
        ("n0q0x", MANY, "did you mean n000x?"),
        ("nn000xx", MANY, f"use one of {', '.join(sorted(MANY)[:8])}, ..."),
    ],
)
def test_the_nearest_name_is_offered_or_those_that_are_there(
    name: str, known: frozenset[str], help_text: str
) -> None:
    assert nearest(name, known, "key") == help_text
