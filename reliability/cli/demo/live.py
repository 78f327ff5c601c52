"""`reliability demo --live`: real servers on this machine, a sync, failures and notifications."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reliability.cli.demo.screen import Screen
from reliability.onboarding.demo.live.processes import HOST, free_port, running, wait_for
from reliability.onboarding.demo.live.setting import point_at
from reliability.onboarding.demo.live.stage import open_stage

if TYPE_CHECKING:
    from reliability.onboarding.demo.live.programs import Programs
    from reliability.onboarding.demo.live.stage import Stage

NOTIFIED_WITHIN: Final = 180.0
"""Seconds; Prometheus evaluates once a minute, and the fast window pair needs some evaluations."""


def walk_live(screen: Screen, programs: Programs) -> None:
    """Start both servers, sync, let every third clock-in fail, and show what arrives.

    Raises:
        DemoError: a server does not start, or no notification arrives in time.
    """
    live = screen.root / "live"
    prometheus, alertmanager = free_port(), free_port()
    ports = prometheus, alertmanager
    with ExitStack() as stack:
        stage = stack.enter_context(open_stage())
        point_at(screen.root, live, ports, stage=stage.url)
        start(stack, programs, live, ports=ports)
        screen.title("Two servers")
        screen.words(
            f"""Prometheus listens on {HOST}:{prometheus} and Alertmanager on {HOST}:{alertmanager};
            both stop with this demo. {stage.url} simulates Slack, the pager and the dead man's
            switch."""
        )
        synced(screen)
        burned(screen, stage)


def start(stack: ExitStack, programs: Programs, live: Path, ports: tuple[int, int]) -> None:
    """Start both servers; then delete Alertmanager's first file, so that a sync can write it."""
    config = live / "alertmanager" / "alertmanager.yml"
    alertmanager: tuple[str | Path, ...] = (
        programs.alertmanager,
        f"--config.file={config}",
        f"--storage.path={live / 'alertmanager' / 'data'}",
        f"--web.listen-address={HOST}:{ports[1]}",
        "--cluster.listen-address=",
    )

    prometheus: tuple[str | Path, ...] = (
        programs.prometheus,
        f"--config.file={live / 'prometheus' / 'prometheus.yml'}",
        f"--storage.tsdb.path={live / 'prometheus' / 'data'}",
        f"--web.listen-address={HOST}:{ports[0]}",
        "--web.enable-lifecycle",
    )

    stack.enter_context(running(alertmanager, ports[1], live / "alertmanager.log"))
    stack.enter_context(running(prometheus, ports[0], live / "prometheus.log"))
    config.unlink()


def synced(screen: Screen) -> None:
    """Show a sync, and an empty plan after it."""
    screen.title("Sync")
    screen.words("Sync writes the files, reloads both servers once, and checks what they run.")
    screen.run("sync", "--yes")
    screen.run("plan")


def burned(screen: Screen, stage: Stage) -> None:
    """Let clock-ins fail until notifications arrive."""
    screen.title("Spend error budget")
    screen.words(
        """From now on every third clock-in fails. Prometheus evaluates once a minute, so this
        takes about that long ..."""
    )
    stage.burn()
    began = time.monotonic()
    message = wait_for(lambda: _alert(stage), NOTIFIED_WITHIN, "no message in Slack")
    page = wait_for(lambda: stage.arrived("/pager"), NOTIFIED_WITHIN, "no page")[0]
    screen.words(f"After {time.monotonic() - began:.0f} seconds, in Slack:")
    screen.lines(_slack_lines(message))
    beats = len(stage.arrived("/heartbeat"))
    screen.words(
        f"""PagerDuty pages {page["routing_key"].removesuffix("-key")}. Heartbeats that reached
        the dead man's switch so far: {beats}."""
    )


def _alert(stage: Stage) -> Any | None:
    return next((body for body in stage.arrived("/slack") if "attachments" in body), None)


def _slack_lines(message: Any) -> list[str]:
    [attachment] = message["attachments"]
    head = f"{message['channel']}  {attachment.get('pretext', '')}"
    texts = (head, attachment["title"], attachment["text"])
    return [f"  | {line}" for text in texts for line in text.strip().splitlines()]
