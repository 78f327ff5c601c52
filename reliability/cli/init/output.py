"""The output of `reliability init`: detected tools, files, and the next three commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Final

from reliability.cli.app import App
from reliability.cli.init.interview import git_top
from reliability.documentation import docs_page
from reliability.model.environments import Environments
from reliability.model.notification import NotificationPolicy
from reliability.model.team import Team
from reliability.onboarding.init.beginning import declared_in
from reliability.onboarding.init.github_files import ACTION, TOOL, KeptFile, Wrote, installs_by_name
from reliability.onboarding.init.joining import MONITORING
from reliability.onboarding.init.takeover import missing_secret_files
from reliability.onboarding.init.tool_source import DISTRIBUTION, EXAMPLE, UnknownSource
from reliability.onboarding.people import team_text
from reliability.render.display import safe

if TYPE_CHECKING:
    from reliability.cli.init.interview import InitRequest
    from reliability.onboarding.init.github_files import GithubFile
    from reliability.onboarding.init.surroundings import Surroundings
    from reliability.onboarding.write_plan import WritePlan

STEPS: Final = f"""\
set up GitHub, see {docs_page("github/setup.md")}

  1. Commit and push. From the next pull request on, documents are checked, and a review shows
     who would have been notified. This needs no other setup.
  2. Settings > Rules: require the status check `reliability/review` and reviews of code owners
     on the default branch. `reliability build --code-owners` writes CODEOWNERS.
  3. Settings > Environments: create reliability-sync and reliability-read, limited to the
     default branch, with the credentials that policies/ references as env:NAME.
  4. If GitHub's runners cannot reach your servers, add a self-hosted runner and set the variable
     RELIABILITY_RUNNER to its label.
  5. Set the variable RELIABILITY_SERVERS to true to pull history, open tickets and report
     drift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InitResult:
    """The files that were written: documents, secret files, and those for GitHub."""

    root: Path
    around: Surroundings
    request: InitRequest
    written: tuple[str, ...]
    write_plan: WritePlan
    secret_files: tuple[Path, ...]
    github_files: tuple[GithubFile, ...]
    strange: tuple[str, ...] = ()
    """Existing files in `services/` that are not documents."""
    unused_team: str = ""
    """The team of `--team` that is not written, since the repository already declares a team."""

    @property
    def top(self) -> Path:
        """The root of the Git repository, where GitHub looks for workflows."""
        return git_top(self.root)

    @property
    def unknown_source(self) -> UnknownSource | None:
        """The reason why no workflow was written; None if all were, or none was requested."""
        source = self.request.source
        return source if isinstance(source, UnknownSource) else None


def print_result(app: App, done: InitResult) -> None:
    """Print the files to stdout, detected tools and next steps to stderr."""
    for line in _detected(done.around):
        app.note(line)

    for word, path in files(done):
        app.say(f"{word:5}  {path}")
    kept = sum(word == "kept" for word, _ in files(done))
    if kept:
        app.note(f"\nexisting files with other content, not changed: {kept}")

    paragraphs = (
        *_about_teams(done),
        *_about_environments(done),
        *_about_deliveries(done),
        *_about_workflows(done),
    )
    for paragraph in paragraphs:
        app.note(f"\n{paragraph}")
    if done.strange:
        app.note(
            f"\nfiles in services/ that `check` will report, since they are not documents: "
            f"{len(done.strange)}, such as {safe(done.strange[0])}\nto use another folder: "
            "mkdir reliability && reliability --root reliability init"
        )

    if done.github_files and done.top != done.root:
        folder = done.root.relative_to(done.top).as_posix()
        app.note(
            f"\nthe documents are in {folder}/: set the variable RELIABILITY_FOLDER to {folder}"
        )

    if done.github_files and done.unknown_source is None:
        app.note(f"\n{STEPS}")
    app.note("\nnext:\n" + "\n".join(f"  {line}" for line in next_commands(done)))


def _detected(around: Surroundings) -> Iterator[str]:
    """Yield what was seen, with the evidence."""
    for detected in around.seen:
        value = f" {safe(detected.value)}" if detected.value else ""
        yield f"found  {detected.tool}{value} ({safe(detected.where)})"
    for label in around.environment_labels:
        yield f"found  environments in rule files: {safe(label.text)}"


def _about_teams(done: InitResult) -> Iterator[str]:
    """Yield that `--team` had no effect, and how to add a second team."""
    if done.unused_team:
        catalog, _ = declared_in(done.root)
        teams = ", ".join(sorted(team.value.metadata.name for team in catalog.documents(Team)))
        yield (
            f"--team {done.unused_team} has no effect: policies/teams/ already has {teams}\n"
            f"to add a team, write policies/teams/{done.unused_team}.yaml"
        )


def _about_environments(done: InitResult) -> Iterator[str]:
    """Yield how to declare environments that rule files seem to have."""
    if done.request.wanted.environments:
        yield "add the servers of each environment in policies/environments.yaml"
    elif done.around.environment_labels and declared_in(done.root)[0].only(Environments) is None:
        label = done.around.environment_labels[0].label
        yield (
            "no environments are declared; to declare the values of a label:\n"
            f"  reliability init --environment-label {label}"
        )


def _about_deliveries(done: InitResult) -> Iterator[str]:
    """Yield where secrets were written, and what notifications still need to work."""
    taken, joins = done.request.taken, done.request.joins
    if joins is not None:
        yield from _about_joining(done, str(joins))
    if taken is not None:
        moved = "".join(f"\n  {safe(str(path))}" for path in taken.secrets)
        yield (
            f"{safe(str(taken.live))} is not changed until `sync` replaces it; its copy without "
            "secrets is policies/alertmanager.base.yml\nonly the copy keeps its comments"
        )
        if moved:
            yield f"its secrets are in files that Alertmanager must be able to read:{moved}"

    if done.request.wanted.datadog is not None:
        yield (
            "Datadog gets SLOs and monitors; write the handles of your integrations there into "
            "policies/teams/"
        )
    elif done.around.has("datadog"):
        yield f"to keep SLOs in Datadog too, see {docs_page('guides/sync-targets/datadog.md')}"

    if not done.request.wanted.runbook_base:
        yield (
            "notifications show runbooks as paths; to get links, set runbookBase in "
            "policies/notification.yaml\nto the URL of this repository"
        )

    # The Slack URL and the dead man's switch are those of the configuration's owner.
    kinds = (NotificationPolicy, Team) if joins is None else (Team,)
    missing = missing_secret_files(declared_in(done.root)[0], kinds)
    if missing:
        yield (
            "before `sync`, create these files on the Alertmanager host, see policies/:"
            + ("".join(f"\n  {safe(str(path))}" for path in missing))
        )


def _about_joining(done: InitResult, owner: str) -> Iterator[str]:
    """Yield what the owner of the configuration has to add, so that alerts have routes."""
    wanted = done.request.wanted
    path = f"policies/teams/{wanted.people.team}.yaml"
    yield (
        f"the configuration of Alertmanager belongs to {safe(owner)}: it was not copied, and this "
        "repository only reads it\n"
        f"before `sync`, add this file to that repository as {path}, and sync there:\n"
        + indent(team_text(wanted.people).rstrip(), "  ")
    )
    if wanted.monitoring != MONITORING:
        yield (
            f"the heartbeat is in the service {wanted.monitoring}: {MONITORING} may be that of "
            "another repository"
        )


def _about_workflows(done: InitResult) -> Iterator[str]:
    """Yield why no workflow was written, and a warning about files of an older `init`."""
    if done.unknown_source is not None:
        yield (
            f"no workflow was written: {done.unknown_source.reason}, and {TOOL} needs a line "
            f"such as:\n  {DISTRIBUTION} @ {EXAMPLE}\n"
            f"run: reliability init --github --install-from {EXAMPLE}"
        )
    if installs_by_name(done.top):
        yield (
            f"{ACTION} installs from a package index without hashes, which is not safe: "
            "remove that folder and .github/workflows/ of reliability, then run `init` again"
        )


def files(done: InitResult) -> Iterator[tuple[str, str]]:
    """Yield each file with its state: wrote, same or kept."""
    yield from (("wrote", safe(str(path))) for path in done.secret_files)
    yield from (("wrote", path) for path in done.written)
    yield from (("same", str(path)) for path in done.write_plan.same)
    yield from (("kept", str(path)) for path in done.write_plan.kept)
    for github_files in done.github_files:
        yield github_files.word, github_files.path


def next_commands(done: InitResult) -> tuple[str, ...]:
    """Return the next three commands: triage, the first SLO, and check."""
    around = done.around
    inputs = [safe(path) for path in (*around.rule_files, *around.alertmanager_files)][:2]
    url = around.value("prometheus")
    server = f" --prometheus {url}" if url else ""

    exported = "EVENTS.json" if done.request.wanted.datadog else "RULES"
    first = f"reliability triage {' '.join(inputs) or server.strip() or exported}"
    new = f"reliability new SERVICE{server}"
    width = max(len(first), len(new)) + 3
    return (
        f"{first:{width}}sort what notifies people today",
        f"{new:{width}}write the first SLO, by interview",
        f"{'reliability check':{width}}see what is missing",
    )


def json_text(done: InitResult) -> str:
    """Return the result as JSON."""
    body = {
        "root": str(done.root),
        "seen": [
            {"tool": detected.tool, "where": detected.where, "value": detected.value or None}
            for detected in done.around.seen
        ],
        "environment_labels": [
            {"label": each.label, "values": dict(each.values), "copies": each.copies}
            for each in done.around.environment_labels
        ],
        "files": [{"path": path, "state": word} for word, path in files(done)],
        "wrote": len(done.written)
        + len(done.secret_files)
        + sum(isinstance(file, Wrote) for file in done.github_files),
        "kept": len(done.write_plan.kept)
        + sum(isinstance(file, KeptFile) for file in done.github_files),
        "secrets": [str(path) for path in done.secret_files],
        "workflows": _state_of_workflows(done),
        "next": [line.split("   ")[0].rstrip() for line in next_commands(done)],
    }
    return json.dumps(body, indent=2, ensure_ascii=False)


def _state_of_workflows(done: InitResult) -> str:
    if done.request.source is None:
        return "not wanted"
    unknown = done.unknown_source
    return f"not written: {unknown.reason}" if unknown else "written"
