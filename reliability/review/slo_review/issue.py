"""The issue of an SLO review: measurements, suggestion, questions for the team, next step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from reliability.forge.marker import Marker
from reliability.forge.notes import Issue, IssueDraft
from reliability.render.durations import length_words
from reliability.render.markdown import code, plain
from reliability.render.numbers import rate_text
from reliability.render.words import Words, worded
from reliability.review.figures import section, title
from reliability.review.slo_review.due import NEVER, SloReviewDue
from reliability.review.slo_review.evidence import ObjectiveEvidence, ReviewEvidence
from reliability.review.slo_review.figures import headline, measured
from reliability.review.slo_review.next_step import LEVELS, STEPS, NextStep
from reliability.review.slo_review.suggestion import ReviewSuggestion, Toil

LABEL: Final = "slo-review"
OUTCOMES: Final = {
    (True, True): worded("The SLO was met, with high toil: {pages}"),
    (True, False): worded("The SLO was met, with low toil: {pages}"),
    (False, True): worded("The SLO was missed, with high toil: {pages}"),
    (False, False): worded("The SLO was missed, with low toil: {pages}"),
}
"""Outcomes by two facts: the SLO was met, toil is high."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SloReviewReport:
    """The content of a review issue: measurements, suggestion and next step of one SLO.

    `in_environments` are the reports of each environment in which it runs, if any is declared.
    """

    slo: SloReviewDue
    objectives: tuple[ReviewEvidence, ...]
    suggestion: ReviewSuggestion | None
    step: NextStep | None
    owners: tuple[str, ...]
    max_provisional: timedelta
    in_environments: tuple[SloReviewReport, ...] = ()

    @property
    def environment(self) -> str:
        """The environment of its figures; empty if none is declared."""
        return next((each.objective.placement.name for each in self.objectives), "")


def together(reports: Sequence[SloReviewReport]) -> SloReviewReport:
    """Return one report of an SLO with the figures of all environments side by side."""
    running = [report for report in reports if report.environment]
    if not running:
        return reports[0]
    objectives = tuple(evidence for report in running for evidence in report.objectives)
    return replace(running[0], objectives=objectives, in_environments=tuple(running))


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureOrigin:
    """The origin of figures, and the time that they cover.

    `until` is the day before which they end, `span` how far back alerts are replayed, `source` a
    description, `kind` the type of the history source ("" without one).
    """

    until: date
    span: timedelta
    source: str
    is_made_up: bool
    kind: str


@dataclass(frozen=True, slots=True)
class SloReviewIssueWriter:
    """A writer of review issues in one language; `slo_reviews` are all by service and name."""

    words: Words
    origin: FigureOrigin
    today: date
    slo_reviews: Mapping[tuple[str, str], SloReviewDue]

    def issue(self, report: SloReviewReport, aliases: tuple[Marker, ...] = ()) -> IssueDraft:
        """Return the draft of an SLO's issue."""
        words, slo = self.words, report.slo
        names = {"slo": slo.name, "service": slo.service}
        return IssueDraft(
            marker=slo.marker,
            title=title(words("Review SLO {slo} of {service}", **names)),
            text="\n".join(self._lines(report)),
            labels=(LABEL,),
            assignees=report.owners,
            on_reopening=words(
                "The review is still due, because {key} has not changed. Set it to the date of the "
                "review, or close this issue as *not planned*.",
                key=code("reliability/reviewed"),
            ),
            aliases=aliases,
        )

    def _lines(self, report: SloReviewReport) -> Iterator[str]:
        words = self.words
        if not report.in_environments:
            yield f"**{headline(report.objectives, words)}**"
        for here in report.in_environments:
            yield f"- {code(here.environment)}: **{headline(here.objectives, words)}**"
        yield ""
        yield from self._review_data(report)
        yield from section(words("Measurements"))
        yield from measured(report.objectives, self.origin, words)
        yield from section(words("Suggestion"), "")
        if not report.in_environments:
            yield from self._suggestion(report)
        for index, here in enumerate(report.in_environments):
            yield from ([""] if index else [])
            yield from (code(here.environment), "")
            yield from self._suggestion(here)
        yield from section(words("Questions for the team"), "")
        yield from (f"- [ ] {question}" for question in self._questions(report))
        yield from self._step(report)
        yield from section(words("When you are done"), "")
        yield words(
            "Set {key} in {path}, together with the changes that you agreed on. This issue then "
            "closes automatically.",
            path=code(report.slo.slo.document.path.as_posix()),
            key=code('reliability/reviewed: "YYYY-MM-DD"'),
        )

    def _review_data(self, report: SloReviewReport) -> Iterator[str]:
        words, slo, review = self.words, report.slo, report.slo.review
        if review.journey:
            yield f"> {plain(review.journey)}"
            yield ""

        rhythm = length_words(slo.every, words)
        if review.reviewed is None or slo.due is None:
            yield words("Never reviewed; the review interval is {rhythm}.", rhythm=rhythm)
        else:
            yield words(
                "Last reviewed on {day}; the next review, after {rhythm}, was due on {due}.",
                day=review.reviewed.isoformat(),
                rhythm=rhythm,
                due=slo.due.isoformat(),
            )

        if review.status == "provisional":
            yield words("This SLO is provisional: check whether its target is right.")
        if review.agreed:
            yield words("Agreed by {whom}", whom=", ".join(map(code, review.agreed)))
        if review.rationale:
            yield words("Rationale: {why}", why=plain(review.rationale))

    def _suggestion(self, report: SloReviewReport) -> Iterator[str]:
        words, suggestion = self.words, report.suggestion
        if suggestion is None:
            yield from self._no_suggestion(report)
            return

        outcome = OUTCOMES[suggestion.met, suggestion.toil.is_much]
        yield words(outcome, pages=_pages(suggestion.toil, words))
        yield ""
        yield words(
            "- If users are satisfied: **{what}**", what=words(suggestion.when(content=True))
        )
        yield words(
            "- If users are not satisfied: **{what}**", what=words(suggestion.when(content=False))
        )
        yield ""

        if suggestion.incidents:
            yield words.many(
                "{count} incident is on record, so some users were not satisfied.",
                "{count} incidents are on record, so some users were not satisfied.",
                suggestion.incidents,
            )
        else:
            yield words(
                "No incident is on record; judge for yourselves whether users are satisfied."
            )

        yield words("<sub>Source: The Site Reliability Workbook, table 2-5</sub>")

    def _no_suggestion(self, report: SloReviewReport) -> Iterator[str]:
        words = self.words
        known = [one for one in report.objectives if isinstance(one, ObjectiveEvidence)]
        parts = [part for one in known if (part := one.period.coverage.part)]
        if parts:
            yield words(
                "No suggestion yet, because only {part} are known. Ask users about their "
                "experience.",
                part=words.text(parts[0]),
            )
        elif known:
            yield words(
                "No suggestion, because attainment or the number of pages is not known. Ask users "
                "about their experience."
            )
        else:
            yield words("No suggestion without measurements. Ask users about their experience.")
            yield from ("", self._way_out())

    def _way_out(self) -> str:
        words = self.words
        if self.origin.kind == "prometheus":
            return words("Run `reliability history pull` to get measurements.")
        if self.origin.kind == "store":
            return words("Run `reliability history import` to get measurements.")
        return words("Declare a history source in `policies/history.yaml` to get measurements.")

    def _questions(self, report: SloReviewReport) -> Iterator[str]:
        words, review = self.words, report.slo.review
        yield words("Does this SLO still measure what matters most to users?")
        yield words(
            "Did users complain while the SLO was met? Did nobody notice when it was missed?"
        )
        yield words("Which pages needed no action? Could they be tickets or logs?")
        yield words("What was the error budget spent on, and what should it be spent on next?")

        if review.status == "provisional":
            yield words("Does the SLO become established, with this target or another one?")
            began = review.provisional_since
            if began and self.today - began > report.max_provisional:
                yield words(
                    "The SLO has been provisional since {day}, longer than the limit of {most}. "
                    "What is missing?",
                    day=began.isoformat(),
                    most=length_words(report.max_provisional, words),
                )

    def _step(self, report: SloReviewReport) -> Iterator[str]:
        words, step = self.words, report.step
        if step is None:
            return

        yield from section(words("Next step for the service"), "")
        if step.level is None:
            yield words("- Every level of the reliability hierarchy is in place.")
        else:
            states = {
                "missing": words("missing"),
                "partial": words("partly in place"),
                "undeclared": words("not declared"),
            }
            yield words(
                "- Lowest gap in the reliability hierarchy: {level} ({state})",
                level=words(LEVELS[step.level]),
                state=states[step.state],
            )

        yield words("- Next step of SLO adoption: {step}", step=words(STEPS[step.adoption]))

    def word(self, issue: Issue) -> str:
        """Return the comment with which an issue is closed."""
        words = self.words
        service, _, rest = issue.marker.key.partition("/")
        name, _, since = rest.rpartition("/")
        slo = self.slo_reviews.get((service, name))
        if slo is None:
            return words("This SLO is no longer declared.")

        reviewed = slo.review.reviewed
        if (reviewed.isoformat() if reviewed else NEVER) == since:
            due = slo.due.isoformat() if slo.due else ""
            return words("The review is now due on {due}.", due=due)

        if reviewed is None or slo.due is None:
            return words("The date of the last review was removed; a new review issue follows.")
        return words(
            "Reviewed on {day}; the next review is due on {due}.",
            day=reviewed.isoformat(),
            due=slo.due.isoformat(),
        )


def _pages(toil: Toil, words: Words) -> str:
    """Return the pages in words, with the reason if they are high toil."""
    if not toil.pages:
        return words("no pages")
    figures = {
        "rate": rate_text(toil.pages_a_week, words),
        "limit": f"{toil.limit:g}",
        "impact": toil.with_impact,
    }
    if toil.is_mostly_without_impact:
        return words.many(
            "{count} page, {rate} per week (limit {limit}), only {impact} with user impact",
            "{count} pages, {rate} per week (limit {limit}), only {impact} with user impact",
            toil.pages,
            **figures,
        )

    return words.many(
        "{count} page, {rate} per week (limit {limit}), {impact} with user impact",
        "{count} pages, {rate} per week (limit {limit}), {impact} with user impact",
        toil.pages,
        **figures,
    )
