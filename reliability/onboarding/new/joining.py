"""A promise into a repository that may know the service: what is written stays, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reliability.errors import ReliabilityError
from reliability.load.catalog import Catalog
from reliability.model.alert_policy import AlertPolicy
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.model.team import Team
from reliability.onboarding.new.promise import NewSlo, files_of, policy_text, team_file
from reliability.writing import repository_of, write_file, write_new

Texts = Mapping[PurePosixPath, str]


@dataclass(frozen=True, slots=True)
class JoinedFiles:
    """Files that are new, files that grow at their end, and what is there already, in words."""

    root: Path
    new: Texts
    grown: Texts
    there: tuple[str, ...]

    @property
    def contents(self) -> dict[PurePosixPath, bytes]:
        """Every file that is written, whole."""
        return {path: text.encode() for path, text in {**self.new, **self.grown}.items()}

    def write(self) -> None:
        """Write the new files, and put what is added behind what is there.

        Raises:
            ReliabilityError: a file cannot be written, or a step of its path is a link.
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
                reason = (error.strerror or "no reason").lower()
                place = error.filename or file
                raise ReliabilityError(f"{place} cannot be written: {reason}") from error


def join(promise: NewSlo, catalog: Catalog, root: Path) -> JoinedFiles:
    """See what of a promise is there, and where the rest goes.

    Raises:
        ReliabilityError: a file that would grow cannot be read.
    """
    wanted, there = _missing(promise, catalog)
    new: dict[PurePosixPath, str] = {}
    grown: dict[PurePosixPath, str] = {}
    for path, text in wanted.items():
        before = _content(root / path)
        if before is None:
            new[path] = text
        elif path.suffix == ".md":
            there.append(f"{path} is there")
        else:
            gap = "" if before.endswith("\n") or not before else "\n"
            grown[path] = f"{before}{gap}---\n{text}"
    return JoinedFiles(root, new, grown, tuple(there))


def _missing(promise: NewSlo, catalog: Catalog) -> tuple[dict[PurePosixPath, str], list[str]]:
    """The texts that are not declared yet; a second alert policy goes by its SLO's name."""
    wanted, there = files_of(promise), []
    slo = catalog.find(Slo, promise.slo)
    if slo is not None:
        there.append(f"{promise.slo} is promised in {slo.document.path}")
        del wanted[promise.path("slo")]
    policies = [
        each for each in catalog.each(AlertPolicy) if each.value.spec.service == promise.service
    ]
    told = {entry.slo for each in policies for entry in each.value.spec.objectives}
    if promise.slo in told:
        there.append(f"an alert policy tells of {promise.slo}")
        del wanted[promise.path("alert-policy")]
        del wanted[promise.runbook]
    elif policies:
        wanted[promise.path("alert-policy")] = policy_text(promise, promise.slo)
    owned = [each for each in catalog.each(Ownership) if each.value.service == promise.service]
    if owned:
        there.append(f"{owned[0].document.path} says who answers")
        del wanted[promise.path("ownership")]
    elif catalog.find(Team, promise.people.team) is None:
        wanted.update(team_file(promise))
    return wanted, there


def _content(file: Path) -> str | None:
    """A file's text to the last byte; None where there is none."""
    if not file.exists() and not file.is_symlink():
        return None
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            return opened.read()
    except (OSError, UnicodeDecodeError) as error:
        raise ReliabilityError(
            f"{file} cannot be read, so nothing is put behind it: {error}"
        ) from error
