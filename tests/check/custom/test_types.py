"""A custom rule that is wrong is told so before it runs, at the very word."""

import pytest

from tests.check.custom.policies import HEAD, PATH, TRIBE, marked, policy, rule
from tests.check.repository import checked

INVALID = "custom-rule-invalid"


@pytest.mark.parametrize(
    ("holds", "word", "message", "help_text"),
    [
        ("service.slos.all(s, s.nam != '')", "nam", "Slo has no field nam", "did you mean name?"),
        ("\"'a' in service.lables\"", "lables", "Service has no field lables", None),
        ("'servce.name == ''x'''", "servce", "function servce", "did you mean service?"),
        ("service.name.startWith('a')", "startWith", "unknown name or function", "startsWith"),
        ("service.objectives.all(o, o.target > 1)", ">", "'(double, int)'", "write 1.0"),
        ("service.name", None, "holds is of type string, expected bool", None),
        ("dyn(true)", None, "holds is of type dyn, expected bool", None),
        ('service.name ==', None, "syntax error", None),
        ("|\n        // x\n        true &&\n          service.nme == ''", "nme", "nme", None),
        (">-\n        service.name != ''\n\n        && service.nme != ''", "nme", "nme", None),
        ("service.name != '' &&\n        service.nme != ''", "nme", "nme", None),
        ("\"service.name != '\\u65e5\\t' && service.nme != ''\"", "nme", "nme", None),
        ("\"'😀' != '' && service.nme != ''\"", "nme", "nme", None),
        ("'service.name != ''it'' && service.nme != '''''", "nme", "nme", None),
        ("!!str \"service.nme != ''\"", "nme", "nme", None),
    ],
)  # fmt: skip
def test_the_word_that_is_wrong_is_pointed_to(
    holds: str, word: str | None, message: str, help_text: str | None
) -> None:
    files = policy(rule("mine", holds))
    [finding] = checked(files)
    assert finding.rule == INVALID
    assert message in finding.problem.message
    assert "\n" not in finding.problem.message
    if help_text is not None:
        assert help_text in (finding.problem.help or "")
    if word is not None:
        assert marked(finding, files) == word


def test_every_fault_of_every_rule_is_told_and_the_others_run() -> None:
    files = policy(rule("one", "service.a == service.b"), TRIBE)
    assert [(each.rule, each.problem.at.span.line) for each in checked(files)] == [
        (INVALID, 9),
        (INVALID, 9),
        ("tribe-missing", 4),
    ]


@pytest.mark.parametrize(
    ("message", "word", "said"),
    [
        ("'x {service.nme} {1}'", "nme", "Service has no field nme"),
        ("'{{ok}} {service}'", "service", "is of type Service, expected string"),
        ("'x {service.name'", "{", "this brace is not closed"),
        ("'x } y'", "}", "this closing brace has no opening one"),
        ("'x { } y'", "{", "the braces hold no expression"),
        ("'{concerned}'", "concerned", "unknown name or function concerned"),
    ],
)
def test_a_message_is_checked_as_well(message: str, word: str, said: str) -> None:
    files = policy(rule("mine", "false", message))
    [finding] = checked(files)
    assert finding.rule == INVALID
    assert said in finding.problem.message
    assert marked(finding, files) == word


def test_an_expression_behind_an_alias_is_pointed_to_at_the_alias() -> None:
    files = policy(rule("one", "&it service.slos.size() >= 0"), rule("two", "*it", "'{service.x}'"))
    [finding] = checked(files)
    assert marked(finding, files) == "x"
    files = policy(rule("one", "&it service.x"), rule("two", "*it"))
    assert [marked(each, files) for each in checked(files)] == ["x", "*it"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (rule("alert-for-cause", "true"), "alert-for-cause is the ID of another rule"),
        (rule("mine", "true") * 2, "mine is the ID of another rule"),
        (rule("mine", f'"{"true || " * 600}true"'), "4,804 characters; the limit is 4,000"),
        (
            rule("mine", "true") + "      concerns: '[]'\n",
            "concerns is only for rules on the catalog",
        ),
        (rule("mine", "true", subject="catalog") + "      at: x\n", "the catalog has none"),
        ("".join(rule(f"r{n}", "true") for n in range(101)), "custom rule 101; the limit is 100"),
    ],
)
def test_what_cannot_be_a_rule_is_said(written: str, said: str) -> None:
    [finding] = checked(policy(written))
    assert finding.rule == INVALID
    assert said in finding.problem.message


def test_deep_nesting_is_refused_by_cel() -> None:
    [finding] = checked(policy(rule("mine", f'"{"(" * 400}true{")" * 400}"')))
    assert finding.rule == INVALID
    assert "recursion" in finding.problem.message


def test_a_case_is_given_only_what_a_world_has() -> None:
    case = "      cases: [{name: x, given: {slo: {nam: a, period: soon}}, findings: 0}]\n"
    files = {**policy(), PATH: HEAD + TRIBE + case}
    found = [each for each in checked(files) if each.rule == INVALID]
    assert [marked(each, files) for each in found] == ["nam", "soon"]
    assert found[0].problem.help == "did you mean name?"
    assert found[1].problem.message == "period is 'soon', expected a duration such as 30d"


@pytest.mark.parametrize(
    ("subject", "holds", "has_help"),
    [
        ("slo", "slo.name", True),
        ("objective", "objective.period", True),
        ("service", "service.name", False),
    ],
)
def test_a_rule_on_a_part_of_a_service_that_is_no_condition_says_what_to_write(
    subject: str, holds: str, has_help: bool
) -> None:
    [finding] = checked(policy(rule("mine", holds, subject=subject)))
    assert "bool" in finding.problem.message
    assert (finding.problem.help is not None) is has_help
