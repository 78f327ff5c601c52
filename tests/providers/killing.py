"""A sync in a process of its own that SIGKILL ends at its nth write, or at its nth request."""

import contextlib
import gc
import io
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx

from reliability.cli.main import exit_code_of
from tests.providers.company import Company
from tests.providers.served import Answer

WRITES: Final = frozenset(
    {"os.rename", "os.link", "os.remove", "os.truncate", "os.chmod", "fcntl.flock"}
)
"""Audit events (https://docs.python.org/3/library/audit_events.html) that change files or lock."""

DATE: Final = "2026-11-25"


@dataclass(slots=True)
class Killer:
    """Runs syncs of a company, each from the same beginning."""

    company: Company
    folders: tuple[str, ...] = ("p1", "p2", "am", "build")
    before: dict[str, Any] = field(default_factory=dict)
    child: int = 0

    def remember(self) -> None:
        """Take what is there now as the beginning of each sync."""
        for name in self.folders:
            shutil.rmtree(self._kept(name), ignore_errors=True)
            if self._folder(name).exists():
                shutil.copytree(self._folder(name), self._kept(name))
        self.before = deepcopy(self.company.servers)

    def restore(self) -> None:
        for name in self.folders:
            shutil.rmtree(self._folder(name), ignore_errors=True)
            if self._kept(name).exists():
                shutil.copytree(self._kept(name), self._folder(name))
        self.company.servers = deepcopy(self.before)
        self.company.answers.clear()

    def _folder(self, name: str) -> Path:
        return self.company.repository.root / name

    def _kept(self, name: str) -> Path:
        return self.company.repository.root / f".{name}.before"

    def files(self) -> dict[str, bytes]:
        """Every file of every target, hidden ones too, by its path."""
        root = self.company.repository.root
        return {
            str(path.relative_to(root)): path.read_bytes()
            for name in self.folders
            for path in sorted((root / name).rglob("*"))
            if path.is_file()
        }

    def run(self, *arguments: str) -> tuple[int, str]:
        """A command in this process: its exit code and what it prints."""
        out = io.StringIO()
        root = str(self.company.repository.root)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = exit_code_of(["--root", root, "--today", DATE, *arguments])
        gc.unfreeze()
        return code, out.getvalue()

    def sync_killed_at_write(self, number: int) -> bool:
        """Start a sync that is killed before its nth write; whether it was."""
        return self._forked(["sync", "--yes"], number)

    def sync_killed_at_request(self, number: int, *, served: bool) -> bool:
        """Start a sync that is killed at its nth request, before it is served or afterwards."""
        numbers = count(1)

        def killing(name: str) -> Answer:
            server = self.company.servers[name]

            def answer(request: httpx.Request) -> httpx.Response:
                own = next(numbers)
                if own == number and not served:
                    os.kill(self.child, signal.SIGKILL)
                    return httpx.Response(500)
                reply = server.handle(request)
                if own == number:
                    os.kill(self.child, signal.SIGKILL)
                return reply

            return answer

        for name in self.company.servers:
            self.company.answers[name] = killing(name)
        killed = self._forked(["sync", "--yes"], None)
        self.company.answers.clear()
        return killed

    def _forked(self, arguments: Sequence[str], number: int | None) -> bool:
        self.child = os.fork()
        if self.child == 0:
            self._as_child(arguments, number)
        _, status = os.waitpid(self.child, 0)
        return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL

    def _as_child(self, arguments: Sequence[str], number: int | None) -> None:
        """Never returns; the hook counts what touches the folders of the targets."""
        root = str(self.company.repository.root)
        left = number

        def hook(event: str, details: tuple[object, ...]) -> None:
            nonlocal left
            if left is not None and is_file_write(event, details, root):
                left -= 1
                if left <= 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        if number is not None:
            sys.addaudithook(hook)
        os._exit(self.run(*arguments)[0])


def is_file_write(event: str, details: tuple[object, ...], root: str) -> bool:
    if event == "fcntl.flock":
        return True
    if event not in WRITES and event != "open":
        return False
    path = os.fsdecode(details[0]) if isinstance(details[0], str | bytes | os.PathLike) else ""
    if event == "open":
        flags = details[2]
        writes = isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        return writes and path.startswith(root)
    return path.startswith(root)
