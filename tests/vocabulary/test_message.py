"""A text keeps the template and the values that it was made of."""

import pickle
from typing import Literal

import pytest

from reliability.message import CommaList, Message, listed


def test_a_message_is_its_text_and_remembers_how_it_was_made() -> None:
    message = Message("{name} has {n} rules", name="shop", n="3")
    assert message == "shop has 3 rules"
    assert message.template == "{name} has {n} rules"
    assert message.values == {"name": "shop", "n": "3"}
    assert (message.several, message.number) == (None, 1)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 rules of x"), (1, "1 rule of x"), (2, "2 rules of x"), (12_345, "12,345 rules of x")],
)
def test_a_plural_is_chosen_by_the_count(count: int, text: str) -> None:
    message = Message.plural("{count} rule of {of}", "{count} rules of {of}", count, of="x")
    assert message == text
    assert message.template == "{count} rule of {of}"
    assert message.several == "{count} rules of {of}"
    assert message.number == count


def test_a_message_comes_whole_from_a_worker_process() -> None:
    message = Message.plural("{count} rule", "{count} rules", 2)
    copy = pickle.loads(pickle.dumps(message))
    assert copy == "2 rules"
    assert (copy.template, copy.values, copy.several, copy.number) == (
        "{count} rule",
        {"count": "2"},
        "{count} rules",
        2,
    )


@pytest.mark.parametrize(
    ("texts", "last", "text"),
    [
        ([], "and", ""),
        (["a"], "and", "a"),
        (["a", "b"], "and", "a and b"),
        (["a", "b", "c"], "and", "a, b and c"),
        (["a", "b"], "or", "a or b"),
        (["a", "b", "c"], "or", "a, b or c"),
    ],
)
def test_texts_are_listed(texts: list[str], last: Literal["and", "or"], text: str) -> None:
    assert listed(iter(texts), last) == text


def test_a_list_keeps_its_texts_for_other_languages_also_from_a_worker_process() -> None:
    parts = ["a", Message("{n} of b", n=2), "c"]
    copy: Message = pickle.loads(pickle.dumps(listed(parts)))
    assert (copy.template, copy.values["last"]) == ("{items} and {last}", "c")
    items = copy.values["items"]
    assert isinstance(items, CommaList)
    assert (items, items.items) == ("a, 2 of b", ("a", "2 of b"))
    assert getattr(items.items[1], "template", None) == "{n} of b"
