"""The options of `reliability triage` as one value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; `prometheus` is an address, `authorization` where its secret stands."""

    paths: tuple[Path, ...]
    prometheus: str | None
    authorization: str | None
    days: int
    channel: tuple[str, ...]
    worksheet: Path | None
    draft: Path | None
    service: str | None
    team: str | None
    top: int
    form: str

    @property
    def channels(self) -> frozenset[str]:
        """The channels that are read, without the sign in front; none means all."""
        return frozenset(each.lstrip("#") for each in self.channel)
