"""The options of `reliability triage` as one value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.onboarding.triage.reading import TriageSources


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageOptions:
    """The options; `prometheus` is a URL, `authorization` a reference to a secret."""

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
        """Return the sources to read; a `#` before a channel is removed."""
        from reliability.onboarding.triage.reading import TriageSources

        return TriageSources(
            paths=self.paths,
            channels=frozenset(name.lstrip("#") for name in self.channel),
            prometheus=self.prometheus,
            authorization=self.authorization,
            days=self.days,
            service=self.service,
            team=self.team,
            secret=app.settings.secret,
            note=app.note,
        )
