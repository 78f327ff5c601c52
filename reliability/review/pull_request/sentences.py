"""What a change of documents does, in a sentence for each SLO and alert; without markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from reliability.check.changes.renamed_catalog import as_named_now
from reliability.check.context import Context
from reliability.load.catalog import Catalog
from reliability.render.words import ENGLISH, Words
from reliability.review.pull_request.diff import ObjectiveDifference, Touched, touched
from reliability.review.pull_request.environments import (
    all_notification_changes,
    all_objective_differences,
    environment_sides,
)
from reliability.review.pull_request.notified import (
    AlertNotificationChange,
    BurnRateCondition,
    DeliveryPath,
)
from reliability.review.pull_request.phrases import SPEEDS, TIERS, change_word, some, target

MAX_SENTENCES: Final = 20


def sentences_between(before: Catalog, after: Catalog, today: date) -> tuple[str, ...]:
    """Return what the documents of one catalog change in those of another."""
    context = Context(today=today, catalog=after, base=before)
    # Otherwise a renamed SLO would be a deletion and a creation.
    named = Context(today=today, catalog=as_named_now(context) or before)
    sides = environment_sides(named, context)
    return tuple(
        change_sentences(
            touched(before, after),
            all_objective_differences(sides),
            all_notification_changes(sides),
            ENGLISH,
        )
    )


def change_sentences(
    changed: Touched,
    differences: Sequence[ObjectiveDifference],
    notified: Sequence[AlertNotificationChange],
    words: Words,
) -> Iterator[str]:
    """Yield a sentence for each change; equal changes share one, with some of the names.

    Changes of alerts that follow from those of their SLO have none. Files without any such change
    are named at the end.
    """
    of_slos = {(each.service, each.name) for each in differences}
    alerts = [each for each in notified if not _follows(each, of_slos)]
    names: dict[str, list[str]] = {}
    for difference in differences:
        text = words(", ").join(_objective(difference, words))
        where = _with_environments(text, difference.environments, words)
        names.setdefault(where, []).append(difference.name)
    for alert in alerts:
        where = _with_environments(_alert(alert, words), alert.environments, words)
        name = words(SPEEDS[alert.source.speed], name=alert.source.name)
        names.setdefault(where, []).append(name)

    sentences = [
        f"{some(of_change, words, words(', '))}: {text}" for text, of_change in names.items()
    ]
    yield from sentences[:MAX_SENTENCES]
    if len(sentences) > MAX_SENTENCES:
        yield words.many("and {count} more", "and {count} more", len(sentences) - MAX_SENTENCES)

    named = {each.service for each in differences} | {each.source.service for each in alerts}
    services = [f"services/{name}/" for name in changed.services if name not in named]
    if files := [*services, *changed.policies]:
        yield words("changed: {files}", files=some(files, words, words(", ")))


def _follows(alert: AlertNotificationChange, of_slos: Iterable[tuple[str, str]]) -> bool:
    """Return whether an alert only changes with its SLO."""
    old, new = alert.old, alert.new
    if (alert.source.service, alert.source.name) not in of_slos:
        return False
    return old is None or new is None or (old.tier, old.reached) == (new.tier, new.reached)


def _objective(difference: ObjectiveDifference, words: Words) -> Iterator[str]:
    old, new = difference.old, difference.new
    yield change_word(difference, words)
    if old is None and new is not None:
        yield words("target {target}", target=target(new, words))
    if old is not None and new is not None and old != new:
        yield words("target {old} -> {new}", old=target(old, words), new=target(new, words))
    yield from map(words.text, difference.looser)


def _alert(alert: AlertNotificationChange, words: Words) -> str:
    old, new = alert.old, alert.new
    if new is None:
        return words("removed")
    if old is None:
        return words("new, tier {tier}", tier=words(TIERS.get(new.tier, new.tier)))
    if old.tier != new.tier:
        tiers = [words(TIERS.get(side.tier, side.tier)) for side in (old, new)]
        return words("tier {old} -> {new}", old=tiers[0], new=tiers[1])
    if old.reached != new.reached:
        recipients = [_recipients(side, words) for side in (old, new)]
        return words("notifies {old} -> {new}", old=recipients[0], new=recipients[1])
    if isinstance(new.when, BurnRateCondition):
        return words("fires at other burn rates or windows")
    return words("fires under another condition")


def _recipients(path: DeliveryPath, words: Words) -> str:
    if not path.reached:
        return words("nobody")
    return words(", ").join(dict.fromkeys(one.whom for one in path.reached))


def _with_environments(text: str, environments: Sequence[str], words: Words) -> str:
    if not environments:
        return text
    return words("{change} in {environments}", change=text, environments=", ".join(environments))
