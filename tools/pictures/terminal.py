"""A terminal: commands behind a prompt, and what they print, in columns."""

from collections.abc import Iterator
from typing import Final

from tools.pictures.svg import MONO_ADVANCE, element, grid_label, picture

SIZE: Final = 12.5
STEP: Final = SIZE * 1.5
PADDING: Final = 20.0
BAR: Final = 34.0
"""The height of the title bar."""

STYLE: Final = """\
.page{fill:#fff;stroke:#d1d9e0}.bar{fill:#f6f8fa}.line{stroke:#d1d9e0}.button{fill:#d1d9e0}
.ink{fill:#1f2328}.soft .ink{fill:#59636e}.typed .ink{fill:#0550ae}.gone .ink{fill:#cf222e}
.added .ink{fill:#1a7f37}.strong .ink{font-weight:600}
@media (prefers-color-scheme:dark){.page{fill:#0d1117;stroke:#3d444d}.bar{fill:#151b23}
.line{stroke:#3d444d}.button{fill:#3d444d}.ink{fill:#f0f6fc}.soft .ink{fill:#9198a1}
.typed .ink{fill:#79c0ff}.gone .ink{fill:#ff7b72}.added .ink{fill:#3fb950}}"""

PROMPT: Final = "$ "
STRONG: Final = ("pages ", "alerts: ")
"""How the lines of a result begin that are the point of it."""


def terminal_picture(session: str, title: str) -> str:
    """Return the picture of a session: lines with a prompt were typed, the others printed."""
    lines = session.rstrip("\n").split("\n")
    width = max(map(len, lines)) * SIZE * MONO_ADVANCE + 2 * PADDING
    height = BAR + len(lines) * STEP + 1.5 * PADDING
    description = "; ".join(line for line in lines if line.startswith(STRONG))
    return picture(
        (width, height),
        title,
        description or lines[0],
        STYLE,
        [*_frame(width, height), *_lines(lines)],
    )


def _frame(width: float, height: float) -> Iterator[str]:
    yield element("rect", class_="page", x=0.5, y=0.5, width=width - 1, height=height - 1, rx=8)
    top = f"M1 {BAR}V8a7 7 0 0 1 7-7H{width - 8:.1f}a7 7 0 0 1 7 7V{BAR}Z"
    yield element("path", class_="bar", d=top)
    yield element("line", class_="line", x1=1, y1=BAR, x2=width - 1, y2=BAR)
    for number in range(3):
        yield element("circle", class_="button", cx=20 + 18 * number, cy=BAR / 2, r=5.5)


def _lines(lines: list[str]) -> Iterator[str]:
    is_typed = False
    for number, line in enumerate(lines):
        # A command goes on in the next line after a backslash
        is_typed = line.startswith(PROMPT) or (is_typed and lines[number - 1].endswith("\\"))
        baseline = BAR + PADDING + (number + 0.5) * STEP
        words = "".join(grid_label(PADDING, baseline, line, SIZE))
        if words:
            yield element("g", words, class_=_class(line, is_typed))


def _class(line: str, is_typed: bool) -> str:
    if is_typed:
        return "typed"
    if line.startswith("- "):
        return "gone"
    if line.startswith("+ "):
        return "added"
    return "strong" if line.startswith(STRONG) else "plain"
