"""The options of `reliability triage` as one value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.onboarding.triage.reading import TriageSources


@dataclass(frozen=True, slots=True)
class TriageOptions:
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

    def sources(self, app: App) -> TriageSources:
        """What is read; channels are named without the sign in front."""
        from reliability.onboarding.triage.reading import TriageSources

        return TriageSources(
            paths=self.paths,
            channels=frozenset(each.lstrip("#") for each in self.channel),
            prometheus=self.prometheus,
            authorization=self.authorization,
            days=self.days,
            service=self.service,
            team=self.team,
            secret=app.settings.secret,
            note=app.note,
        )
