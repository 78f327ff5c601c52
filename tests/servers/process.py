"""One server process for the length of a `with` block: a free port, ready, stopped by its id."""

import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import httpx

T = TypeVar("T")

READY_WITHIN: Final = 30.0
STOPPED_WITHIN: Final = 20.0


class ServerFailed(AssertionError):
    """A server ended or stayed silent; the message ends in what it logged last."""


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listened on a moment ago.

    It lies below those that the system gives to outgoing connections, so that none takes it.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


@contextmanager
def running(
    command: Sequence[str | Path], *, ready: str, log: Path, folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """The command as a child process in a folder, from the moment its `ready` URL answers 200."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
    try:
        wait_until_ready(process, ready, log)
        yield process
    finally:
        stop(process)


def wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Returns once the URL answers 200; raises ServerFailed when the process ends or time is up."""
    deadline = time.monotonic() + READY_WITHIN
    with httpx.Client(trust_env=False, timeout=2) as client:
        while not answers(client, url):
            if process.poll() is not None:
                raise ServerFailed(f"ended with {process.returncode}: {last_lines(log)}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"not ready within {READY_WITHIN} s: {last_lines(log)}")
            time.sleep(0.02)


def answers(client: httpx.Client, url: str) -> bool:
    """Whether the URL answers 200 now."""
    try:
        return client.get(url).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the process, gently first; a process that has ended is left alone."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def last_lines(log: Path) -> str:
    """The end of a log, for a message."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])


def wait_for(found: Callable[[], T], *, within: float, what: str) -> T:
    """What `found` returns, once it is truthy; raises ServerFailed when time is up."""
    deadline = time.monotonic() + within
    while not (result := found()):
        if time.monotonic() > deadline:
            raise ServerFailed(f"{what}: not within {within} s")
        time.sleep(0.05)
    return result
