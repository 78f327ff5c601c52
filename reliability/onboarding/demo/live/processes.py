"""A server process in a `with` block: ready on 127.0.0.1, stopped at the end."""

from __future__ import annotations

import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import httpx

from reliability.errors import DemoError

T = TypeVar("T")

HOST: Final = "127.0.0.1"
READY_WITHIN: Final = 30.0
STOPPED_WITHIN: Final = 20.0


def free_port() -> int:
    """Return a free port below the ephemeral ports of Linux (32768 and up)."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as listener:
            try:
                listener.bind((HOST, port))
            except OSError:
                continue
        return port


@contextmanager
def running(command: Sequence[str | Path], port: int, log: Path) -> Iterator[None]:
    """Run a program as a child process; the block begins when the program is ready.

    It runs in the folder of its binary, because an unpacked Debian Alertmanager looks for its
    templates there.

    Raises:
        DemoError: it exited or was not ready in time; the message has the last line of its log.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=Path(command[0]).parent,
        )
    try:
        wait_for(lambda: _is_ready(process, port, log), READY_WITHIN, f"{command[0]} is not ready")
        yield
    finally:
        _stop(process)


def wait_for(lookup: Callable[[], T | None], within: float, otherwise: str) -> T:
    """Call `lookup` five times a second until it returns a value; `within` is in seconds.

    Raises:
        DemoError: it returned no value in time.
    """
    deadline = time.monotonic() + within
    while not (result := lookup()):
        if time.monotonic() > deadline:
            raise DemoError(f"{otherwise} after {within:g} seconds")
        time.sleep(0.2)

    return result


def _is_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> bool:
    if process.poll() is not None:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        raise DemoError(
            f"{log.stem} exited with {process.returncode}: {lines[-1] if lines else ''}"
        )
    try:
        answer = httpx.get(f"http://{HOST}:{port}/-/ready", trust_env=False, timeout=2)
    except httpx.TransportError:
        return False
    return answer.status_code == httpx.codes.OK


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
