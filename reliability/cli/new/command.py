"""`reliability new SERVICE`: the first promise of a service, by interview or by flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reliability.cli.app import App
from reliability.cli.new.output import NewSloResult, print_candidates, print_done, print_dry
from reliability.cli.whole import Whole

if TYPE_CHECKING:
    from reliability.onboarding.new.promise import NewSlo
    from reliability.onboarding.new.proposal import TargetProposal

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
    from reliability.cli.new.interview import interview
    from reliability.cli.new.server import look

    is_json = given["form"] == "json"
    with look(app, given) as view:
        if given["candidates"]:
            print_candidates(app, view.candidates, given["service"], is_json=is_json)
            return 0
        found = interview(app, view, given)
        done = _done(app, found.promise, found.proposal, view.recent)
    if given["dry_run"]:
        print_dry(app, done)
        return 0
    done.joined.write()
    print_done(app, done, is_json=is_json)
    return 0


def _done(app: App, promise: NewSlo, proposal: TargetProposal, recent: Any) -> NewSloResult:
    from reliability.onboarding.new.joining import join
    from reliability.onboarding.new.laying import with_files
    from reliability.pipeline import check

    joined = join(promise, app.catalog(), app.root)
    repository = with_files(app.root, joined.contents)
    before = {each.fingerprint for each in check(app.repository, app.today)}
    after = check(repository, app.today)
    findings = tuple(each for each in after if each.fingerprint not in before)
    seen = None
    if recent is not None:
        from reliability.onboarding.new.preview import preview

        seen = preview(repository.catalog, promise.slo, recent.history, recent.span)
    return NewSloResult(promise, proposal, joined, seen, findings)
