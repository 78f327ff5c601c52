"""Which of the alerts that may inhibit others does so: all of them, or the one that is kept.

Alerts that may inhibit one another meet in a bond: one rule with one set of values of its `equal`
labels. Alertmanager 0.28 asks every source in it; 0.33 keeps one source for each bond, and asks
that one alone (`updateIndex` and `findEqualSourceAlert` in inhibit/inhibit.go).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from reliability.alertmanager.simulate.sent import Post


class InhibitionGroup(Protocol):
    """Sources and targets of one rule with one set of values."""

    both: set[int]
    targets: list[int]

    def take(self, post: Post) -> None:
        """Note that a source begins, or is over."""
        ...

    def inhibits(self, target: int, moment: int, /) -> bool:
        """Whether a target is inhibited at a moment, all posts of which have come."""
        ...

    def is_unsteady(self, target: int, /) -> bool:
        """Whether that may change without an alert that begins or ends."""
        ...


@dataclass(slots=True)
class EverySource:
    """A bond of Alertmanager 0.28; `both` are sources that are targets, too."""

    both: set[int] = field(default_factory=set)
    targets: list[int] = field(default_factory=list)
    firing: set[int] = field(default_factory=set)

    def take(self, post: Post) -> None:
        """As the protocol says."""
        (self.firing.discard if post.is_over else self.firing.add)(post.number)

    def inhibits(self, target: int, _moment: int) -> bool:
        """One that is a source, too, is inhibited by what is not a target only."""
        return bool(self.firing - self.both if target in self.both else self.firing)

    def is_unsteady(self, _target: int) -> bool:
        """Never: every source counts as long as it fires."""
        return False


@dataclass(slots=True, kw_only=True)
class OneSource:
    """A bond of Alertmanager 0.33: every post may make its alert the one that is kept.

    It does if the source that was kept would be over no later than that, were nothing more heard
    of either. `kept` is the last post of the one that is kept, and `firing` has
    those of all that fire. What was posted before `known`, a moment and a number, is heard: at one
    moment alerts are posted in the order of their numbers.
    """

    both: set[int] = field(default_factory=set)
    targets: list[int] = field(default_factory=list)
    firing: dict[int, Post] = field(default_factory=dict)
    kept: Post | None = None
    known: tuple[int, int] = (0, 0)

    def take(self, post: Post) -> None:
        """As the protocol says; what was posted before it is heard first."""
        self._follow(post.at, post.number)
        if post.is_over:
            self.firing.pop(post.number, None)
        else:
            self.firing[post.number] = post
        self._keep(post, post.at)

    def inhibits(self, target: int, moment: int) -> bool:
        """By the one source that is kept, if that fires and is not a target as well as a source."""
        self._follow(moment + 1, 0)
        if self.kept is None or self.kept.is_over:
            return False
        return not (target in self.both and self.kept.number in self.both)

    def is_unsteady(self, target: int) -> bool:
        """Whether sources of both kinds fire, by one of which a target is not inhibited."""
        both = sum(post_number in self.both for post_number in self.firing)
        return target in self.both and 0 < both < len(self.firing)

    def _keep(self, post: Post, at: int) -> None:
        kept = self.kept
        if kept is None or kept.number == post.number:
            self.kept = post
            return
        heard = kept.last_sent(at if kept.number < post.number else at - 1)
        if kept.valid_until(heard) <= post.valid_until(at):
            self.kept = post

    def _follow(self, at: int, number: int) -> None:
        """Hear all resends before those of an alert at a moment."""
        kept_alone = self.kept is not None and {self.kept.number} == self.firing.keys()
        if self.firing and not kept_alone:
            for resent, _, post in sorted(self._resends(at, number)):
                self._keep(post, resent)
        self.known = at, number

    def _resends(self, at: int, number: int) -> Iterator[tuple[int, int, Post]]:
        """What sources posted since they were last looked at, at most one round of each.

        A post of the source that is believed longest is kept in any case, so that nothing before
        the last of these matters.
        """
        longest = max(post.valid for post in self.firing.values())
        lasting = (last.last_sent(at - 1) for last in self.firing.values() if last.valid == longest)
        since = max(self.known, (max(lasting), 0))

        for post in self.firing.values():
            resent = post.last_sent(at if post.number < number else at - 1)
            while resent > post.at and (resent, post.number) >= since:
                yield resent, post.number, post
                resent -= post.again
