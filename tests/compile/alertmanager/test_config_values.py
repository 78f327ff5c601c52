"""Values of Alertmanager's settings by their type, and how a wrong one is named."""

from typing import Any, Final

import pytest

from reliability.alertmanager.validation.values import has_placeholder, wrong_value

LIMIT: Final = 2**63 - 1
ADDRESS: Final = "an address with http:// or https:// and a host"

RIGHT: Final[list[tuple[str, list[Any]]]] = [
    ("any", [1, "a", [], {}]),
    ("text", ["", "a", 1, True]),
    ("bool", [True, False]),
    ("whole", [0, -1, 1.5, LIMIT]),
    ("count", [0, 1, 2**64]),
    ("number", [0.5, -1]),
    ("url", ["http://a", "https://a/b"]),
    ("secret-url", ["<secret>", "https://a"]),
    ("template-url", ["<secret>", "", "https://a", "https://a/{{ .b }}"]),
    ("loose-url", ["http://a:3128", "socks5://a"]),
    ("address", ["", "a:1", "[::1]:25", ":25"]),
    ("duration", ["0", "5m", "1y1w1d1h1m1s1ms", "292y"]),
    ("go-duration", [5, "0", "1h30m", "1.5s", ".5ms", "-1s", "+1s", "1ns1us1µs"]),
    ("text-duration", ["90s", "1h30m"]),
    ("map", [{}, {"a": "b"}, {"a": None}]),
    ("any-map", [{}, {"a": []}]),
    ("texts", [[], ["a", 1, None]]),
    ("map-of-texts", [{}, {"a": ["b"]}, {"a": None}]),
    ("weekdays", ["monday:friday"]),
    ("map-or-any", [{}, {"a": "b"}]),
    ("text-or-map", ["a", 1]),
]
WRONG: Final[list[tuple[str, Any, str]]] = [
    ("text", {}, "key must be text, not a mapping"),
    ("text", [], "key must be text, not a list"),
    ("bool", "true", "key must be true or false"),
    ("bool", 1, "key must be true or false, not a number"),
    ("whole", "1", "key must be a whole number"),
    ("whole", True, "key must be a whole number, not true or false"),
    ("whole", LIMIT + 1, "key must be a whole number, not a number"),
    ("count", -1, "key must be a whole number of 0 or more, not a number"),
    ("count", 2**64 + 1, "key must be a whole number of 0 or more, not a number"),
    ("count", True, "key must be a whole number of 0 or more, not true or false"),
    ("number", True, "key must be a number, not true or false"),
    ("number", "1", "key must be a number"),
    *(
        ("url", value, f"key must be {ADDRESS}")
        for value in ("", "a", "ftp://a", "http://", "<secret>")
    ),
    ("url", [], f"key must be {ADDRESS}, not a list"),
    ("secret-url", "", f"key must be {ADDRESS}"),
    ("template-url", "a", f"key must be {ADDRESS}"),
    ("loose-url", [], "key must be an address such as http://proxy.example.com:3128, not a list"),
    *(
        ("address", value, "key must be an address with a port, such as mail.example.com:587")
        for value in ("a", "a:", "::1:25")
    ),
    ("address", [], "key must be an address with a port, such as mail.example.com:587, not a list"),
    *(
        ("duration", value, f"key must be a duration such as 5m, not {value!r}")
        for value in ("", "5", "1.5h", "1h1d", "293y", "-5m", 5)
    ),
    ("duration", [], "key must be a duration such as 5m, not a list"),
    *(
        ("go-duration", value, f"key must be a duration such as 90s or 1h30m, not {value!r}")
        for value in ("", "5", "1d", "s", "2562048h")
    ),
    ("text-duration", 90, "key must be a duration such as 90s or 1h30m, not 90"),
    ("text-duration", {}, "key must be a duration such as 90s or 1h30m, not a mapping"),
    ("map", {"a": []}, "key must be a mapping of texts, not a mapping"),
    ("map", "a", "key must be a mapping of texts"),
    ("any-map", [], "key must be a mapping, not a list"),
    ("texts", "a", "key must be a list of texts"),
    ("texts", [{}], "key must be a list of texts, not a list"),
    ("map-of-texts", {"a": "b"}, "key must be a mapping of lists of texts, not a mapping"),
    ("map-of-texts", [], "key must be a mapping of lists of texts, not a list"),
    (
        "weekdays",
        "friday:monday",
        "key must be a weekday such as monday, or a range such as monday:friday, "
        "not 'friday:monday'",
    ),
    ("map-or-any", "a", "key must be a mapping, not text"),
    ("text-or-map", [], "key must be text, not a list"),
    ("slack-field", "a", "key must be a mapping, not text"),
]


@pytest.mark.parametrize(
    ("kind", "value"), [(kind, value) for kind, values in RIGHT for value in (None, *values)]
)
def test_a_value_of_its_type_is_accepted(kind: str, value: Any) -> None:
    assert wrong_value(kind, "key", value) == (None, False)


@pytest.mark.parametrize(("kind", "value", "reason"), WRONG)
def test_a_message_names_the_expected_type_and_the_actual_one(
    kind: str, value: Any, reason: str
) -> None:
    assert wrong_value(kind, "key", value) == (reason, False)


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("template-url", "{{ .a }}", "key must be an address, not a template"),
        ("map-or-any", {"a": []}, "key must be a mapping of texts"),
        ("text-or-map", {}, "key must be text, not a mapping"),
    ],
)
def test_what_became_wider_is_refused_by_028_alone(kind: str, value: Any, reason: str) -> None:
    assert wrong_value(kind, "key", value) == (reason, True)


def test_the_keys_of_a_mapping_are_not_checked_with_its_type() -> None:
    assert wrong_value("slack-field", "key", {}) == (None, False)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *(("$A", True), ("a ${A} b", True), ("$A b", False), ("a", False), ("${}", False)),
        *((1, False), (None, False), ({"a": ["b", {"c": "$D"}]}, True), ({"a": ["b"]}, False)),
    ],
)
def test_a_placeholder_is_found_at_any_depth(value: Any, expected: bool) -> None:
    assert has_placeholder(value) is expected
    assert wrong_value("url", "key", "${URL}") == (None, False)
