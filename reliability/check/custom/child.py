"""The process that evaluates custom rules: a request on stdin, replies as JSON lines on stdout.

It reads no files and opens no connections, and CEL cannot do so either. The operating system limits
its memory. The parent process kills it at the deadline.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from reliability.check.custom.fields import MANY, VARIABLES
from reliability.check.custom.request import OUT_OF_MEMORY

if TYPE_CHECKING:
    from reliability.check.custom.evaluation import Compiled
    from reliability.check.custom.typed import Typed

MAX_FINDINGS: Final = 10_000


def main() -> None:
    """Answer the request; running out of memory has its own exit code."""
    try:
        answer_request()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def answer_request() -> None:
    """Read the request, and answer it within its limits."""
    request = json.loads(sys.stdin.readline())
    restrict(request["memory"], request["seconds"])
    answer_rules(request["rules"], sys.stdin)


def answer_rules(rules: Iterable[Mapping[str, Any]], lines: Iterable[str]) -> None:
    """Write the replies rule by rule; each line has one world."""
    try:
        from reliability.check.custom.typed import Typed
    except ImportError as error:
        say({"missing": error.name})
        return

    typed = Typed()
    worlds = [_world(typed, json.loads(line)) for line in lines]
    say({"ready": len(worlds)})

    for rule in rules:
        say({"begin": rule["index"]})
        for answer in answers(typed, rule, worlds):
            say({"rule": rule["index"], **answer})
        say({"end": rule["index"]})


def restrict(memory: int, seconds: int) -> None:
    """Limit memory and CPU time, and forbid writing files.

    The CPU limit ends a child whose parent is gone.
    """
    limits = (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in limits:
        _, hard = resource.getrlimit(what)
        if hard == resource.RLIM_INFINITY or most <= hard:
            try:
                resource.setrlimit(what, (most, most))
            except (ValueError, OSError):  # the system does not support this limit
                continue


def say(answer: Mapping[str, Any]) -> None:
    """Write one reply and flush it, so the parent can time each rule."""
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


def _world(typed: Typed, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Convert a service or the catalog to protobuf messages by variable name."""
    return {
        name: typed.message(VARIABLES[name][name], value)
        for name, value in data.items()
        if name in VARIABLES
    }


def answers(typed: Typed, rule: Mapping[str, Any], worlds: list[Any]) -> Iterator[dict[str, Any]]:
    """Yield the faults of a rule, or else its findings until an error."""
    from reliability.check.custom.evaluation import NoValueError, compiled

    made = compiled(typed, rule)
    if isinstance(made, list):
        yield {"faults": made}
        return
    number = 0
    for world in rule["worlds"] if rule["worlds"] is not None else range(len(worlds)):
        for subject, named in enumerate(_subjects(rule["on"], worlds[world])):
            try:
                for message, concerned in _found(made, named):
                    number += 1
                    if number > MAX_FINDINGS:
                        yield {
                            "error": f"it exceeds the limit of {MAX_FINDINGS:,} findings",
                            "at": [world, subject],
                        }
                        return
                    yield {"found": message, "concerned": concerned, "at": [world, subject]}
            except NoValueError as error:
                yield {"error": str(error), "part": error.part, "at": [world, subject]}
                return


def _found(made: Compiled, named: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    if not made.holds(named):
        yield from made.messages(named)


def _subjects(on: str, world: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the variables of an expression for each subject of a world."""
    if on == "catalog":
        if "catalog" in world:
            yield {"catalog": world["catalog"]}
        return

    service = world.get("service")
    if service is None:
        return
    if on == "service":
        yield {"service": service}
        return

    slos = {slo.name: slo for slo in service.slos} if on == "objective" else {}
    for value in getattr(service, MANY[on]):
        named = {on: value, "service": service}
        if on == "objective":
            named["slo"] = slos[value.slo] if value.slo in slos else type(service)().slos.add()
        yield named
