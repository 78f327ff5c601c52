"""Tables of text: they fit a terminal, and hostile cells have no effect."""

import pytest

from reliability.render.tables import Row, TextView, text_table

HOSTILE: list[Row] = [
    ("service", "share"),
    ("[red]pay[/red] ##[group]", "1 %"),
    ("\x1b[2J監視\n\u202e", "10.5 %"),
    "\x1b[1mgroup",
    (":warning: a\tb\ue000", ""),
]
WIDE: list[Row] = [
    ("service", "SLO", "target", "next review"),
    ("attendance", "attendance-clock-in", "99.9 %", "2027-01-18"),
]


def drawn(rows: list[Row], width: int | None) -> list[str]:
    return list(text_table(rows, TextView(width), numbers={2}, optional=(3, 2)))


def test_what_cells_contain_has_no_effect() -> None:
    assert list(text_table(HOSTILE, numbers={1})) == [
        r"service                    share",
        r"[red]pay[/red] ##⟦group]     1 %",
        r"\x1b[2J監視\n\u202e       10.5 %",
        r"\x1b[1mgroup",
        r":warning: a    b\ue000",
    ]


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (
            None,
            [
                "service     SLO                  target  next review",
                "attendance  attendance-clock-in  99.9 %  2027-01-18",
            ],
        ),
        (
            40,
            [
                "service     SLO                  target",
                "attendance  attendance-clock-in  99.9 %",
                "not shown in 40 columns: next review",
            ],
        ),
        (
            26,
            [
                "service     SLO",
                "attendance  attendance-clo",
                "            ck-in",
                "not shown in 26 columns: target, next review",
            ],
        ),
    ],
)
def test_a_table_loses_columns_and_then_wraps(width: int | None, lines: list[str]) -> None:
    assert drawn(WIDE, width) == lines


def test_a_terminal_shows_states_in_colors() -> None:
    rows = [("slo", "state"), ("a", "critical")]
    lines = list(text_table(rows, TextView(80, color=True), styles={"critical": "red"}))
    assert lines == ["slo  state", "a    \x1b[31mcritical\x1b[0m"]
