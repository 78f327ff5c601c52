"""Values in messages: placeholders and the nearest name."""

from pathlib import PurePosixPath

import pytest

from reliability.check.lookups.nearest import nearest
from reliability.check.wording import (
    as_written,
    has_no_content,
    is_placeholder,
    is_placeholder_path,
)
from reliability.load.document import Located, parse


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


WRITTEN = """\
a: 0.90  # of all
b: "x y"
c: 'x'
d:
  - 1
  - [2, 30]
e: >
  one
  two
f: "one
  two"
"""


@pytest.mark.parametrize(
    ("route", "text"),
    [
        (("a",), "0.90"),
        (("b",), "x y"),
        (("c",), "x"),
        (("d", 0), "1"),
        (("d", 1), "[2, 30]"),
        (("d", 1, 1), "30"),
        (("e",), ">"),
        (("f",), "one"),
    ],
)
def test_a_value_is_shown_as_it_is_written(route: tuple[str | int, ...], text: str) -> None:
    [document] = parse(PurePosixPath("x.yaml"), WRITTEN.encode()).documents
    assert as_written(Located(None, document), *route) == text


FEW = frozenset(f"alert-name-{number:02}" for number in range(8))
FEW_MORE = FEW | {"zz"}
SIXTY = frozenset(("alphabxy", *(f"z{number:02}" for number in range(59))))
"""The closest of at most sixty names may differ in more than a letter."""
MANY = frozenset(f"n{number:03}x" for number in range(61))


@pytest.mark.parametrize(
    ("name", "known", "help_text"),
    [
        ("servce", frozenset(("service", "slo")), "did you mean service?"),
        ("qqq", frozenset(("service", "slo")), "use one of service, slo"),
        ("qqq", frozenset[str](), "add the key first"),
        ("qqq", FEW, f"use one of {', '.join(sorted(FEW))}"),
        ("qqq", FEW_MORE, f"use one of {', '.join(sorted(FEW))}, ..."),
        ("alphabet", SIXTY, "did you mean alphabxy?"),
        (
            "alphabet",
            SIXTY | {"z59"},
            "use one of alphabxy, z00, z01, z02, z03, z04, z05, z06, ...",
        ),
        ("alphabx", SIXTY | {"z59"}, "did you mean alphabxy?"),
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
