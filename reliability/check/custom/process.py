"""Runs custom rules in a process of their own, which is killed when its time is over."""

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
from datetime import timedelta
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

BOOT: Final = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from reliability.check.custom.child import main; main()"
)
CHILD: Final = (sys.executable, "-P", "-c", BOOT, str(Path(__file__).resolve().parents[3]))
"""Our own code by our own interpreter; the folder that is checked is not searched for modules."""

CHUNK: Final = 1 << 16


class OverError(Exception):
    """The process is of no more use, and why."""


@dataclass(frozen=True, slots=True)
class Process:
    """How the rules are run; tests put another program in place of the child."""

    limits: CustomRuleLimits = field(default_factory=CustomRuleLimits)
    command: tuple[str, ...] = CHILD

    def answers(self, request: Request) -> Iterator[Answer]:
        """What the rules say. One that takes too long or ends the process is stopped.

        The process is then started again with the rules behind it.
        """
        bytes_asked = size(request.lines(request.rules, self.limits))
        if bytes_asked > self.limits.request:
            limit = self.limits.request // MIB
            taken = f"{bytes_asked // MIB:,} MiB"
            why = f"what it would look at takes {taken}, and the limit is {limit:,}"
            yield from (Stopped(rule.index, why) for rule in request.rules)
            return
        ends = time.monotonic() + self.limits.whole.total_seconds()
        left = list(request.rules)
        while left:
            run = Run(self.limits, request, left, ends)
            with run.started(self.command) as said:
                yield from run.answers(said)
            left = run.left


class Run:
    """One start of the process: which rules are left, and until when it may take."""

    def __init__(
        self,
        limits: CustomRuleLimits,
        request: Request,
        rules: list[CustomRuleRequest],
        ends: float,
    ) -> None:
        """Begin before the first rule."""
        self.limits, self.request, self.ends = limits, request, ends
        self.left = list(rules)
        self.rule: CustomRuleRequest | None = None
        self.rule_ends = ends
        self.read = 0
        self.child: subprocess.Popen[bytes] | None = None

    @contextmanager
    def started(self, command: tuple[str, ...]) -> Iterator[IO[bytes]]:
        """The child with its request; it never outlives this."""
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

    def answers(self, said: IO[bytes]) -> Iterator[Answer]:
        """Pass on what is said; at the end `left` are the rules that another start may run."""
        try:
            for line in self._lines(said):
                for reply in replies_of(line):
                    answer = self._taken(reply)
                    if answer is not None:
                        yield answer
            if self.left:
                raise OverError(self._ending())
        except GarbageError:
            yield from self._over("its process said what cannot be understood")
        except OverError as over:
            yield from self._over(str(over))

    def _taken(self, reply: Reply) -> Answer | None:
        """Follow which rule is at work; whatever does not belong to it is garbage."""
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
        """Whether it is of the rule at work, and of a subject that there is."""
        if self.rule is None or reply.rule != self.rule.index:
            return False
        if isinstance(reply, CelFault):
            return True
        return self.request.has(self.rule.on, reply.world, reply.subject)

    def _over(self, why: str) -> Iterator[Stopped]:
        """The rule at work is stopped; all of them, where none was or there is no time left."""
        if self.rule is None or time.monotonic() >= self.ends:
            yield from (Stopped(rule.index, why) for rule in self.left)
            self.left = []
        else:
            yield Stopped(self.rule.index, why)
            self.left = self.left[1:]

    def _lines(self, said: IO[bytes]) -> Iterator[bytes]:
        """Whole lines, as long as there is time."""
        rest = b""
        while True:
            chunk = self._chunk(said)
            if not chunk:
                break
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines
        if rest:
            raise GarbageError

    def _chunk(self, said: IO[bytes]) -> bytes:
        now = time.monotonic()
        until = self.ends if self.rule is None else min(self.ends, self.rule_ends)
        ready = select.select([said], [], [], until - now)[0] if now < until else []
        if not ready:
            raise OverError(self._late())
        chunk = said.read(CHUNK)
        self.read += len(chunk)
        if self.read > self.limits.replies:
            limit = self.limits.replies // MIB
            raise OverError(f"it says more than {limit:,} MiB")
        return chunk

    def _late(self) -> str:
        if self.rule is not None and self.rule_ends < self.ends:
            return f"it takes more than {_seconds(self.limits.rule)}"
        return f"all custom rules together take more than {_seconds(self.limits.whole)}"

    def _ending(self) -> str:
        """How the process ended by itself, before its last rule."""
        memory = self.limits.memory // MIB
        assert self.child is not None  # noqa: S101  # it was started
        with suppress(subprocess.TimeoutExpired):
            self.child.wait(1)
        code = self.child.returncode
        if code == OUT_OF_MEMORY:
            return f"it takes more memory than {memory:,} MiB, which is the limit"
        how = "closed its output"
        if code is not None:
            how = f"ended with {code}" if code >= 0 else f"was ended by {_signal(-code)}"
        return f"its process {how}; it may take {memory:,} MiB of memory"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _seconds(length: timedelta) -> str:
    return f"{length.total_seconds():g} s"
