"""`reliability backtest --rules`: any repository of rule files, with nothing adopted."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from math import inf
from pathlib import Path
from typing import Final

from reliability.alertmanager.simulate.server import Version
from reliability.backtest.effects import EffectMapping, NotificationEffect
from reliability.backtest.headline import headline
from reliability.backtest.notifications import team_zones
from reliability.backtest.report import markdown, text
from reliability.backtest.rule_files.report import html, json
from reliability.backtest.rule_files.report.sections import rules_report
from reliability.backtest.rule_files.result import RuleBacktest
from reliability.backtest.rule_files.run import RuleFilesRequest, RuleReplayOptions
from reliability.cli.app import App
from reliability.cli.backtest.posting import COMMENT_ROOM, change_of, post
from reliability.cli.backtest.rule_samples import RuleFilesOptions, open_rule_samples
from reliability.finding import Problem
from reliability.pipeline import read_rule_files, replay_rules
from reliability.render.display import inert, safe
from reliability.render.tables import PIPE

STANDARD_INPUT: Final = "-"
SHOWN: Final = 50
"""Rows in a terminal; other formats have all."""


def run(app: App, options: RuleFilesOptions) -> int:
    """Replay what changed in rule files; the exit code.

    Raises:
        ReliabilityError: an option or file cannot be read, or no rule is found.
        SourceError: the server does not answer.
    """
    change, revision = None, options.revision
    if options.forge is not None:
        change = change_of(app, options.forge, event=options.event, revision=revision)
        revision = change.revision
    sides = read_rule_files(_request(options, revision))
    if sides.old is not None and sides.old_rules is not None:
        _note_unread(app, sides.base, sides.old_rules.problems)
    end = inf if options.budget is None else time.monotonic() + options.budget
    with ExitStack() as closing:
        samples = open_rule_samples(app, options, sides, closing, end)
        result = replay_rules(sides, samples, _replay_options(app, options, end))

    written = _written(app, result, options)
    if options.output is not None:
        app.write(options.output, f"{written}\n")
    if options.output is not None or change is not None:
        app.say(inert(safe(headline(result))))
    else:
        app.say(written)
    if change is None or sides.old is None:
        return 0
    return post(app, change, result, is_related=sides.is_related)


def _written(app: App, result: RuleBacktest, options: RuleFilesOptions) -> str:
    if options.form == "json":
        return json.text(result)
    if options.form == "html":
        return html.page(result, verbose=app.verbose)
    report = rules_report(result, verbose=app.verbose)
    if options.form == "markdown":
        return markdown.text(report, room=COMMENT_ROOM)
    return text.text(report, app.view if options.output is None else PIPE, most=SHOWN)


def _request(options: RuleFilesOptions, revision: str | None) -> RuleFilesRequest:
    is_piped = STANDARD_INPUT in options.rules
    return RuleFilesRequest(
        folder=Path.cwd(),
        patterns=tuple(pattern for pattern in options.rules if pattern != STANDARD_INPUT),
        standard_input=sys.stdin.buffer.read() if is_piped else None,
        alertmanager=options.alertmanager,
        alertmanager_version=Version(options.alertmanager_version),
        revision=revision,
    )


def _replay_options(app: App, options: RuleFilesOptions, end: float) -> RuleReplayOptions:
    written: list[tuple[NotificationEffect, str]] = [("page", text) for text in options.page]
    written += [("ticket", text) for text in options.ticket]
    has_teams = (app.root_or_here / "services").is_dir()
    return RuleReplayOptions(
        mapping=EffectMapping.of(written),
        zones=team_zones(app.catalog()) if has_teams else {},
        incidents=options.incidents,
        every_alert=options.every,
        should_continue=lambda: time.monotonic() <= end,
    )


def _note_unread(app: App, base: str, problems: Sequence[Problem]) -> None:
    """Say what is missing from the base, whose alerts count as new."""
    if problems:
        first = f"{problems[0].at.text}: {problems[0].message}"
        count = "1 rule" if len(problems) == 1 else f"{len(problems):,} rules"
        app.note(f"{count} of the base {base[:12]} cannot be read: {safe(first)}")
