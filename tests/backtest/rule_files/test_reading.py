"""Rule files as a backtest reads them: groups, rules, and what cannot be read."""

from datetime import timedelta
from pathlib import PurePosixPath

import pytest

from reliability.backtest.rule_files.reading import RuleSet, SourceRule

MINUTE = timedelta(minutes=1)


def read(text: str, path: str = "a.yml", every: timedelta = MINUTE) -> RuleSet:
    return RuleSet.of([(PurePosixPath(path), text.encode())], every)


def problems(text: str, path: str = "a.yml") -> list[str]:
    return [f"{one.at.text}: {one.message}" for one in read(text, path).problems]


def rule(keys: str, group: str = "") -> SourceRule:
    [found] = read(f"groups:\n  - {{name: g{group}, rules: [{{{keys}}}]}}\n").groups[0].rules
    return found


@pytest.mark.parametrize(
    ("keys", "every", "offset", "limit"),
    [
        ("", MINUTE, 0, 0),
        (", interval: 30s", timedelta(seconds=30), 0, 0),
        (", interval: 0s", MINUTE, 0, 0),
        (", query_offset: 90s, limit: 5", MINUTE, 90, 5),
        (", limit: x", MINUTE, 0, 0),
    ],
)
def test_a_group_has_an_interval_an_offset_and_a_limit(
    keys: str, every: timedelta, offset: int, limit: int
) -> None:
    text = f"groups:\n  - {{name: g{keys}, rules: [{{alert: A, expr: up}}]}}\n"
    [group] = read(text).groups
    assert (group.name, group.every, group.limit) == ("g", every, limit)
    assert group.offset == timedelta(seconds=offset)


def test_an_interval_that_is_not_written_is_that_of_the_server() -> None:
    text = "groups: [{name: g, rules: [{alert: A, expr: up}]}]\n"
    assert read(text, every=15 * MINUTE).groups[0].every == 15 * MINUTE


def test_a_rule_has_the_labels_of_its_group_below_its_own() -> None:
    found = rule("alert: A, expr: ' up ', labels: {a: 2, b: x}, for: 5m", ", labels: {a: 1, c: 3}")
    assert found.labels == {"a": "2", "b": "x", "c": "3"}
    assert (found.kind, found.name, found.expr) == ("alert", "A", "up")
    assert (found.after, found.keep) == (5 * MINUTE, timedelta(0))
    kept = rule("alert: A, expr: 1, keep_firing_for: 1h")
    assert (kept.expr, kept.after, kept.keep) == ("1", timedelta(0), 60 * MINUTE)
    assert rule("record: a:b, expr: up").kind == "record"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "groups:\n  - name: g\n    rules: [{expr: up}]\n",
            "3:13: expected a rule with alert or record",
        ),
        ("groups:\n  - name: g\n    rules: [{alert: A}]\n", "3:13: A has no expr"),
        ("groups:\n  - name: g\n    rules: [{alert: A, expr: [1]}]\n", "3:13: A has no expr"),
    ],
)
def test_a_rule_that_cannot_be_read_is_named(text: str, said: str) -> None:
    assert problems(text) == [f"a.yml:{said}"]


def test_a_duration_that_cannot_be_read_leaves_out_its_rule_or_group() -> None:
    good = "{alert: B, expr: up}"
    found = read(f"groups:\n  - {{name: g, rules: [{{alert: A, expr: up, for: soon}}, {good}]}}\n")
    assert [one.name for one in found.groups[0].rules] == ["B"]
    assert [str(one.message).startswith("A: ") for one in found.problems] == [True]
    found = read(f"groups:\n  - {{name: g, interval: soon, rules: [{good}]}}\n")
    assert (found.groups, len(found.problems)) == ((), 1)


def test_a_template_has_to_be_rendered() -> None:
    text = "groups:\n{{ if .Values.x }}\n  - rules: [{alert: A}]\n{{ end }}\n"
    [said] = problems(text, "templates/a.yaml")
    assert said.startswith("templates/a.yaml:1:1: ")
    assert said.endswith(", which has to be rendered")


@pytest.mark.parametrize(
    ("path", "text", "groups"),
    [
        ("a.yml", "groups: [{name: g, rules: [{alert: A, expr: up}]}]\n", 1),
        ("a.rules", "groups:\n  - name: g\n    rules:\n    - alert: A\n      expr: up\n", 1),
        ("a.txt", "nothing here\n", 0),
        ("a.yml", "x: 1\n", 0),
        ("a.yml", "- 1\n", 0),
    ],
)
def test_a_file_without_rules_is_no_problem(path: str, text: str, groups: int) -> None:
    found = read(text, path)
    assert (len(found.groups), found.problems) == (groups, ())


def test_alerts_are_in_the_order_of_the_files() -> None:
    texts = ("[{alert: A, expr: up}, {record: r, expr: up}]", "[{alert: B, expr: up}]")
    files = [
        (PurePosixPath(f"{n}.yml"), f"groups: [{{name: g, rules: {text}}}]\n".encode())
        for n, text in enumerate(texts)
    ]
    found = RuleSet.of(files)
    assert [(group.path.name, one.name) for group, one in found.alerts] == [
        ("0.yml", "A"),
        ("1.yml", "B"),
    ]
    assert {group.every for group, _ in found.alerts} == {MINUTE}
