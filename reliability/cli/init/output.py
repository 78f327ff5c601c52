"""What `reliability init` prints: tools that were seen, each file, and the three next commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reliability.cli.app import App
from reliability.cli.init.interview import git_top
from reliability.cli.main import COMMANDS
from reliability.documentation import docs_page
from reliability.onboarding.init.beginning import declared_in
from reliability.onboarding.init.github_files import ACTION, TOOL, KeptFile, Wrote, installs_by_name
from reliability.onboarding.init.takeover import missing_secret_files
from reliability.onboarding.init.tool_source import DISTRIBUTION, EXAMPLE, UnknownSource
from reliability.render.display import safe

if TYPE_CHECKING:
    from reliability.cli.init.interview import InitRequest
    from reliability.onboarding.init.github_files import Laid
    from reliability.onboarding.init.surroundings import Surroundings
    from reliability.onboarding.landing import WritePlan

STEPS: Final = f"""\
what to do, the shortest way first; all of it is in {docs_page("github/setup.md")}

  1. Commit and push. From the next pull request on, documents are checked and the review says
     what a change does to people. There is nothing else to set up for that.
  2. Settings > Rules: let the branch main require the status check `reliability/review`, and
     reviews of code owners. `reliability build --code-owners` writes CODEOWNERS.
  3. Settings > Environments: reliability-sync and reliability-read, both for the branch main
     only, with the credentials that policies/ refers to as env:NAME.
  4. If GitHub's runners do not reach your servers: a runner of your own, and the variable
     RELIABILITY_RUNNER with its label.
  5. Then the variable RELIABILITY_SERVERS with the value true: history is pulled, tickets are
     opened, drift is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InitResult:
    """What was written: our files, secrets' files, and those of GitHub if they were wanted."""

    root: Path
    around: Surroundings
    request: InitRequest
    written: tuple[str, ...]
    landing: WritePlan
    secret_files: tuple[Path, ...]
    laid: tuple[Laid, ...]
    strange: tuple[str, ...] = ()
    """Files of `services/` that were there and are no documents of ours."""

    @property
    def top(self) -> Path:
        """The folder in which GitHub looks for workflows: the Git repository's own."""
        return git_top(self.root)

    @property
    def unknown_source(self) -> UnknownSource | None:
        """Why no workflow was written; None if all were, or none was wanted."""
        source = self.request.source
        return source if isinstance(source, UnknownSource) else None


def print_laid(app: App, done: InitResult) -> None:
    """Files are the result; what was seen and what comes next are said beside it."""
    for each in done.around.seen:
        value = f" {safe(each.value)}" if each.value else ""
        app.note(f"found  {each.tool}{value} ({safe(each.where)})")
    for word, path in files(done):
        app.say(f"{word:5}  {path}")
    kept = sum(word == "kept" for word, _ in files(done))
    if kept:
        app.note(f"\nthere with other content, and left as they are: {kept}")
    for paragraph in (*_about_deliveries(done), *_about_workflows(done)):
        app.note(f"\n{paragraph}")
    if done.strange:
        app.note(
            f"\nno documents of ours, so `check` will name them: {len(done.strange)} in services/, "
            f"such as {safe(done.strange[0])}\nfor a place of its own: "
            "mkdir reliability && reliability --root reliability init"
        )
    if done.laid and done.top != done.root:
        folder = done.root.relative_to(done.top).as_posix()
        app.note(
            f"\nthe documents are in {folder}/: set the variable RELIABILITY_FOLDER to {folder}"
        )
    if done.laid and done.unknown_source is None:
        app.note(f"\n{STEPS}")
    app.note("\nnext:\n" + "\n".join(f"  {line}" for line in next_commands(done)))


def _about_deliveries(done: InitResult) -> Iterator[str]:
    """Where secrets went, and what is still missing before a page arrives and can be used."""
    taken = done.request.taken
    if taken is not None:
        moved = "".join(f"\n  {safe(str(path))}" for path in taken.secrets)
        yield (
            f"{safe(str(taken.live))} stays as it is; its copy without secrets is "
            f"policies/alertmanager.base.yml, which `sync` puts in its place"
        )
        if moved:
            yield f"its secrets, with mode 0600; Alertmanager must be able to read them:{moved}"
    if not done.request.wanted.runbook_base:
        yield (
            "notifications show runbooks as paths until runbookBase in policies/notification.yaml "
            "says\nunder which address people read this repository"
        )
    missing = missing_secret_files(declared_in(done.root)[0])
    if missing:
        yield (
            "before `sync`, write these on Alertmanager's machine; policies/ says what each is:"
            + ("".join(f"\n  {safe(str(path))}" for path in missing))
        )


def _about_workflows(done: InitResult) -> Iterator[str]:
    """Which line is missing if no workflow was written, and what an older `init` left."""
    if done.unknown_source is not None:
        yield (
            f"no workflow was written: {done.unknown_source.reason}, so this line of {TOOL} is "
            f"not known:\n  {DISTRIBUTION} @ {EXAMPLE}\n"
            f"pass it: reliability init --github --install-from {EXAMPLE}"
        )
    if installs_by_name(done.top):
        yield (
            f"{ACTION} installs without hashes, from whoever owns the name on an index: "
            "remove that folder and .github/workflows/ of reliability, then run `init` again"
        )


def files(done: InitResult) -> Iterator[tuple[str, str]]:
    """Each file with what became of it: wrote, same or kept."""
    yield from (("wrote", safe(str(path))) for path in done.secret_files)
    yield from (("wrote", path) for path in done.written)
    yield from (("same", str(path)) for path in done.landing.same)
    yield from (("kept", str(path)) for path in done.landing.kept)
    for laid in done.laid:
        yield laid.word, laid.path


def next_commands(done: InitResult) -> tuple[str, ...]:
    """Three commands, from what makes a noise today to the first promise."""
    around = done.around
    noisy = [safe(path) for path in (*around.rule_files, *around.alertmanager_files)][:2]
    url = around.value("prometheus")
    server = f" --prometheus {url}" if url else ""
    if "triage" in COMMANDS:
        first = f"reliability triage {' '.join(noisy) or server.strip() or 'RULES'}"
        said = "sort what notifies people today"
    else:
        first, said = f"reliability import {' '.join(noisy) or 'RULES'}", "take over what you have"
    new = f"reliability new SERVICE{server}"
    width = max(len(first), len(new), 17) + 3
    return (
        f"{first:{width}}{said}",
        f"{new:{width}}write the first SLO, by interview",
        f"{'reliability check':{width}}see what is missing",
    )


def json_text(done: InitResult) -> str:
    """The result for a program."""
    body = {
        "root": str(done.root),
        "seen": [
            {"tool": each.tool, "where": each.where, "value": each.value or None}
            for each in done.around.seen
        ],
        "files": [{"path": path, "state": word} for word, path in files(done)],
        "wrote": len(done.written)
        + len(done.secret_files)
        + sum(isinstance(each, Wrote) for each in done.laid),
        "kept": len(done.landing.kept) + sum(isinstance(each, KeptFile) for each in done.laid),
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
