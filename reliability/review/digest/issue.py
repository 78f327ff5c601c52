"""The issue of a digest: what fired, error budgets and open items of a period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from reliability.forge.notes import IssueDraft
from reliability.model.rule_policy import Waiver
from reliability.render.durations import length_words
from reliability.render.markdown import code, plain
from reliability.render.words import Words
from reliability.review.digest.counts import DigestCounts
from reliability.review.digest.counts_table import environment_lines, impact_words, period_row
from reliability.review.digest.period import Period
from reliability.review.digest.signals import DigestSignals, SignalEpisodes
from reliability.review.figures import folded, section, table, title
from reliability.review.slo_review.due import SloReviewDue
from reliability.review.slo_review.evidence import ObjectiveEvidence, ReviewEvidence
from reliability.review.slo_review.figures import budget_cells
from reliability.review.tickets.issue import cut, heading

LABEL: Final = "reliability-digest"
SHOWN: Final = 10
LISTED: Final = 100
SOON: Final = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class DriftedTarget:
    """A target whose objects were changed outside the repository, or that could not be read.

    `unread` is the reason of the latter.
    """

    target: str
    objects: tuple[str, ...]
    unread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The content of a digest.

    `signals` is None if no server reports what fired, and `why` gives the reason. `counts` are the
    alerts that fired; without a server, those that fired in the replay of the history.
    `in_environments` are the counts of each environment, if any is declared.
    """

    period: Period
    signals: DigestSignals | None
    counts: DigestCounts | None
    earlier: tuple[tuple[str, DigestCounts], ...]
    budgets: tuple[ReviewEvidence, ...]
    is_made_up: bool
    drift: tuple[DriftedTarget, ...]
    waivers: tuple[Waiver, ...]
    due: tuple[SloReviewDue, ...]
    silent_for: timedelta
    why: str = ""
    in_environments: tuple[tuple[str, DigestCounts], ...] = ()


@dataclass(frozen=True, slots=True)
class DigestIssueWriter:
    """A writer of the issue of a digest in one language."""

    words: Words

    def issue(self, digest: Digest) -> IssueDraft:
        """Return the draft of a period's issue."""
        lines = self._lines(digest)
        return IssueDraft(
            marker=digest.period.marker,
            title=title(self.words("Reliability digest: {period}", period=digest.period.name)),
            text="\n".join(
                ([str(digest.counts)] if digest.counts and digest.signals else []) + list(lines)
            ),
            labels=(LABEL,),
            on_reopening=self.words("This is the latest digest again."),
        )

    def _lines(self, digest: Digest) -> Iterator[str]:
        words = self.words
        yield f"**{self._headline(digest)}**"
        yield ""
        yield self.words(
            "{first} to {last}, for the retrospective.",
            first=digest.period.first.isoformat(),
            last=(digest.period.until - timedelta(days=1)).isoformat(),
        )
        if digest.is_made_up and digest.signals is None:
            yield from ("", self.words("**These figures are synthetic**, not measured."))

        yield from environment_lines(digest.in_environments, digest.signals is not None, words)
        yield from self._trend(digest)
        yield from self._signals(digest)
        yield from self._budgets(digest)
        yield from self._loose_ends(digest)

    def _headline(self, digest: Digest) -> str:
        words, counts = self.words, digest.counts
        if counts is None and digest.why:
            return words("What fired is not known: {why}", why=plain(cut(words.text(digest.why))))
        if counts is None:
            return words("What fired is not known: no server was queried.")

        pages = words.many("{count} page", "{count} pages", counts.pages)
        if counts.pages:
            pages = words("{pages} ({impact})", pages=pages, impact=impact_words(counts, words))

        tickets = words.many("{count} ticket", "{count} tickets", counts.tickets)
        if digest.signals is None:
            return words(
                "Replayed from history, not measured: {pages}, {tickets}",
                pages=pages,
                tickets=tickets,
            )

        logs = words.many("{count} log", "{count} logs", counts.logs)
        return words("{pages}, {tickets}, {logs}", pages=pages, tickets=tickets, logs=logs)

    def _trend(self, digest: Digest) -> Iterator[str]:
        words = self.words
        if digest.counts is None or not digest.earlier:
            return
        yield from section(words("Notifications by period"))
        heads = [words("period"), words("pages"), words("with user impact"), words("tickets")]
        if digest.signals is not None:
            heads.append(words("logs"))
        every = (*digest.earlier, (digest.period.name, digest.counts))
        rows = (period_row(row, words) for row in every)
        yield from table(heads, (row[: len(heads)] for row in rows), numbers=len(heads) - 1)

    def _signals(self, digest: Digest) -> Iterator[str]:
        words, signals = self.words, digest.signals
        yield from section(words("What fired"))
        if signals is None:
            yield ""
            if digest.why:
                why = plain(cut(words.text(digest.why)))
                yield words("What fired is not known: {why}", why=why)
                return
            yield words(
                "What fired is not known: declare a Prometheus in `policies/history.yaml`, or pass "
                "`--prometheus`."
            )
            return

        quiet = [episodes for episodes in signals.counted if episodes.tier != "alert"]
        pages = [episodes for episodes in signals.counted if episodes.tier == "alert"]
        if not signals.counted:
            yield from ("", words("Nothing fired."))
        if pages:
            yield from self._table(words("pages"), pages[:SHOWN])
        if quiet:
            yield from self._table(words("tickets and logs, most frequent first"), quiet[:SHOWN])

        rest = (*pages[SHOWN:], *quiet[SHOWN:])
        if rest:
            more = words.many("{count} more", "{count} more", len(rest))
            yield from folded(more, self._table(words("signal"), rest[:LISTED]))

        yield from self._silent(digest, signals)

    def _table(self, head: str, rows: Sequence[SignalEpisodes]) -> Iterator[str]:
        words = self.words
        heads = (head, words("tier"), words("count"), words("total time"))
        yield from table(heads, (self._row(row) for row in rows), numbers=2)

    def _row(self, episodes: SignalEpisodes) -> tuple[str, ...]:
        what = plain(cut(heading(episodes.group, self.words)))
        return (what, episodes.tier, f"{episodes.times:,}", length_words(episodes.time, self.words))

    def _silent(self, digest: Digest, signals: DigestSignals) -> Iterator[str]:
        words = self.words
        if not signals.silent:
            return

        names = [code(f"{signal.service}: {signal.name}") for signal in signals.silent[:LISTED]]
        span = length_words(digest.silent_for, words)
        text = words.many(
            "{count} signal did not fire in {span}, within the retention of the server",
            "{count} signals did not fire in {span}, within the retention of the server",
            len(signals.silent),
            span=span,
        )

        yield from folded(text, ("", *(f"- {name}" for name in names)))

    def _budgets(self, digest: Digest) -> Iterator[str]:
        words = self.words
        known = [budget for budget in digest.budgets if isinstance(budget, ObjectiveEvidence)]
        if not digest.budgets:
            return

        yield from section(words("Error budgets"))
        if digest.is_made_up and digest.signals is not None:
            yield from ("", words("**The error budgets are synthetic**, not measured."))

        ordered = sorted(known, key=lambda each: -(each.period.spent or 0.0))
        if ordered:
            yield from self._spent(ordered[:SHOWN])
            yield from self._without_events(ordered)

        if ordered[SHOWN:]:
            more = words.many("{count} more", "{count} more", len(ordered) - SHOWN)
            yield from folded(more, self._spent(ordered[SHOWN : SHOWN + LISTED]))

        yield from self._unknown(digest)

    def _unknown(self, digest: Digest) -> Iterator[str]:
        """Yield the objectives without figures by reason, and those that were not replayed."""
        reasons: dict[str, list[str]] = {}
        for budget in digest.budgets:
            if not isinstance(budget, ObjectiveEvidence):
                reasons.setdefault(budget.why, []).append(_name(budget))

        for why, names in reasons.items():
            values = {"names": _listed(names), "why": plain(cut(self.words.text(why)))}
            yield from ("", self.words("No figures for {names}: {why}.", **values))

        played = [budget for budget in digest.budgets if isinstance(budget, ObjectiveEvidence)]
        names = [_name(evidence) for evidence in played if evidence.not_replayed]
        if names and digest.signals is None:
            yield ""
            yield self.words(
                "Not replayed, so not counted in pages and tickets: {names}.",
                names=_listed(names),
            )

    def _without_events(self, rows: Iterable[ObjectiveEvidence]) -> Iterator[str]:
        """Yield the objectives without events in their SLO period, which have no attainment."""
        names = [_name(row) for row in rows if row.period.coverage.share and not row.period.events]
        if names:
            yield ""
            yield self.words(
                "No events in the SLO period, so no attainment: {names}.",
                names=_listed(names),
            )

    def _spent(self, rows: Iterable[ObjectiveEvidence]) -> Iterator[str]:
        words = self.words
        heads = (words("SLO"), words("events"), words("budget spent"), words("attainment"))
        yield from table((*heads, words("coverage")), map(self._budget, rows), numbers=4)

    def _budget(self, row: ObjectiveEvidence) -> tuple[str, ...]:
        reached, spent, coverage = budget_cells(row, self.words)
        events = f"{row.period.events:,.0f}" if row.period.coverage.share else "-"
        return (_name(row), events, spent, reached, coverage)

    def _loose_ends(self, digest: Digest) -> Iterator[str]:
        lines = [
            *self._drift(digest.drift),
            *self._waivers(digest.waivers, digest.period.until),
            *self._due(digest.due),
        ]
        if lines:
            yield from section(self.words("Open items"), "", *lines)

    def _drift(self, drift: Iterable[DriftedTarget]) -> Iterator[str]:
        words = self.words
        for target in drift:
            if target.unread:
                yield words(
                    "- {target} could not be read, so drift is not known: {why}",
                    target=code(target.target),
                    why=code(cut(words.text(target.unread))),
                )
            elif target.objects:
                shown = ", ".join(map(code, target.objects[:SHOWN]))
                yield words(
                    "- Changed outside the repository in {target}: {objects}",
                    target=code(target.target),
                    objects=f"{shown}, …" if len(target.objects) > SHOWN else shown,
                )

    def _waivers(self, waivers: Iterable[Waiver], day: date) -> Iterator[str]:
        words = self.words
        for waiver in waivers:
            values = {
                "rule": code(waiver.rule),
                "service": code(waiver.service),
                "day": waiver.until,
            }
            if waiver.until < day:
                yield words("- The waiver of {rule} for {service} expired on {day}.", **values)
            else:
                yield words("- The waiver of {rule} for {service} expires on {day}.", **values)

    def _due(self, due: Sequence[SloReviewDue]) -> Iterator[str]:
        if due:
            names = ", ".join(
                code(f"{review_due.service}: {review_due.name}") for review_due in due[:SHOWN]
            )
            shown = f"{names}, …" if len(due) > SHOWN else names
            yield self.words("- SLOs due for review: {slos}", slos=shown)


def _name(evidence: ReviewEvidence) -> str:
    name = code(f"{evidence.objective.service}: {evidence.objective.identity}")
    environment = evidence.objective.placement.name
    return f"{name} {code(environment)}" if environment else name


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:SHOWN])
    return f"{shown}, …" if len(names) > SHOWN else shown
