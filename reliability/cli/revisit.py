"""`reliability revisit`: issues that bring every promise back on its date."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import click

from reliability.backtest.events import recorded
from reliability.cli.app import App
from reliability.cli.issues import IssueRun, ensure_all_readable, issue_options, words_of
from reliability.errors import MissingExtraError
from reliability.model.history import HistorySourcesSpec, StoreSource
from reliability.timespan import TimeSpan


@click.command("revisit")
@issue_options
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Open an issue for each SLO whose review is due, with what was measured of it.

    An open one is renewed on Mondays, and closed with a word once `reliability/reviewed` has moved.
    Provisional SLOs come back on their shorter cadence.

    \b
    reliability revisit --forge folder:reviews --dry-run    what would be opened
    reliability revisit --forge github                      in a job of GitHub Actions
    """
    if find_spec("numpy") is None:
        raise MissingExtraError("reliability revisit", "history")
    ensure_all_readable(app)
    desk = IssueRun(app, "revisit", options["forge"], options["dry_run"], options["max_changes"])
    return 0 if run(app, desk) else 1


def run(app: App, desk: IssueRun) -> bool:
    """Bring the issues to what is due today; whether all that was tried was done."""
    from reliability.check.context import Context
    from reliability.review.slo_review.due import KIND, promises
    from reliability.review.slo_review.issue import SloReviewIssueWriter
    from reliability.review.slo_review.wanted import due, wanted

    context = Context(app.today, app.catalog())
    past, origin = _past(app)
    known = {(each.service, each.name): each for each in promises(context)}
    writer = SloReviewIssueWriter(words_of(app), origin, app.today, known)
    present = desk.present(KIND)
    drafts = tuple(wanted(past(context), due(context), present, writer))
    done = desk.write(KIND, drafts, present, writer.word)
    desk.end()
    return done


def _past(app: App) -> tuple[Any, Any]:
    from reliability.history.open import known_source
    from reliability.review.slo_review import wanted
    from reliability.review.slo_review.due import measured_until
    from reliability.review.slo_review.issue import FigureOrigin

    spec, source = known_source(app.catalog(), app.root)
    length = (spec or HistorySourcesSpec(source=StoreSource(type="store"))).span
    until = measured_until(app.today)
    kind = spec.source.type if spec else ""
    origin = FigureOrigin(until, length, source.description, source.is_made_up, kind)
    incidents = tuple(recorded([app.catalog()], TimeSpan.before(until, length)))
    return (lambda context: wanted.ReviewInputs.of(context, source, length, incidents)), origin
