"""Which values have their type, at each limit and one past it."""

from typing import Any

import pytest

from reliability.alertmanager.validation.refusals import config_refusals
from reliability.alertmanager.validation.values import has_placeholder, is_set, wrong_value

LARGEST = 2**63 - 1


@pytest.mark.parametrize(
    ("kind", "accepted", "refused"),
    [
        ("text", ("a", 1, True, None), ({}, [])),
        ("bool", (True, False), ("true", 1)),
        ("whole", (0, -1, 1.5, LARGEST), (LARGEST + 1, "1", True)),
        ("count", (0, 1, 2 * LARGEST + 2), (-1, 2 * LARGEST + 3, "1", False)),
        ("number", (0, -1.5), ("1", True)),
        ("url", ("http://a", "https://a/b"), ("ftp://a", "http://", "a", {})),
        ("secret-url", ("<secret>", "http://a"), ("<other>", "")),
        ("template-url", ("", "<secret>", "http://a"), ("a",)),
        ("address", ("", "a:1", "[::1]:25", ":25"), ("a", "a:b:c", "a:", {})),
        ("duration", ("0", "1y2w3d4h5m6s7ms", "106751d"), ("1.5h", "-1s", "5", "", "106752d", [])),
        (
            "go-duration",
            (0, LARGEST, "1.5h", "-1ns", "+.5m", "0", "2562047h"),
            (LARGEST + 1, "1d", "5", "", "2562048h"),
        ),
        ("text-duration", ("1.5h", "2562047h"), (5, "2562048h", {})),
    ],
)
def test_a_value_of_a_type(kind: str, accepted: tuple[Any, ...], refused: tuple[Any, ...]) -> None:
    assert [value for value in accepted if wrong_value(kind, "key", value) != (None, False)] == []
    assert [value for value in refused if wrong_value(kind, "key", value)[0] is None] == []


@pytest.mark.parametrize(
    ("kind", "value", "said", "only_old"),
    [
        ("text", {}, "key must be text, not a mapping", False),
        ("text", [], "key must be text, not a list", False),
        ("bool", "x", "key must be true or false", False),
        ("whole", True, "key must be a whole number, not true or false", False),
        ("bool", 1, "key must be true or false, not a number", False),
        ("duration", "soon", "key must be a duration such as 5m, not 'soon'", False),
        ("url", "secret", "key must be an address with http:// or https:// and a host", False),
        ("template-url", "{{ .x }}", "key must be an address, not a template", True),
        ("map-or-any", "x", "key must be a mapping, not text", False),
        ("map-or-any", {"a": []}, "key must be a mapping of texts", True),
        ("text-or-map", {"a": 1}, "key must be text, not a mapping", True),
        ("text-or-map", [], "key must be text, not a list", False),
        ("oauth2", "x", "key must be a mapping, not text", False),
    ],
)
def test_a_wrong_value_is_named_by_its_type(
    kind: str, value: Any, said: str, *, only_old: bool
) -> None:
    message, is_only_old = wrong_value(kind, "key", value)
    assert (str(message), is_only_old) == (said, only_old)


def test_what_another_program_fills_in_has_any_type() -> None:
    for value in ("${WAIT}", "$WAIT"):
        assert wrong_value("duration", "key", value) == (None, False)
    for value in ("$WAIT s", "$", "a$WAIT", "${}"):
        assert wrong_value("duration", "key", value)[0] is not None
    assert has_placeholder({"a": [{"b": "x${Y}"}]})
    assert not has_placeholder({"a": [{"b": "x$Y"}]})
    assert [value for value in (None, "", 0, False, "x") if is_set(value)] == [0, False, "x"]


def messages_about(kind: str, **keys: Any) -> list[str]:
    """The messages about a receiver with one integration."""
    receivers = [{"name": "a", kind: [keys]}]
    found = config_refusals({"route": {"receiver": "a"}, "receivers": receivers})
    return [str(refusal.message) for refusal in found]


@pytest.mark.parametrize(
    ("parse_mode", "is_allowed"),
    [
        ("", True),
        ("HTML", True),
        ("MarkdownV2", True),
        ("html", False),
        ("Markdown V2", False),
        ("${MODE}", True),
        ("$MODE", True),
        ("a $MODE", False),
        ("{{ .Mode }}", False),
        (None, True),
    ],
)
def test_an_enumerated_value_is_one_of_its_options_or_replaced_later(
    parse_mode: str | None, is_allowed: bool
) -> None:
    messages = messages_about("telegram_configs", bot_token="x", chat_id=1, parse_mode=parse_mode)
    options = "parse_mode must be one of empty, Markdown, MarkdownV2, HTML"
    assert messages == ([] if is_allowed else [options])


@pytest.mark.parametrize(
    ("type_", "is_allowed"),
    [
        ("team", True),
        ("Team", True),
        ("USER", True),
        ("{{ .Labels.kind }}", True),
        ("x{{ .Labels.kind }}", True),
        ("${KIND}", True),
        ("group", False),
    ],
)
def test_the_type_of_a_responder_ignores_case_and_may_be_a_template(
    type_: str, is_allowed: bool
) -> None:
    messages = messages_about(
        "opsgenie_configs", api_key="x", responders=[{"name": "a", "type": type_}]
    )
    options = "type must be one of team, teams, user, escalation, schedule"
    assert messages == ([] if is_allowed else [options])
