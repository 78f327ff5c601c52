"""`reliability build`: what the tools will be given, as files to look at or to take elsewhere."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from reliability.cli.app import App
from reliability.cli.readable import problem_line
from reliability.cli.whole import Whole
from reliability.load.loader import unreadable_parts


@click.command("build")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder to write to; files of earlier builds that are wanted no more go.",
)
@click.option("--tests", is_flag=True, help="Also tests of the rules, for `promtool test rules`.")
@click.option(
    "--compatible",
    type=click.Choice(["sloth"]),
    help="The rules that this tool would make of the SLOs, and no Alertmanager configuration.",
)
@click.option(
    "--code-owners",
    is_flag=True,
    help="Write who owns policies/ and each service into CODEOWNERS, between marks of ours.",
)
@click.option(
    "--jobs",
    type=Whole(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="How many processes read and write; worth it from some thousand services on.",
)
@click.pass_obj
def command(
    app: App, out: Path | None, tests: bool, compatible: str | None, code_owners: bool, jobs: int
) -> int:
    """Write Prometheus rules, PrometheusRule manifests and the Alertmanager configuration.

    Ends with 1 when something cannot be read or compiled; the rest is written all the same.

    \b
    reliability build --out out/            rules, manifests, routes as files
    reliability build --out out/ --tests    with tests for `promtool test rules`
    reliability build --code-owners         CODEOWNERS from who answers
    """
    if tests and compatible:
        raise click.UsageError("--tests are of our own rules; leave out --compatible or --tests")
    if out is None and not code_owners:
        raise click.UsageError("nothing says what to write; pass --out DIR, or --code-owners")
    app = app.with_jobs(jobs)
    if code_owners:
        from reliability.cli.code_owners import write_code_owners

        write_code_owners(app)
    return _build(app, out, tests, compatible) if out is not None else 0


def _build(app: App, out: Path, tests: bool, compatible: str | None) -> int:
    from reliability.pipeline import build_files

    files, problems = build_files(app.repository, out, tests=tests, compatible=compatible)
    built = Counter(each.word for each in files)
    counts = ", ".join(f"{built[word]} {word}" for word in ("written", "unchanged", "removed"))
    app.say(f"{out}: {counts}")
    lost = [*map(problem_line, (*unreadable_parts(app.repository.findings), *problems))]
    if lost:
        app.note(
            "\n".join(
                (
                    *lost,
                    "not in the output, and nothing was removed from it; fix it and build again",
                )
            )
        )
    return 1 if lost else 0
