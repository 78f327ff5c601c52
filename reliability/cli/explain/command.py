"""`reliability explain`: the page of a rule, with a bad and a good example."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import click

from reliability.check.rules import RULES
from reliability.cli.explain.output import terminal_text
from reliability.errors import RootNotFoundError
from reliability.load.files import documents_below
from reliability.message import listed
from reliability.render.tables import text_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reliability.check.rule import Rule
    from reliability.cli.app import App


MAX_NEAR: Final = 5
TYPO: Final = 0.8
"""Similarity from which a rule is probably meant (difflib, 0 to 1)."""


@click.command("explain")
@click.argument("rule_id", metavar="RULE", required=False)
@click.pass_obj
def command(app: App, rule_id: str | None) -> None:
    """Explain a rule, with a bad and a good example; without RULE, list all rules.

    \b
    reliability explain burn-alert-impossible
    """
    rules = {rule.id: rule for rule in _rules(app)}
    if rule_id is None:
        titles = [(name, rule.title) for name, rule in sorted(rules.items())]
        app.say("\n".join(text_table(titles, app.view)))
        return

    if rule_id not in rules:
        containing = [name for name in sorted(rules) if rule_id in name]
        near = get_close_matches(rule_id, rules, n=1, cutoff=TYPO) or containing[:MAX_NEAR]
        hint = f"did you mean {listed(near, 'or')}?" if near else "`reliability explain` lists all"
        raise click.BadParameter(f"unknown rule {rule_id}; {hint}", param_hint="RULE")

    rule = rules[rule_id]
    since = f"since {rule.since}" if rule.since else "of this repository"
    app.say(f"{rule.id} ({rule.graded}, {since})\n\n{terminal_text(rule.page)}")


def _rules(app: App) -> Iterable[Rule]:
    """Return all rules, with the custom rules of the repository, if there is one."""
    try:
        policies = app.root / "policies"
    except RootNotFoundError:
        return RULES
    if not policies.is_dir():
        return RULES
    from reliability.check.custom.rules import rules_of
    from reliability.pipeline import load_documents

    return rules_of(load_documents(app.root, documents_below([policies])).catalog)
