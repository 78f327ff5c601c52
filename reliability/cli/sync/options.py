"""The options of `reliability sync` as one value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from reliability.plan.decisions import PlanDecisions


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRequest:
    """The options of one sync."""

    names: Sequence[str]
    environments: Sequence[str]
    out_of_order: bool
    decisions: PlanDecisions
    yes: bool
    dry_run: bool
    no_wait: bool
    allow: Sequence[str]
    form: str
    brief: bool
    test_page: str | None
    forge: str | None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> SyncRequest:
        """Return the request; given options without a field here are decisions of the plan."""
        own = {field.name for field in fields(cls)} - {"decisions"}
        decided = {name: value for name, value in given.items() if name not in own}
        return cls(decisions=PlanDecisions(**decided), **{name: given[name] for name in own})

    @property
    def is_partial(self) -> bool:
        """Whether it leaves out sync targets or objects."""
        return bool(self.names or self.environments or self.decisions.only)

    @property
    def is_question(self) -> bool:
        """Whether a person has to confirm before a write."""
        return not (self.yes or self.dry_run)
