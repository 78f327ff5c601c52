"""Contact points and notification policies as files that Grafana provisions its alerting with.

They are made of the receivers and routes of Alertmanager. Sources: Grafana's documentation, "Use
configuration files to provision alerting resources", and in grafana/grafana
pkg/services/provisioning/values/values.go, which replaces variables of the environment in every
text: `$$` is a dollar sign. Its conf/provisioning/alerting/sample.yaml has the form of `templates`.
Files of policies replace the whole tree of an organization, so they
are written only for a target that says that it owns the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reliability.compile.alertmanager.compiler import CompilerInputs
from reliability.compile.alertmanager.receivers import (
    NOBODY,
    RECEIVER_PREFIX,
    UNROUTED,
    heartbeat,
    unrouted,
)
from reliability.compile.alertmanager.routes import grouped
from reliability.compile.boards.grafana_fields import uid_name, uid_prefix
from reliability.compile.grafana.secret_variables import SecretVariables
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.model.targets import FilesTarget, SyncTargets
from reliability.resource import Json, Resource, ResourceId

TARGET: Final = "grafana-alerting"
PROVISIONING: Final = "provisioning"
ORGANIZATION: Final = 1
TEMPLATES: Final = "reliability"
"""Name of the template group with the definitions that contact points use."""
ALWAYS: Final = "reliability/always"
"""Mute timing of alerts that nobody is notified of: a contact point has at least one receiver."""
KINDS: Final = ("slack_configs", "pagerduty_configs", "webhook_configs")
COMMON_DETAILS: Final = ("severity", "class", "component", "group", "details")


@dataclass(frozen=True, slots=True)
class GrafanaAlerting:
    """Compiler of the files for Grafana's alerting; nothing without teams."""

    target: str = TARGET
    by_service: bool = False

    def compile(self, catalog: Catalog) -> Iterator[Resource | Problem]:
        """Yield the contact points, and the policies for targets that own the tree."""
        inputs = CompilerInputs.of(catalog)
        if not inputs.teams:
            return
        points = contact_points(catalog, inputs)
        body: dict[str, Json] = {"apiVersion": 1, "contactPoints": points}
        if inputs.template:
            group = {
                "orgId": ORGANIZATION,
                "name": TEMPLATES,
                "template": _literal(inputs.template),
            }
            body["templates"] = [group]
        yield Resource(ResourceId(TARGET, PROVISIONING, "contact-points"), body, inputs.origin)

        owners = tuple(target.name for target in owning_targets(catalog))
        names = {str(point["name"]) for point in points if isinstance(point, dict)}
        if owners and UNROUTED in names:
            tree = _policies(inputs, names)
            identity = ResourceId(TARGET, PROVISIONING, "policies")
            yield Resource(identity, tree, inputs.origin, targets=owners)


def owning_targets(catalog: Catalog) -> Iterator[FilesTarget]:
    """Yield the targets whose files are the whole tree of notification policies."""
    declared = catalog.only(SyncTargets)
    for target in declared.value.spec.targets if declared else ():
        if isinstance(target, FilesTarget) and TARGET in target.writes and target.owns_policy_tree:
            yield target


def contact_points(catalog: Catalog, inputs: CompilerInputs) -> list[Json]:
    """Return a contact point for each receiver that notifies somebody."""
    receivers = [
        unrouted(inputs.teams, inputs.means),
        *(reach.receiver for reach in inputs.reaches),
        *heartbeat(inputs.means),
    ]
    declared = catalog.only(SyncTargets)
    owner = declared.value.spec.owner if declared else None
    prefix = uid_prefix(owner.id if owner else "")
    variables = SecretVariables.of(receivers)
    points: list[Json] = []
    for receiver in receivers:
        integrations = list(_integrations(receiver, variables, prefix))
        if integrations:
            points.append(
                {"orgId": ORGANIZATION, "name": receiver["name"], "receivers": integrations}
            )
    return points


def _integrations(
    receiver: Mapping[str, Any], variables: SecretVariables, prefix: str
) -> Iterator[Json]:
    short = str(receiver["name"]).removeprefix(RECEIVER_PREFIX).replace("/", "-")
    for key in KINDS:
        kind = key.removesuffix("_configs")
        for number, config in enumerate(receiver.get(key, ())):
            name = f"{short}-{kind}{number or ''}"
            yield {
                "uid": f"{prefix}{uid_name(name)}",
                "type": kind,
                "disableResolveMessage": not config["send_resolved"],
                "settings": dict(_settings(kind, config, variables)),
            }


def _settings(
    kind: str, config: Mapping[str, Any], variables: SecretVariables
) -> Iterator[tuple[str, Json]]:
    match kind:
        case "slack":
            yield "recipient", config["channel"]
            yield "url", variables.reference(config.get("api_url_file"))
            yield "color", _literal(config["color"])
            yield "title", _literal(config["title"])
            # The mention is in the text, and not in a setting of Grafana: those mention people of
            # resolved alerts, too.
            mention = f"{config['pretext']}\n" if "pretext" in config else ""
            yield "text", _literal(f"{mention}{config['text']}")
        case "pagerduty":
            yield "integrationKey", variables.reference(config["routing_key_file"])
            yield "summary", _literal(config["description"])
            for key in COMMON_DETAILS:
                yield key, _literal(config[key])
            # Links are not settings of Grafana, which sends its own address as one. PagerDuty links
            # `client` to `client_url` (receivers/pagerduty/v1/pagerduty.go in grafana/alerting).
            [link] = config["links"]
            yield "client", _literal(link["text"])
            yield "client_url", _literal(link["href"])
        case _:
            file = config.get("url_file")
            yield "url", variables.reference(file) if file else _literal(config["url"])
            yield "httpMethod", "POST"


def _literal(value: Any) -> Any:
    """Return a value in which Grafana replaces nothing."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key: _literal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_literal(item) for item in value]
    return value


def _policies(inputs: CompilerInputs, names: Iterable[str]) -> dict[str, Json]:
    """Return the whole tree of policies, and the mute timing of alerts for nobody."""
    known = {*names, UNROUTED}
    root: dict[str, Json] = {
        "orgId": ORGANIZATION,
        "receiver": UNROUTED,
        **grouped(inputs.means.grouping("ticket"), ("alertname",)),
        "routes": [_literal(_route(route, known)) for route in inputs.routes()],
    }
    always: dict[str, Json] = {
        "orgId": ORGANIZATION,
        "name": ALWAYS,
        "time_intervals": [{"times": [{"start_time": "00:00", "end_time": "24:00"}]}],
    }
    return {"apiVersion": 1, "muteTimes": [always], "policies": [root]}


def _route(route: Mapping[str, Any], known: set[str]) -> dict[str, Json]:
    """Return a route whose contact points exist; others are muted at all times."""
    made: dict[str, Any] = dict(route)
    if made.get("receiver", UNROUTED) not in known or made.get("receiver") == NOBODY:
        made |= {"receiver": UNROUTED, "mute_time_intervals": [ALWAYS]}
    if "routes" in made:
        made["routes"] = [_route(child, known) for child in made["routes"]]
    return made
