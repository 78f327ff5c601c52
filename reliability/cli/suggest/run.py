"""Runs `reliability suggest`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reliability.backtest.firing import ReplayTerms
from reliability.backtest.suggest import report
from reliability.backtest.suggest.choice import NoSuggestion, Suggested, reasons_for
from reliability.backtest.suggest.splice import spliced
from reliability.backtest.suggest.suggestion import NotSwept, suggest
from reliability.cli.app import App
from reliability.cli.environments import apps_in
from reliability.cli.names import check_names
from reliability.errors import ReliabilityError
from reliability.history.open import history_policy, open_source
from reliability.load.replace import replace_file
from reliability.message import listed
from reliability.model.openslo.slo import Slo
from reliability.resolve.objectives import objectives
from reliability.timespan import TimeSpan

if TYPE_CHECKING:
    from reliability.backtest.suggest.suggestion import TargetSuggestion
    from reliability.resolve.objectives import Objective


def run(app: App, /, **values: Any) -> int:
    """Print the suggestions; with --apply, write one. Return 0."""
    options = SuggestOptions(**values)
    if options.target is not None and not options.apply:
        raise click.UsageError("--target needs --apply")
    check_names([options.slo], [app.catalog()])
    options = replace(options, slo=_slo_of(app, options.slo))
    chosen = _chosen_apps(app, options)
    if options.apply and len(chosen) > 1:
        names = ", ".join(each.catalog().placement.name for each, _ in chosen)
        raise ReliabilityError(
            f"--apply is about one environment; pass --environment, one of {names}"
        )
    suggestions = [
        _found(each, objective, options) for each, of_slo in chosen for objective in of_slo
    ]
    app.say(_written(app, suggestions, options))
    if options.apply:
        _apply(app, suggestions, options)
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestOptions:
    """The options of one run."""

    slo: str
    objective: str | None
    days: int | None
    windows: str | None
    form: str
    every: bool
    apply: bool
    target: Decimal | None
    environments: tuple[str, ...]


def _chosen_apps(app: App, options: SuggestOptions) -> list[tuple[App, list[Objective]]]:
    """Return the chosen environments in which the SLO runs, with its objectives there.

    Raises:
        ReliabilityError: as `_objectives`, or the SLO runs in none of them.
    """
    apps = list(apps_in(app, options.environments))
    running = [each for each in apps if _of_slo(each, options)]
    if not running and _of_slo(app, options):
        raise ReliabilityError(f"{options.slo} does not run in {', '.join(options.environments)}")
    return [(each, _objectives(each, options)) for each in running or apps[:1]]


def _slo_of(app: App, name: str) -> str:
    """Return the SLO of a name, which may be that of a service with one SLO.

    Raises:
        ReliabilityError: it is a service with several SLOs.
    """
    slos = [slo.value for slo in app.catalog().documents(Slo)]
    of_service = sorted(slo.metadata.name for slo in slos if slo.spec.service == name)
    if any(slo.metadata.name == name for slo in slos):
        return name
    if len(of_service) > 1:
        raise ReliabilityError(f"{name} is a service; name one of its SLOs: {listed(of_service)}")
    return of_service[0]


def _of_slo(app: App, options: SuggestOptions) -> list[Objective]:
    return [one for one in objectives(app.catalog()) if one.slo_name == options.slo]


def _objectives(app: App, options: SuggestOptions) -> list[Objective]:
    """Return the objectives of the named SLO.

    Raises:
        ReliabilityError: the SLO or objective does not exist, or an edit matches several.
    """
    of_slo = _of_slo(app, options)
    chosen = [objective for objective in of_slo if options.objective in (None, objective.name)]
    names = ", ".join(objective.name or objective.slo_name for objective in of_slo)
    if not chosen:
        raise ReliabilityError(f"{options.slo} has the objectives {names}")

    if options.apply and len(chosen) > 1:
        raise ReliabilityError(f"--apply edits one objective; pass --objective: {names}")
    return chosen


def _found(app: App, objective: Objective, options: SuggestOptions) -> TargetSuggestion | NotSwept:
    catalog = app.catalog()
    policy = history_policy(catalog)
    source = open_source(policy, catalog, app.root)
    length = timedelta(days=options.days) if options.days else policy.span
    terms = ReplayTerms(TimeSpan.before(app.today, length))
    return suggest(objective, catalog, source, terms=terms, windows=options.windows or "")


def _written(
    app: App, suggestions: list[TargetSuggestion | NotSwept], options: SuggestOptions
) -> str:
    if options.form == "json":
        return report.document(suggestions)
    if options.form == "markdown":
        return report.markdown(suggestions, every=options.every, verbose=app.verbose)
    return report.text(suggestions, app.view, every=options.every, verbose=app.verbose)


def _apply(
    app: App, suggestions: list[TargetSuggestion | NotSwept], options: SuggestOptions
) -> None:
    """Write the suggested or the requested target to the file of the SLO.

    Raises:
        ReliabilityError: there is nothing to write, or the file changed meanwhile.
    """
    [only] = suggestions
    chosen = _chosen(only, options)
    document = only.objective.slo.document
    _ensure_not_overridden(only.objective)
    path = Path(app.root, document.path)
    before = path.read_bytes()
    target = chosen.tried.candidate.target
    if before.decode("utf-8-sig", "replace") != document.text:
        raise ReliabilityError(
            f"{document.path} was changed by another program; run the command again"
        )

    after = spliced(only.objective, before, target, rationale=chosen.rationale)
    if not replace_file(app.root, path, before, after=after):
        raise ReliabilityError(
            f"{document.path} is not a regular file, or was changed by another program"
        )

    app.note(f"{document.path}: target {target} and why; a looser one needs its approvals")


def _ensure_not_overridden(objective: Objective) -> None:
    """Refuse to write a target that an annotation replaces in this environment."""
    replaced = {written for written, _ in objective.slo.moved}
    at = ("spec", "objectives", objective.index)
    if replaced & {(*at, "target"), (*at, "targetPercent")}:
        environment = objective.placement.name
        raise ReliabilityError(
            f"--apply writes spec.objectives, and the target in {environment} is an annotation, "
            f"reliability/target.{environment.partition('/')[0]}; edit the annotation"
        )


def _chosen(suggestion: TargetSuggestion | NotSwept, options: SuggestOptions) -> Suggested:
    if isinstance(suggestion, NotSwept):
        raise ReliabilityError(f"nothing to apply: {suggestion.reason}")
    if options.target is not None:
        other = reasons_for(
            options.target.normalize(), suggestion.sweep, suggestion.past, limits=suggestion.limits
        )
        if other is None:
            raise ReliabilityError(f"--target {options.target} was not tried; --all shows all")
        return other

    match suggestion.choice:
        case NoSuggestion(reason):
            raise ReliabilityError(f"nothing to apply: {reason}")
        case Suggested() as suggested:
            return suggested
