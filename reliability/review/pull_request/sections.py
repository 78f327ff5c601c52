"""The sections of a review below its headline: notified, promised, found, planned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.approval import Role
from reliability.finding import Finding, Severity
from reliability.render.markdown import code
from reliability.render.words import Words
from reliability.review.pull_request.approvals import ServiceApproval
from reliability.review.pull_request.diff import ObjectiveDifference
from reliability.review.pull_request.notified import AlertNotificationChange, AlertSource
from reliability.review.pull_request.phrases import (
    alert_source,
    delivery_path,
    promise,
    roles,
    said,
    severity_word,
    target,
    tier,
    value,
    when,
)
from reliability.review.pull_request.shown import ReportView, folded

MOST_ALIKE: Final = 5
"""Alerts that are named where several change in the same way."""


def notified_lines(shown: ReportView) -> Iterator[str]:
    """Who gets notified, old and new."""
    words, changes = shown.words, shown.reviewed.notification_changes
    if not changes:
        return

    yield "#### " + words("Who gets notified")
    yield ""
    heads = (words("service"), words("alert"), words("before"), words("after"))
    alike: dict[tuple[str, str], list[AlertSource]] = {}
    for change in changes:
        alike.setdefault(_paths(change, words), []).append(change.source)
    rows = [(*_what(sources, words), *paths) for paths, sources in alike.items()]
    yield from shown.table(heads, rows)


def _what(sources: Sequence[AlertSource], words: Words) -> tuple[str, str]:
    """The services and what notifies there; many that change alike are counted."""
    services = [*dict.fromkeys(value(source.service) for source in sources)]
    names = [alert_source(source, words) for source in sources]
    return _some(services, words), _some(names, words)


def _some(texts: Sequence[str], words: Words, joint: str = "<br>") -> str:
    shown, left = texts[:MOST_ALIKE], len(texts) - MOST_ALIKE
    more = [words.many("and {count} more", "and {count} more", left)] if left > 0 else []
    return joint.join([*shown, *more])


def _paths(change: AlertNotificationChange, words: Words) -> tuple[str, str]:
    """Who is notified, only where that changes, and the threshold only where that does."""
    old, new = change.old, change.new
    before, after = [delivery_path(old, words)], [delivery_path(new, words)]
    if old is not None and new is not None:
        if (old.tier, old.reached) == (new.tier, new.reached):
            before, after = [], [words("still {tier}", tier=f"**{tier(new.tier, words)}**")]
        if old.when != new.when:
            before.insert(0, when(old.when, words))
            after.insert(0, when(new.when, words))
    elif new is not None:
        after.insert(0, when(new.when, words))

    return "<br>".join(before), "<br>".join(after)


def promises_lines(shown: ReportView) -> Iterator[str]:
    """What is promised, old and new, and whose approval that needs."""
    words, reviewed = shown.words, shown.reviewed
    if reviewed.promises:
        yield "#### " + words("SLO changes")
        yield ""
        heads = (words("service"), words("SLO"), words("change"), words("before"), words("after"))
        rows = [_promise(slo, words) for slo in reviewed.promises]
        yield from shown.table(heads, rows)
    yield from _asks(shown)


def _asks(shown: ReportView) -> Iterator[str]:
    """Whose approval is needed: services that need the same in one line, and no line left out."""
    alike: dict[str, list[ServiceApproval]] = {}
    for ask in shown.reviewed.asked:
        alike.setdefault(_ask(ask, "", shown), []).append(ask)
    groups = list(alike.values())

    for asks in groups[: shown.rows]:
        names = [value(approval.subject) for approval in asks]
        services = _some(names, shown.words, joint=", ") if shown.rows else ", ".join(names)
        yield ""
        yield _ask(asks[0], services, shown)

    yield from shown.left_out(len(groups) - len(groups[: shown.rows]))
    if groups:
        yield from _access(shown)


def _access(shown: ReportView) -> Iterator[str]:
    """Who cannot approve any more, and why that is not known."""
    words, approvals = shown.words, shown.reviewed.approvals
    if approvals.absent:
        names = [value(handle) for handle in sorted(approvals.absent)]
        whom = _some(names, words, joint=", ")
        yield ""
        yield words(
            "No longer have access to the repository: {whom}. The approvers of `policies/` can "
            "approve instead.",
            whom=whom,
        )

    if approvals.access_unknown:
        why = words("; ").join(said(reason, words) for reason in approvals.access_unknown)
        yield ""
        yield words("The access of the approvers could not be checked: {why}.", why=why)


def _promise(difference: ObjectiveDifference, words: Words) -> tuple[str, ...]:
    after = [target(difference.new, words), *(said(text, words) for text in difference.looser)]
    before = target(difference.old, words)
    what = promise(difference, words)
    return value(difference.service), value(difference.name), what, before, "<br>".join(after)


def _ask(ask: ServiceApproval, service: str, shown: ReportView) -> str:
    """Whose approval is needed, and who has given it; `service` may be several."""
    words = shown.words
    given = words.listed(map(value, ask.given))
    if ask.proposed:
        whom = words.listed(map(value, ask.proposed))
        given = words("{given} and {whom} (author)", given=given, whom=whom)

    if ask.is_met and given and not ask.missing:
        return "☑ " + words("{service}: approved by {whom}.", service=service, whom=given)
    if ask.is_met:
        reason = ask.findings[0].waiver or ""
        return "☑ " + words("{service}: {how}.", service=service, how=said(reason, words))

    if not ask.missing:
        return "☐ " + words(
            "{service}: the base branch declares no approvers; declare them there first, or add a "
            "waiver with an end date.",
            service=service,
        )

    missing = roles(ask.missing, words)
    line = "☐ " + words("{service}: requires approval by {whom}.", service=service, whom=missing)
    if given:
        line = words.paragraph([line, words("Approved so far: {whom}.", whom=given)])

    return words.paragraph([line, *_outdated(ask, shown)])


def _outdated(ask: ServiceApproval, shown: ReportView) -> Iterator[str]:
    """Whose approval does not count any more, and why."""
    words, approvals = shown.words, shown.reviewed.approvals
    missing = dict.fromkeys(name for role in ask.missing for name in role)
    gone = {handle.lower() for handle in approvals.incomparable}
    late = {handle.lower() for handle in approvals.outdated} - gone
    if names := [value(name) for name in missing if name.lower() in late]:
        whom = words.listed(names)
        yield words("{whom} approved an earlier commit, so the approval does not count.", whom=whom)

    if names := [value(name) for name in missing if name.lower() in gone]:
        yield words(
            "{whom} approved a commit that no longer exists, so the approval does not count.",
            whom=words.listed(names),
        )


def approvers_lines(shown: ReportView) -> Iterator[str]:
    """Who approves later changes, if this one is merged."""
    words, changes = shown.words, shown.reviewed.approvers
    if not changes:
        return

    yield "#### " + words("Approvers after this change")
    yield ""
    heads = (words("service"), words("before"), words("after"))
    rows = [
        (value(change.subject), _who(change.before, words), _who(change.after, words))
        for change in changes
    ]
    yield from shown.table(heads, rows)


def _who(every: tuple[Role, ...], words: Words) -> str:
    return roles(every, words) if every else words("none")


def findings_lines(shown: ReportView) -> Iterator[str]:
    """What the change brings that has no comment on its line."""
    words, changes = shown.words, shown.reviewed.found
    left = [
        finding for fingerprint, finding in changes.counted if fingerprint not in shown.on_lines
    ]
    on_lines = len(changes.counted) - len(left)

    if left:
        yield "#### " + words("Findings")
        yield ""
        heads = (words("location"), words("finding"), words("how to fix"))
        yield from shown.table(heads, [_finding(finding, words) for finding in left])

    notes = list(_notes(shown, on_lines))
    if notes:
        yield from ("", words.paragraph(notes))


def _notes(shown: ReportView, on_lines: int) -> Iterator[str]:
    words, changes = shown.words, shown.reviewed.found
    if on_lines:
        yield words.many(
            "{count} finding is a comment on its line.",
            "{count} findings are comments on their lines.",
            on_lines,
        )

    if changes.mended:
        yield words.many(
            "This change fixes {count} finding.",
            "This change fixes {count} findings.",
            changes.mended,
        )


def _finding(finding: Finding, words: Words) -> tuple[str, ...]:
    """One finding; who has to approve stands above the table, once."""
    problem = finding.problem
    where = code(f"{problem.at.path.as_posix()}:{problem.at.span.line}")
    sign = "❌" if finding.severity is Severity.ERROR else severity_word(finding.severity, words)
    what = f"{sign} {said(problem.message, words)} ({code(finding.rule)})"
    if problem.requires is not None:
        return where, what, words("get approval, or add a waiver with an end date")
    return where, what, said(problem.help or "", words)


def excused_lines(shown: ReportView) -> Iterator[str]:
    """What is called out and excused: by approval, by a waiver, by the baseline."""
    words, excused = shown.words, shown.reviewed.found.excused
    if excused:
        rows = [
            (*_finding(finding, words)[:2], said(finding.waiver or "", words))
            for finding in excused
        ]
        title = words.many(
            "{count} finding approved, waived or in the baseline",
            "{count} findings approved, waived or in the baseline",
            len(excused),
        )
        heads = (words("location"), words("finding"), words("reason"))
        yield from folded(title, shown.table(heads, rows))


def judges_lines(shown: ReportView) -> Iterator[str]:
    """By whose policies it was judged, and what the change does to them."""
    words, reviewed = shown.words, shown.reviewed
    judges = reviewed.judges
    if reviewed.touched.policies:
        files = ", ".join(map(value, reviewed.touched.policies[:10]))
        yield words("**This change modifies policies**: {files}", files=files)
        yield ""

    if judges.pending:
        whom = words.listed(map(value, judges.pending))
        yield words("Waivers in this change take effect after approval by {whom}.", whom=whom)
        yield ""

    if judges.unread:
        paths = ", ".join(map(value, judges.unread[:10]))
        yield words("Cannot be read on the base branch, so not compared: {paths}", paths=paths)
        yield ""

    at = f"{value(judges.branch)} ({value(judges.commit[:12])})"
    yield (
        "<sub>"
        + words(
            "The base branch {at} has no policies yet, so the policies of this change apply.", at=at
        )
        if judges.own
        else "<sub>" + words("Checked against the policies of {at}.", at=at)
    ) + "</sub>"
