"""The sections of a review below its headline: recipients, SLOs, approvals, findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from reliability.approval import Role
from reliability.check.changes.approvals import AGREED_BY
from reliability.finding import Finding
from reliability.render.markdown import code, plain
from reliability.render.words import Words, worded
from reliability.review.pull_request.approvals import ServiceApproval
from reliability.review.pull_request.notified import AlertNotificationChange, AlertSource
from reliability.review.pull_request.phrases import (
    alert_source,
    delivery_path,
    message_text,
    roles,
    severity_word,
    some,
    tier,
    value,
    when,
)
from reliability.review.pull_request.sentences import change_sentences
from reliability.review.pull_request.shown import ReportView, folded
from reliability.review.pull_request.site_links import ARTIFACT

APPROVE: Final = worded("{service}: requires approval by {whom} for {rules}.")
RECORD: Final = worded("{service}: record the agreement of {whom} in {agreed_by} for {rules}.")
AUTHOR: Final = worded("{whom} (author)")
PUSHER: Final = worded("{whom} (pushed)")


def notified_lines(shown: ReportView) -> Iterator[str]:
    """Yield who gets notified, before and after."""
    words, changes = shown.words, shown.reviewed.notification_changes
    if not changes:
        return

    yield "#### " + words("Who gets notified")
    yield ""
    heads = (words("service"), words("alert"), words("before"), words("after"))
    alike: dict[tuple[str, ...], list[AlertSource]] = {}
    for change in changes:
        paths = (*_environments(change.environments, shown), *_paths(change, words))
        alike.setdefault(paths, []).append(change.source)
    rows = [(*_what(sources, shown), *paths) for paths, sources in alike.items()]
    named = _environment_head(shown)
    yield from shown.table((*heads[:2], *named, *heads[2:]), rows)


def _environment_head(shown: ReportView) -> tuple[str, ...]:
    """Return the head of the column of environments; without environments there is none."""
    return (shown.words("environment"),) if shown.reviewed.environments else ()


def _environments(names: Sequence[str], shown: ReportView) -> tuple[str, ...]:
    """Return the cell of the column of environments."""
    every = shown.reviewed.environments
    if not every:
        return ()
    is_everywhere = len(every) > 1 and set(names) == set(every)
    return (shown.words("all") if is_everywhere else "<br>".join(map(value, names)),)


def _what(sources: Sequence[AlertSource], shown: ReportView) -> tuple[str, str]:
    """Return the services and the alerts of equal changes; beyond a few they are counted."""
    services = [*dict.fromkeys(value(source.service) for source in sources)]
    names = [alert_source(source, shown.words) for source in sources]
    return shown.some(services), shown.some(names)


def _paths(change: AlertNotificationChange, words: Words) -> tuple[str, str]:
    """Return recipients and threshold before and after, each only if it changes."""
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


def change_lines(shown: ReportView) -> Iterator[str]:
    """Yield what the change does, in a sentence for each SLO and alert."""
    reviewed = shown.reviewed
    sentences = change_sentences(
        reviewed.touched, reviewed.slo_changes, reviewed.notification_changes, shown.words
    )
    lines = [f"- {message_text(sentence, shown.words)}" for sentence in sentences]
    if lines:
        title = shown.words("What changes")
        yield from (f"**{title}**", "", *lines)


def approval_lines(shown: ReportView) -> Iterator[str]:
    """Yield whose approval is required, and for what; services with equal ones share a line."""
    alike: dict[str, list[ServiceApproval]] = {}
    every = shown.reviewed.required_approvals
    for ask in every:
        if not any(other.covers(ask) for other in every):
            alike.setdefault(_ask(ask, "", shown), []).append(ask)
    groups = list(alike.values())

    for asks in groups[: shown.rows]:
        names = [value(approval.subject) for approval in asks]
        yield ""
        yield _ask(asks[0], shown.some(names, ", "), shown)

    yield from shown.left_out(len(groups) - len(groups[: shown.rows]))
    if groups:
        yield from _waivers(shown)
        yield from _access(shown)


def _waivers(shown: ReportView) -> Iterator[str]:
    """Yield who may approve a waiver instead, while an approval is missing."""
    reviewed = shown.reviewed
    owners = reviewed.policy_source.owners
    if owners and not set(reviewed.verdict.missing) <= set(owners):
        yield ""
        yield (
            "<sub>"
            + shown.words(
                "Instead, {whom} may approve a waiver with an end date.",
                whom=roles(owners, shown.words),
            )
            + "</sub>"
        )


def _access(shown: ReportView) -> Iterator[str]:
    """Yield who can no longer approve, or why that is not known."""
    words, approvals = shown.words, shown.reviewed.approvals
    if approvals.absent:
        names = [value(handle) for handle in sorted(approvals.absent)]
        whom = some(names, words, joint=", ")
        yield ""
        yield words(
            "No longer have access to the repository: {whom}. The approvers of `policies/` can "
            "approve instead.",
            whom=whom,
        )

    if approvals.pushed:
        names = [value(handle) for handle in sorted(approvals.pushed)]
        yield ""
        yield words(
            "{whom} also pushed this change, so their approval counts only for their own role, "
            "and opening the pull request does not count as the author's approval.",
            whom=some(names, words, joint=", "),
        )
    if approvals.pushers_unknown:
        yield ""
        yield words(
            "Who pushed this change could not be checked, so opening the pull request does not "
            "count as the author's approval: {why}.",
            why=message_text(approvals.pushers_unknown, words),
        )

    if approvals.access_unknown:
        why = words("; ").join(message_text(reason, words) for reason in approvals.access_unknown)
        yield ""
        yield words("The access of the approvers could not be checked: {why}.", why=why)


def _ask(ask: ServiceApproval, service: str, shown: ReportView) -> str:
    """Return whose approval is required, and who has approved; `service` may list several."""
    words = shown.words
    # A pusher who also approved is not the author, whose proposing counts.
    pushed = {handle.lower() for handle in shown.reviewed.approvals.pushed}
    own = [
        words(PUSHER if who.lower() in pushed else AUTHOR, whom=value(who)) for who in ask.proposed
    ]
    given = words.listed((*map(value, ask.given), *own))

    if ask.is_met and given and not ask.missing:
        return "☑ " + words("{service}: approved by {whom}.", service=service, whom=given)
    if ask.is_met:
        reason = ask.findings[0].waiver or ""
        return "☑ " + words("{service}: {how}.", service=service, how=message_text(reason, words))

    if not ask.missing:
        return "☐ " + words(
            "{service}: the base branch declares no approvers; declare them there first, or add a "
            "waiver with an end date.",
            service=service,
        )

    rules = dict.fromkeys(code(finding.rule) for finding in ask.findings)
    line = "☐ " + words(
        RECORD if shown.reviewed.verdict.is_recorded else APPROVE,
        service=service,
        whom=roles(ask.missing, words),
        rules=words.listed(rules),
        agreed_by=code(AGREED_BY),
    )
    if given:
        line = words.paragraph([line, words("Approved so far: {whom}.", whom=given)])

    return words.paragraph([line, *_outdated(ask, shown)])


def _outdated(ask: ServiceApproval, shown: ReportView) -> Iterator[str]:
    """Yield whose approval no longer counts, and why."""
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
    """Yield who approves later changes, if this one is merged."""
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
    """Yield the new findings that block nothing, folded, and how many the change fixes."""
    words, reviewed = shown.words, shown.reviewed
    blocking = set(reviewed.verdict.blocking)
    others = [each for _, each in reviewed.finding_changes.counted if each not in blocking]
    if others:
        title = words.many(
            "{count} finding that blocks nothing",
            "{count} findings that block nothing",
            len(others),
        )
        heads = (words("location"), words("finding"), words("how to fix"))
        rows = _findings(((each, each.problem.help or "") for each in others), shown)
        yield from folded(title, shown.table(heads, rows))

    if fixed := reviewed.finding_changes.fixed:
        yield ""
        yield words.many(
            "This change fixes {count} finding.", "This change fixes {count} findings.", fixed
        )


def _findings(findings: Iterable[tuple[Finding, str]], shown: ReportView) -> list[tuple[str, ...]]:
    """Return the rows of a table of findings, each with a text; equal ones share a row."""
    words = shown.words
    alike: dict[tuple[str, str], list[str]] = {}
    for finding, text in findings:
        severity = severity_word(finding.severity, words)
        message = message_text(finding.problem.message, words)
        row = f"{severity} {message} ({code(finding.rule)})", message_text(text, words)
        alike.setdefault(row, []).append(shown.place(finding.problem.at))
    return [(shown.some(places), *row) for row, places in alike.items()]


def waived_lines(shown: ReportView) -> Iterator[str]:
    """Yield the findings that are approved, waived or in the baseline."""
    words, waived = shown.words, shown.reviewed.finding_changes.waived
    if waived:
        rows = _findings(((each, each.waiver or "") for each in waived), shown)
        title = words.many(
            "{count} finding approved, waived or in the baseline",
            "{count} findings approved, waived or in the baseline",
            len(waived),
        )
        heads = (words("location"), words("finding"), words("reason"))
        yield from folded(title, shown.table(heads, rows))


def policy_source_lines(shown: ReportView) -> Iterator[str]:
    """Yield which policies were applied, and whether the change modifies them."""
    words, reviewed = shown.words, shown.reviewed
    policy_source = reviewed.policy_source
    if reviewed.touched.policies:
        files = ", ".join(map(value, reviewed.touched.policies[:10]))
        yield words("**This change modifies policies**: {files}", files=files)
        yield ""

    if policy_source.pending:
        whom = roles(policy_source.pending, words)
        yield words("Waivers in this change take effect after approval by {whom}.", whom=whom)
        yield ""

    if policy_source.unread:
        paths = ", ".join(map(value, policy_source.unread[:10]))
        yield words("Cannot be read on the base branch, so not compared: {paths}", paths=paths)
        yield ""

    at = f"{value(policy_source.branch)} ({value(policy_source.commit[:12])})"
    yield (
        "<sub>"
        + words(
            "The base branch {at} has no policies yet, so the policies of this change apply.", at=at
        )
        if policy_source.own
        else "<sub>" + words("Checked against the policies of {at}.", at=at)
    ) + "</sub>"


def link_lines(shown: ReportView) -> Iterator[str]:
    """Yield where the whole report is, and the pages of the touched services."""
    words, links = shown.words, shown.reviewed.pages
    places = [] if shown.rows is None else [shown.link]
    if links.url:
        targets = links.services or ((words("Overview"), links.url),)
        named = ", ".join(f"[{plain(name)}]({url})" for name, url in targets)
        places.append(words("Pages as of their last build: {links}", links=named))
    elif links.workflow:
        places.append(
            words(
                "Pages about these services are in the artifact {artifact} of the latest run of "
                "{workflow}.",
                artifact=value(ARTIFACT),
                workflow=shown.workflow(links.workflow),
            )
        )
    if any(places):
        yield f"<sub>{' · '.join(filter(None, map(str.strip, places)))}</sub>"
