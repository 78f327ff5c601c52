"""What a hostile server answers: other JSON, other types at every position, and no JSON at all."""

import json
import random
from collections.abc import Iterator
from typing import Any, Final

DEEP: Final = b"[" * 5_000
OTHER: Final[tuple[Any, ...]] = (
    None, True, -1, 1e308, -1e300, 10**400, float("nan"), float("inf"), "", "x",
    "\x1b[31m\n::error::x", "../../x", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", [], {}, [[]],
    [None, {}, 1], {"a": None},
)  # fmt: skip
"""Values in place of any other."""

WHOLE: Final = {
    "nothing": b"", "null": b"null", "a number": b"1e999", "a list": b"[]", "an object": b"{}",
    "garbage": b"\x00\xff<html>", "deep lists": DEEP, "deep objects": b'{"data":' * 5_000,
    "half a text": b'{"status":"succ', "a huge number": b'{"data":1' + b"0" * 5_000 + b"}",
    "a lone surrogate": b'{"status":"success","data":"\\ud800"}',
    "twice the same key": b'{"status":"success","data":[],"data":null}',
    "an error": json.dumps({"status": "error", "error": "\x1b[31m\n::error::x\u2028y"}).encode(),
    "an error that is not text": b'{"status":"error","error":[1]}',
    "a warning": b'{"status":"success","warnings":["\\n::error::x"],"data":[]}',
    "half a character": b'"\xe2\x82"',
    "metrics": b"prometheus_config_last_reload_successful abc\n"
    b"prometheus_config_last_reload_success_timestamp_seconds \xb2\n"
    b"alertmanager_config_hash 0x1p4\nalertmanager_config_last_reload_successful NaN\n"
    b"alertmanager_config_last_reload_success_timestamp_seconds 1_0\n",
}  # fmt: skip
"""Whole answers."""

STATUSES: Final = (204, 400, 404, 422, 500)


def lies(good: bytes) -> Iterator[tuple[str, int, bytes]]:
    """A name, a status and the content of every lie that can be told in place of an answer."""
    for name, content in WHOLE.items():
        yield name, 200, content
    for status in STATUSES:
        yield f"status {status}", status, b"oops \x1b[31m\n::error::x"
        yield f"an error with status {status}", status, WHOLE["an error"]
    try:
        truth = json.loads(good)
    except ValueError:
        yield from _lines(good)
        return
    for place in _places(truth):
        for other in OTHER:
            content = json.dumps(_replaced(truth, place, other)).encode()
            yield f"{'.'.join(map(str, place)) or 'all'} is {str(other)[:20]!r}", 200, content
        if place and isinstance(place[-1], str):
            yield (
                f"{'.'.join(map(str, place))} is missing",
                200,
                json.dumps(_replaced(truth, place, MISSING)).encode(),
            )


def random_lie(good: bytes, dice: random.Random) -> bytes:
    """One lie of any kind in place of an answer of JSON."""
    truth = json.loads(good or b"null")
    place = dice.choice([*_places(truth)])
    others = [*OTHER, MISSING] if place and isinstance(place[-1], str) else OTHER
    changed = json.dumps(_replaced(truth, place, dice.choice(others))).encode()
    return dice.choice((changed, changed, changed, *WHOLE.values()))


def _lines(good: bytes) -> Iterator[tuple[str, int, bytes]]:
    """The values of metrics."""
    lines = good.splitlines()
    for index, line in enumerate(lines):
        for other in (b"abc", b"NaN", b"-1", b"1e400", b"\xb2", b"", b"0x10"):
            changed = [*lines[:index], line.rsplit(b" ", 1)[0] + b" " + other, *lines[index + 1 :]]
            yield f"line {index} is {other!r}", 200, b"\n".join(changed) + b"\n"


MISSING: Final = object()
Place = tuple[str | int, ...]


def _places(value: Any, above: Place = ()) -> Iterator[Place]:
    """Every position of a value; of a list the first element only, and so for objects' keys."""
    yield above
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*above, key))
    elif isinstance(value, list) and value:
        yield from _places(value[0], (*above, 0))
        if len(value) > 1:
            yield from _places(value[-1], (*above, len(value) - 1))


def _replaced(value: Any, place: Place, other: Any) -> Any:
    if not place:
        return other
    key, *rest = place
    if isinstance(value, dict):
        inner = {**value, key: _replaced(value[key], tuple(rest), other)}
        return {name: each for name, each in inner.items() if each is not MISSING}
    return [
        _replaced(each, tuple(rest), other) if index == key else each
        for index, each in enumerate(value)
    ]
