"""Alerts that a server reports as pending or firing, also silenced ones, and silences."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AwareDatetime, TypeAdapter

from reliability.alert_labels import OF_SERIES
from reliability.alertmanager.matcher import MatcherRefusedError, Operator, RouteMatcher
from reliability.errors import ProviderError
from reliability.http.prometheus import AnswerPart, FirstFault, LabelSet, Success, data_of
from reliability.plan.alerts import ActiveAlert
from reliability.plan.silences import CurrentSilence
from reliability.providers.fired import shown_of
from reliability.providers.http import HttpServer


class ActiveRule(AnswerPart):
    """One alert in a response of `GET /api/v1/alerts`."""

    labels: LabelSet
    state: str
    activeAt: AwareDatetime  # noqa: N815 - as Prometheus writes it


class ActiveRules(AnswerPart):
    """Data of a response of `GET /api/v1/alerts`."""

    alerts: Annotated[list[ActiveRule], FirstFault()]


class SilenceMatcher(AnswerPart):
    """A matcher of a silence."""

    name: str
    value: str
    isRegex: bool  # noqa: N815 - as Alertmanager writes it
    isEqual: bool = True  # noqa: N815 - as above


class ShownSilence(AnswerPart):
    """One silence in a response of `GET /api/v2/silences`."""

    id: str
    status: LabelSet
    matchers: list[SilenceMatcher]
    startsAt: AwareDatetime  # noqa: N815 - as Alertmanager writes it
    endsAt: AwareDatetime  # noqa: N815 - as above
    createdBy: str  # noqa: N815 - as above
    comment: str


ALERTS: Final = TypeAdapter(Success[ActiveRules])
OPERATORS: Final[tuple[Operator, ...]] = ("!=", "=", "!~", "=~")
SILENCES: Final = TypeAdapter(Annotated[list[ShownSilence], FirstFault()])


def active_in_prometheus(server: HttpServer, prefix: str = "") -> tuple[ActiveAlert, ...]:
    """Return every pending or firing alert of the rules that a Prometheus runs.

    `prefix` is the path before `/api/v1` of a server with the same API.

    Raises:
        ProviderError: the server does not answer as a Prometheus does.
    """
    alerts = data_of(server.get(f"{prefix}/api/v1/alerts"), ALERTS).alerts
    return tuple(ActiveAlert(alert.labels, alert.state, alert.activeAt) for alert in alerts)


def active_in_alertmanager(server: HttpServer) -> tuple[ActiveAlert, ...]:
    """Return every alert that an Alertmanager has received and that has not ended, as firing.

    Silenced and inhibited alerts are included, which is the default of the API.

    Raises:
        ProviderError: the server does not answer as an Alertmanager does.
    """
    alerts = shown_of(server.get("/api/v2/alerts"))
    # Alertmanager never receives pending alerts.
    return tuple(ActiveAlert(alert.labels, "firing", alert.startsAt) for alert in alerts)


def silences_in_alertmanager(server: HttpServer) -> tuple[CurrentSilence, ...]:
    """Return active and pending silences that match on a label that alerts have of their series.

    Raises:
        ProviderError: the server does not answer as an Alertmanager does.
    """
    reply = server.get("/api/v2/silences")
    if not reply.is_success:
        raise reply.unexpected("an Alertmanager", f"status {reply.status_code}: {reply.words}")
    return tuple(
        _silence(shown, server.target)
        for shown in reply.read(SILENCES, "an Alertmanager")
        if shown.status.get("state") != "expired"
        and any(matcher.name in OF_SERIES for matcher in shown.matchers)
    )


def _silence(shown: ShownSilence, target: str) -> CurrentSilence:
    try:
        matchers = tuple(
            RouteMatcher(one.name, OPERATORS[2 * one.isRegex + one.isEqual], one.value)
            for one in shown.matchers
        )
    except MatcherRefusedError as refusal:
        raise ProviderError(f"{target}: silence {shown.id}: {refusal.message}") from refusal
    return CurrentSilence(
        id=shown.id,
        target=target,
        created_by=shown.createdBy,
        comment=shown.comment,
        matchers=matchers,
        starts=shown.startsAt if shown.status.get("state") == "pending" else None,
        ends=shown.endsAt,
    )
