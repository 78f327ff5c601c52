"""All faults of many YAML texts, with spans, help, edits and values, in one golden file.

`pytest tests/load/test_faults_of_texts.py --update-golden` rewrites it; read what has changed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reliability.load.document import DocumentFault, FileLimits, parse
from reliability.location import SourceSpan
from tests.golden import Golden
from tests.load.reading import PATH

GOLDEN: Final = Path(__file__).parent / "golden/faults-of-texts.txt"
SMALL: Final = FileLimits(bytes=400, depth=3, nodes=12, aliases=2)

SCALARS: Final = (
    *("on", "&a on", "no", "y", "=", "012", "-012", "&a 012", "0o14", "0x1F", "0b11", "1_000"),
    *("0x_1f", "12:30", "1:30:15.5", "07", "+07", "08", "1e3", "-.5e+2", "+1.", ".", "-", "+.inf"),
    *("~", "Null", "null", "NULL", "nULL", "TRUE", "tRUE", "False", ".NaN", "-.INF", "''"),
    *("!!str 1", "!!str on", "! 1", "!!int 0x1F", "!!int 1.5", "!!int true", "!!float 1"),
    *("!!float 1.5", "!!float x", "!!float true", "!!bool true", "!!bool 1", "!!null ''"),
    *("!!null x", "!!int ''", "!!timestamp 2026-01-01", "!<tag:yaml.org,2002:int> 7", "!x 1"),
    *("2026-01-01", "1.2.3", "0.1", "00", "0o8", "0xg", "1-2", "+", "--", "5m", "99.9 %"),
    f"01{'2' * 57}",
    f"01{'2' * 58}",
    f"01{'2' * 59}",
    f"1_{'2' * 58}",
    f"1_{'2' * 59}",
    f"!!int {'x' * 60}",
    f"!!int {'x' * 61}",
    f"!!int 'é{'x' * 61}'",
)
KEYS: Final = (
    *("on", "'on'", "012", "=", "<<", "'<<'", "!!str on", "!!int x", "!x a", "&a on", "1", "~"),
    *("!!bool yes", "12:30", "''", "? a"),
)
TEXTS: Final = (
    *("", "# nothing", "---", "---\n...\n", "--- ''", "--- a\n--- b\n", "%YAML 1.2\n---\na: 1"),
    *("a: 1\n---\n\n---\nb: 2\n", "---\n---\na: !x 1\n---\nb: on\nb: 1\n"),
    *("a: 1\na: 2\na: 3\n", "a: {b: 1, b: 2}\na: 1\n", "- {a: 1, a: 2}\n- {a: 1}\n"),
    *("a: &x 1\nb: *x\n", "a: *x\nb: &x 1\n", "a: &x {b: *x}\n", "a: &x [1, 2]\nb: *x\nc: *x\n"),
    *("a: &x 1\n---\nb: *x\n", "&k a: 1\nb: *k\n", "a: &x b\n*x : 1\n", "? [a, b]\n: 1\nc: 2\n"),
    *("? {a: 1}\n: [1]\nc: 2\n", "? [!x a]\n: !y b\n", "? &x [a]\n: *x\n", "<<: 1\n<<: 2\n"),
    *("!!map {a: 1}", "!!seq [a]", "!!map [a]", "!!seq {a: 1}", "! [a]", "!x {a: 1}", "!!set {a}"),
    *("a: b: c\n", "a:\n\tb: 1\n", "a: @b\n", "a: `b\n", "a: 'b\n", 'a: "\\q"\n', "a: [1,\nb: 2\n"),
    *("a:\n  b: 1\n c: 2\n", "- a\nb: 1\n", "a\nb: 1\n", "{a: 1\n", "a: }\n", "%TAG\n", "*x\n"),
    *("a: %b\n", "? a\nb\n", "&a &b c\n", "a: |1x\n b\n", "'\\\n", "\t", "a: x\ty\n", "a: 'x\n\n"),
    *(
        "a: |\n  b\n\n\nc: on\n",
        "a: >-\n  b\n  c\n# end\nd: no\n",
        "[1, on, {b: no}]",
        "# a\n\n on",
    ),
    *(
        "a: x\x07y\n",
        "é: x\x85y\n",
        "a: \ud7ff\n",
        "a: \U0001f600\x7f\n",
        "\ufeffa: on\n",
        "\ufeff",
    ),
    *("a: 1\r\nb: on\r\nb: 2\r\n", "a: 1\rb: on\rb: 2\r", "a: 1\n\nb:\n\n  - on\n"),
    *("%A\n" * 100 + "---\na: 1\n", "%A\n" * 101 + "---\na: 1\n", " %A\n" * 101),
)
LIMITED: Final = (
    *("[[[1]]]", "[[[[1]]]]", "{a: {b: {c: {d: 1}}}}", "? [[[a]]]\n: 1\n", "- - - - a"),
    *("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]", "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]"),
    *("{a: 1, b: 2, c: 3, d: 4, e: 5}", "{a: 1, b: 2, c: 3, d: 4, e: 5, f: 6}"),
    *("a: &x 1\nb: [*x, *x]\n", "a: &x 1\nb: [*x, *x, *x]\n", "a: &x [1, 2, 3]\nb: *x\nc: *x\n"),
    *("a: &x [1, 2, 3, 4, 5]\nb: *x\n", "a: &x {b: &y [1]}\nc: *y\nd: *x\n"),
    *("[1, 2, 3, 4, 5, 6]\n---\n[1, 2, 3, 4, 5]\n", "[1, 2, 3, 4, 5]\n---\n[1, 2, 3, 4, 5]\n"),
    *("#" * 400, "#" * 401),
)


def test_faults_of_texts_read_like_this(golden: Golden) -> None:
    texts = [
        *(f"k: {scalar}\n" for scalar in SCALARS),
        *(f"a:\n  {key}: x\n" for key in KEYS),
        *TEXTS,
    ]
    lines = [line for text in texts for line in described(text, FileLimits())]
    lines += [line for text in LIMITED for line in described(text, SMALL)]
    golden.check(GOLDEN, "".join(f"{line}\n" for line in lines))


def described(text: str, limits: FileLimits) -> Iterator[str]:
    """Yield a text, the values of its documents, and its faults."""
    parsed = parse(PATH, text.encode(), limits)
    yield f"TEXT {text!r}" if len(text) < 150 else f"TEXT of {len(text)} characters {text[:8]!r}"
    for document in parsed.documents:
        yield f"  {document.index}: {document.values!r}"
    for fault in parsed.faults:
        yield from lines_of(fault)


def lines_of(fault: DocumentFault) -> Iterator[str]:
    """Yield everything about a fault."""
    at = fault.location
    yield f"  {shown(at.span)} {at.pointer!r} [{fault.rule}] {fault.message}"
    if fault.help is not None:
        yield f"    = help: {fault.help}"
    if fault.instead is not None:
        yield f"    = write: {fault.instead}"
    if fault.subject:
        yield f"    = subject: {fault.subject}"
    for related, words in fault.related:
        yield f"    = {shown(related.span)} {related.pointer!r} {words}"


def shown(span: SourceSpan) -> str:
    return f"{span.line}:{span.column}-{span.end_line}:{span.end_column}"
