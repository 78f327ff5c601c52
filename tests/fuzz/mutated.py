"""Documents that are nearly right: texts of real files, cut, doubled, mixed and damaged."""

from typing import Final

from hypothesis import strategies as st

from tests.fuzz.target import FILES, PLACES

WORDS: Final = (
    "null", "~", ".nan", "-.inf", "1e400", "0x1f", "0o17", "-1", "9" * 400, "yes", "{}", "[]", "''",
    "&a ", "*a", "<<: *a", "!!python/name:x ", "!x ", "? ", "- ", "---\n", "...\n", "|\n", ">-\n",
    "\t", "\r", "\x00", "\x85", "\u2028", "\ufeff", "\U0001f600", '"\\ud800"', "{{.window}}",
    "{{ $x",
    "((((", "a{b=~\"(\"}", "rate(x[5m])", "sum by (a) (b) / c", "30d", "-5m", "99999999y", "100%",
    "../..", "/etc/x", "http://[", "file:", "@", "2026-02-30", "Europe/Nowhere", "fast", "alert",
    "apiVersion: openslo/v1\nkind: SLO\n", "kind: AlertPolicy\n", "spec: {}\n", "metadata: []\n",
)  # fmt: skip
LINES: Final = tuple(
    line for content in FILES.values() for line in content.decode().splitlines(keepends=True)
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A real document with up to eight changes; the first byte names its file."""
    number = draw(st.integers(0, len(PLACES) - 1))
    text = FILES[PLACES[draw(st.sampled_from((number, 0, len(PLACES) - 1)))]].decode()
    for _ in range(draw(st.integers(1, 8))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        new = draw(
            st.sampled_from(WORDS + LINES) | st.just(text[start:end] * 2) | st.text(max_size=5)
        )
        text = text[:start] + new + text[end:]
    return bytes([number]) + text.encode("utf-8", "surrogatepass")


yamlish = st.lists(
    st.sampled_from(WORDS + LINES + (" ", ": ", ", ", "\n", "  ", "#", "a")), max_size=40
)
"""Pieces of YAML in any order."""


def any_bytes() -> st.SearchStrategy[bytes]:
    """Bytes, pieces of YAML, and mutated documents."""
    pieces = yamlish.map(lambda parts: b"\x00" + "".join(parts).encode("utf-8", "surrogatepass"))
    return st.binary(max_size=200) | pieces | mutated()
