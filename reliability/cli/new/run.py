"""What `reliability new` does with its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reliability.cli.app import App
from reliability.cli.new.interview import interview
from reliability.cli.new.output import NewSloResult, print_candidates, print_done, print_dry
from reliability.cli.new.server import look
from reliability.onboarding.new.joining import join
from reliability.onboarding.new.laying import with_files
from reliability.pipeline import check

if TYPE_CHECKING:
    from reliability.onboarding.new.promise import NewSlo
    from reliability.onboarding.new.proposal import TargetProposal


def run(app: App, /, **given: Any) -> int:
    """Do what the options say; the exit code."""
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
