"""What `reliability demo` does with its options."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from reliability.backtest.engine import Chosen, backtest
from reliability.backtest.firing import ReplayTerms
from reliability.cli.app import App
from reliability.cli.demo.live import walk_live
from reliability.cli.demo.screen import Screen, StepFailedError
from reliability.errors import DemoError
from reliability.history.open import history_policy, open_source
from reliability.onboarding.demo.before import mentions_of, noise
from reliability.onboarding.demo.change import louder, propose, write
from reliability.onboarding.demo.excerpt import rule_lines, tree_lines
from reliability.onboarding.demo.live.programs import find_programs
from reliability.onboarding.demo.words import changed_lines, noise_table
from reliability.onboarding.shipped import DAY, copy_shipped

SERVICE: Final = "attendance"


SLO: Final = "attendance-clock-in"


OUT: Final = Path("out")


def run(app: App, folder: Path | None, live: bool, servers: Path | None) -> int:
    """Do what the options say; the exit code."""
    if "GIT_DIR" in app.settings.environment:
        raise DemoError("GIT_DIR is set and leads to another repository; run `env -u GIT_DIR ...`")
    walk = live_walk(app, servers) if live else walk_through
    place = folder or Path(tempfile.mkdtemp(prefix="reliability-demo-"))
    screen = Screen(app, copy_shipped(place.resolve()))
    try:
        walk(screen)
    except StepFailedError as failure:
        return failure.exit_code
    return 0


def walk_through(screen: Screen) -> None:
    """Every step, without servers."""
    screen.intro()
    for step in (before, checked, built, planned, synced, changed, replayed):
        step(screen)
    screen.outro()


def live_walk(app: App, servers: Path | None) -> Callable[[Screen], None]:
    """The steps with servers.

    Raises:
        DemoError: their programs are not on this machine.
    """
    settings = app.settings
    programs = find_programs(servers or settings.servers_folder, settings.search_path)
    return lambda screen: walk_live(screen, programs)


def before(screen: Screen) -> None:
    """What an alert on every error did to the channel."""
    catalog = screen.catalog()
    loud = noise(catalog, screen.root, DAY, SLO)
    source = open_source(history_policy(catalog), catalog, screen.root)
    quiet = backtest(catalog, None, source, ReplayTerms(loud.span), Chosen(frozenset({SLO})))
    screen.title("The noise before")
    screen.words(
        f"""The usual start: every error of clocking in tells the whole channel. "There are so
        many errors!" Measured: {loud.failed:,} of {loud.total:,} clock-ins failed in 90 days,
        {loud.failing * 100:.2g} %. Replayed over the same days:"""
    )
    screen.lines(noise_table(loud.mentions, mentions_of(quiet)))
    screen.words(
        """So every signal is sorted first. An alert: a human acts now. A ticket: within days.
        A log: nobody needs to look. Only what users feel is an alert, and the SLO says what that
        is."""
    )


def checked(screen: Screen) -> None:
    """The repository is clean; a cause made an alert is not."""
    screen.title("Check")
    screen.words(
        "Promises, alert policies and owners are YAML in services/, the rules in policies/."
    )
    screen.run("check")
    screen.words(
        "\nSomebody makes a long queue wake people. It is a cause: users feel nothing yet."
    )
    wrong = louder(screen.catalog())
    write(screen.root, wrong)
    screen.run("check", ends=1)
    write(screen.root, tuple(each.undone for each in wrong))


def built(screen: Screen) -> None:
    """What Prometheus and Alertmanager are given."""
    screen.title("Build")
    screen.run("build", "--out", str(OUT))
    file = screen.root / OUT / "prometheus" / f"{SERVICE}.yml"
    screen.words("One alert for each promise and tier, its windows joined by `or`:")
    screen.lines(f"  {line}" for line in rule_lines(file.read_text(encoding="utf-8"), SLO))
    screen.words("And one tree for all teams; only alerts mention people:")
    screen.lines(f"  {line}" for line in tree_lines(screen.compiled("alertmanager")))


def planned(screen: Screen) -> None:
    """What would be written."""
    screen.title("Plan")
    screen.run("plan", "--brief")


def synced(screen: Screen) -> None:
    """Write it; then there is nothing left to do."""
    screen.title("Sync")
    screen.run("sync", "--yes")
    screen.run("plan")


def changed(screen: Screen) -> None:
    """The pull request: a looser promise, and a quieter alert."""
    changes = propose(screen.catalog())
    write(screen.root, changes)
    screen.title("A change")
    screen.words("A pull request wants less noise: a looser promise, and one alert less.")
    screen.lines(f"  {line}" for line in changed_lines(changes, screen.root))


def replayed(screen: Screen) -> None:
    """What the change would have done to people."""
    screen.title("What it would have done to people")
    screen.words("The alerts before and after, over the same 90 days:")
    screen.run("backtest", "--base", "HEAD", "--brief")
    screen.words(
        """
        Fewer notifications is half of the answer. The other half is what nobody would have been
        told."""
    )
