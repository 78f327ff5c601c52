"""Options that several commands share: their help, their defaults, and the values that they read.

`pytest tests/cli/test_shared_options.py --update-golden` rewrites the help; read what has changed.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click
import pytest

from reliability.cli import options, plan_options
from reliability.cli.environments import environment_option
from reliability.cli.options import Decorator, with_options
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"


def shared() -> dict[str, tuple[Decorator, ...]]:
    """Each shared option, or the options that one function adds."""
    return {
        "names": (options.names_argument(),),
        "format": (options.format_option("text", "json", help_text="Output format"),),
        "days": (options.days_option("Days"),),
        "history-days": (options.history_days_option(),),
        "jobs": (options.jobs_option("a few SLOs"),),
        "fail-on": (options.fail_on_option("Severity"),),
        "approved-by": (options.approved_by_option("Approvers"),),
        "event": (options.event_option("Event"),),
        "out": (options.out_option("Directory", "DIR"),),
        "forge": (options.forge_option("Forge"),),
        "drafts": (options.draft_options,),
        "issues": (options.issue_options,),
        "servers": (options.alert_server_options,),
        "rules-server": (options.rules_server_options("samples"),),
        "pager": (options.pager_options,),
        "status": (options.status_options,),
        "environments": (environment_option(),),
        "one-environment": (environment_option("One", default=""),),
        "plan": (
            plan_options.sync_target_option(),
            plan_options.target_environment_option(),
            plan_options.allow_option("Allow"),
            plan_options.brief_option(),
            plan_options.detailed_exitcode_option("are changes"),
        ),
        "decisions": (plan_options.decision_options,),
    }


def command(*decorators: Decorator) -> click.Command:
    """A command with these options, which returns what it gets."""

    def given(**values: Any) -> dict[str, Any]:
        return values

    function: Callable[..., Any] = with_options(given, *decorators)
    return click.command("x")(function)


def read(name: str, *arguments: str) -> dict[str, Any]:
    values: dict[str, Any] = command(*shared()[name]).main(list(arguments), standalone_mode=False)
    return values


def test_the_help_of_each_option(golden: Golden) -> None:
    parts = []
    for name, decorators in shared().items():
        made = command(*decorators)
        context = click.Context(made, info_name="x", terminal_width=100, max_content_width=100)
        parts.append(f"# {name}\n{made.get_help(context)}\n")
    golden.check(GOLDEN / "shared-options.txt", "\n".join(parts))


@pytest.mark.parametrize(
    ("name", "arguments", "values"),
    [
        ("names", (), {"names": ()}),
        ("names", ("a", "b"), {"names": ("a", "b")}),
        ("format", (), {"form": "text"}),
        ("days", (), {"days": None}),
        ("days", ("--days", "1"), {"days": 1}),
        ("days", ("--days", "400"), {"days": 400}),
        ("jobs", (), {"jobs": 1}),
        ("jobs", ("--jobs", "64"), {"jobs": 64}),
        ("fail-on", (), {"fail_on": "error"}),
        ("approved-by", (), {"approved": frozenset()}),
        ("approved-by", ("--approved-by", " @a,, @b ,"), {"approved": frozenset({"@a", "@b"})}),
        ("forge", (), {"forge": None}),
        ("forge", ("--forge", ""), {"forge": None}),
        ("forge", ("--forge", "github"), {"forge": "github"}),
        ("forge", ("--forge", "folder:a"), {"forge": "folder:a"}),
        ("issues", (), {"forge": None, "dry_run": False, "max_changes": 300}),
        (
            "issues",
            ("--dry-run", "--max-changes", "500"),
            {"forge": None, "dry_run": True, "max_changes": 500},
        ),
        ("issues", ("--max-changes", "1"), {"forge": None, "dry_run": False, "max_changes": 1}),
        (
            "pager",
            ("--pager-team", "A", "--pager-team", "B", "--pager-service", "C"),
            {"pager": None, "pager_token": None, "pager_teams": ("A", "B"), "pager_services": "C"},
        ),
        ("status", (), {"origin": None, "prometheus": None, "form": "text"}),
    ],
)
def test_values_are_read(name: str, arguments: tuple[str, ...], values: dict[str, Any]) -> None:
    result = read(name, *arguments)
    assert {key: "".join(value) if key == "pager_services" else value
            for key, value in result.items()} == values  # fmt: skip


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("days", ("--days", "0"), "0 is not in the range 1<=x<=400."),
        ("days", ("--days", "401"), "401 is not in the range 1<=x<=400."),
        ("days", ("--days", "1_0"), "not a whole number: '1_0'"),
        ("jobs", ("--jobs", "65"), "65 is not in the range 1<=x<=64."),
        ("issues", ("--max-changes", "0"), "0 is not in the range 1<=x<=500."),
        ("issues", ("--max-changes", "501"), "501 is not in the range 1<=x<=500."),
        (
            "approved-by",
            ("--approved-by", "@a,b"),
            "b is not a valid handle; write @NAME, separated by commas",
        ),
        (
            "approved-by",
            ("--approved-by", "@"),
            "@ is not a valid handle; write @NAME, separated by commas",
        ),
        (
            "forge",
            ("--forge", "gitlab"),
            "gitlab is not a valid forge; write github or folder:DIR",
        ),
        ("forge", ("--forge", "folder: "), "a folder needs a path; write folder:DIR"),
        (
            "decisions",
            ("--only", "rules"),
            "'rules' is not of the form [SYNC_TARGET:]KIND/NAME, such as rules/shop",
        ),
    ],
)
def test_other_values_are_refused(name: str, arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(click.BadParameter) as refusal:
        read(name, *arguments)
    assert refusal.value.message == message


def test_decisions_name_objects_of_targets_and_may_be_repeated() -> None:
    values = read(
        "decisions",
        *("--only", "rules/a", "--only", "files:rules/b", "--overwrite", "rules/c"),
        *("--take-over", "one", "--take-over", "two", "--allow-active"),
    )
    assert [str(name) for name in values["only"]] == ["rules/a", "files:rules/b"]
    assert [str(name) for name in values["overwrite"]] == ["rules/c"]
    assert (values["take_over"], values["allow_active"]) == (("one", "two"), True)
