"""Runs rules in several processes, which are forked once the catalog is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from reliability.check.context import Context
from reliability.check.engine.run import found_by
from reliability.check.rule import Rule
from reliability.finding import Finding
from reliability.processes import in_processes
from reliability.progress import stepped

NEED_ROUTES: Final = frozenset(
    (
        "alert-muted",
        "alert-without-oncall",
        "alert-without-runbook",
        "burn-alert-impossible",
        "inhibition-silences-alert",
        "mention-outside-alert-tier",
        "signal-tier-missing",
        "sloth-label-missing",
        "slo-outside-policy",
        "slo-shares-sli",
        "tier-receiver-mismatch",
    )
)
"""Rules that need the routes of all alerts: computing them is half of all the work, so these rules
run in the one process that has done it.
"""
NEED_QUERIES: Final = frozenset(
    (
        "absence-of-several",
        "absence-without-for",
        "alert-on-one-sample",
        "for-never-matures",
        "query-counter-as-gauge",
        "query-gauge-as-counter",
        "query-label-lost",
        "query-never-matches",
        "query-quantile-without-le",
        "query-rate-of-sum",
        "query-ratio-above-one",
        "query-regexp-plain",
        "query-window-short",
        "selector-excludes-all",
        "signal-always-fires",
        "signal-duplicate",
        "signal-never-fires",
        "signal-sampled",
        "sli-good-not-in-total",
        "sli-le-literal",
        "sli-query-invalid",
        "sli-window-fixed",
        "slo-zero-traffic",
    )
)
"""Rules that need the parsed trees of all queries, for the same reason."""

ROUTES: Final = "routes of all alerts"
QUERIES: Final = "trees of all queries"
SHARED: Final = dict.fromkeys(NEED_ROUTES, ROUTES) | dict.fromkeys(NEED_QUERIES, QUERIES)
"""The index that a rule shares with others."""

Found = list[tuple[int, list[Finding]]]
"""Findings of rules, by the index of the rule."""


def found_in_processes(rules: Sequence[Rule], context: Context, jobs: int) -> Iterator[Finding]:
    """Yield the findings of rules, in the order of the rules.

    Rules that share an expensive index form one piece of work; any other rule is a piece. The
    large pieces come first, so that no process starts one at the end while others are idle.
    """
    pieces = _pieces(rules)
    work = partial(_of_piece, pieces, rules, context)
    done = in_processes(len(pieces), work, jobs, first=1)
    by_piece = dict(
        pair for piece in stepped("checking rules", done, len(pieces)) for pair in piece
    )
    # In the order of the rules and not of the processes, so that any number of jobs prints the
    # same.
    for index in range(len(rules)):
        yield from by_piece[index]


def _pieces(rules: Sequence[Rule]) -> list[list[int]]:
    pieces: dict[str, list[int]] = {ROUTES: [], QUERIES: []}
    for index, rule in enumerate(rules):
        pieces.setdefault(SHARED.get(rule.id, rule.id), []).append(index)
    return list(pieces.values())


def _of_piece(
    pieces: Sequence[Sequence[int]], rules: Sequence[Rule], context: Context, piece: int
) -> Found:
    return [(index, list(found_by(rules[index], context))) for index in pieces[piece]]
