"""Bytes that a stranger may put into a document: each is YAML at its worst, or none at all."""

import json
from collections.abc import Callable
from typing import Final

from tests.check.examples import minimal_files

SLO: Final = minimal_files()["services/attendance/slo.yaml"]
POLICY: Final = minimal_files()["services/attendance/alert-policy.yaml"]
HEAD: Final = "apiVersion: reliability/v1\nkind: AlertPolicy\nmetadata: {name: attendance}\n"


def alias_bomb() -> bytes:
    """Ten to the eighth nodes in a few hundred bytes."""
    lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
    lines += [
        f"{chr(n)}: &{chr(n)} [{','.join(['*' + chr(n - 1)] * 10)}]"
        for n in range(ord("b"), ord("j"))
    ]
    return "\n".join(lines).encode()


def wide_bomb() -> bytes:
    """A large text, and an alias to it as often as a file may hold."""
    return b"a: &a " + b"x" * 900_000 + b"\nb: [" + b"*a," * 99 + b"]\n"


def staircase(levels: int = 3000) -> bytes:
    """A mapping in a mapping, as deep as the indentation of a megabyte allows."""
    return b"\n".join(b" " * level + b"a:" for level in range(min(levels, 1400)))


def unknown_keys(many: int = 20_000) -> bytes:
    """A document of a kind that is known, and keys that are not."""
    return (HEAD + "".join(f"service{n}: 1\n" for n in range(many))).encode()


def unknown_keys_of_items(many: int = 5_000) -> bytes:
    """As many signals, each with keys that nobody knows and others missing."""
    items = "".join(f"    - {{nam: S{n}, knd: cause, tire: log}}\n" for n in range(many))
    return (HEAD + "spec:\n  service: attendance\n  signals:\n" + items).encode()


def many_signals(many: int = 3_000) -> bytes:
    """As many signals as fit, without a fault of form."""
    items = "".join(
        f'    - {{name: Signal{n}, kind: cause, tier: log, expr: up{{a="{n}"}} > {n}}}\n'
        for n in range(many)
    )
    return (HEAD + "spec:\n  service: attendance\n  signals:\n" + items).encode()


def objectives(many: int = 5_000) -> bytes:
    """An SLO with that many objectives."""
    head, _, rest = SLO.partition("  objectives:\n")
    assert rest
    items = "".join(f"    - {{displayName: o{n}, target: 0.9{n:05}1}}\n" for n in range(many))
    return f"{head}  objectives:\n{items}".encode()


def target(value: str) -> Callable[[], bytes]:
    """An SLO whose target is that."""
    return lambda: _replaced(SLO, "target: 0.999", f"target: {value}")


def expression(expr: str) -> Callable[[], bytes]:
    """An alert policy with a signal of that expression, as JSON has it."""
    signal = f"    - {{name: Deep, kind: cause, tier: log, expr: {json.dumps(expr)}}}\n"
    return lambda: (HEAD + "spec:\n  service: attendance\n  signals:\n" + signal).encode()


def query(text: str) -> Callable[[], bytes]:
    """An SLO whose good events are that query."""
    return lambda: SLO.replace(GOOD, f"query: {json.dumps(text)}", 1).encode()


GOOD: Final = next("query: '" + part.split("'")[0] + "'" for part in SLO.split("query: '")[1:])


def _replaced(text: str, old: str, new: str) -> bytes:
    assert old in text
    return text.replace(old, new, 1).encode()


TEXTS: Final[dict[str, Callable[[], bytes]]] = {
    "alias bomb": alias_bomb,
    "aliases of a large text": wide_bomb,
    "alias of what it stands in": lambda: b"a: &a [*a]\nb: &b {c: *b}\n",
    "200,000 aliases": lambda: b"a: &a 1\nb: [" + b"*a," * 200_000 + b"]\n",
    "200,000 anchors": lambda: b"".join(b"- &a%d\n" % n for n in range(100_000)),
    "brackets, 500,000 deep": lambda: b"a: " + b"[" * 500_000,
    "braces, 300,000 deep": lambda: b"{a: " * 200_000,
    "dashes, 500,000 deep": lambda: b"- " * 490_000,
    "question marks, 490,000 deep": lambda: b"? " * 490_000,
    "indented 1,400 deep": staircase,
    "a scalar of 990 kB": lambda: b"a: " + b"x" * 990_000,
    "a quoted scalar without end": lambda: b'a: "' + b"x\n" * 490_000,
    "a block scalar of 240,000 lines": lambda: b"a: |\n" + b"  x\n" * 240_000,
    "a comment of 990 kB": lambda: b"#" * 990_000,
    "a key of 990 kB": lambda: b"x" * 990_000 + b": 1\n",
    "line breaks, 990,000": lambda: b"\n" * 990_000,
    "carriage returns, 990,000": lambda: b"a: 1" + b"\r" * 990_000,
    "blanks, 990,000": lambda: b" " * 990_000,
    "a NUL": lambda: b"a: b\x00c\n",
    "nothing but NULs": lambda: b"\x00" * 1_000_000,
    "random bytes": lambda: bytes((n * n * 7919 + n) % 256 for n in range(200_000)),
    "UTF-16 with a mark": lambda: SLO.encode("utf-16"),
    "UTF-16 without a mark": lambda: SLO.encode("utf-16-le"),
    "UTF-32": lambda: SLO.encode("utf-32"),
    "Latin-1": lambda: b"a: caf\xe9\n",
    "a mark in the middle": lambda: b"a: 1\n\xef\xbb\xbfb: 2\n",
    "half a surrogate pair": lambda: b"a: \xed\xa0\x80\n",
    "half a surrogate pair, escaped": lambda: b'a: "\\ud800"\n',
    "half a surrogate pair in a name": lambda: _replaced(SLO, "name: ", 'name: "\\udc80"\nx: '),
    "half a surrogate pair in JSON": lambda: b'{"apiVersion": "\\ud83d", "kind": "\\ude00"}',
    "!!python/object": lambda: b"a: !!python/object/apply:os.system [ls]\n",
    "!!binary": lambda: b"a: !!binary aGVsbG8=\nb: !!set {a, b}\n",
    "tags of our own": lambda: b"%TAG ! tag:x,2002:\n---\na: !thing {b: !other c}\n",
    "100,000 tags": lambda: b"".join(b"- !t%d x\n" % n for n in range(90_000)),
    "100,000 directives": lambda: (
        b"".join(b"%%TAG !t%d! x\n" % n for n in range(60_000)) + b"---\n"
    ),
    "merge keys": lambda: b"a: &a {b: 1}\nc: {<<: *a}\nd: {<<: [*a, *a]}\n",
    "tabs": lambda: b"a:\n\tb: 1\n",
    "20,000 documents": lambda: b"---\na: 1\n" * 20_000,
    "20,000 documents of a kind": lambda: (HEAD + "---\n").encode() * 12_000,
    "300,000 empty documents": lambda: b"---\n" * 240_000,
    "keys that are mappings": lambda: b"? {a: 1}\n: 2\n" * 20_000,
    "one key 100,000 times": lambda: b"a: 1\n" * 49_000,
    "20,000 unknown keys": unknown_keys,
    "49,000 unknown keys": lambda: unknown_keys(49_000),
    "5,000 items with unknown keys": unknown_keys_of_items,
    "3,000 signals": many_signals,
    "5,000 objectives": objectives,
    "20,000 words of YAML 1.1": lambda: b"".join(b"k%d: yes\n" % n for n in range(40_000)),
    "a whole number of 100,000 digits": target("9" * 100_000),
    "a fraction of 100,000 digits": target("0." + "9" * 100_000),
    "an exponent of 100,000 digits": target("1e" + "9" * 100_000),
    "a hexadecimal number of 100,000 digits": target("0." + "f" * 100_000),
    "1e400": target("1e400"),
    "NaN": target(".nan"),
    "infinity": target(".inf"),
    "minus infinity": target("-.inf"),
    "a number with underscores": target("0_9" * 30_000),
    "terminal escapes": lambda: b'a: "\\e[2J\\e]0;x\\a"\nkind: "\\u202e\\r\\n::error::x"\n',
    "JSON without end": lambda: b'{"a":' * 190_000,
    "JSON that repeats a key": lambda: b'{"a": 1, "a": 2}',
    "a duration of 100,000 digits": lambda: _replaced(
        SLO, "duration: ", f"duration: {'9' * 100_000}d # "
    ),
    "a date of nowhere": lambda: _replaced(SLO, "2026", "9999999"),
}
"""By name; each is written in place of a file, or beside the others."""


def nested(levels: int) -> dict[str, str]:
    """Expressions of so many levels, each nested in another way."""
    return {
        "parentheses": "(" * levels + "a" + ")" * levels,
        "parentheses without end": "(" * levels,
        "calls": "abs(" * levels + "a" + ")" * levels,
        "aggregations": "sum by (x) (" * levels + "a" + ")" * levels,
        "signs": "-" * levels + "a",
        "signs and blanks": "- + " * (levels // 2) + "a",
        "powers": "a" + " ^ a" * levels,
        "sums": "a" + " + a" * levels,
        "comparisons": "a" + " == bool a" * levels,
        "sets": "a" + " and on (x) a" * levels,
        "subqueries": "max_over_time(" * levels + "a" + "[5m:1m])" * levels,
        "a comment among matchers": 'a{ # "\n} + ' + "(" * levels + "a" + ")" * levels + ' # "}',
        "parameters": "topk(1," * levels + "a" + ")" * levels,
    }


PROMQL: Final[dict[str, Callable[[], bytes]]] = {
    **{f"PromQL, 10,000 {name}": expression(text) for name, text in nested(10_000).items()},
    **{
        f"an SLI, 10,000 {name}": query(text.replace("a", "rate(a[{{.window}}])"))
        for name, text in nested(10_000).items()
        if name in ("parentheses", "sums")
    },
    "PromQL, 200,000 braces": expression("{" * 200_000),
    "PromQL, 100,000 matchers": expression("a{" + 'b="c",' * 100_000 + "}"),
    "PromQL, a text without end": expression('"' + '\\"' * 200_000),
    "PromQL, 200,000 quotes": expression('"' * 200_001),
    "PromQL, a number of 100,000 digits": expression("a > " + "9" * 100_000),
    "PromQL, a range of 100,000 digits": expression(f"rate(a[{'9' * 100_000}d]) > 1"),
    "PromQL, an offset of 100,000 digits": expression(f"a offset {'9' * 100_000}y > 1"),
    "PromQL, a regular expression of many groups": expression(
        'a{b=~"' + "(" * 5_000 + "x" + ")" * 5_000 + '"} > 1'
    ),
    "PromQL, a regular expression that multiplies": expression(
        'a{b=~"((((x{100}){100}){100}){100})"} > 1'
    ),
    "PromQL, a regular expression that backtracks": expression(
        'a{b=~"(x+x+)+y",b="' + "x" * 5_000 + '"} > 1'
    ),
    "PromQL, 100,000 alternatives": expression('a{b=~"' + "x|" * 100_000 + 'y"} > 1'),
}
"""Expressions of signals and SLIs that end a run where nothing stands before the parser."""
