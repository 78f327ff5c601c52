"""Which alerts of two sides are one alert, and what differs in its meaning."""

from pathlib import PurePosixPath
from typing import Final

import pytest

from reliability.backtest.rule_files.comparing import AlertChange, canonical, compare
from reliability.backtest.rule_files.reading import RuleSet

A: Final = "alert: A, expr: x > 1"
RECORD: Final = "record: 'r:x', expr: sum(x)"
OF_RECORD: Final = "record: 'r:r', expr: 'max(r:x)'"
READS: Final = "alert: A, expr: 'r:r > 1'"


def rules(*written: str, group: str = "", path: str = "a.yml") -> RuleSet:
    lines = "".join(f"      - {{{rule}}}\n" for rule in written)
    keys = "".join(f"    {key}\n" for key in filter(None, group.split(", ")))
    text = f"groups:\n  - name: g\n{keys}    rules:\n{lines}"
    read = RuleSet.of([(PurePosixPath(path), text.encode())])
    assert read.problems == ()
    return read


def shown(change: AlertChange) -> str:
    """`line of the old rule -> line of the new one: what differs`."""
    old, new = (
        str(placed.rule.location.span.line) if placed else "-"
        for placed in (change.old, change.new)
    )
    return f"{old} -> {new}: {', '.join(change.aspects)}"


def compared(old: RuleSet, new: RuleSet) -> list[str]:
    return [shown(change) for change in compare(old, new).changes]


@pytest.mark.parametrize(
    ("old", "new", "aspects"),
    [
        (A, A, ""),
        (A, "alert: A, expr: ' x  >  1  # high'", ""),
        (A, "alert: A, expr: (x) > 1", "expression"),
        (A, "alert: A, expr: x > 2", "expression"),
        (A, f"{A}, for: 1m", "for"),
        (f"{A}, for: 60s", f"{A}, for: 1m", ""),
        (A, f"{A}, keep_firing_for: 1m", "keep_firing_for"),
        (A, f"{A}, labels: {{a: b}}", "labels"),
        (f"{A}, labels: {{a: b, c: d}}", f"{A}, labels: {{c: d, a: b}}", ""),
        (A, f"{A}, annotations: {{summary: s}}", ""),
        (
            f"{A}, labels: {{a: b}}",
            "alert: A, expr: x > 2, for: 1m, keep_firing_for: 1m",
            "expression, for, keep_firing_for, labels",
        ),
        ("alert: A, expr: 'x >'", "alert: A, expr: 'x >'", ""),
        ("alert: A, expr: 'x >'", "alert: A, expr: 'x > '", ""),
        ("alert: A, expr: 'x >'", "alert: A, expr: 'x  >'", "expression"),
    ],
)
def test_the_meaning_of_an_alert(old: str, new: str, aspects: str) -> None:
    assert compared(rules(old), rules(new)) == [f"4 -> 4: {aspects}"]


@pytest.mark.parametrize(
    ("old", "new", "aspects"),
    [
        ("", "interval: 1m", ""),
        ("", "interval: 30s", "interval"),
        ("", "query_offset: 1m", "interval"),
        ("", "limit: 5", "interval"),
        ("", "labels: {a: b}", "labels"),
        ("interval: 30s, labels: {a: b}", "labels: {a: b}, interval: 30s", ""),
        ("interval: 30s", "labels: {a: b}", "labels, interval"),
    ],
)
def test_the_group_is_part_of_the_meaning(old: str, new: str, aspects: str) -> None:
    [line] = compared(rules(A, group=old), rules(A, group=new))
    assert line.partition(": ")[2] == aspects


@pytest.mark.parametrize(
    ("old", "new", "aspects"),
    [
        ((READS, RECORD, OF_RECORD), (READS, OF_RECORD, RECORD), ""),
        ((READS, RECORD, OF_RECORD), (READS, RECORD.replace("sum", "max"), OF_RECORD), "r"),
        ((READS, RECORD, OF_RECORD), (READS, RECORD, OF_RECORD.replace("max", "min")), "r"),
        ((READS, RECORD, OF_RECORD), (READS, OF_RECORD), "r"),
        ((READS, RECORD, OF_RECORD), (READS, RECORD, OF_RECORD, RECORD), "r"),
        ((READS, RECORD, OF_RECORD), (READS, f"{RECORD}, labels: {{a: b}}", OF_RECORD), "r"),
        ((A, RECORD, OF_RECORD), (A, RECORD), ""),
        ((READS, RECORD), (READS,), ""),
        ((READS, "record: 'r:r', expr: 'r:r + 1'"), (READS, "record: 'r:r', expr: 'r:r'"), "r"),
    ],
)
def test_the_recordings_that_an_alert_reads_are_part_of_it(
    old: tuple[str, ...], new: tuple[str, ...], aspects: str
) -> None:
    [line] = compared(rules(*old), rules(*new))
    assert line == f"4 -> 4: {'recordings' if aspects else ''}"


def test_the_interval_of_a_recording_is_part_of_its_meaning() -> None:
    def side(group: str) -> RuleSet:
        both = rules(READS, OF_RECORD).groups + rules(RECORD, group=group, path="b.yml").groups
        return RuleSet(both)

    [change] = compare(side(""), side("interval: 30s")).changes
    assert change.aspects == ("recordings",)


def test_equal_alerts_are_paired_before_those_of_one_name() -> None:
    same, labeled = "alert: A, expr: x > 5", "alert: A, expr: x > 3, labels: {a: b}"
    old = rules(A, labeled, same, "alert: Gone, expr: y", "alert: A, expr: x > 7")
    new = rules(
        "alert: New, expr: y",
        same,
        "alert: A, expr: x > 2",
        "alert: A, expr: x > 4, labels: {a: b}",
        same,
    )
    # 6 is the same as 5, the labels of 5 are those of 7, and what is left goes by its name.
    assert compared(old, new) == [
        *("- -> 4: new", "6 -> 5: ", "4 -> 6: expression", "5 -> 7: expression"),
        *("8 -> 8: expression", "7 -> -: removed"),
    ]


def test_changes_are_counted_and_the_largest_is_replayed_first() -> None:
    comparison = compare(
        rules(A, "alert: B, expr: y", "alert: C, expr: z", "alert: Gone, expr: v"),
        rules(f"{A}, for: 1m", "alert: B, expr: y + 1", "alert: C, expr: z", "alert: D, expr: v"),
    )
    assert [(change.newest.rule.name, change.weight) for change in comparison.changes] == [
        *(("A", 4), ("B", 2), ("C", 8), ("D", 0), ("Gone", 1)),
    ]
    assert (comparison.compares, comparison.unchanged) == (True, 1)
    assert (comparison.count("new", "removed"), comparison.count("expression", "for")) == (2, 2)
    assert comparison.count("labels") == 0


def test_without_an_old_side_nothing_changed() -> None:
    comparison = compare(None, rules(A, RECORD, READS))
    assert [shown(change) for change in comparison.changes] == ["- -> 4: ", "- -> 6: "]
    assert (comparison.compares, comparison.unchanged) == (False, 2)


def test_a_change_without_a_side_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one side"):
        _ = AlertChange(old=None, new=None, aspects=()).newest


def test_an_expression_is_compared_without_its_layout() -> None:
    assert canonical("sum(  rate(x[5m]) ) # c") == canonical("sum(rate(x[5m]))")
    assert canonical("sum(") == "sum("
