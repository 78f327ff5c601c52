"""The SLI in the interview of `reliability new`: named by flags, chosen from a list, or typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reliability.cli.asking import Question, ask, on_terminal
from reliability.cli.new.output import print_candidates
from reliability.onboarding import answers
from reliability.onboarding.new.new_slo import MetricSource, NewSli
from reliability.onboarding.new.service_kinds import ServiceKind, service_kinds
from reliability.onboarding.new.sli_candidate import SliCandidate

if TYPE_CHECKING:
    from reliability.cli.new.input import Interview


def indicator_of(session: Interview) -> NewSli:
    """Return the SLI: named by options, a candidate, or the usual queries of a kind."""
    given, kinds = (
        session.given,
        {service_kind.name: service_kind for service_kind in service_kinds()},
    )
    if given["total"] is not None or given["good"] is not None or given["bad"] is not None:
        return _named(session)

    candidates = session.view.own
    if candidates:
        if on_terminal() and given["sli"] is None:
            print_candidates(session.app, candidates, session.service, is_json=False, aside=True)
        chosen = _chosen(session, candidates)
        return NewSli(chosen.counts, chosen.events, chosen.total, source=chosen.source)

    _ensure_no_other_is_meant(session)
    kind = kinds[
        session.settle(
            Question(
                "Which kind of service is it?",
                "; ".join(
                    f"{service_kind.name} {service_kind.says}" for service_kind in kinds.values()
                ),
                "--kind",
                default="http" if on_terminal() else None,
            ),
            answers.one_of(*kinds),
        )
    ]

    events, total = kind.queries(session.service)
    if not on_terminal():
        return NewSli(kind.counts, events, total)

    return _typed(session, kind, events, total=total)


def _ensure_no_other_is_meant(session: Interview) -> None:
    """Ensure that a series of another service is chosen only by its query, never by a number.

    Raises:
        click.UsageError: a number was passed, or only other services have series.
    """
    others, given = len(session.view.candidates), session.given
    text = f"no series names {session.service}"
    if others:
        text += f", and the {others} of --candidates belong to others"
    if given["sli"] is not None:
        raise click.BadParameter(
            f"{text}; name your own with --good and --total", param_hint="--sli"
        )
    if others and not on_terminal() and given["kind"] is None:
        raise click.UsageError(
            f"{text}; name your own with --good and --total, or pass --kind for the usual names"
        )
    if others:
        session.app.note(f"\n{text}")


def _typed(session: Interview, kind: ServiceKind, events: str, total: str) -> NewSli:
    why = "a counter, as a selector; nothing was found to choose from, so this is only how it"
    asked = Question(
        "Which counter counts all events?", f"{why} usually looks", "--total", default=total
    )
    every = ask(session.app, asked, answers.query)
    asked = Question(
        f"And the {kind.counts} ones?", f"{why} looks", f"--{kind.counts}", default=events
    )
    return NewSli(kind.counts, ask(session.app, asked, answers.query), every)


def _named(session: Interview) -> NewSli:
    given = session.given
    counts = "good" if given["good"] is not None else "bad"
    if given["total"] is None or given[counts] is None or (given["good"] and given["bad"]):
        raise click.UsageError("an SLI needs --total and one of --good and --bad")

    of_datadog = session.view.site is not None
    for flag in (counts, "total"):
        try:
            (answers.datadog_query if of_datadog else answers.query)(given[flag])
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint=f"--{flag}") from None

    source: MetricSource = "Datadog" if of_datadog else "Prometheus"
    return NewSli(counts, given[counts], given["total"], source=source)


def _chosen(session: Interview, candidates: tuple[SliCandidate, ...]) -> SliCandidate:
    """Return the candidate of `--sli`, or of the number or the ID that a person types.

    A number is only good for the list on the screen: the next list may have other lines.
    """
    by_id = {candidate.id: candidate for candidate in candidates}

    def of_id(text: str) -> SliCandidate:
        if text not in by_id:
            raise ValueError(
                f"{text!r} is not the ID of a line; --candidates shows: {', '.join(by_id)}"
            )
        return by_id[text]

    def of_line(text: str) -> SliCandidate:
        if text.isdigit() and 1 <= int(text) <= len(candidates):
            return candidates[int(text) - 1]
        return of_id(text)

    if session.given["sli"] is not None:
        try:
            return of_id(session.given["sli"])
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--sli") from None
    if not on_terminal():
        raise click.UsageError(
            f"{len(candidates)} series could be the SLI: see them with --candidates, choose with "
            "--sli ID, or name your own with --good and --total"
        )
    why = "count as near to the user as you can; what fails here is what spends the budget"
    question = Question("Which line says that it worked?", why, "--sli", default="1")
    return ask(session.app, question, of_line)
