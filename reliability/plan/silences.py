"""Silences that match other alerts once the labels of series leave the alerts of a change."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reliability.alert_labels import OF_SERIES
from reliability.alertmanager.matcher import RouteMatcher
from reliability.plan.alerts import NAME, TEMPLATE, label_names_of
from reliability.render.times import utc_minute

Matchers = tuple[RouteMatcher, ...]
Labels = Mapping[str, str]

GONE: Final = dict.fromkeys(OF_SERIES, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentSilence:
    """A silence that has not expired, of the Alertmanager of a sync target.

    `starts` is None if it has begun.
    """

    id: str
    target: str
    created_by: str
    comment: str
    matchers: Matchers
    starts: datetime | None
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedSilence:
    """A silence, and the alerts of a change that it would no longer match, or begin to match.

    `replacements` are the matchers of silences of the same SLOs that match before and after.
    """

    silence: CurrentSilence
    alerts: tuple[Labels, ...]
    replacements: tuple[Matchers, ...]

    @property
    def commands(self) -> Iterator[str]:
        """Yield the commands for a shell that replace the silence, if there is a replacement."""
        silence = self.silence
        if not self.replacements:
            return
        # Without an end, amtool silences for one hour.
        times = {"start": silence.starts, "end": silence.ends}
        words = [f"--{name}={at.isoformat(timespec='seconds')}" for name, at in times.items() if at]
        words.append(f"--comment={silence.comment}")
        for matchers in self.replacements:
            yield shlex.join(("amtool", "silence", "add", *words, *map(str, matchers)))
        yield shlex.join(("amtool", "silence", "expire", silence.id))

    @property
    def effect(self) -> str:
        """Say which alerts it would match otherwise."""
        alerts = [f"{alert[NAME]} of {alert[label_names_of(alert).slo]}" for alert in self.alerts]
        would = "no longer" if _meets(self.silence.matchers, self.alerts[0]) else "begin to"
        return f"would {would} match {', '.join(dict.fromkeys(alerts))}"

    def __str__(self) -> str:
        silence = self.silence
        return (
            f"silence {silence.id} in {silence.target}, by {silence.created_by} until "
            f"{utc_minute(silence.ends)}, {{{', '.join(map(str, silence.matchers))}}}"
        )


def changed_silences(
    silences: Iterable[CurrentSilence], leaving: Sequence[Labels]
) -> Iterator[ChangedSilence]:
    """Yield the silences that match otherwise once alerts have the labels of series no more.

    `leaving` are the labels of those alerts with the labels that leave; one that an alert does not
    have is empty there, as Alertmanager reads it.
    """
    for silence in silences:
        changed = tuple(
            alert
            for alert in leaving
            if _meets(silence.matchers, alert) != _meets(silence.matchers, {**alert, **GONE})
        )
        if changed:
            replacements = tuple(dict.fromkeys(_replacements(silence.matchers, changed)))
            yield ChangedSilence(silence=silence, alerts=changed, replacements=replacements)


def _replacements(matchers: Matchers, changed: Sequence[Labels]) -> Iterator[Matchers]:
    """Yield matchers on labels that stay: of the same services, or else of each objective."""
    names = label_names_of(changed[0])
    on_series = [matcher for matcher in matchers if matcher.name in GONE]
    kept = [matcher for matcher in matchers if matcher not in on_series]
    # Then it goes on matching alerts that are not in this change.
    matches_others = all(matcher.matches(GONE) for matcher in on_series)

    if all(matcher.name == "sloth_service" for matcher in on_series):
        same = [RouteMatcher(names.service, one.operator, one.value) for one in on_series]
        # Signals of the service have its label, too, and the silence does not match them.
        of_slos = [] if matches_others else [RouteMatcher(names.slo, "=~", ".+")]
        yield (*same, *of_slos, *kept)
    elif not matches_others:
        for alert in changed:
            labels = (names.service, names.slo, names.objective)
            yield (*(RouteMatcher(name, "=", alert[name]) for name in labels), *kept)


def _meets(matchers: Matchers, alert: Labels) -> bool:
    """Return whether a silence may match an alert.

    An alert may have more labels than its rule sets, such as external ones, with any value.
    """
    return all(
        matcher.matches(alert)
        for matcher in matchers
        if matcher.name in alert and TEMPLATE not in alert[matcher.name]
    )
