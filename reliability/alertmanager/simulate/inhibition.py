"""Inhibition: whether a source alert inhibits a target, as two versions of Alertmanager decide it.

An inhibition group is one inhibition rule with one set of values of its `equal` labels.
Alertmanager 0.28 looks at every source of a group. 0.33 indexes one source per group and looks at
that one alone (`updateIndex` and `findEqualSourceAlert` in inhibit/inhibit.go).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from reliability.alertmanager.simulate.posts import Post


class InhibitionGroup(Protocol):
    """Sources and targets of one rule with one set of values of its `equal` labels.

    Alerts are numbered; `both` are sources that are targets, too.
    """

    both: set[int]
    targets: list[int]

    def take(self, post: Post) -> None:
        """Record that a source fires or is resolved."""
        ...

    def inhibits(self, target: int, moment: int, /) -> bool:
        """Return whether a target is inhibited at a moment whose posts are all recorded."""
        ...

    def is_unsteady(self, target: int, /) -> bool:
        """Return whether the inhibition of a target may change while no alert begins or ends."""
        ...


@dataclass(slots=True)
class EverySource:
    """An inhibition group of Alertmanager 0.28: every firing source counts."""

    both: set[int] = field(default_factory=set)
    targets: list[int] = field(default_factory=list)
    firing: set[int] = field(default_factory=set)

    def take(self, post: Post) -> None:
        """Record that a source fires or is resolved."""
        (self.firing.discard if post.is_over else self.firing.add)(post.number)

    def inhibits(self, target: int, _moment: int) -> bool:
        """Return whether a source fires; only non-targets count for a target that is a source."""
        # `hasEqual` with `excludeTwoSidedMatch`: an alert that matches both sides is inhibited
        # only by sources that are not targets, so that two such alerts cannot silence each other.
        return bool(self.firing - self.both if target in self.both else self.firing)

    def is_unsteady(self, _target: int) -> bool:
        """Return False: every source counts as long as it fires."""
        return False


@dataclass(slots=True, kw_only=True)
class OneSource:
    """An inhibition group of Alertmanager 0.33: one source is indexed, and only that one counts.

    A post replaces the indexed source if its `endsAt` is not earlier, so resends matter, too.
    `kept` is the last post of the indexed source; `firing` has the last posts of all that fire.
    Posts before `known`, a moment and an alert's number, have been replayed: at one moment alerts
    are posted in the order of their numbers.
    """

    both: set[int] = field(default_factory=set)
    targets: list[int] = field(default_factory=list)
    firing: dict[int, Post] = field(default_factory=dict)
    kept: Post | None = None
    known: tuple[int, int] = (0, 0)

    def take(self, post: Post) -> None:
        """Record that a source fires or is resolved, after the resends before it."""
        self._follow(post.at, post.number)
        if post.is_over:
            self.firing.pop(post.number, None)
        else:
            self.firing[post.number] = post
        self._keep(post, post.at)

    def inhibits(self, target: int, moment: int) -> bool:
        """Return whether the indexed source fires, unless both alerts are source and target."""
        self._follow(moment + 1, 0)
        if self.kept is None or self.kept.is_over:
            return False
        return not (target in self.both and self.kept.number in self.both)

    def is_unsteady(self, target: int) -> bool:
        """Return whether resends may swap the indexed source for one that does not inhibit."""
        both = sum(post_number in self.both for post_number in self.firing)
        return target in self.both and 0 < both < len(self.firing)

    def _keep(self, post: Post, at: int) -> None:
        kept = self.kept
        if kept is None or kept.number == post.number:
            self.kept = post
            return
        # Alerts of one batch arrive in the order of their numbers, so at this moment a source with
        # a lower number has already been resent, and one with a higher number has not.
        heard = kept.last_sent(at if kept.number < post.number else at - 1)
        # `updateIndex` replaces the indexed source if the new one resolves after it, or at the same
        # time: a later post has a later `endsAt`, so the index follows the last resend.
        if kept.valid_until(heard) <= post.valid_until(at):
            self.kept = post

    def _follow(self, at: int, number: int) -> None:
        """Replay all resends before those of an alert at a moment."""
        # A single firing source stays the indexed one, whatever it resends.
        kept_alone = self.kept is not None and {self.kept.number} == self.firing.keys()
        if self.firing and not kept_alone:
            for resent, _, post in sorted(self._resends(at, number)):
                self._keep(post, resent)
        self.known = at, number

    def _resends(self, at: int, number: int) -> Iterator[tuple[int, int, Post]]:
        """Yield what sources resent since `known`, at most one round of each.

        The source with the latest `endsAt` always becomes the indexed one, so resends before its
        last one cannot matter.
        """
        # Replaying every resend since the last look would be linear in time; one round of each
        # source is enough, and a backtest looks at a group only when something changes.
        longest = max(post.validity for post in self.firing.values())
        lasting = (
            last.last_sent(at - 1) for last in self.firing.values() if last.validity == longest
        )
        since = max(self.known, (max(lasting), 0))

        for post in self.firing.values():
            resent = post.last_sent(at if post.number < number else at - 1)
            while resent > post.at and (resent, post.number) >= since:
                yield resent, post.number, post
                resent -= post.resend_interval
