"""Rule groups that a Prometheus runs, by the file of the target's folder that they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.providers.loaded_rules import Body, SameExpression, mismatch
from reliability.providers.rules_api import LoadedGroup, LoadedRule
from reliability.real_path import real_path

Groups = tuple[LoadedGroup, ...]

UNHEALTHY: Final = "err"
UNKNOWN: Final = "unknown"
NEVER: Final = "0001-01-01"
"""Date of Go's zero time: vmalert reports it, and the health `ok`, before the first evaluation."""

CANCELED: Final = ("context canceled", "query was canceled")
"""Words of evaluations that a reload ended: vmalert keeps them as the error until the next one."""


@dataclass(frozen=True, slots=True)
class Running:
    """Groups that a server runs of a file, and the first difference between them, if any."""

    groups: Groups
    differs: str | None


@dataclass(frozen=True, slots=True)
class LoadedFiles:
    """Groups that a server runs, by file name: `ours` in the target's folder, and `others`.

    A server may see the folder under another path, such as a mount; then no file is ours by its
    path. In that case a file is looked up by its name, and is ours if its content is equal.
    """

    ours: Mapping[str, Groups]
    others: Mapping[str, tuple[Groups, ...]]
    ordered: bool = True
    """Whether the server runs the rules of a group in the order of the file."""

    @classmethod
    def of(
        cls, folder: Path, groups: Iterable[LoadedGroup], *, ordered: bool = True
    ) -> LoadedFiles:
        """Sort groups by the files that the server names."""
        by_file: dict[str, list[LoadedGroup]] = {}
        for group in groups:
            by_file.setdefault(group.file, []).append(group)
        ours: dict[str, Groups] = {}
        others: dict[str, tuple[Groups, ...]] = {}

        for file, loaded in by_file.items():
            path = PurePosixPath(file)
            if _is_in(path, folder):
                ours[path.name] = tuple(loaded)
            else:
                others[path.name] = (*others.get(path.name, ()), tuple(loaded))

        return cls(ours, others, ordered)

    def running(self, path: Path, body: Body, same: SameExpression) -> Running:
        """Return what the server runs of a file that should have this body."""
        # Empty groups instead of none, so that a file that is not loaded at all is described like
        # one that differs.
        candidates = self._candidates(path.name) or ((),)
        compared = [
            Running(groups, mismatch(body, groups, same, ordered=self.ordered))
            for groups in candidates
        ]
        return next((running for running in compared if running.differs is None), compared[0])

    def _candidates(self, name: str) -> Sequence[Groups]:
        if self.ours:
            return [self.ours[name]] if name in self.ours else []
        return self.others.get(name, ())


def evaluation_error(groups: Groups) -> str | None:
    """Describe the first rule that the server cannot evaluate, with the server's error."""
    for group in groups:
        for rule in group.rules:
            # A rule keeps `last_error` of its latest evaluation only, so an old fault is not
            # reported again.
            is_error = rule.health == UNHEALTHY or bool(rule.last_error)
            if is_error and not is_canceled(rule):
                return (
                    f"rule {rule.name} of group {group.name} cannot be evaluated: {rule.last_error}"
                )
    return None


def is_unproven(groups: Groups) -> bool:
    """Return whether a rule has not been evaluated yet."""
    return any(not is_evaluated(rule) for group in groups for rule in group.rules)


def is_evaluated(rule: LoadedRule) -> bool:
    """Return whether a rule has been evaluated since it was loaded, to the end."""
    is_begun = rule.health != UNKNOWN and not rule.last_evaluation.startswith(NEVER)
    return is_begun and not is_canceled(rule)


def is_canceled(rule: LoadedRule) -> bool:
    """Return whether a reload ended the evaluation of a rule, which says nothing about the rule."""
    return any(words in rule.last_error for words in CANCELED)


def _is_in(path: PurePosixPath, folder: Path) -> bool:
    """Return whether a server's path is in a folder.

    The path may be relative to the server's working directory, so its last parts are compared.
    """
    parent = path.parent
    if parent.is_absolute():
        return parent in (PurePosixPath(folder.absolute()), PurePosixPath(real_path(folder)))
    parts = parent.parts
    # `file` is the path as written in `rule_files`, resolved against the configuration file.
    return bool(parts) and real_path(folder).parts[-len(parts) :] == parts
