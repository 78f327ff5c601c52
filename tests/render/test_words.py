"""Every message is there in every language, and says it with the same values."""

import pickle
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir

from reliability.message import Message, listed
from reliability.render.words import LOCALE, words_in
from tools.generators.catalogs import read

PACKAGE = LOCALE.parent
TEXTS = {"words": None, "worded": None, "many": (1, 2), "Message": None, "plural": (1, 2)}
"""Functions that take a text: of comments and issues, and messages of rules and of the loader."""
METHODS = [
    ("cli/demo/**.py", "ignore"),
    ("**.py", "python"),
    ("site/templates/**.*ml", "jinja2"),
]
"""The demo speaks to a terminal, in English."""
SOURCES = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def templates() -> set[str | tuple[str, ...]]:
    """Every text of the package: one text, or one and several."""
    extracted = extract_from_dir(PACKAGE, METHODS, keywords=TEXTS)
    return {_key(entry[2]) for entry in extracted}


def _key(text: Any) -> str | tuple[str, ...]:
    return text if isinstance(text, str) else tuple(text)


def texts(written: Any) -> list[str]:
    """One form, or all of them."""
    return [written] if isinstance(written, str) else list(written)


def values(template: str) -> set[str]:
    """The names of the values that a template is filled in with."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


IN_EVERY_LANGUAGE = pytest.mark.parametrize(
    "source", [pytest.param(each, id=each.parent.parent.name) for each in SOURCES]
)


@IN_EVERY_LANGUAGE
def test_every_text_is_translated_and_no_translation_is_left_over(source: Path) -> None:
    known = {_key(each.id): each for each in read(source) if each.id}
    wanted = templates()
    assert wanted - set(known) == set()
    assert set(known) - wanted == set()
    assert [key for key, each in known.items() if each.fuzzy or not each.string] == []


@IN_EVERY_LANGUAGE
def test_a_translation_is_filled_in_with_the_same_values(source: Path) -> None:
    for each in read(source):
        if not each.id:
            continue
        wanted = values(" ".join(texts(each.id)))
        for text in texts(each.string):
            assert values(text) == wanted, text
            assert text.strip("\n") == text


def test_the_sources_say_something() -> None:
    assert len(templates()) > 1000


def test_english_is_what_the_sources_say() -> None:
    words = words_in("en")
    assert words("not known") == "not known"
    assert words.day(date(2026, 5, 12)) == "12 May"
    assert words.many(", and {count} more", ", and {count} more", 1200) == ", and 1,200 more"


def test_japanese_has_its_own_order() -> None:
    words = words_in("ja")
    assert words.day(date(2026, 5, 12)) == "5月12日"
    assert words("{caught} of {all}", caught=3, all=4) == "4 件中 3 件"


def test_a_message_keeps_its_template_through_a_process_and_inside_of_another() -> None:
    inner = Message("{caught} of {all}", caught=3, all=4)
    outer = pickle.loads(pickle.dumps(Message("Not known: {why}", why=inner)))
    assert outer == "Not known: 3 of 4"
    assert words_in("en").text(outer) == "Not known: 3 of 4"
    assert words_in("ja").text(outer) == "不明: 4 件中 3 件"
    assert words_in("ja").text(str(outer)) == "Not known: 3 of 4"


def test_a_message_about_a_number_of_things() -> None:
    one, several = (
        Message.plural(", and {count} more", ", and {count} more", count) for count in (1, 1200)
    )
    assert (one, several) == (", and 1 more", ", and 1,200 more")
    assert words_in("ja").text(several) == words_in("ja").many(
        ", and {count} more", ", and {count} more", 1200
    )


def test_a_list_is_joined_in_the_language_of_the_reader() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    both = listed(["a", Message("not known"), "c"])
    either = pickle.loads(pickle.dumps(listed(["a", "b", "c"], "or")))
    assert (both, either) == ("a, not known and c", "a, b or c")
    assert words_in("en").text(either) == "a, b or c"
    assert [words_in("ja").text(each) for each in (both, either)] == [
        "a、不明、c",
        "a、b、または c",
    ]
    assert words_in("ja").listed(["a", "b"]) == "a、b"


def test_a_value_is_never_read_as_a_message() -> None:
    assert words_in("ja")("incidents caught {sides}", sides="{day.__class__}") == (
        "検知したインシデント {day.__class__}"
    )


def test_days_of_a_year_in_each_language() -> None:
    days = [date(2026, month, 7) for month in range(1, 13)]
    english, japanese = words_in("en"), words_in("ja")
    short = [english.short_day(day) for day in days]
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    assert short == [f"7 {name}" for name in names]
    whole = [english.day(day) for day in days]
    assert [text[:5] for text in whole] == [text[:5] for text in short]
    assert [whole[0], whole[7], whole[11]] == ["7 January", "7 August", "7 December"]
    assert [japanese.day(day) for day in days] == [f"{month}月7日" for month in range(1, 13)]
    week = [english.weekday(date(2026, 11, day)) for day in range(23, 30)]
    assert week == [
        *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    ]
