"""Runs `reliability site`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reliability.check.context import Context
from reliability.cli.app import App
from reliability.cli.environments import app_in_one, apps_in
from reliability.cli.pager import with_pager
from reliability.cli.readable import note_unreadable
from reliability.errors import ReliabilityError
from reliability.history.open import history_policy, open_source
from reliability.load.past import git_past
from reliability.resolve.environments.placements import pages_folder
from reliability.review.language import policy_words
from reliability.site.allow_list import read_allow_list
from reliability.site.build import SiteBuild
from reliability.site.environments import EnvironmentEntry, ensure_first_page, write_environments
from reliability.site.measuring import SiteInputs
from reliability.site.output import SiteFolder, WrittenSite
from reliability.site.pages.overview import whole_summary
from reliability.site.public import write_public
from reliability.site.real_pages import RealPages, allows_names
from reliability.timespan import TimeSpan

if TYPE_CHECKING:
    from reliability.providers.pagerduty.analytics import PagerSource


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOptions:
    """The options of one run."""

    out: Path
    days: int
    public: Path | None
    pager_exports: Sequence[Path]
    pager: PagerSource | None
    environments: Sequence[str]
    jobs: int


def run(app: App, /, **values: Any) -> int:
    """Write the site of each environment; return 0.

    Raises:
        ReliabilityError: no history source is declared, it cannot be read, the folder holds other
            files, pages for customers are about several environments or have real pages, or those
            cannot be read.
    """
    options = SiteOptions(**with_pager(values))
    app = app.with_jobs(options.jobs)
    note_unreadable(app, "SLOs may be missing: some documents cannot be read")
    if options.public is not None:
        _write_public(app, options, options.public)
    else:
        _write_all(app, options)
    return 0


def _write_public(app: App, options: SiteOptions, allowed: Path) -> None:
    """Write the pages for customers, which are about one environment."""
    if options.pager_exports or options.pager is not None:
        option = "--pager-export" if options.pager_exports else "--pager"
        raise ReliabilityError(f"--public and {option} exclude each other; pass one")
    chosen = app_in_one(app, options.environments)
    _write(chosen, options.out, days=options.days, public=allowed)


def _write_all(app: App, options: SiteOptions) -> None:
    """Write the pages of each environment, and of several a first page."""
    chosen = [*apps_in(app, options.environments)]
    received = _real_pages(app, options, chosen)
    first = SiteFolder(options.out, app.committed)
    if len(chosen) > 1:
        ensure_first_page(first)
    sites = [
        _write(
            each,
            options.out / pages_folder(each.catalog().placement.name),
            days=options.days,
            received=received,
        )
        for each in chosen
    ]
    entries = [site for site in sites if site is not None]
    if len(entries) > 1:
        language = policy_words(app.catalog()).language
        _report(app, options.out, write_environments(first, entries, language))


def _real_pages(app: App, options: SiteOptions, chosen: Sequence[App]) -> RealPages | None:
    """Return the real pages in the longest replay of the chosen environments."""
    if not options.pager_exports and options.pager is None:
        return None
    from reliability.cli.site.real_pages import read_real_pages

    names = allows_names(Context(today=app.today, catalog=app.catalog()).notification)
    longest = max(history_policy(each.catalog()).span for each in chosen)
    return read_real_pages(
        app,
        options.pager_exports,
        options.pager,
        span=TimeSpan.before(app.today, longest),
        with_names=names,
    )


def _write(
    app: App,
    out: Path,
    *,
    days: int,
    public: Path | None = None,
    received: RealPages | None = None,
) -> EnvironmentEntry | None:
    """Write one site, and report what was written; return its counts, None for customers."""
    folder = SiteFolder(out, app.committed)
    folder.listed()

    catalog = app.catalog()
    policy = history_policy(catalog)
    source = open_source(policy, catalog, app.root)
    context = Context(today=app.today, catalog=catalog)
    inputs = SiteInputs.of(context, source, timedelta(days=days), policy.span)
    if public is not None:
        _report(app, out, write_public(inputs, read_allow_list(public, inputs), folder))
        return None

    language = policy_words(catalog).language
    past = git_past(app.root)
    build = replace(SiteBuild.of(inputs, past, folder, language), received=received)
    built = build.write(app.jobs)
    _report(app, out, built.written)
    summary = whole_summary(built.figures, catalog.placement.name)
    return EnvironmentEntry(out.name, summary, build.frame)


def _report(app: App, out: Path, written: WrittenSite) -> None:
    app.say(
        f"{out}: {written.files} files, {written.written} written, {written.removed} removed; "
        f"open {out / 'index.html'}"
    )
