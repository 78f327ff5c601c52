"""The schema's words: each error on its line, said as people say it."""

from pathlib import PurePosixPath

import pytest

from reliability.finding import Problem
from reliability.load.loader import load
from reliability.load.schema import keys_at, route_text
from reliability.model.alert_policy import AlertPolicy
from reliability.model.history import HistorySources

POLICY = "apiVersion: reliability/v1\nkind: AlertPolicy\nmetadata: {name: a}\n"


def problems(text: str) -> list[tuple[str, int, int, Problem]]:
    _, findings = load([(PurePosixPath("services/a/x.yaml"), text.encode())])
    return [
        (each.rule, each.problem.at.span.line, each.problem.at.span.column, each.problem)
        for each in findings
    ]


def only(text: str) -> tuple[str, int, int, str, str | None]:
    [(rule, line, column, problem)] = problems(text)
    return rule, line, column, problem.message, problem.help


def in_signal(more: str) -> str:
    signal = "{name: A, kind: cause, tier: log, expr: up, " + more + "}"
    return POLICY + "spec:\n  service: a\n  signals:\n    - " + signal + "\n"


def test_an_unknown_key_stands_where_the_key_does_and_names_the_nearest() -> None:
    assert only(in_signal("lables: {}")) == (
        "document-key-unknown",
        7,
        51,
        "unknown key spec.signals[0].lables",
        "did you mean labels?",
    )


def test_an_unknown_key_that_is_near_to_none_lists_what_there_is() -> None:
    *_, help_text = only(POLICY + "spec: {service: a, zzz: 1}\n")
    assert help_text == "known keys: objectives, service, signals"


@pytest.mark.parametrize(
    ("key", "help_text", "fixed"),
    [
        ("lables", "did you mean labels?", "labels"),
        ("a/lables", "did you mean labels?", None),
        ("a/zzz", "known keys: annotations, displayName, labels, name", None),
    ],
)
def test_a_key_with_a_prefix_is_not_renamed_to_one_that_has_none(
    key: str, help_text: str, fixed: str | None
) -> None:
    text = POLICY.replace("{name: a}", f"{{name: a, {key}: {{}}}}") + "spec: {service: a}\n"
    [(rule, line, column, problem)] = problems(text)
    assert (rule, line, column) == ("document-key-unknown", 3, 21)
    assert (problem.message, problem.help) == (f"unknown key metadata.{key}", help_text)
    edits = problem.fix.edits if problem.fix else ()
    assert [edit.text for edit in edits] == ([fixed] if fixed else [])


def test_a_missing_key_stands_on_its_parent() -> None:
    text = POLICY + "spec:\n  service: a\n  objectives:\n    - runbook: docs/x.md\n"
    assert only(text) == (
        "document-key-missing",
        7,
        7,
        "spec.objectives[0] has no slo, which is required",
        "add the key slo",
    )


def test_a_document_without_its_spec_says_so_on_its_first_line() -> None:
    assert only(POLICY)[:4] == (
        "document-key-missing",
        1,
        1,
        "the document has no spec, which is required",
    )


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("summary: 7", "spec.signals[0].summary is 7; expected a string"),
        ("summary: ''", "spec.signals[0].summary must not be empty"),
        ("summary: [a, b]", "spec.signals[0].summary is a list of 2 items; expected a string"),
        ("labels: x", "spec.signals[0].labels is 'x'; expected a mapping"),
        ("for: 5 min", "spec.signals[0].for: not a valid duration: '5 min'"),
        ("runbook: ../x.md", "spec.signals[0].runbook: '../x.md' is outside of the repository"),
        ("runbook: 'ftp://x/y'", "spec.signals[0].runbook: not a valid URL: 'ftp://x/y'"),
    ],
)
def test_a_wrong_value_says_what_is_there_and_what_is_needed(more: str, message: str) -> None:
    rule, line, _, said, _ = only(in_signal(more))
    assert (rule, line, said) == ("document-value", 7, message)


CORRECTIONS = (
    "apiVersion: reliability/v1\nkind: Corrections\nmetadata: {name: a}\nspec:\n  service: a\n"
    "  corrections:\n    - {start: START, end: 2026-12-13T00:00:00Z, reason: r, approver: '@a'}\n"
)


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ("20261212", ": not a valid date and time: '20261212'"),
        ("'1765540800'", ": not a valid date and time: '1765540800'"),
        ("tomorrow", ": not a valid date and time: 'tomorrow'"),
        ("2026-12-12T25:00:00Z", ": not a valid date and time: '2026-12-12T25:00:00Z'"),
        ("[]", " is an empty list; expected a time"),
        ("2026-12-12T00:00:00", ": 2026-12-12T00:00:00 has no offset from UTC"),
        ("2026-12-12", ": not a valid date and time: '2026-12-12'"),
    ],
)
def test_a_moment_is_a_time_with_its_zone_and_no_number(start: str, message: str) -> None:
    said = only(CORRECTIONS.replace("START", start))
    assert said[3] == f"spec.corrections[0].start{message}"
    assert said[4] in ("write 2026-01-31T09:00:00Z", "end it with Z or an offset such as +09:00")


def test_a_word_that_is_neither_true_nor_false_says_what_is_needed() -> None:
    text = (
        "apiVersion: reliability/v1\nkind: NotificationPolicy\nmetadata: {name: a}\n"
        "spec:\n  tiers: {alert: {mention: maybe}, ticket: {}, log: {}}\n"
        "  pageBudget: {perWeek: many}\n"
    )
    assert [problem.message for *_, problem in problems(text)] == [
        "spec.tiers.alert.mention is 'maybe'; expected true or false",
        "spec.pageBudget.perWeek: not a number: 'many'",
    ]


def test_a_choice_names_what_can_be_chosen() -> None:
    text = in_signal("for: 5m").replace("kind: cause", "kind: reason")
    *_, message, _ = only(text)
    assert message == (
        "spec.signals[0].kind is 'reason'; expected one of symptom, cause, heartbeat, saturation"
    )


def test_errors_inside_of_a_union_have_no_tag_in_their_path() -> None:
    text = (
        "apiVersion: reliability/v1\nkind: HistorySources\nmetadata: {name: a}\n"
        "spec:\n  source: {type: prometheus, url: nowhere}\n"
    )
    assert only(text)[3] == "spec.source.url: not a valid URL: 'nowhere'"
    unknown = only(text.replace("type: prometheus", "type: graphite"))
    assert unknown[:4] == (
        "document-value",
        5,
        18,
        "spec.source.type is 'graphite'; expected one of synthetic, prometheus, datadog, store",
    )
    missing = only(text.replace("type: prometheus, ", ""))
    assert missing[:4] == (
        "document-key-missing",
        5,
        3,
        "spec.source has no type, which is required",
    )


def test_each_error_is_one_finding() -> None:
    text = POLICY + "spec:\n  servce: a\n  signals:\n    - {name: A, kind: x, expr: up}\n"
    assert [(rule, line) for rule, line, _, _ in problems(text)] == [
        ("document-key-missing", 4),
        ("document-value", 7),
        ("document-key-unknown", 5),
    ]


def test_a_route_is_written_as_people_write_it() -> None:
    assert route_text(("spec", "objectives", 0, "target")) == "spec.objectives[0].target"
    assert route_text(()) == ""


def test_the_keys_of_a_union_are_those_of_all_its_members() -> None:
    assert {"type", "seed", "url"} <= keys_at(HistorySources, ("spec", "source"))
    assert "runbook" in keys_at(AlertPolicy, ("spec", "signals", 3))
    assert keys_at(AlertPolicy, ("spec", "signals", 3, "labels", "x")) == set()
