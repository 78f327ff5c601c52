"""What `reliability init` prints: tools that were seen, each file, and the three next commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reliability.check.report.display import safe
from reliability.cli.app import App
from reliability.demo.github import Kept, Wrote

if TYPE_CHECKING:
    from reliability.cli.init import Done

STEPS: Final = """\
what to do, the shortest way first; all of it is in docs/github.md

  1. Commit and push. From the next pull request on, documents are checked and the review says
     what a change does to people. There is nothing else to set up for that.
  2. Settings > Rules: let the branch main require the checks `check` and `review`, and reviews
     of code owners. `reliability build --code-owners` writes CODEOWNERS.
  3. Settings > Environments: reliability-sync and reliability-read, both for the branch main
     only, with the credentials that policies/ refers to as env:NAME.
  4. If GitHub's runners do not reach your servers: a runner of your own, and the variable
     RELIABILITY_RUNNER with its label.
  5. Then the variable RELIABILITY_SERVERS with the value true: history is pulled, tickets are
     opened, drift is told."""


def print_laid(app: App, done: Done) -> None:
    """Files are the result; what was seen and what comes next are said beside it."""
    for each in done.around.seen:
        value = f" {safe(each.value)}" if each.value else ""
        app.note(f"found  {each.tool}{value} ({safe(each.where)})")
    for word, path in files(done):
        app.say(f"{word:5}  {path}")
    kept = sum(word == "kept" for word, _ in files(done))
    if kept:
        app.note(f"\nthere with other content, and left as they are: {kept}")
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
    if done.laid:
        app.note(f"\n{STEPS}")
    app.note("\nnext:\n" + "\n".join(f"  {line}" for line in next_commands(done)))


def files(done: Done) -> Iterator[tuple[str, str]]:
    """Each file with what became of it: wrote, same or kept."""
    yield from (("wrote", path) for path in done.written)
    yield from (("same", str(path)) for path in done.landing.same)
    yield from (("kept", str(path)) for path in done.landing.kept)
    for laid in done.laid:
        yield type(laid).__name__.lower(), laid.path


def next_commands(done: Done) -> tuple[str, ...]:
    """Three commands, from what makes a noise today to the first promise."""
    from reliability.cli.main import COMMANDS

    around = done.around
    noisy = [safe(path) for path in (*around.rule_files, *around.alertmanager_files)][:2]
    url = around.value("prometheus")
    server = f" --prometheus {url}" if url else ""
    if "triage" in COMMANDS:
        first = f"reliability triage {' '.join(noisy) or server.strip() or 'RULES'}"
        said = "sort what makes a noise today"
    else:
        first, said = f"reliability import {' '.join(noisy) or 'RULES'}", "take over what you have"
    new = f"reliability new SERVICE{server}"
    width = max(len(first), len(new), 17) + 3
    return (
        f"{first:{width}}{said}",
        f"{new:{width}}write the first promise, by interview",
        f"{'reliability check':{width}}see what is missing",
    )


def json_text(done: Done) -> str:
    """The result for a program."""
    body = {
        "root": str(done.root),
        "seen": [
            {"tool": each.tool, "where": each.where, "value": each.value or None}
            for each in done.around.seen
        ],
        "files": [{"path": path, "state": word} for word, path in files(done)],
        "wrote": len(done.written) + sum(isinstance(each, Wrote) for each in done.laid),
        "kept": len(done.landing.kept) + sum(isinstance(each, Kept) for each in done.laid),
        "next": [line.split("   ")[0].rstrip() for line in next_commands(done)],
    }
    return json.dumps(body, indent=2, ensure_ascii=False)
