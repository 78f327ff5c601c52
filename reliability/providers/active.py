"""Alerts that a server reports as pending or firing, including silenced and inhibited ones."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AwareDatetime, TypeAdapter

from reliability.http.prometheus import AnswerPart, FirstFault, LabelSet, Success, data_of
from reliability.plan.alerts import ActiveAlert
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


ALERTS: Final = TypeAdapter(Success[ActiveRules])


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
