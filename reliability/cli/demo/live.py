"""`reliability demo --live`: real servers on this machine, a sync, a burn, and who is told."""

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

TOLD_WITHIN: Final = 180.0


def walk_live(screen: Screen, programs: Programs) -> None:
    """Start both servers, sync, let every third clock-in fail, and show what arrives.

    Raises:
        DemoError: a server does not start, or nobody is told in time.
    """
    live = screen.root / "live"
    ports = (free_port(), free_port())
    with ExitStack() as stack:
        stage = stack.enter_context(open_stage())
        point_at(screen.root, live, ports, stage.url)
        start(stack, programs, live, ports)
        screen.title("Two servers")
        screen.words(
            f"""Prometheus listens on {HOST}:{ports[0]} and Alertmanager on {HOST}:{ports[1]}; both
            end with this demo. Slack, the pager and the dead man's switch are played on
            {stage.url}."""
        )
        synced(screen)
        burned(screen, stage)


def start(stack: ExitStack, programs: Programs, live: Path, ports: tuple[int, int]) -> None:
    """Start both; the Alertmanager's first file goes, so that a sync can write its own."""
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
    """Write, reload, read back; then there is nothing to do."""
    screen.title("Sync")
    screen.words("Files are written, both servers load them once, and are asked what they run.")
    screen.run("sync", "--yes")
    screen.run("plan")


def burned(screen: Screen, stage: Stage) -> None:
    """Let clock-ins fail until somebody is told."""
    screen.title("Burn")
    screen.words(
        """From now on every third clock-in fails. Prometheus evaluates once a minute, so this
        takes about that long ..."""
    )
    stage.burn()
    began = time.monotonic()
    told = wait_for(lambda: _alert(stage), TOLD_WITHIN, "nobody was told")
    page = wait_for(lambda: stage.arrived("/pager"), TOLD_WITHIN, "nobody was paged")[0]
    screen.words(f"After {time.monotonic() - began:.0f} seconds, in Slack:")
    screen.lines(_slack_lines(told))
    beats = len(stage.arrived("/heartbeat"))
    screen.words(
        f"""And the pager of {page["routing_key"].removesuffix("-key")} rang. Heartbeats that
        reached the dead man's switch meanwhile: {beats}."""
    )


def _alert(stage: Stage) -> Any | None:
    return next((body for body in stage.arrived("/slack") if "attachments" in body), None)


def _slack_lines(message: Any) -> list[str]:
    [attachment] = message["attachments"]
    head = f"{message['channel']}  {attachment.get('pretext', '')}"
    texts = (head, attachment["title"], attachment["text"])
    return [f"  | {line}" for text in texts for line in text.strip().splitlines()]
