"""Runs `reliability new`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reliability.cli.app import App
from reliability.cli.new.interview import interview
from reliability.cli.new.output import NewSloResult, print_candidates, print_done, print_dry
from reliability.cli.new.server import server_view
from reliability.onboarding.new.joining import join
from reliability.onboarding.new.overlay import with_files
from reliability.pipeline import check

if TYPE_CHECKING:
    from reliability.onboarding.new.new_slo import NewSlo
    from reliability.onboarding.new.proposal import TargetProposal


def run(app: App, /, **given: Any) -> int:
    """Print the candidates, or write the SLO of the interview; return 0."""
    is_json = given["form"] == "json"
    with server_view(app, given) as view:
        if given["candidates"]:
            print_candidates(app, view.candidates, given["service"], is_json=is_json)
            return 0
        answered = interview(app, view, given)
        done = _done(app, answered.new_slo, answered.proposal, recent=view.recent)

    if given["dry_run"]:
        print_dry(app, done)
        return 0

    done.joined.write()
    print_done(app, done, is_json=is_json)
    return 0


def _done(app: App, new_slo: NewSlo, proposal: TargetProposal, recent: Any) -> NewSloResult:
    joined = join(new_slo, app.catalog(), app.root)
    repository = with_files(app.root, joined.contents)
    before = {finding.fingerprint for finding in check(app.repository, app.today)}
    after = check(repository, app.today)
    findings = tuple(finding for finding in after if finding.fingerprint not in before)
    others = sum(finding.waiver is None for finding in after if finding not in findings)
    seen = None
    if recent is not None:
        from reliability.onboarding.new.preview import preview

        seen = preview(repository.catalog, new_slo.slo, recent.history, span=recent.span)
    return NewSloResult(
        new_slo=new_slo,
        proposal=proposal,
        joined=joined,
        preview=seen,
        findings=findings,
        others=others,
    )
