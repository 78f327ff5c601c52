"""A refusal by amtool is a finding on the configuration, if there is one to compile."""

import pytest

from reliability.check.engine.run import Context, run
from reliability.check.rules import RULES
from tests.check.examples import Files, minimal_files
from tests.check.repository import TODAY, loaded

BASE = "policies/alertmanager.base.yml"
TEAM = "policies/teams/workforce.yaml"
REFUSAL = 'amtool refuses it: undefined receiver "x"'
CONFIGURATION = "route: {receiver: mail}\nreceivers: [{name: mail}]\n"


def refused(files: Files) -> list[tuple[str, str]]:
    catalog, findings = loaded(files)
    context = Context(today=TODAY, catalog=catalog, amtool=REFUSAL)
    return [
        (f.problem.at.path.as_posix(), f.problem.message)
        for f in run(RULES, context, findings)
        if f.rule == "routing-refused"
    ]


def without(path: str) -> Files:
    return {name: text for name, text in minimal_files().items() if name != path}


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (minimal_files() | {BASE: CONFIGURATION}, [(BASE, REFUSAL)]),
        (without(TEAM) | {BASE: CONFIGURATION}, [(BASE, REFUSAL)]),
        (minimal_files(), [("policies/notification.yaml", REFUSAL)]),
        (without(TEAM), []),
        (minimal_files() | {BASE: "route: {receiver: mail\n"}, []),
    ],
    ids=["both", "base only", "team only", "neither", "unreadable"],
)
def test_a_refusal_by_amtool_is_found_where_there_is_a_configuration(
    files: Files, found: list[tuple[str, str]]
) -> None:
    assert refused(files) == found
