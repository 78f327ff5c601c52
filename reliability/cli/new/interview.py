"""The interview of `reliability new`: each question with its reason, its flag and its default."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import click

from reliability.cli.app import App
from reliability.cli.asking import Question, on_terminal
from reliability.cli.new.indicator import indicator_of
from reliability.cli.new.input import Answers, Interview
from reliability.onboarding import answers
from reliability.onboarding.new.joining import join
from reliability.onboarding.new.known import known_of
from reliability.onboarding.new.new_slo import NewSli, NewSlo, slo_name
from reliability.onboarding.new.overlay import with_files
from reliability.onboarding.new.proposal import TargetProposal, failures_to_wait_for, guess, propose
from reliability.onboarding.new.server_view import ServerView
from reliability.onboarding.people import People
from reliability.render.numbers import exact_percent


@dataclass(frozen=True, slots=True)
class InterviewResult:
    """The answers of an interview, and the proposed target."""

    new_slo: NewSlo
    proposal: TargetProposal


def interview(app: App, view: ServerView, given: Answers) -> InterviewResult:
    """Ask every question, from the user journey to the tiers, and return the answers."""
    service = _service(given["service"])
    session = Interview(
        app=app,
        view=view,
        given=given,
        known=known_of(app.catalog(), service, given),
        service=service,
    )

    journey = _journey(session)
    indicator = indicator_of(session)
    if on_terminal():
        for line in indicator.lines:
            app.note(line)
    user_impact = _user_impact(session)
    slo = _slo(session, journey)
    proposal = _proposal(session, indicator)
    target = _target(session, proposal)
    rationale = proposal.reason if target == proposal.target else f"chosen; {proposal.reason}"
    people, product, technical = _people(session)
    new_slo = NewSlo(
        service=service,
        slo=slo,
        journey=journey,
        user_impact=user_impact,
        indicator=indicator,
        target=target,
        rationale=rationale,
        people=people,
        product=product,
        technical=technical,
        criticality=_criticality(session),
        fast=session.known.fast,
        today=app.today,
        period=session.known.period,
        windows=session.known.datadog_windows
        if indicator.source == "Datadog"
        else session.known.windows,
        review_every=session.known.review_every,
    )
    return InterviewResult(_with_fast_tier(session, new_slo, proposal), proposal)


def _with_fast_tier(session: Interview, new_slo: NewSlo, proposal: TargetProposal) -> NewSlo:
    """Choose the tier of fast windows; if they page, also the failures to require."""
    known = session.known
    new_slo = replace(new_slo, fast=_fast_tier(session, new_slo))
    # Datadog cannot express minimumFailures.
    if new_slo.fast == "alert" and new_slo.indicator.source != "Datadog":
        floor = failures_to_wait_for(
            proposal.events_an_hour, new_slo.target, known.fast_pairs, period=known.period
        )
        return replace(new_slo, minimum_failures=floor)
    return new_slo


def _journey(session: Interview) -> str:
    question = Question(
        "What do users do here that must work?",
        "an SLO is about something that users need; describe one user journey per run",
        "--journey",
        default=session.known.journey,
    )
    return session.settle(question, answers.sentence)


def _user_impact(session: Interview) -> str:
    question = Question(
        "What do users see when it does not work?",
        "the first line of the runbook, for an on-call engineer who was just woken up; "
        "leave empty if nobody knows yet",
        "--user-impact",
        default="",
    )
    return session.settle(question, answers.or_empty(answers.sentence))


def _slo(session: Interview, journey: str) -> str:
    question = Question(
        "What is the name of the SLO?",
        "the name appears in alerts, issues and reports, and is hard to change later",
        "--slo",
        default=session.known.slo or slo_name(session.service, journey),
    )
    return session.settle(question, answers.name)


def _service(text: str) -> str:
    try:
        return answers.name(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="SERVICE") from None


def _proposal(session: Interview, indicator: NewSli) -> TargetProposal:
    past = session.view.past(indicator)
    if isinstance(past, str):
        return guess(past)
    return propose(past, session.known.period, session.known.bounds)


def _target(session: Interview, proposal: TargetProposal) -> Decimal:
    why = f"{exact_percent(proposal.target)}: {proposal.reason}"
    question = Question("Which target, for now?", why, "--target", default=str(proposal.target))
    return session.settle(question, answers.target)


def _people(session: Interview) -> tuple[People, str, str]:
    known = session.known
    why = "the team that gets the alerts; a file of policies/teams says how"
    team = session.settle(
        Question("Which team answers?", why, "--team", default=known.team or None), answers.name
    )
    why = "an SLO has a product side and a technical side, and both approve before it is loosened; "
    why += "leave empty if it is not decided"
    product, technical = (
        session.settle(
            Question(f"Who approves for the {side} side?", why, f"--{side}", default=approver),
            answers.or_empty(answers.handle),
        )
        for side, approver in (("product", known.product), ("technical", known.technical))
    )

    channel = "" if session.given["channel"] is None else session.given["channel"]
    if not known.has(team) and on_terminal() and not channel:
        why = f"{team} is a new team: this is where its alerts go"
        question = Question("Which Slack channel?", why, "--channel", default=f"#{team}-alerts")
        channel = session.settle(question, answers.channel)

    return People(team=team, member=technical, channel=channel), product, technical


def _criticality(session: Interview) -> str:
    why = "critical, important or standard: stricter rules apply to more critical services"
    question = Question(
        "How critical is the service?", why, "--criticality", default=session.known.criticality
    )
    return session.settle(question, answers.one_of("critical", "important", "standard"))


def _fast_tier(session: Interview, new_slo: NewSlo) -> str:
    why = "alert wakes somebody now, ticket waits for working hours, log is only counted; a first "
    why += f"number is best a ticket until it has proved itself{_pages_so_far(session, new_slo)}"
    tier = Question(
        "Which tier does the fast-burn alert belong to?",
        why,
        "--fast-tier",
        default=session.known.fast,
    )
    return session.settle(tier, answers.one_of("alert", "ticket", "log"))


def _pages_so_far(session: Interview, new_slo: NewSlo) -> str:
    """Return how often alerts would have woken the on-call engineer; empty if unknown."""
    if session.view.recent is None or not on_terminal() or session.given["fast_tier"] is not None:
        return ""
    from reliability.onboarding.new.preview import preview

    app, recent = session.app, session.view.recent
    paging = replace(new_slo, fast="alert")
    repository = with_files(app.root, join(paging, app.catalog(), app.root).contents)
    seen = preview(repository.catalog, new_slo.slo, recent.history, span=recent.span)
    alert_lines = [line for line in seen.lines() if line.startswith("alert: ")] if seen else []
    return f"; the past as an {alert_lines[0]}" if alert_lines else ""
