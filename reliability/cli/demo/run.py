"""Runs `reliability demo`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from reliability.backtest.engine import backtest
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.pairs import Chosen
from reliability.cli.app import App
from reliability.cli.demo.live import walk_live
from reliability.cli.demo.screen import Screen, StepFailedError
from reliability.errors import DemoError
from reliability.history.open import history_policy, open_source
from reliability.onboarding.demo.before import mentions_of, per_error_alert
from reliability.onboarding.demo.change import paging_cause, propose, write
from reliability.onboarding.demo.excerpt import rule_lines, tree_lines
from reliability.onboarding.demo.live.programs import find_programs
from reliability.onboarding.demo.words import changed_lines, mentions_table
from reliability.onboarding.shipped import DAY, copy_shipped
from reliability.render.numbers import significant_percent

SERVICE: Final = "attendance"
TEAM: Final = "workforce"


SLO: Final = "attendance-clock-in"


OUT: Final = Path("out")


def run(app: App, folder: Path | None, live: bool, servers: Path | None) -> int:
    """Run the demo; return the exit code of a command that ended unexpectedly, else 0."""
    if "GIT_DIR" in app.settings.environment:
        raise DemoError("GIT_DIR is set to another repository; run `env -u GIT_DIR ...`")
    walk = live_walk(app, servers) if live else walk_through
    place = folder or Path(tempfile.mkdtemp(prefix="reliability-demo-"))
    screen = Screen(app, copy_shipped(place.resolve()))

    try:
        walk(screen)
    except StepFailedError as failure:
        return failure.exit_code

    return 0


def walk_through(screen: Screen) -> None:
    """Run every step without servers."""
    screen.intro()
    for step in (before, checked, built, planned, synced, changed, replayed):
        step(screen)
    screen.outro()


def live_walk(app: App, servers: Path | None) -> Callable[[Screen], None]:
    """Return the steps with servers.

    Raises:
        DemoError: a server's program is not on this machine.
    """
    settings = app.settings
    programs = find_programs(servers or settings.servers_folder, settings.search_path)
    return lambda screen: walk_live(screen, programs)


def before(screen: Screen) -> None:
    """Show the mentions of an alert on every error."""
    catalog = screen.catalog()
    per_error = per_error_alert(catalog, screen.root, DAY, slo=SLO)
    source = open_source(history_policy(catalog), catalog, screen.root)
    quiet = backtest(
        catalog, None, source, terms=ReplayTerms(per_error.span), chosen=Chosen(frozenset({SLO}))
    )
    failing = significant_percent(per_error.failing, 2)
    screen.title("An alert on every error")
    screen.words(
        f"""A common start: every failed clock-in mentions the whole channel. In 90 days,
        {per_error.failed:,} of {per_error.total:,} clock-ins failed, {failing}. A replay of
        the same days:"""
    )
    screen.lines(mentions_table(per_error.mentions, mentions_of(quiet), SERVICE))
    screen.words(
        """So every signal gets a tier first. An alert needs action now, a ticket within days, a
        log none. Only user impact is an alert, and the SLO defines user impact."""
    )


def checked(screen: Screen) -> None:
    """Show a clean check, and a finding on a cause in the alert tier."""
    screen.title("Check")
    screen.words(
        "SLOs, alert policies and owners are YAML in services/; organization-wide rules are in "
        "policies/."
    )
    screen.run("check")
    screen.words(
        "\nNow a change makes a long queue page the on-call engineer. A queue is a cause: there is "
        "no user impact yet."
    )
    wrong = paging_cause(screen.catalog())
    write(screen.root, wrong)
    screen.run("check", ends=1)
    write(screen.root, tuple(change.undone for change in wrong))


def built(screen: Screen) -> None:
    """Show the generated files for Prometheus and Alertmanager."""
    screen.title("Build")
    screen.run("build", "--out", str(OUT))
    file = screen.root / OUT / "prometheus" / f"{SERVICE}.yml"
    screen.words("One alert per SLO and tier, its windows joined by `or`:")
    screen.lines(f"  {line}" for line in rule_lines(file.read_text(encoding="utf-8"), SLO))
    screen.words("And one subtree of routes for each team; only alerts mention people:")
    screen.lines(f"  {line}" for line in tree_lines(screen.compiled("alertmanager"), TEAM))


def planned(screen: Screen) -> None:
    """Show the plan."""
    screen.title("Plan")
    screen.run("plan", "--brief")


def synced(screen: Screen) -> None:
    """Show a sync, and an empty plan after it."""
    screen.title("Sync")
    screen.run("sync", "--yes")
    screen.run("plan")


def changed(screen: Screen) -> None:
    """Show the change of a pull request: a lower target, and an alert that becomes a ticket."""
    changes = propose(screen.catalog())
    write(screen.root, changes)
    screen.title("A change")
    screen.words(
        "A pull request wants fewer notifications: it lowers a target and the tier of an alert."
    )
    screen.lines(f"  {line}" for line in changed_lines(changes, screen.root))


def replayed(screen: Screen) -> None:
    """Show who would have been notified with the change."""
    screen.title("Who would have been notified")
    screen.words("The alerts before and after the change, over the same 90 days:")
    screen.run("backtest", "--base", "HEAD", "--brief")
    screen.words(
        """
        Fewer notifications are half of the answer. The other half are the incidents that no page
        would have reported."""
    )
