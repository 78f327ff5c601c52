"""Files of a running server: staged, put in place, loaded with one reload, verified or restored.

If a reload is refused, the former files are restored first. If the server accepts those, the
changes are tried in halves, so that only the refused ones fail, whatever the reason is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from reliability.errors import ProviderError
from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome
from reliability.providers.disk import Disk, reason, unconfirmed
from reliability.providers.shelf import TargetFiles
from reliability.providers.template_files import remove_unnamed, write_template
from reliability.resource import ResourceId

NOT_VERIFIED: Final = "it was loaded but not verified; the next sync verifies it"


@dataclass(frozen=True, slots=True)
class ReloadRefused:
    """The server does not run a change as it should, so the former file is restored."""

    why: str


@dataclass(frozen=True, slots=True)
class Unproven:
    """The server runs a change, but has not evaluated it in time; the file stays in place."""

    why: str


Verdict = ReloadRefused | Unproven


@dataclass(frozen=True, slots=True)
class PutBack:
    """Result of restoring former files; `refusal` is why the server does not load them either."""

    is_restored: bool
    refusal: str | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether the server runs the former files."""
        return self.is_restored and self.refusal is None

    def words(self, change: Change) -> str:
        """Describe what became of the file of a change, at the end of a message."""
        if not self.is_restored:
            return ""
        is_new = isinstance(change, Create)
        done = "the new file was removed" if is_new else "the previous file was restored"
        if self.refusal is None:
            return f"; {done}"
        return f"; {done}, and the reload was refused again: {self.refusal}"


class Runner(Protocol):
    """A server that reloads its files on request."""

    def ensure_ready(self) -> None:
        """Ensure that the server can be reached and would reload, before anything is written.

        Raises:
            ProviderError: it cannot or would not.
        """
        ...

    def reload(self) -> str | None:
        """Reload the files; return the reason if the server refuses them."""
        ...

    def verdicts(self, changes: Sequence[Change]) -> Mapping[ResourceId, Verdict]:
        """Return what is wrong with loaded changes; changes without a fault are left out."""
        ...

    def settled(
        self, changes: Sequence[Change], verdicts: Mapping[ResourceId, Verdict]
    ) -> Mapping[ResourceId, Verdict]:
        """Return the verdicts once all loaded changes work or have failed, or time is up."""
        ...

    def explain(self, change: Change) -> str:
        """Return the server's reason for refusing a change; empty if it gives none."""
        ...


def ignored(_refused: frozenset[ResourceId]) -> None:
    """Do nothing: the default of `Steps.on_loaded`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """How far a sync of a server goes: `waits` is whether it waits for the first evaluation.

    `on_loaded` is called with the ids that the server refused, once the rest is loaded and read
    back.
    """

    waits: bool = True
    on_loaded: Callable[[frozenset[ResourceId]], None] = ignored


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFiles:
    """Files of one running server; `stale` are the ids that it did not run at the last read."""

    shelf: TargetFiles
    disk: Disk
    runner: Runner
    stale: Collection[ResourceId] = ()
    steps: Steps = field(default_factory=Steps)

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Make the changes; see `Provider.apply`."""
        try:
            # The lock covers write, reload and verification: another sync in between would be
            # blamed for, or hide, what this one wrote.
            with self.disk.locked(self.folder):
                # Former files from a sync that was killed: the current ones were loaded since, or
                # they would be stale.
                self._tidy()
                yield from self._apply(changes)
                list(remove_unnamed(self.folder, self.disk))
        except OSError as error:
            raise ProviderError(f"{self.shelf.target}: {reason(error)}") from error

    @property
    def folder(self) -> Path:
        """Folder of the files; a live target has exactly one."""
        (place,) = self.shelf.places.values()
        return place.folder

    def _apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        if not changes:
            return
        self.runner.ensure_ready()
        loaded, failed = self._load(changes)

        try:
            verdicts = self._verdicts(loaded, failed)
        except ProviderError as error:
            yield from failed
            yield from (ChangeFailed(change, f"{NOT_VERIFIED}: {error}") for change in loaded)
            return

        refused = [
            change for change in loaded if isinstance(verdicts.get(change.id), ReloadRefused)
        ]
        back = self._put_back(refused)
        for change in loaded:
            verdict = verdicts.get(change.id)
            if not isinstance(verdict, ReloadRefused):
                # An unproven change is confirmed too: the server runs it. A former file that stays
                # would look like an interrupted sync to the next one.
                self.disk.confirm(self.shelf.path_of(change.id))
            yield _outcome(change, verdict, back)

        yield from failed

    def _verdicts(
        self, loaded: Sequence[Change], failed: Sequence[ChangeFailed]
    ) -> Mapping[ResourceId, Verdict]:
        """Return what is wrong with loaded changes, after the wait for them if there is one."""
        verdicts = self.runner.verdicts(loaded) if loaded else {}
        refused = [item for item, verdict in verdicts.items() if isinstance(verdict, ReloadRefused)]
        self.steps.on_loaded(frozenset((*refused, *(item.change.id for item in failed))))
        if not self.steps.waits:
            return {item: verdicts[item] for item in refused}
        return self.runner.settled(loaded, verdicts) if loaded else verdicts

    def _tidy(self) -> None:
        """Remove what a killed sync left behind, except the former files of stale objects."""
        stale = {self.shelf.path_of(resource_id) for resource_id in self.stale}
        for path in set(unconfirmed(self.folder)) - stale:
            self.disk.confirm(path)
        list(remove_unnamed(self.folder, self.disk))

    def _load(self, changes: Sequence[Change]) -> tuple[list[Change], list[ChangeFailed]]:
        """Put changes in place and reload; return the accepted and the failed ones."""
        put, failed = self._put(changes)
        if not put:
            return [], failed

        refusal = self._reload(put)
        if refusal is None:
            return put, failed

        back = self._put_back(put)
        # If the former files are refused too, the fault is outside of this change, and splitting it
        # would only reload a broken configuration again and again.
        if not back.is_loaded or len(put) == 1:
            refused = [self._refused(change, refusal, back) for change in put]
            return [], [*failed, *refused]

        # Bisection: one refused file among n costs about 2 log n reloads instead of n, and
        # everything else is loaded. A server refuses a whole reload because of one file, and does
        # not always name it.
        half = len(put) // 2
        first, second = self._load(put[:half]), self._load(put[half:])
        return [*first[0], *second[0]], [*failed, *first[1], *second[1]]

    def _put(self, changes: Sequence[Change]) -> tuple[list[Change], list[ChangeFailed]]:
        put: list[Change] = []
        failed: list[ChangeFailed] = []
        for change in changes:
            try:
                self._stage(change)
                put.append(change)
            except (OSError, ProviderError) as error:
                failed.append(ChangeFailed(change, reason(error)))

        # All files are staged before the first one is replaced, so a full disk is noticed while the
        # server's files are still complete.
        for change in tuple(put):
            try:
                self._replace(change)
            except OSError as error:
                self.disk.restore(self.shelf.path_of(change.id))
                put.remove(change)
                failed.append(ChangeFailed(change, reason(error)))

        return put, failed

    def _stage(self, change: Change) -> None:
        path = self.shelf.path_of(change.id)
        self.shelf.ensure_unchanged(path)
        match change:
            case Create(after) | Update(_, after) | Claim(after):
                list(write_template(after, path, self.disk))
                self.disk.stage(path, self.shelf.content(after))
            case Delete() | Reload():
                pass

    def _replace(self, change: Change) -> None:
        path = self.shelf.path_of(change.id)
        match change:
            case Create() | Update() | Claim():
                self.disk.keep_former(path)
                self.disk.put(path)
            case Delete():
                self.disk.keep_former(path)
                self.disk.remove(path)
            case Reload():
                pass

    def _reload(self, put: Sequence[Change]) -> str | None:
        """Reload; if the server cannot be reached any more, restore the former files first."""
        try:
            return self.runner.reload()
        except Exception:
            self._restore(put)
            raise

    def _refused(self, change: Change, refusal: str, back: PutBack) -> ChangeFailed:
        why = self.runner.explain(change) or refusal
        return ChangeFailed(change, f"refused: {why}{back.words(change)}")

    def _put_back(self, changes: Sequence[Change]) -> PutBack:
        """Restore the former files of changes and reload, if there are any."""
        if not any(self.disk.has_former(self.shelf.path_of(change.id)) for change in changes):
            return PutBack(is_restored=False)
        self._restore(changes)
        return PutBack(is_restored=True, refusal=self.runner.reload())

    def _restore(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self.disk.restore(self.shelf.path_of(change.id))


def _outcome(change: Change, verdict: Verdict | None, back: PutBack) -> Outcome:
    match verdict:
        case None:
            return ChangeApplied(change)
        case ReloadRefused(why):
            return ChangeFailed(change, f"{why}{back.words(change)}")
        case Unproven(why):
            return ChangeFailed(change, why)
