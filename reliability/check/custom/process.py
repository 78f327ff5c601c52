"""Evaluation of custom rules in a separate process that is killed at its deadline."""

from __future__ import annotations

import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from reliability.check.custom.replies import (
    Answer,
    Begun,
    CelFault,
    CustomViolation,
    Ended,
    GarbageError,
    Missing,
    NoValue,
    Reply,
    Stopped,
    WorldsReady,
    replies_of,
)
from reliability.check.custom.request import (
    MIB,
    OUT_OF_MEMORY,
    CustomRuleLimits,
    CustomRuleRequest,
    Request,
    size,
)
from reliability.message import Message
from reliability.render.durations import seconds_text

BOOT: Final = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from reliability.check.custom.child import main; main()"
)
CHILD: Final = (sys.executable, "-P", "-c", BOOT, str(Path(__file__).resolve().parents[3]))
"""Runs this package with this interpreter; the checked folder is not searched for modules (-P)."""

CHUNK: Final = 1 << 16


class OverError(Exception):
    """The process must be stopped, with the reason."""

    def __init__(self, why: Message) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Process:
    """The limits and the command of the child process; tests use another program."""

    limits: CustomRuleLimits = field(default_factory=CustomRuleLimits)
    command: tuple[str, ...] = CHILD

    def answers(self, request: Request) -> Iterator[Answer]:
        """Yield the answers of the rules, and stop a rule that exceeds a limit or ends the process.

        The process is then started again with the remaining rules.
        """
        bytes_asked = size(request.lines(request.rules, self.limits))
        if bytes_asked > self.limits.request:
            why = Message(
                "its input takes {size} MiB; the limit is {limit} MiB",
                size=f"{bytes_asked // MIB:,}",
                limit=f"{self.limits.request // MIB:,}",
            )
            yield from (Stopped(rule.index, why) for rule in request.rules)
            return

        # The limit of the whole run goes on across restarts, or each rule could use it anew.
        ends = time.monotonic() + self.limits.whole.total_seconds()
        left = list(request.rules)
        while left:
            run = Run(self.limits, request, left, ends=ends)
            with run.started(self.command) as reply:
                yield from run.answers(reply)
            left = run.left


class Run:
    """One start of the process: the remaining rules and the deadline."""

    def __init__(
        self,
        limits: CustomRuleLimits,
        request: Request,
        rules: list[CustomRuleRequest],
        ends: float,
    ) -> None:
        """Start before the first rule."""
        self.limits, self.request, self.ends = limits, request, ends
        self.left = list(rules)
        self.rule: CustomRuleRequest | None = None
        self.rule_ends = ends
        self.read = 0
        self.child: subprocess.Popen[bytes] | None = None

    @contextmanager
    def started(self, command: tuple[str, ...]) -> Iterator[IO[bytes]]:
        """Start the child with its request, and kill it at the end."""
        with tempfile.TemporaryFile() as asked:
            asked.writelines(self.request.lines(self.left, self.limits))
            asked.seek(0)
            child = subprocess.Popen(
                command,
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,
            )

        self.child = child
        assert child.stdout is not None  # noqa: S101  # PIPE was asked for
        try:
            yield child.stdout
        finally:
            child.stdout.close()
            child.kill()
            child.wait()

    def answers(self, output: IO[bytes]) -> Iterator[Answer]:
        """Yield the answers; at the end `left` holds the rules for another start."""
        try:
            for line in self._lines(output):
                for reply in replies_of(line):
                    answer = self._taken(reply)
                    if answer is not None:
                        yield answer
            if self.left:
                raise OverError(self._ending())
        except GarbageError:
            yield from self._over(Message("its process sent a reply that is not valid"))
        except OverError as over:
            yield from self._over(over.why)

    def _taken(self, reply: Reply) -> Answer | None:
        """Track the running rule; a reply that does not belong to it is not valid."""
        match reply:
            case Missing():
                self.left = []
                return reply
            case WorldsReady() if self.rule is None:
                return None
            case Begun(index) if self.rule is None and self.left and self.left[0].index == index:
                self.rule = self.left[0]
                self.rule_ends = time.monotonic() + self.limits.rule.total_seconds()
                return None
            case Ended(index) if self.rule is not None and self.rule.index == index:
                self.left = self.left[1:]
                self.rule = None
                return None
            case CelFault() | CustomViolation() | NoValue() if self._belongs(reply):
                return reply
            case _:
                raise GarbageError

    def _belongs(self, reply: CelFault | CustomViolation | NoValue) -> bool:
        """Return whether a reply is of the running rule and of a subject that exists."""
        if self.rule is None or reply.rule != self.rule.index:
            return False
        if isinstance(reply, CelFault):
            return True
        return self.request.has(self.rule.on, reply.world, reply.subject)

    def _over(self, why: Message) -> Iterator[Stopped]:
        """Stop the running rule, or all rules if none is running."""
        if self.rule is None:
            yield from (Stopped(rule.index, why) for rule in self.left)
            self.left = []
        else:
            yield Stopped(self.rule.index, why)
            self.left = self.left[1:]

    def _lines(self, reply: IO[bytes]) -> Iterator[bytes]:
        """Yield whole lines until the deadline."""
        rest = b""
        while True:
            chunk = self._chunk(reply)
            if not chunk:
                break
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines
        if rest:
            raise GarbageError

    def _chunk(self, reply: IO[bytes]) -> bytes:
        now = time.monotonic()
        until = self.ends if self.rule is None else min(self.ends, self.rule_ends)
        ready = select.select([reply], [], [], until - now)[0] if now < until else []
        if not ready:
            raise OverError(self._late())

        chunk = reply.read(CHUNK)
        self.read += len(chunk)
        if self.read > self.limits.replies:
            limit = f"{self.limits.replies // MIB:,}"
            raise OverError(Message("its output exceeds the limit of {limit} MiB", limit=limit))

        return chunk

    def _late(self) -> Message:
        if self.rule is not None and self.rule_ends < self.ends:
            return Message("it exceeds the limit of {limit}", limit=seconds_text(self.limits.rule))
        return Message(
            "all custom rules together exceed the limit of {limit}",
            limit=seconds_text(self.limits.whole),
        )

    def _ending(self) -> Message:
        """Return a message about how the process ended before its last rule."""
        memory = f"{self.limits.memory // MIB:,}"
        assert self.child is not None  # noqa: S101  # it was started
        with suppress(subprocess.TimeoutExpired):
            self.child.wait(1)
        code = self.child.returncode
        if code == OUT_OF_MEMORY:
            return Message("it exceeds the memory limit of {limit} MiB", limit=memory)
        if code is None:
            return Message(
                "its process closed its output; the memory limit is {limit} MiB", limit=memory
            )
        if code >= 0:
            return Message(
                "its process exited with {code}; the memory limit is {limit} MiB",
                code=code,
                limit=memory,
            )

        return Message(
            "its process was ended by {signal}; the memory limit is {limit} MiB",
            signal=_signal(-code),
            limit=memory,
        )


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
