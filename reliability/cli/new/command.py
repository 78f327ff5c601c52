"""`reliability new SERVICE`: the first SLO of a service, by interview or by flags."""

from __future__ import annotations

from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.options import Whole, format_option

TIERS = click.Choice(["alert", "ticket", "log"])


@click.command("new")
@click.argument("service")
@click.option("--journey", metavar="TEXT", help="What users do that must work")
@click.option("--user-impact", metavar="TEXT", help="What users see when it does not work")
@click.option(
    "--kind", metavar="NAME", help="Kind of SLI: http, grpc, latency, queue, batch or events"
)
@click.option("--sli", metavar="ID", help="Chosen line of --candidates, by its ID")
@click.option("--good", metavar="PROMQL", help="Counter of good events")
@click.option("--bad", metavar="PROMQL", help="Counter of bad events, instead of --good")
@click.option("--total", metavar="PROMQL", help="Counter of all events")
@click.option("--team", metavar="NAME", help="Team that owns the service; a file of policies/teams")
@click.option("--channel", metavar="#NAME", help="Slack channel of a new team")
@click.option("--product", metavar="@NAME", help="Who approves for the product side")
@click.option("--technical", metavar="@NAME", help="Who approves for the technical side")
@click.option(
    "--criticality",
    type=click.Choice(["critical", "important", "standard"]),
    help="Criticality of the service",
)
@click.option("--fast-tier", type=TIERS, help="Tier of the fast-burn alert")
@click.option(
    "--target",
    metavar="RATIO",
    help="Target, such as 0.999 or 99.9 % [default: from measured history]",
)
@click.option("--slo", metavar="NAME", help="Name of the SLO [default: from the journey]")
@click.option(
    "--prometheus",
    metavar="URL",
    help="Prometheus to query [default: the one of policies/history.yaml]",
)
@click.option("--days", type=Whole(1, 90), default=30, show_default=True)
@click.option("--candidates", is_flag=True, help="Only list series that could be an SLI")
@click.option("--dry-run", is_flag=True, help="Show the files without writing them")
@format_option("text", "json")
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Write the first SLO of a service: SLO, alert policy, owner and runbook.

    The interview asks what must work, what users see when it does not, which team owns the
    service and which tier alerts belong to, and says why it asks. Each question has a flag;
    without a terminal, questions without a flag take their defaults. With a Prometheus, it lists
    series that could be the SLI, suggests a target that was met, and shows what the alerts would
    have done. Run it again to add another SLO; existing documents stay as they are.

    \b
    reliability new shop                                     interview
    reliability new shop --prometheus http://localhost:9090 --candidates
    reliability new shop --journey "A customer pays" --sli 25bf3e --team shop
    reliability new shop --journey "A customer pays" --kind http --fast-tier ticket
    """
    from reliability.cli.new.run import run

    return run(app, **given)
