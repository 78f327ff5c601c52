"""The issue that brings a promise back, as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from reliability.forge.marker import Marker
from reliability.forge.notes import Issue, IssueDraft
from reliability.render.markdown import code, plain
from reliability.render.words import Words
from reliability.review.figures import length, section, title
from reliability.review.slo_review.due import NEVER, SloReviewDue
from reliability.review.slo_review.evidence import Found, ObjectiveEvidence
from reliability.review.slo_review.figures import headline, measured
from reliability.review.slo_review.next_step import LEVELS, STEPS, NextStep
from reliability.review.slo_review.suggestion import ReviewSuggestion, Toil

LABEL: Final = "slo-review"


@dataclass(frozen=True, slots=True)
class SloReviewReport:
    """All that is known of a promise that is due."""

    promise: SloReviewDue
    found: tuple[Found, ...]
    suggestion: ReviewSuggestion | None
    step: NextStep | None
    owners: tuple[str, ...]
    max_provisional: timedelta


@dataclass(frozen=True, slots=True)
class FigureOrigin:
    """Where figures come from and how far they reach: what a reader has to know about them."""

    until: date
    span: timedelta
    source: str
    is_made_up: bool
    kind: str


@dataclass(frozen=True, slots=True)
class SloReviewIssueWriter:
    """Puts dossiers into words."""

    words: Words
    origin: FigureOrigin
    today: date
    promises: Mapping[tuple[str, str], SloReviewDue]

    def issue(self, dossier: SloReviewReport, aliases: tuple[Marker, ...] = ()) -> IssueDraft:
        """One promise's issue."""
        words, promise = self.words, dossier.promise
        names = {"slo": promise.name, "service": promise.service}
        return IssueDraft(
            promise.marker,
            title(words("Review the promise {slo} of {service}", **names)),
            "\n".join(self._lines(dossier)),
            labels=(LABEL,),
            assignees=dossier.owners,
            on_reopening=words(
                "The review is still due: {key} has not changed. Write the day of the review "
                "there, or close this as *not planned*.",
                key=code("reliability/reviewed"),
            ),
            aliases=aliases,
        )

    def _lines(self, dossier: SloReviewReport) -> Iterator[str]:
        words = self.words
        yield f"**{headline(dossier.found, words)}**"
        yield ""
        yield from self._promise(dossier)
        yield from section(words("What was measured"))
        yield from measured(dossier.found, self.origin, words)
        yield from section(words("What follows"), "")
        yield from self._suggestion(dossier)
        yield from section(words("Questions for the team"), "")
        yield from (f"- [ ] {question}" for question in self._questions(dossier))
        yield from self._step(dossier)
        yield from section(words("When you are done"), "")
        yield words(
            "Write the day into {path} as {key}, with what was agreed. This issue then closes by "
            "itself.",
            path=code(dossier.promise.slo.document.path.as_posix()),
            key=code('reliability/reviewed: "YYYY-MM-DD"'),
        )

    def _promise(self, dossier: SloReviewReport) -> Iterator[str]:
        words, promise, review = self.words, dossier.promise, dossier.promise.review
        if review.journey:
            yield f"> {plain(review.journey)}"
            yield ""
        rhythm = length(promise.every, words)
        if review.reviewed is None or promise.due is None:
            yield words("No review is on record, and it is reviewed every {rhythm}.", rhythm=rhythm)
        else:
            yield words(
                "Last reviewed on {day}, and every {rhythm}: it was due on {due}.",
                day=review.reviewed.isoformat(),
                rhythm=rhythm,
                due=promise.due.isoformat(),
            )
        if review.status == "provisional":
            yield words("It is provisional: done is better than perfect, so look at it again.")
        if review.agreed:
            yield words("Agreed by {whom}.", whom=", ".join(map(code, review.agreed)))
        if review.rationale:
            yield words("Why this number: {why}", why=plain(review.rationale))

    def _suggestion(self, dossier: SloReviewReport) -> Iterator[str]:
        words, said = self.words, dossier.suggestion
        if said is None and any(isinstance(each, ObjectiveEvidence) for each in dossier.found):
            yield words(
                "The attainment or what the alerts cost people is not known, so there is no "
                "suggestion. Ask what users felt."
            )
            return
        if said is None:
            yield words(
                "Without figures there is no suggestion. Ask what users felt; that is better than "
                "a number that nobody measured."
            )
            yield from ("", self._way_out())
            return
        yield words(
            "{outcome}, with {much}: {pages}",
            outcome=words("The SLO was met") if said.met else words("The SLO was missed"),
            much=words("much toil") if said.toil.is_much else words("little toil"),
            pages=_pages(said.toil, words),
        )
        yield ""
        yield words("- If users are content: **{what}**.", what=words(said.when(content=True)))
        yield words("- If they are not: **{what}**.", what=words(said.when(content=False)))
        yield ""
        if said.incidents:
            yield words.many(
                "{count} incident is on record, so some were not.",
                "{count} incidents are on record, so some were not.",
                said.incidents,
            )
        else:
            yield words("No incident is on record; whether they are content is for you to say.")
        yield words("<sub>The Site Reliability Workbook, table 2-5.</sub>")

    def _way_out(self) -> str:
        words = self.words
        if self.origin.kind == "prometheus":
            return words("`reliability history pull` stores the history, and the figures come.")
        if self.origin.kind == "store":
            return words("`reliability history import` stores a history, and the figures come.")
        return words("Name a source of history in `policies/history.yaml`, and the figures come.")

    def _questions(self, dossier: SloReviewReport) -> Iterator[str]:
        words, review = self.words, dossier.promise.review
        yield words("Is this still what users need most of the service?")
        yield words("Did anybody complain while it was met? Did nobody notice when it was missed?")
        yield words("Which page needed nobody? Could it be a ticket, or a log?")
        yield words("What did the budget buy, and what should it buy next?")
        if review.status == "provisional":
            yield words("Does it become established, with this number or another?")
            began = review.provisional_since
            if began and self.today - began > dossier.max_provisional:
                yield words(
                    "It has been provisional since {day}, and {most} are the limit: what is "
                    "missing?",
                    day=began.isoformat(),
                    most=length(dossier.max_provisional, words),
                )

    def _step(self, dossier: SloReviewReport) -> Iterator[str]:
        words, step = self.words, dossier.step
        if step is None:
            return
        yield from section(words("The next step of the service"), "")
        if step.level is None:
            yield words("- Every level of the reliability hierarchy is in place.")
        else:
            states = {
                "missing": words("missing"),
                "partial": words("partly in place"),
                "unsaid": words("not said to be in place"),
            }
            yield words(
                "- The lowest gap is {level} ({state}).",
                level=words(LEVELS[step.level]),
                state=states[step.state],
            )
        yield words("- Towards doing it alone: {step}.", step=words(STEPS[step.adoption]))

    def word(self, issue: Issue) -> str:
        """What is said when an issue is closed."""
        words = self.words
        service, _, rest = issue.marker.key.partition("/")
        name, _, since = rest.rpartition("/")
        promise = self.promises.get((service, name))
        if promise is None:
            return words("The promise is not declared any more.")
        reviewed = promise.review.reviewed
        if (reviewed.isoformat() if reviewed else NEVER) == since:
            due = promise.due.isoformat() if promise.due else ""
            return words("The review is due on {due} now.", due=due)
        if reviewed is None or promise.due is None:
            return words("The day of the last review was taken out; it is asked for anew.")
        return words(
            "Reviewed on {day}; the next time is {due}. Thank you.",
            day=reviewed.isoformat(),
            due=promise.due.isoformat(),
        )


def _pages(toil: Toil, words: Words) -> str:
    """What the pages were, and why that is much where it is."""
    if not toil.pages:
        return words("nobody was paged.")
    return words.many(
        "{count} page, {rate} a week, and the policy allows {limit}; {felt} with user impact.",
        "{count} pages, {rate} a week, and the policy allows {limit}; {felt} with user impact.",
        toil.pages,
        rate=f"{toil.pages_a_week:.1f}",
        limit=f"{toil.limit:g}",
        felt=toil.with_impact,
    )
