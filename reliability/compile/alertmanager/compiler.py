"""Compiler of one Alertmanager configuration for the whole catalog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from reliability.alert_labels import AlertLabelNames
from reliability.alertmanager.matcher import RouteMatcher
from reliability.alertmanager.routing import Routing, parse
from reliability.alertmanager.validation.refusals import config_refusals
from reliability.compile.alertmanager.labels import budget_labels
from reliability.compile.alertmanager.merge import Contribution, has_global_slack, merged, refusals
from reliability.compile.alertmanager.policy import (
    NotificationSettings,
    forbidden_notifications,
    time_problems,
)
from reliability.compile.alertmanager.receivers import (
    HEARTBEAT,
    NOBODY,
    RECEIVER_PREFIX,
    UNROUTED,
    TeamReceiver,
    heartbeat,
    reaches,
    unrouted,
)
from reliability.compile.alertmanager.routes import grouped, subtree
from reliability.compile.alertmanager.templates import KEY, TEXT, USED_BY, name_of
from reliability.compile.alertmanager.unreached import (
    log_problems,
    mention_problems,
    slack_problems,
    unreached,
)
from reliability.finding import Problem
from reliability.load.catalog import BASE_ALERTMANAGER, Catalog
from reliability.load.document import Document, EntryPart, Located
from reliability.location import Location, Pointer
from reliability.model.notification import NotificationPolicy
from reliability.model.team import Team
from reliability.resource import Json, Resource, ResourceId


@dataclass(frozen=True, slots=True)
class AlertmanagerConfig:
    """Compiler of the whole configuration, as one resource."""

    target: str = "alertmanager"
    by_service: bool = False

    def compile(self, catalog: Catalog) -> Iterator[Resource | Problem]:
        """Yield the configuration and its problems; nothing if the catalog has no team and no base.

        The configuration always loads in Alertmanager: whatever a problem reports is left out, or
        there is no configuration at all.
        """
        situation = CompilerInputs.of(catalog)
        if situation.theirs is None and not situation.teams:
            return

        refused = list(situation.refusals())
        if refused:
            yield from refused
            return

        yield from situation.problems()
        identity = ResourceId(self.target, "config", "alertmanager")
        template = situation.template
        body = situation.config() | ({KEY: template} if template else {})
        yield Resource(identity, body, situation.origin)


def routing_of(catalog: Catalog) -> Routing | None:
    """Return the routing tree of a catalog's alerts, or None if there is no configuration."""
    for made in AlertmanagerConfig().compile(catalog):
        if isinstance(made, Resource):
            return parse(made.body)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompilerInputs:
    """Inputs of the configuration; `theirs` is the existing configuration of a team, if any."""

    catalog: Catalog
    theirs: Document | None
    means: NotificationSettings
    teams: tuple[Located[Team], ...]
    reaches: tuple[TeamReceiver, ...]

    @classmethod
    def of(cls, catalog: Catalog) -> CompilerInputs:
        """Collect the inputs from a catalog.

        Teams are sorted by name; of two with the same name, the first counts.
        """
        theirs = catalog.raw.get(BASE_ALERTMANAGER)
        means = NotificationSettings.of(
            catalog, has_global_slack=theirs is not None and has_global_slack(theirs)
        )
        # Reversed, because the last assignment to a key wins, and the first team of a name counts.
        named = {team.value.metadata.name: team for team in reversed([*catalog.documents(Team)])}
        teams = tuple(named[name] for name in sorted(named))
        receivers = tuple(reach for team in teams for reach in reaches(team, means))
        return cls(catalog=catalog, theirs=theirs, means=means, teams=teams, reaches=receivers)

    def config(self) -> dict[str, Json]:
        """Return the complete configuration, without its template file."""
        return merged(self._frame() if self.theirs is None else self.theirs.values, self._ours())

    def refusals(self) -> Iterator[Problem]:
        """Yield problems that prevent the merge, or else those that Alertmanager would refuse."""
        problems = [] if self.theirs is None else [*refusals(self.theirs, self._ours())]
        yield from problems
        if problems or not self.teams:
            return
        config = self.config()
        for refusal in config_refusals(config):
            # What only the older supported version refuses does not stop the compilation.
            if not refusal.only_old:
                name = _receiver_name(config, refusal.pointer)
                yield refusal.problem_at(self.at_receiver(name))

    def at_receiver(self, name: str) -> Location:
        """Return the location that asks for a generated receiver, or that of the configuration."""
        policy = self.catalog.only(NotificationPolicy)
        if name == HEARTBEAT and policy is not None:
            return policy.at("spec", "heartbeat")
        team = name.removeprefix(RECEIVER_PREFIX).partition("/")[0]
        located = self.catalog.find(Team, team)
        return located.at("spec", "channels", part=EntryPart.KEY) if located else self.origin

    def problems(self) -> Iterator[Problem]:
        """Yield problems of parts that cannot be compiled as declared."""
        yield from (problem for _, problem in forbidden_notifications(self.catalog))
        yield from time_problems(self.catalog)
        for team in self.teams:
            yield from slack_problems(team, self.means)
            yield from log_problems(team)
            yield from mention_problems(team, self.means)
        yield from unreached(self.catalog, self.reaches, self.means)

    @property
    def template(self) -> str | None:
        """Text of the template file of the generated receivers, if they use it."""
        return TEXT if any(USED_BY & reach.configs.keys() for reach in self.reaches) else None

    @property
    def origin(self) -> Location:
        """Location of the configuration's source: the existing file, the policy or a team."""
        policy = self.catalog.only(NotificationPolicy)
        located = (policy, *self.teams) if policy else self.teams
        document = self.theirs or located[0].document
        return Location(document.path)

    def _ours(self) -> Contribution:
        if not self.teams:
            return Contribution([], [], [], [])
        template = self.template
        return Contribution(
            routes=[*self.routes()],
            receivers=[
                *(reach.receiver for reach in self.reaches),
                *heartbeat(self.means),
                {"name": NOBODY},
            ],
            inhibit_rules=inhibit_rules(self.means.label_names, budget_labels(self.catalog)),
            templates=[name_of(template)] if template else [],
        )

    def routes(self) -> list[dict[str, Json]]:
        """Return the subtree of each team.

        It matches generated alerts of the team only: merging it into an existing tree changes the
        way of no other alert, and another team changes no line of it.
        """
        budget = budget_labels(self.catalog)
        names = (team.value.metadata.name for team in self.teams)
        return [subtree(name, self.reaches, self.means, budget=budget) for name in names]

    def _frame(self) -> Mapping[str, Json]:
        """Return a configuration to merge into if a team has none.

        Its root route sends every alert that no other route takes to a receiver.
        """
        grouping = self.means.grouping("ticket")
        return {
            "route": {"receiver": UNROUTED, **grouped(grouping, ("alertname",))},
            "receivers": [unrouted(self.teams, self.means)],
        }


def _receiver_name(config: Mapping[str, Json], pointer: Pointer) -> str:
    """Return the name of the receiver that a pointer leads into, or an empty string."""
    match pointer:
        case ("receivers", int(index), *_):
            receiver: Any = cast("list[Json]", config["receivers"])[index]
            return str(receiver["name"])
        case _:
            return ""


def inhibit_rules(names: AlertLabelNames, budget: tuple[str, ...]) -> list[Json]:
    """Return the generated inhibition rule: an alert mutes the ticket of the same error budget.

    Alertmanager treats a label that both sides lack as equal: without the matcher on `slo`, any
    alert would mute any ticket that has no SLO either. With it, the other labels of `budget` may be
    missing on both sides without making a difference.
    """
    has_slo = str(RouteMatcher(names.slo, "=~", ".+"))
    return [
        {
            "source_matchers": [str(RouteMatcher(names.tier, "=", "alert")), has_slo],
            "target_matchers": [str(RouteMatcher(names.tier, "=", "ticket")), has_slo],
            "equal": [*budget],
        }
    ]
