"""Rule groups that a Prometheus runs, by the file of the target's folder that they come from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
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

NAMED: Final = 3
"""Rules with an error that a message names; it counts the others."""
CANCELED: Final = ("context canceled", "query was canceled")
"""Words of evaluations that a reload ended: vmalert keeps them as the error until the next one."""


@dataclass(frozen=True, slots=True)
class Running:
    """Groups that a server runs of a file, and the first difference between them, if any."""

    groups: Groups
    differs: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """Names of the files that a look at a server is about; `compared` are those to compare."""

    names: Collection[str]
    compared: Collection[str]


@dataclass(frozen=True, slots=True)
class LoadedFiles:
    """Groups that a server runs, by file name: `ours` in the target's folder, and `others`.

    A server may see the folder under another path, such as a mount; then no file is ours by its
    path. In that case a file is looked up by its name, and is ours if its content is equal.

    Of a file of the folder that is not compared, only the rules with an error are kept: the rules
    of 10,000 files are 500 MiB.
    """

    ours: Mapping[str, Groups]
    others: Mapping[str, tuple[Groups, ...]]
    ordered: bool = True
    """Whether the server runs the rules of a group in the order of the file."""

    @classmethod
    def of(
        cls,
        folder: Path,
        groups: Iterable[LoadedGroup],
        looked_at: LookedAt,
        *,
        ordered: bool = True,
    ) -> LoadedFiles:
        """Sort groups by the files that the server names, one after another."""
        ours: dict[str, list[LoadedGroup]] = {}
        others: dict[str, dict[str, list[LoadedGroup]]] = {}
        is_ours: dict[str, bool] = {}
        for group in groups:
            path = PurePosixPath(group.file)
            if group.file not in is_ours:
                is_ours[group.file] = _is_in(path, folder)
            if is_ours[group.file]:
                is_whole = path.name in looked_at.compared
                ours.setdefault(path.name, []).append(group if is_whole else _only_failing(group))
            elif path.name in looked_at.names:
                others.setdefault(path.name, {}).setdefault(group.file, []).append(group)

        return cls(
            {name: tuple(groups) for name, groups in ours.items()},
            {name: tuple(map(tuple, files.values())) for name, files in others.items()},
            ordered,
        )

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
    """Describe the rules that the server cannot evaluate, with the server's errors."""
    failing = [(group, rule) for group in groups for rule in group.rules if is_failing(rule)]
    if not failing:
        return None
    texts = [
        f"rule {rule.name} of group {group.name} cannot be evaluated: {rule.last_error}"
        for group, rule in failing[:NAMED]
    ]
    more = len(failing) - NAMED
    return "; ".join((*texts, f"and {more} more rules") if more > 0 else texts)


def is_failing(rule: LoadedRule) -> bool:
    """Return whether the latest evaluation of a rule ended with an error.

    A rule keeps the error of its latest evaluation only, so an old fault is not reported again.
    """
    is_error = rule.health == UNHEALTHY or bool(rule.last_error)
    return is_error and not is_canceled(rule)


def without_evaluated(group: LoadedGroup) -> LoadedGroup:
    """Return a group without the rules that were evaluated and have no error."""
    rules = (rule for rule in group.rules if is_failing(rule) or not is_evaluated(rule))
    return group.model_copy(update={"rules": tuple(rules)})


def _only_failing(group: LoadedGroup) -> LoadedGroup:
    return group.model_copy(update={"rules": tuple(filter(is_failing, group.rules))})


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
