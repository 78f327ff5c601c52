"""`kill -9` of a sync at moments spread over its writes; the next sync reaches the desired state.

Moments are counted, not timed: the nth write to a file of the target, or the nth request, before
the server serves it or before it answers. So a run can be repeated.
"""

import gc
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from tests.cli.program import Ended, in_process
from tests.providers.killing import is_file_write
from tests.providers.served import served
from tests.soak.gate import Gate, Moment, Step, wait_for_connections
from tests.soak.repository import SoakRepository, write_repository
from tests.soak.server import SoakServer
from tests.soak.targets import SoakTarget

SERVICES: Final = 4
SYNC: Final = ("sync", "--yes", "--brief")
PLAN: Final = ("plan", "--detailed-exitcode", "--brief")
TODAY: Final = ("--today", "2026-11-27")
Beginning = Literal["first", "changed"]
"""Whether the target is empty, or a changed repository is synced to it."""
BEGINNINGS: Final[tuple[Beginning, ...]] = ("first", "changed")
FINISHED: Final = 0


@dataclass(frozen=True, slots=True)
class SweptMoment:
    """What happened at a moment; `difference` is empty if the next sync made it right."""

    beginning: Beginning
    moment: Moment
    difference: str


@dataclass(slots=True, kw_only=True)
class Sweep:
    """A target with its repository, and the gate in front of its server; `sync` is the command."""

    repository: SoakRepository
    server: SoakServer
    gate: Gate
    sync: Sequence[str]

    def moments(
        self, count: int, beginnings: Sequence[Beginning] = BEGINNINGS
    ) -> Iterator[SweptMoment]:
        """Kill a sync at `count` moments from each beginning, and yield what became of it.

        Raises:
            RuntimeError: a sync that nobody kills does not reach the desired state.
        """
        if "first" in beginnings:
            yield from self._from("first", count)
        if "changed" in beginnings:
            self._ensure_settled()
            self.repository.change()
            yield from self._from("changed", count)

    def _from(self, beginning: Beginning, count: int) -> Iterator[SweptMoment]:
        before = self.server.save()
        total = self._counted()
        self._ensure_settled()
        wanted = self.server.state()
        for planned in spread(total, count):
            self.server.restore(before)
            foreign = self.server.foreign()
            moment, killed = planned, self._killed(planned)
            if not killed and (last := self._last(planned)) is not None:
                self.server.restore(before)
                moment, killed = last, self._killed(last)
            difference = "" if killed else "the sync was not killed"
            difference = difference or self._difference(foreign, wanted)
            yield SweptMoment(beginning, moment, difference)

    def _last(self, moment: Moment) -> Moment | None:
        """Return the last step of a kind, if the sync that just ended had too few of them.

        A vmalert gets a second request to reload only if the first did not change its timestamps.
        """
        counts = {"before": self.gate.writes, "after": self.gate.writes, "read": self.gate.reads}
        count = counts.get(moment.step, 0)
        return Moment(moment.step, count) if 0 < count < moment.number else None

    def _difference(self, foreign: object, wanted: object) -> str:
        """Return what is not as it should be after a killed sync, and after the next one."""
        if self.server.foreign() != foreign:
            return "the killed sync changed an object of others"
        ended = self._run(*self.sync)
        if ended.code != FINISHED:
            return f"the next sync exits with {ended.code}: {ended.out[-600:]}{ended.err[-300:]}"
        if self.server.foreign() != foreign:
            return "the next sync changed an object of others"
        state = self.server.state()
        if state != wanted:
            return f"the next sync leads to another state: {first_difference(wanted, state)}"
        ended = self._run(*PLAN)
        if ended.code != FINISHED:
            return f"the plan after the next sync is not empty: {ended.out[-600:]}"
        return ""

    def _ensure_settled(self) -> None:
        for command in (self.sync, PLAN):
            ended = self._run(*command)
            if ended.code != FINISHED:
                raise RuntimeError(f"{command[0]} exits with {ended.code}: {ended.out}{ended.err}")

    def _run(self, *arguments: str) -> Ended:
        self.gate.begin()
        ended = self._in_process(*arguments)
        wait_for_connections()
        return ended

    def _in_process(self, *arguments: str) -> Ended:
        root = self.repository.root
        ended = in_process(*TODAY, *arguments, folder=root, **self.server.variables)
        gc.unfreeze()
        return ended

    def _counted(self) -> dict[Step, int]:
        """Run a sync that nobody kills, and return the number of its steps of each kind."""
        self.gate.begin()
        reading, writing = os.pipe()
        with os.fdopen(reading, "rb") as answer:
            _, status = self._forked(None, writing)
            os.close(writing)
            files = int(answer.read() or b"0")
        wait_for_connections()
        if status != FINISHED:
            raise RuntimeError(self._run(*self.sync).out)
        writes, reads = self.gate.writes, self.gate.reads
        return {"file": files, "before": writes, "after": writes, "read": reads}

    def _killed(self, moment: Moment) -> bool:
        """Return whether a sync was killed at a moment."""
        self.gate.begin(moment)
        _, status = self._forked(moment if moment.step == "file" else None, None)
        wait_for_connections()
        return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL

    def _forked(self, moment: Moment | None, pipe: int | None) -> tuple[int, int]:
        child = os.fork()
        if child == 0:
            self._as_child(moment, pipe)
        self.gate.child = child
        return os.waitpid(child, 0)

    def _as_child(self, moment: Moment | None, pipe: int | None) -> None:
        """Never returns; the hook counts what is written to files of the repository."""
        written, root = 0, str(self.repository.root)

        def hook(event: str, details: tuple[object, ...]) -> None:
            nonlocal written
            if is_file_write(event, details, root):
                written += 1
                if moment is not None and written == moment.number:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        ended = self._in_process(*self.sync)
        if pipe is not None:
            os.write(pipe, str(written).encode())
        os._exit(ended.code)


@contextmanager
def open_sweep(target: SoakTarget, root: Path, services: int = SERVICES) -> Iterator[Sweep]:
    """Start the server of a target in an empty folder, and write its repository there."""
    with ExitStack() as closing:
        server = closing.enter_context(target.open(root))
        gate = Gate(server.answer or _no_answer)
        url = closing.enter_context(served(gate)) if server.answer else ""
        repository = write_repository(
            root, services, target.source, server.entry(url), target.a_team
        )
        sync = (*SYNC, *target.options)
        yield Sweep(repository=repository, server=server, gate=gate, sync=sync)


def _no_answer(_request: object) -> Any:
    raise AssertionError("a folder has no server")


def spread(total: dict[Step, int], count: int) -> list[Moment]:
    """Return `count` moments in equal distances; reads only if there are too few writes."""
    writes: list[Moment] = []
    for step in ("file", "before", "after"):
        writes += [Moment(step, number) for number in range(1, total[step] + 1)]
    reads = [Moment("read", number) for number in range(1, total["read"] + 1)]
    moments = writes if len(writes) >= count else [*writes, *evenly(reads, count - len(writes))]
    return evenly(moments, count)


def evenly(moments: Sequence[Moment], count: int) -> list[Moment]:
    """Return at most `count` of the moments, the first and the last among them."""
    if len(moments) <= count:
        return list(moments)
    if count == 1:
        return [moments[0]]
    return [moments[round(at * (len(moments) - 1) / (count - 1))] for at in range(count)]


def first_difference(wanted: object, state: object) -> str:
    """Describe where two states differ."""
    match wanted, state:
        case dict(), dict():
            for key in sorted({*wanted, *state}, key=str):
                if wanted.get(key) != state.get(key):
                    return f"{key}: {first_difference(wanted.get(key), state.get(key))}"
        case (list() | tuple(), list() | tuple()) if len(wanted) == len(state):
            for number, (one, other) in enumerate(zip(wanted, state, strict=True)):
                if one != other:
                    return f"{number}: {first_difference(one, other)}"
        case (list(), list()):
            more = [item for item in state if item not in wanted]
            less = [item for item in wanted if item not in state]
            return f"{len(state)} instead of {len(wanted)}: +{more!r:.300} -{less!r:.300}"
        case _:
            pass
    return f"{state!r:.300} instead of {wanted!r:.300}"
