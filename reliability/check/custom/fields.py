"""What a custom rule can see: the types of its world, field by field, each with what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Form = Literal["one", "list", "map"]
"""A value; a list of them; or a mapping from texts to them."""


@dataclass(frozen=True, slots=True)
class CelField:
    """One field: `type` is string, double, int, bool, duration or one of TYPES."""

    name: str
    type: str
    says: str
    form: Form = "one"

    @property
    def shown(self) -> str:
        """The type as people read it: `list(string)`, `map(string, Entry)`."""
        return {
            "one": self.type,
            "list": f"list({self.type})",
            "map": f"map(string, {self.type})",
        }[self.form]


def texts(name: str, says: str) -> CelField:
    """A list of texts."""
    return CelField(name, "string", says, "list")


def text(name: str, says: str) -> CelField:
    """A text; empty where it is not written."""
    return CelField(name, "string", says)


def texts_by_key(name: str, says: str) -> CelField:
    """Texts by key."""
    return CelField(name, "string", says, "map")


TYPES: Final[Mapping[str, tuple[CelField, ...]]] = {
    "Service": (
        text("name", "its name"),
        CelField("ownership", "Ownership", "who answers; unset where no document says it"),
        CelField("team", "Team", "the team that owns it; unset where none is declared"),
        CelField("slos", "Slo", "its promises, as written", "list"),
        CelField(
            "objectives", "Objective", "each target of each promise, references followed", "list"
        ),
        CelField("signals", "Signal", "what makes a noise besides the promises", "list"),
        texts("files", "the paths of its documents"),
        CelField(
            "dependencies", "Entry", "the services that it needs, where they are there", "list"
        ),
        CelField("dependants", "Entry", "the services that need it", "list"),
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
        texts("dependencies", "services that it needs"),
        texts_by_key("hierarchy", "the state of each level that is written"),
    ),
    "Team": (
        text("name", "its name"),
        texts("members", "handles"),
        text("timeZone", "an IANA zone"),
        CelField("hasPager", "bool", "whether a pager is named"),
        text("mention", "the group that an alert mentions"),
        texts_by_key("slackChannels", "a channel by tier, where it is one of Slack"),
        texts("channelTiers", "the tiers that have a channel of any kind"),
    ),
    "Slo": (
        text("name", "its name"),
        text("displayName", "what people call it"),
        text("description", "in words"),
        texts_by_key("labels", "a label with several values holds them split by a comma"),
        texts_by_key("annotations", "all of them"),
        text("status", "provisional or established"),
        text("journey", "what a user does"),
        texts("agreedBy", "handles"),
        text("reviewed", "the day of the last review, YYYY-MM-DD"),
        CelField("reviewEvery", "duration", "how often it is looked at; unset where not written"),
        text("rationale", "why this target"),
        texts("groupBy", "labels that each get a budget"),
        CelField("period", "duration", "the length of its window"),
        CelField("isCalendar", "bool", "whether the window follows the calendar"),
        text("budgetingMethod", "Occurrences, Timeslices or RatioTimeslices"),
    ),
    "Objective": (
        text("slo", "the name of its promise"),
        text("name", "its slug; empty where it is the only one without a name"),
        CelField("target", "double", "a ratio from 0 to 1"),
        CelField("period", "duration", "the length of its window"),
        texts("tiers", "the tiers that its burn-rate alerts reach"),
        text("runbook", "what a woken person reads first"),
        text("noDataTier", "the tier that is told where there is no data"),
        texts_by_key("queries", "good, bad, total, raw or threshold, as written"),
    ),
    "Signal": (
        text("name", "its name"),
        text("kind", "symptom, cause, heartbeat or saturation"),
        text("tier", "alert, ticket or log; empty where not written"),
        text("expr", "PromQL"),
        CelField("waits", "duration", "what is written as `for`"),
        text("slo", "the promise that it belongs to"),
        texts_by_key("labels", "its own"),
        text("summary", "one line"),
        text("description", "more lines"),
        text("runbook", "what a woken person reads first"),
    ),
    "Catalog": (
        CelField("services", "Entry", "every service, by name", "list"),
        CelField("named", "Entry", "the same, to look one up", "map"),
        CelField("teams", "TeamEntry", "every team, by name", "list"),
    ),
    "Entry": (
        text("name", "its name"),
        text("team", "the name of the team"),
        text("criticality", "critical, important or standard"),
        text("lifecycle", "experimental, production or deprecated"),
        text("engagement", "core, embedded, enabling or none"),
        texts("dependencies", "services that it needs"),
        texts("slos", "the names of its promises"),
        texts("signals", "the names of its signals"),
    ),
    "TeamEntry": (
        text("name", "its name"),
        texts("members", "handles"),
        texts("services", "what it owns"),
    ),
}
"""Every type of the world; the order of fields is their numbers, so new ones come last."""

PACKAGE: Final = "world"
"""What the names of types begin with where CEL says them."""

Subject = Literal["service", "slo", "objective", "signal", "catalog"]
"""What a rule is `on`: what `holds` is asked of, one by one."""

VARIABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "service": {"service": "Service"},
    "slo": {"slo": "Slo", "service": "Service"},
    "objective": {"objective": "Objective", "slo": "Slo", "service": "Service"},
    "signal": {"signal": "Signal", "service": "Service"},
    "catalog": {"catalog": "Catalog"},
}
"""The names in an expression and their types, by what the rule is on."""

MANY: Final[Mapping[str, str]] = {"slo": "slos", "objective": "objectives", "signal": "signals"}
"""The field of a service that holds the subjects."""

CONCERNED: Final = "concerned"
"""In the message of a rule with `concerns`: the name of the service that is spoken of."""


def names_in(type_name: str) -> frozenset[str]:
    """The fields of a type; none of what is no type of ours."""
    return frozenset(field.name for field in TYPES.get(type_name, ()))
