"""`reliability new SERVICE`: the first promise of a service, by interview or by flags."""

from __future__ import annotations

from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.whole import Whole

TIERS = click.Choice(["alert", "ticket", "log"])


@click.command("new")
@click.argument("service")
@click.option("--journey", metavar="TEXT", help="What a user does that must work.")
@click.option("--user-impact", metavar="TEXT", help="What users see when it does not work")
@click.option("--kind", metavar="NAME", help="http, grpc, latency, queue, batch or events.")
@click.option("--sli", type=Whole(1), metavar="NUMBER", help="A line of --candidates.")
@click.option("--good", metavar="PROMQL", help="The counter of good events.")
@click.option("--bad", metavar="PROMQL", help="The counter of bad events, instead of --good.")
@click.option("--total", metavar="PROMQL", help="The counter of all events.")
@click.option("--team", metavar="NAME", help="Who answers; a file of policies/teams.")
@click.option("--channel", metavar="#NAME", help="Slack channel of a new team")
@click.option("--product", metavar="@NAME", help="Who agrees for the product.")
@click.option("--technical", metavar="@NAME", help="Who agrees for the technical side.")
@click.option(
    "--criticality",
    type=click.Choice(["critical", "important", "standard"]),
    help="What the service is worth.",
)
@click.option("--fast-tier", type=TIERS, help="Tier of the fast-burn alert")
@click.option("--target", metavar="RATIO", help="0.999 or 99.9 %; by default from the past.")
@click.option("--slo", metavar="NAME", help="The SLO's name; by default from the journey.")
@click.option("--prometheus", metavar="URL", help="Where to look; by default policies/history.")
@click.option("--days", type=Whole(1, 90), default=30, show_default=True)
@click.option("--candidates", is_flag=True, help="Only list series that could be an SLI.")
@click.option("--dry-run", is_flag=True, help="Show the files, and write nothing.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Write the first SLO of a service: SLO, alert policy, owner and runbook.

    Asks what must work, the user impact, who answers and the tier, and says why each is asked. Each
    question has a flag; without a terminal what is not said takes its default. A Prometheus shows
    series that could be the SLI, a target that was met, and what the alerts would have done.
    Run again, it adds the next SLO; what is written stays as it is.

    \b
    reliability new shop                                     asks
    reliability new shop --prometheus http://localhost:9090 --candidates
    reliability new shop --journey "A customer pays" --sli 1 --team shop
    reliability new shop --journey "A customer pays" --kind http --fast-tier ticket
    """
    from reliability.cli.new.run import run

    return run(app, **given)
