"""Answers on a terminal: what each reader accepts, and what it says of another text."""

from collections.abc import Callable

import pytest

from reliability.onboarding import answers

LONG = "a" * 64
REFUSED: tuple[tuple[Callable[[str], object], str, str], ...] = (
    (
        answers.name,
        "",
        "not a valid name: ''; use lower-case letters, digits and hyphens: shop-api",
    ),
    (
        answers.name,
        "Shop",
        "not a valid name: 'Shop'; use lower-case letters, digits and hyphens: shop-api",
    ),
    (
        answers.name,
        LONG,
        f"not a valid name: '{LONG}'; use lower-case letters, digits and hyphens: shop-api",
    ),
    (answers.handle, "", "not a valid handle: ''; expected one such as @tech-lead"),
    (answers.handle, "ann", "not a valid handle: 'ann'; expected one such as @tech-lead"),
    (answers.handle, "@-a", "not a valid handle: '@-a'; expected one such as @tech-lead"),
    (answers.handle, "@a b", "not a valid handle: '@a b'; expected one such as @tech-lead"),
    (answers.channel, "shop", "not a valid channel: 'shop'; expected one such as #shop-alerts"),
    (answers.channel, "#", "not a valid channel: '#'; expected one such as #shop-alerts"),
    (answers.channel, "#a b", "not a valid channel: '#a b'; expected one such as #shop-alerts"),
    (answers.channel, "#a#b", "not a valid channel: '#a#b'; expected one such as #shop-alerts"),
    (answers.address, "a:1", "not a valid URL: 'a:1'; expected one such as http://localhost:9090"),
    (
        answers.address,
        "ftp://a",
        "not a valid URL: 'ftp://a'; expected one such as http://localhost:9090",
    ),
    (
        answers.address,
        "http://",
        "not a valid URL: 'http://'; expected one such as http://localhost:9090",
    ),
    (
        answers.address,
        "http://me@a",
        "the URL contains a user or a password; use a reference: env:NAME",
    ),
    (
        answers.address,
        "http://:pw@a",
        "the URL contains a user or a password; use a reference: env:NAME",
    ),
    (answers.sentence, "", "write a sentence: who does what, in the user's words"),
    (answers.sentence, " orders ", "write a sentence: who does what, in the user's words"),
    (answers.target, "much", "not a valid target: 'much'; expected 0.999 or 99.9 %"),
    (answers.target, "0.4999", "not a valid target: 0.4999; expected 50 % to 99.999 %"),
    (answers.target, "49.99 %", "not a valid target: 49.99 %; expected 50 % to 99.999 %"),
    (answers.target, "0.999991", "not a valid target: 0.999991; expected 50 % to 99.999 %"),
    (answers.target, "1", "not a valid target: 1; expected 50 % to 99.999 %"),
    (answers.query, "sum(", "not valid PromQL: unclosed left parenthesis; fix the query"),
    (
        answers.datadog_query,
        "sum:a{*}",
        "the query 'sum:a{*}' does not count events; end it with .as_count()",
    ),
    (answers.one_of("a", "b"), "c", "not a valid answer: 'c'; expected one of a, b"),
    (answers.one_of("a", "b"), "", "not a valid answer: ''; expected one of a, b"),
)
READ: tuple[tuple[Callable[[str], object], str, str], ...] = (
    (answers.name, "shop-api2", "shop-api2"),
    (answers.name, "a" * 63, "a" * 63),
    (answers.handle, "@a", "@a"),
    (answers.handle, "@Org/team_1.x-y", "@Org/team_1.x-y"),
    (answers.channel, "", ""),
    (answers.channel, "#障害", "#障害"),
    (answers.address, "", ""),
    (answers.address, "https://a.example:9090/x//", "https://a.example:9090/x"),
    (answers.sentence, "  A  customer\npays ", "A customer pays"),
    (answers.target, "0.5", "0.5"),
    (answers.target, "50%", "0.5"),
    (answers.target, "99.90 %", "0.999"),
    (answers.target, "0.99999", "0.99999"),
    (answers.target, "99.999 %", "0.99999"),
    (answers.query, 'a{b="c"}', 'a{b="c"}'),
    (answers.datadog_query, "sum:a{*}.as_count() ", "sum:a{*}.as_count() "),
    (answers.one_of("a", "b"), "b", "b"),
)


@pytest.mark.parametrize(("read", "text", "value"), READ)
def test_an_answer_is_read(read: Callable[[str], object], text: str, value: str) -> None:
    assert str(read(text)) == value


@pytest.mark.parametrize(("read", "text", "message"), REFUSED)
def test_another_answer_is_refused(read: Callable[[str], object], text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as refused:
        read(text)
    assert str(refused.value) == message
