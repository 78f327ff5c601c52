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
    ("text", {}, "a mapping, not text"),
    ("text", [], "a list, not text"),
    ("bool", "true", "not true or false"),
    ("bool", 1, "a number, not true or false"),
    ("whole", "1", "not a whole number"),
    ("whole", True, "true or false, not a whole number"),
    ("whole", LIMIT + 1, "a number, not a whole number"),
    ("count", -1, "a number, not a whole number of 0 or more"),
    ("count", 2**64 + 1, "a number, not a whole number of 0 or more"),
    ("count", True, "true or false, not a whole number of 0 or more"),
    ("number", True, "true or false, not a number"),
    ("number", "1", "not a number"),
    *(("url", value, f"not {ADDRESS}") for value in ("", "a", "ftp://a", "http://", "<secret>")),
    ("url", [], f"a list, not {ADDRESS}"),
    ("secret-url", "", f"not {ADDRESS}"),
    ("template-url", "a", f"not {ADDRESS}"),
    ("loose-url", [], "a list, not an address such as http://proxy.example.com:3128"),
    *(
        ("address", value, "not an address with a port, such as mail.example.com:587")
        for value in ("a", "a:", "::1:25")
    ),
    ("address", [], "a list, not an address with a port, such as mail.example.com:587"),
    *(
        ("duration", value, f"{value!r}, not a duration such as 5m")
        for value in ("", "5", "1.5h", "1h1d", "293y", "-5m", 5)
    ),
    ("duration", [], "a list, not a duration such as 5m"),
    *(
        ("go-duration", value, f"{value!r}, not a duration such as 90s or 1h30m")
        for value in ("", "5", "1d", "s", "2562048h")
    ),
    ("text-duration", 90, "90, not a duration such as 90s or 1h30m"),
    ("text-duration", {}, "a mapping, not a duration such as 90s or 1h30m"),
    ("map", {"a": []}, "a mapping, not a mapping of texts"),
    ("map", "a", "not a mapping of texts"),
    ("any-map", [], "a list, not a mapping"),
    ("texts", "a", "not a list of texts"),
    ("texts", [{}], "a list, not a list of texts"),
    ("map-of-texts", {"a": "b"}, "a mapping, not a mapping of lists of texts"),
    ("map-of-texts", [], "a list, not a mapping of lists of texts"),
    (
        "weekdays",
        "friday:monday",
        "'friday:monday', not a weekday such as monday, or a range such as monday:friday",
    ),
    ("map-or-any", "a", "text, not a mapping"),
    ("text-or-map", [], "a list, not text"),
    ("slack-field", "a", "text, not a mapping"),
]


@pytest.mark.parametrize(
    ("kind", "value"), [(kind, value) for kind, values in RIGHT for value in (None, *values)]
)
def test_a_value_of_its_type_is_taken(kind: str, value: Any) -> None:
    assert wrong_value(kind, value) == (None, False)


@pytest.mark.parametrize(("kind", "value", "reason"), WRONG)
def test_a_value_of_another_type_is_named_beside_what_is_wanted(
    kind: str, value: Any, reason: str
) -> None:
    assert wrong_value(kind, value) == (reason, False)


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("template-url", "{{ .a }}", "a template, not an address"),
        ("map-or-any", {"a": []}, "a mapping, not a mapping of texts"),
        ("text-or-map", {}, "a mapping, not text"),
    ],
)
def test_what_became_wider_is_refused_by_028_alone(kind: str, value: Any, reason: str) -> None:
    assert wrong_value(kind, value) == (reason, True)


def test_a_mapping_with_keys_of_its_own_is_looked_into() -> None:
    assert wrong_value("slack-field", {}) == ("", False)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *(("$A", True), ("a ${A} b", True), ("$A b", False), ("a", False), ("${}", False)),
        *((1, False), (None, False), ({"a": ["b", {"c": "$D"}]}, True), ({"a": ["b"]}, False)),
    ],
)
def test_a_placeholder_is_found_at_any_depth(value: Any, expected: bool) -> None:
    assert has_placeholder(value) is expected
    assert wrong_value("url", "${URL}") == (None, False)
