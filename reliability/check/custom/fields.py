"""The data that custom rules see: the types of a world, with a description of each field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Form = Literal["one", "list", "map"]
"""One value, a list of values, or a mapping from strings to values."""


@dataclass(frozen=True, slots=True)
class CelField:
    """One field: `type` is string, double, int, bool, duration or one of TYPES."""

    name: str
    type: str
    says: str
    form: Form = "one"

    @property
    def shown(self) -> str:
        """The type as documentation shows it: `list(string)`, `map(string, Entry)`."""
        return {
            "one": self.type,
            "list": f"list({self.type})",
            "map": f"map(string, {self.type})",
        }[self.form]


def texts(name: str, says: str) -> CelField:
    """Return a field that is a list of strings."""
    return CelField(name, "string", says, form="list")


def text(name: str, says: str) -> CelField:
    """Return a field that is a string; it is empty if the document does not set it."""
    return CelField(name, "string", says)


def texts_by_key(name: str, says: str) -> CelField:
    """Return a field that is a mapping from strings to strings."""
    return CelField(name, "string", says, form="map")


TYPES: Final[Mapping[str, tuple[CelField, ...]]] = {
    "Service": (
        text("name", "its name"),
        CelField("ownership", "Ownership", "its ownership; unset if no document declares it"),
        CelField("team", "Team", "the team that owns it; unset if no such team is declared"),
        CelField("slos", "Slo", "its SLOs, as written", form="list"),
        CelField(
            "objectives",
            "Objective",
            "the objectives of its SLOs, with references resolved",
            form="list",
        ),
        CelField(
            "signals", "Signal", "its alerting rules that are not burn-rate alerts", form="list"
        ),
        texts("files", "the paths of its documents"),
        CelField(
            "dependencies", "Entry", "the services that it depends on, if they exist", form="list"
        ),
        CelField("dependants", "Entry", "the services that depend on it", form="list"),
    ),
    "Ownership": (
        text("team", "the name of the team"),
        text("criticality", "critical, important or standard"),
        text("lifecycle", "experimental, production or deprecated"),
        text("description", "what the service does"),
        text("productApprover", "a handle"),
        text("technicalApprover", "a handle"),
        text("engagement", "core, embedded, enabling or none"),
        text("adoption", "none, with-sre, assisted or self"),
        texts("dependencies", "the services that it depends on"),
        texts_by_key("hierarchy", "the state of each declared level"),
    ),
    "Team": (
        text("name", "its name"),
        texts("members", "handles"),
        text("timeZone", "an IANA zone"),
        CelField("hasPager", "bool", "whether PagerDuty is set"),
        text("mention", "the group that alerts mention"),
        texts_by_key("slackChannels", "the Slack channel of each tier that has one"),
        texts("channelTiers", "the tiers that have a channel of any kind"),
    ),
    "Slo": (
        text("name", "its name"),
        text("displayName", "its display name"),
        text("description", "its description"),
        texts_by_key("labels", "its labels; several values are joined with commas"),
        texts_by_key("annotations", "its annotations"),
        text("status", "provisional or established"),
        text("journey", "the user journey"),
        texts("agreedBy", "handles"),
        text("reviewed", "the date of the last review, YYYY-MM-DD"),
        CelField("reviewEvery", "duration", "the review interval; unset if not written"),
        text("rationale", "the reason for its target"),
        texts("groupBy", "the labels it is grouped by"),
        CelField("period", "duration", "the length of the SLO period"),
        CelField("isCalendar", "bool", "whether its period follows the calendar"),
        text("budgetingMethod", "Occurrences, Timeslices or RatioTimeslices"),
    ),
    "Objective": (
        text("slo", "the name of its SLO"),
        text("name", "its slug; empty for a single objective without a name"),
        CelField("target", "double", "a ratio from 0 to 1"),
        CelField("period", "duration", "the length of the SLO period"),
        texts("tiers", "the tiers of its burn-rate alerts"),
        text("runbook", "path or URL of the runbook"),
        text("noDataTier", "the tier of the missing-data alert"),
        texts_by_key("queries", "good, bad, total, raw or threshold, as written"),
    ),
    "Signal": (
        text("name", "its name"),
        text("kind", "symptom, cause, heartbeat or saturation"),
        text("tier", "alert, ticket or log; empty where not written"),
        text("expr", "PromQL"),
        CelField("waits", "duration", "its `for`"),
        text("slo", "the SLO that it belongs to"),
        texts_by_key("labels", "its labels"),
        text("summary", "its summary"),
        text("description", "its description"),
        text("runbook", "path or URL of the runbook"),
    ),
    "Catalog": (
        CelField("services", "Entry", "every service, by name", form="list"),
        CelField("named", "Entry", "every service, to look one up by name", form="map"),
        CelField("teams", "TeamEntry", "every team, by name", form="list"),
    ),
    "Entry": (
        text("name", "its name"),
        text("team", "the name of the team"),
        text("criticality", "critical, important or standard"),
        text("lifecycle", "experimental, production or deprecated"),
        text("engagement", "core, embedded, enabling or none"),
        texts("dependencies", "the services that it depends on"),
        texts("slos", "the names of its SLOs"),
        texts("signals", "the names of its signals"),
    ),
    "TeamEntry": (
        text("name", "its name"),
        texts("members", "handles"),
        texts("services", "the services that it owns"),
    ),
}
"""Every type of the world. The position of a field is its protobuf number: append new fields."""

PACKAGE: Final = "world"
"""The package of the types, which CEL prints in front of their names."""

Subject = Literal["service", "slo", "objective", "signal", "catalog"]
"""The subjects of a rule: `holds` is evaluated for each of them."""

VARIABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "service": {"service": "Service"},
    "slo": {"slo": "Slo", "service": "Service"},
    "objective": {"objective": "Objective", "slo": "Slo", "service": "Service"},
    "signal": {"signal": "Signal", "service": "Service"},
    "catalog": {"catalog": "Catalog"},
}
"""The variables of an expression and their types, by the subject of the rule."""

MANY: Final[Mapping[str, str]] = {"slo": "slos", "objective": "objectives", "signal": "signals"}
"""The field of a service that holds the subjects."""

CONCERNED: Final = "concerned"
"""A variable in the message of a rule with `concerns`: the name of the service."""


def names_in(type_name: str) -> frozenset[str]:
    """Return the names of the fields of a type; empty for an unknown type."""
    return frozenset(field.name for field in TYPES.get(type_name, ()))
