"""The interview of `reliability new`: each question with its reason, its flag and its default."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import click

from reliability.cli.app import App
from reliability.cli.asking import Question, on_terminal
from reliability.cli.new.indicator import indicator_of
from reliability.cli.new.input import Given, Interview
from reliability.cli.new.server import View
from reliability.onboarding import answers
from reliability.onboarding.new.joining import join
from reliability.onboarding.new.known import known_of
from reliability.onboarding.new.laying import with_files
from reliability.onboarding.new.promise import NewSli, NewSlo, slo_name
from reliability.onboarding.new.proposal import (
    TargetProposal,
    failures_to_wait_for,
    guess,
    percent,
    propose,
)
from reliability.onboarding.new.service_kinds import ServiceKind
from reliability.onboarding.people import People


@dataclass(frozen=True, slots=True)
class InterviewResult:
    """What the interview led to."""

    promise: NewSlo
    proposal: TargetProposal


def interview(app: App, view: View, given: Given) -> InterviewResult:
    """Ask everything, in the order in which one would at a table."""
    service = _service(given["service"])
    talk = Interview(app, view, given, known_of(app.catalog(), service, given), service)
    journey = _journey(talk)
    kind, indicator = indicator_of(talk)
    hurts = _user_impact(talk, kind)
    slo = _slo(talk, journey)
    proposal = _proposal(talk, indicator)
    target = _target(talk, proposal)
    rationale = proposal.reason if target == proposal.target else f"chosen; {proposal.reason}"
    people, product, technical = _people(talk)
    criticality = _criticality(talk)
    known = talk.known
    promise = NewSlo(
        service,
        slo,
        journey,
        hurts,
        indicator,
        target,
        rationale,
        people,
        product,
        technical,
        criticality,
        known.fast,
        app.today,
        known.period,
        known.windows,
        known.review_every,
    )
    promise = replace(promise, fast=_fast_tier(talk, promise))
    if promise.fast == "alert":
        floor = failures_to_wait_for(
            proposal.events_an_hour, target, known.fast_pairs, known.period
        )
        promise = replace(promise, minimum_failures=floor)
    return InterviewResult(promise, proposal)


def _journey(talk: Interview) -> str:
    question = Question(
        "What do users do here that must work?",
        "an SLO is about something that users need; describe one user journey per run",
        "--journey",
        talk.known.journey,
    )
    return talk.settle(question, answers.sentence)


def _user_impact(talk: Interview, kind: ServiceKind) -> str:
    question = Question(
        "What do users see when it does not work?",
        "the first line of the runbook, for an on-call engineer who was just woken up",
        "--user-impact",
        kind.hurts,
    )
    return talk.settle(question, answers.sentence)


def _slo(talk: Interview, journey: str) -> str:
    question = Question(
        "What is the name of the SLO?",
        "the name appears in alerts, issues and reports, and is hard to change later",
        "--slo",
        talk.known.slo or slo_name(talk.service, journey),
    )
    return talk.settle(question, answers.name)


def _service(text: str) -> str:
    try:
        return answers.name(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="SERVICE") from None


def _proposal(talk: Interview, indicator: NewSli) -> TargetProposal:
    past = talk.view.past(indicator)
    if isinstance(past, str):
        return guess(past)
    return propose(past, talk.known.period, talk.known.bounds)


def _target(talk: Interview, proposal: TargetProposal) -> Decimal:
    why = f"{percent(proposal.target)}: {proposal.reason}"
    question = Question("Which target, for now?", why, "--target", str(proposal.target))
    return talk.settle(question, answers.target)


def _people(talk: Interview) -> tuple[People, str, str]:
    known = talk.known
    why = "the team that gets the alerts; a file of policies/teams says how"
    team = talk.settle(
        Question("Which team answers?", why, "--team", known.team or None), answers.name
    )
    member = known.member(team) or f"@{team}"
    why = "an SLO has a product side and a technical side, and both approve before it is loosened"
    product = talk.settle(
        Question("Who approves for the product side?", why, "--product", known.product or member),
        answers.handle,
    )
    technical = talk.settle(
        Question(
            "Who approves for the technical side?", why, "--technical", known.technical or member
        ),
        answers.handle,
    )
    channel = "" if talk.given["channel"] is None else talk.given["channel"]
    if not known.has(team) and on_terminal() and not channel:
        why = f"{team} is a new team: this is where its alerts go"
        question = Question("Which Slack channel?", why, "--channel", f"#{team}-alerts")
        channel = talk.settle(question, answers.channel)
    return People(team, technical, channel), product, technical


def _criticality(talk: Interview) -> str:
    why = "critical, important or standard: stricter rules apply to more critical services"
    question = Question(
        "How critical is the service?", why, "--criticality", talk.known.criticality
    )
    return talk.settle(question, answers.one_of("critical", "important", "standard"))


def _fast_tier(talk: Interview, promise: NewSlo) -> str:
    why = "alert wakes somebody now, ticket waits for working hours, log is only counted; a first "
    why += f"number is best a ticket until it has proved itself{_woken(talk, promise)}"
    tier = Question(
        "Which tier does the fast-burn alert belong to?", why, "--fast-tier", talk.known.fast
    )
    return talk.settle(tier, answers.one_of("alert", "ticket", "log"))


def _woken(talk: Interview, promise: NewSlo) -> str:
    """How often somebody would have been woken, for who has to decide; empty where unknown."""
    if talk.view.recent is None or not on_terminal() or talk.given["fast_tier"] is not None:
        return ""
    from reliability.onboarding.new.preview import preview

    app, recent = talk.app, talk.view.recent
    loud = replace(promise, fast="alert")
    repository = with_files(app.root, join(loud, app.catalog(), app.root).contents)
    seen = preview(repository.catalog, promise.slo, recent.history, recent.span)
    told = [line for line in seen.lines() if line.startswith("alert: ")] if seen else []
    return f"; the past as an {told[0]}" if told else ""
