"""Rule groups as rulers print them: one form, the first difference, and durations for a diff."""

from typing import Any, Final

import pytest

from reliability.providers.rulers.groups import (
    as_declared,
    canonical,
    digest_of,
    first_difference,
    has_rules,
    text_of_group,
)

ALERT: Final[dict[str, Any]] = {
    "alert": "A",
    "expr": "x > 1\n",
    "for": "90s",
    "keep_firing_for": "1h",
    "labels": {"tier": "alert", "empty": "", "none": None, "number": 1},
    "annotations": {"summary": "S"},
}
RECORD: Final[dict[str, Any]] = {"record": "a:b", "expr": " y \n\n", "labels": {}}
GROUP: Final[dict[str, Any]] = {
    "name": "shop",
    "interval": "1m",
    "limit": 0,
    "query_offset": "0s",
    "evaluation_delay": "500ms",
    "source_tenants": [],
    "partial_response_strategy": "",
    "rules": [ALERT, RECORD],
}


def test_a_group_is_compared_in_milliseconds_and_without_defaults() -> None:
    assert canonical(GROUP) == {
        "name": "shop",
        "interval": 60_000,
        "evaluation_delay": 500,
        "rules": [
            {
                "alert": "A",
                "expr": "x > 1",
                "for": 90_000,
                "keep_firing_for": 3_600_000,
                "labels": {"tier": "alert", "number": "1"},
                "annotations": {"summary": "S"},
            },
            {"record": "a:b", "expr": " y"},
        ],
    }
    assert canonical({"name": "a", "rules": None}) == {"name": "a", "rules": []}
    assert text_of_group({"rules": [], "name": "é"}) == '{"name":"\\u00e9","rules":[]}'


def test_a_digest_is_of_the_text_with_sorted_keys() -> None:
    assert digest_of({"b": 1, "a": "é"}) == digest_of({"a": "é", "b": 1})
    assert digest_of({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("90s", "90s"),
        ("1m30s", "90s"),
        ("3600s", "1h"),
        ("0s", "0s"),
        ("1d", "1d"),
    ],
)
def test_durations_are_shown_as_compilers_write_them(written: str, shown: str) -> None:
    group = {"name": written, "interval": written, "rules": [{"alert": written, "for": written}]}
    assert as_declared(group) == {
        "name": written,
        "interval": shown,
        "rules": [{"alert": written, "for": shown}],
    }
    assert as_declared({"name": "a", "rules": None}) == {"name": "a", "rules": []}


def test_a_group_may_have_no_rules() -> None:
    assert has_rules(GROUP)
    without: list[dict[str, Any]] = [{}, {"rules": None}, {"rules": []}]
    assert not any(map(has_rules, without))


def changed(rule: int, **values: Any) -> dict[str, Any]:
    """The group with other values in one of its rules."""
    rules = [dict(each) for each in GROUP["rules"]]
    rules[rule] |= values
    return {**GROUP, "rules": rules}


@pytest.mark.parametrize(
    ("stored", "difference"),
    [
        ([GROUP], None),
        ([{**GROUP, "interval": "60s", "limit": None}], None),
        ([changed(0, **{"for": "1m30s", "expr": "x > 1"})], None),
        ([], "group shop is missing"),
        ([GROUP, {"name": "more", "rules": []}], "group more is there and was not written"),
        ([{**GROUP, "interval": "2m"}], "`interval` of group shop differs"),
        ([{**GROUP, "source_tenants": ["a"]}], "`source_tenants` of group shop differs"),
        ([{**GROUP, "rules": [ALERT]}], "the number of rules of group shop differs"),
        ([{**GROUP, "rules": [RECORD, ALERT]}], "`alert` of rule A of group shop differs"),
        ([changed(0, expr="x > 2")], "`expr` of rule A of group shop differs"),
        ([changed(1, expr="z")], "`expr` of rule a:b of group shop differs"),
        ([changed(1, labels={"a": "b"})], "`labels` of rule a:b of group shop differs"),
        ([changed(0, annotations={})], "`annotations` of rule A of group shop differs"),
    ],
)
def test_the_first_difference_is_named(
    stored: list[dict[str, Any]], difference: str | None
) -> None:
    assert first_difference([GROUP], stored) == difference
