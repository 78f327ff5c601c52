"""`reliability build`: write the compiled resources as files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

import click

from reliability.cli.app import App
from reliability.cli.experimental import ExperimentalOption
from reliability.cli.options import jobs_option, out_option
from reliability.cli.readable import problem_line
from reliability.load.loader import unreadable_parts

DASHBOARDS: Final = {
    "grafana": ("grafana", "grafana-configmap"),
    "grafana_alerting": ("grafana-alerting",),
    "perses": ("perses", "perses-operator"),
}
"""Compiled outputs of each option: files, and the same for Kubernetes."""

NOT_BUILT: Final = (
    "what these lines name was not built, and no old file was removed; fix it and build again"
)


@click.command("build")
@out_option("Output directory; stale files of earlier builds are removed", "DIR")
@click.option("--tests", is_flag=True, help="Also write tests for `promtool test rules`")
@click.option(
    "--compatible",
    type=click.Choice(["sloth"]),
    help="Write only the rules that this tool would generate from the SLOs",
)
@click.option(
    "--code-owners",
    is_flag=True,
    help="Also write the owners of policies/ and of each service to CODEOWNERS, between markers",
)
@click.option(
    "--grafana",
    is_flag=True,
    cls=ExperimentalOption,
    help="Also write Grafana dashboards, and ConfigMaps of them",
)
@click.option(
    "--grafana-alerting",
    is_flag=True,
    cls=ExperimentalOption,
    help="Also write contact points that Grafana provisions",
)
@click.option(
    "--perses",
    is_flag=True,
    cls=ExperimentalOption,
    help="Also write Perses dashboards, and resources of them",
)
@jobs_option("a few thousand services")
@click.pass_obj
def command(app: App, /, out: Path | None, code_owners: bool, jobs: int, **forms: Any) -> int:
    """Write Prometheus rules, PrometheusRule manifests and the Alertmanager configuration.

    Exits with 1 if something cannot be read or compiled; everything else is still written.

    \b
    reliability build --out out/            rules, manifests and routes as files
    reliability build --out out/ --tests    also tests for `promtool test rules`
    reliability build --out out/ --grafana  also dashboards for Grafana
    reliability build --code-owners         also CODEOWNERS, from the owners of services
    """
    for name in ("tests", *DASHBOARDS):
        if forms[name] and forms["compatible"]:
            raise click.UsageError(
                f"--{name.replace('_', '-')} and --compatible exclude each other; pass one of them"
            )
    if out is None and not code_owners:
        raise click.UsageError("nothing to write; pass --out DIR or --code-owners")
    app = app.with_jobs(jobs)
    if code_owners:
        from reliability.cli.code_owners import write_code_owners

        write_code_owners(app)
    return _build(app, out, **forms) if out is not None else 0


def _build(app: App, out: Path, **forms: Any) -> int:
    from reliability.pipeline import build_files

    chosen = [option for option in DASHBOARDS if forms.pop(option)]
    dashboards = [name for option in chosen for name in DASHBOARDS[option]]
    files, problems = build_files(app.repository, out, dashboards=dashboards, **forms)
    built = Counter(file.word for file in files)
    counts = ", ".join(f"{built[word]} {word}" for word in ("written", "unchanged", "removed"))
    app.say(f"{out}: {counts}")
    lost = [*map(problem_line, (*unreadable_parts(app.repository.findings), *problems))]
    if lost:
        # Also with --quiet: without them, the exit code has no reason.
        lines = (*lost, NOT_BUILT)
        click.echo("\n".join(lines), err=True, color=app.color)
    return 1 if lost else 0
