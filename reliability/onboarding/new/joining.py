"""Adds an SLO to a repository that may have the service already; no existing byte changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reliability.errors import ReliabilityError, reason_of
from reliability.load.catalog import Catalog
from reliability.model.alert_policy import AlertPolicy
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.model.team import Team
from reliability.onboarding.new.new_slo import NewSlo, files_of, policy_text, team_file
from reliability.writing import repository_of, write_file, write_new

Texts = Mapping[PurePosixPath, str]


@dataclass(frozen=True, slots=True)
class JoinedFiles:
    """New files, files to append to, and messages about what already exists."""

    root: Path
    new: Texts
    grown: Texts
    there: tuple[str, ...]

    @property
    def contents(self) -> dict[PurePosixPath, bytes]:
        """The full content of each file to write."""
        return {path: text.encode() for path, text in {**self.new, **self.grown}.items()}

    def write(self) -> None:
        """Write the new files, and append to the existing ones.

        Raises:
            ReliabilityError: a file cannot be written, or part of its path is a link.
        """
        top = repository_of(self.root)
        for path, text in {**self.new, **self.grown}.items():
            file = self.root / path
            try:
                if path in self.new:
                    write_new(file, text.encode(), top)
                else:
                    added = text.removeprefix(_content(file) or "")
                    write_file(file, added.encode(), top, append=True)
            except OSError as error:
                reason = reason_of(error)
                place = error.filename or file
                raise ReliabilityError(f"{place} cannot be written: {reason}") from error


def join(new_slo: NewSlo, catalog: Catalog, root: Path) -> JoinedFiles:
    """Return the parts of a new SLO that do not exist yet, and where to write them.

    Raises:
        ReliabilityError: a file to append to cannot be read.
    """
    wanted, there = _missing(new_slo, catalog)
    new: dict[PurePosixPath, str] = {}
    grown: dict[PurePosixPath, str] = {}

    for path, text in wanted.items():
        before = _content(root / path)
        if before is None:
            new[path] = text
        elif path.suffix == ".md":
            there.append(f"{path} exists")
        else:
            gap = "" if before.endswith("\n") or not before else "\n"
            grown[path] = f"{before}{gap}---\n{text}"

    return JoinedFiles(root, new, grown, there=tuple(there))


def _missing(new_slo: NewSlo, catalog: Catalog) -> tuple[dict[PurePosixPath, str], list[str]]:
    """Return the texts that are not declared yet, and messages about the others.

    A second alert policy of a service is named after its SLO.
    """
    wanted, there = files_of(new_slo), []
    slo = catalog.find(Slo, new_slo.slo)
    if slo is not None:
        there.append(f"{slo.document.path} declares the SLO {new_slo.slo}")
        del wanted[new_slo.path("slo")]

    policies = [
        policy
        for policy in catalog.documents(AlertPolicy)
        if policy.value.spec.service == new_slo.service
    ]
    covered = {entry.slo for policy in policies for entry in policy.value.spec.objectives}
    if new_slo.slo in covered:
        there.append(f"an alert policy covers {new_slo.slo}")
        del wanted[new_slo.path("alert-policy")]
        del wanted[new_slo.runbook]
    elif policies:
        wanted[new_slo.path("alert-policy")] = policy_text(new_slo, new_slo.slo)

    owned = [
        ownership
        for ownership in catalog.documents(Ownership)
        if ownership.value.service == new_slo.service
    ]
    if owned:
        there.append(f"{owned[0].document.path} declares the owner")
        del wanted[new_slo.path("ownership")]
    elif catalog.find(Team, new_slo.people.team) is None:
        wanted.update(team_file(new_slo))

    return wanted, there


def _content(file: Path) -> str | None:
    """Return the exact text of a file; None if it does not exist."""
    if not file.exists() and not file.is_symlink():
        return None
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            return opened.read()
    except (OSError, UnicodeDecodeError) as error:
        raise ReliabilityError(f"{file} cannot be read, so nothing is appended: {error}") from error
