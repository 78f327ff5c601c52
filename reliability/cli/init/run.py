"""Runs `reliability init`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from reliability.cli.app import App
from reliability.cli.init.interview import git_top, request_of
from reliability.cli.init.output import InitResult, json_text, print_result
from reliability.onboarding.init.beginning import (
    declared_in,
    not_declared,
    owner_id_in,
    wanted_files,
)
from reliability.onboarding.init.github_files import write_github_files
from reliability.onboarding.init.surroundings import look_around
from reliability.onboarding.init.takeover import ensure_free, write_secrets
from reliability.onboarding.shipped import shipped_repository
from reliability.onboarding.write_plan import WritePlan
from reliability.real_path import real_path

if TYPE_CHECKING:
    from reliability.cli.init.interview import InitRequest
    from reliability.onboarding.init.beginning import RepositoryStart
    from reliability.onboarding.init.github_files import GithubFile
    from reliability.onboarding.init.takeover import TakeOver


def run(app: App, /, **given: Any) -> int:
    """Write the first files; return 1 if requested workflows could not be written, else 0."""
    root = real_path(app.given_root) if app.given_root else app.root_or_here
    around = look_around(root, app.settings.environment)
    request = request_of(app, root, around, given=given)
    write_plan, strange = _write_plan(root, request.wanted)
    secret_files = _secret_files(root, request.taken)
    written = tuple(map(str, write_plan.write()))
    done = InitResult(
        root=root,
        around=around,
        request=request,
        written=written,
        write_plan=write_plan,
        secret_files=secret_files,
        github_files=_github(root, request),
        strange=strange,
        unused_team=_unused_team(given["team"], write_plan),
    )

    if given["form"] == "json":
        app.say(json_text(done))
    else:
        print_result(app, done)

    return int(bool(given["github"]) and done.unknown_source is not None)


def _write_plan(root: Path, wanted: RepositoryStart) -> tuple[WritePlan, tuple[str, ...]]:
    catalog, strange = declared_in(root)
    wanted = replace(wanted, owner_id=owner_id_in(catalog))
    files = wanted_files(wanted, shipped_repository())
    return WritePlan.of(root, not_declared(files, catalog)), strange


def _unused_team(team: str | None, write_plan: WritePlan) -> str:
    """Return the team of `--team` if its file is not written, since another team is declared."""
    path = PurePosixPath("policies/teams", f"{team}.yaml")
    planned = (*write_plan.new, *write_plan.kept, *write_plan.same)
    return team if team and path not in planned else ""


def _secret_files(root: Path, taken: TakeOver | None) -> tuple[Path, ...]:
    """Write the secret files, before files that refer to them; return those written."""
    if taken is None:
        return ()
    ensure_free(taken, root)
    return tuple(write_secrets(taken))


def _github(root: Path, request: InitRequest) -> tuple[GithubFile, ...]:
    if request.source is None:
        return ()
    return tuple(write_github_files(git_top(root), request.source))
