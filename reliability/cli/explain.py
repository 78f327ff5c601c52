"""`reliability explain`: why a rule is there, with a bad and a good example."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from reliability.check.rule import Rule
    from reliability.cli.app import App


@click.command("explain")
@click.argument("rule_id", metavar="RULE", required=False)
@click.pass_obj
def command(app: App, rule_id: str | None) -> None:
    """Say why a rule is there, with a bad and a good example; without RULE, list all rules.

    \b
    reliability explain burn-alert-impossible
    """
    from reliability.check.rules import RULES

    rules = {rule.id: rule for rule in RULES}
    if rule_id is None:
        for line in _list(rules):
            app.say(line)
        return
    if rule_id not in rules:
        near = difflib.get_close_matches(rule_id, rules, n=1, cutoff=0.4)
        way_out = f"the nearest is {near[0]}" if near else "`reliability explain` lists all"
        raise click.BadParameter(f"no rule has the id {rule_id}; {way_out}", param_hint="RULE")
    rule = rules[rule_id]
    app.say(f"{rule.id} ({_severity(rule)}, since {rule.since})\n\n{rule.page}")


def _list(rules: dict[str, Rule]) -> list[str]:
    longest = max(map(len, rules))
    return [f"{name:<{longest}}  {rule.title}" for name, rule in sorted(rules.items())]


def _severity(rule: Rule) -> str:
    return f"{rule.severity.word}, by date" if rule.by_date else rule.severity.word
