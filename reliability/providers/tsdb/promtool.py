"""`promtool` of Prometheus, which makes blocks of OpenMetrics text."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

from reliability.errors import ProviderError


def promtool_command(promtool: str, text: Path, into: Path, length: timedelta) -> list[str]:
    """Return the command that makes blocks of a file; `--max-block-duration` is a hidden flag."""
    hours = length // timedelta(hours=1)
    verb = ("tsdb", "create-blocks-from", "openmetrics")
    return [promtool, *verb, "--quiet", f"--max-block-duration={hours}h", str(text), str(into)]


def run_promtool(command: list[str]) -> None:
    """Run a command and wait for its end.

    Raises:
        ProviderError: it cannot be started, or fails.
    """
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise ProviderError(f"{command[0]} cannot be started: {error.strerror}") from error
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        why = " ".join(last) or f"it exits with {done.returncode}"
        raise ProviderError(f"{command[0]} cannot make blocks: {why}")


def found_promtool(named: str | None, search_path: str) -> str:
    """Return the path of the named promtool, or of the first one in the search path.

    Raises:
        ProviderError: it is not found.
    """
    program = shutil.which(named or "promtool", path=search_path)
    if program is None:
        raise ProviderError(
            f"{named or 'promtool'} is not there; it comes with Prometheus: pass --promtool PATH"
        )

    return program
