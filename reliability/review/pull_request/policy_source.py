"""Whose policies judge a change, and whose approval its waivers wait for."""

from __future__ import annotations

from dataclasses import dataclass

from reliability.approval import Role
from reliability.check.changes.approvals import needed_for_policies, needed_for_waiver
from reliability.check.context import Context
from reliability.check.suppression.waivers import pending
from reliability.finding import Severity
from reliability.load.base import Base


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySource:
    """The commit whose policies were applied: the base, or the change if the base has none.

    `unread` are files of the base that cannot be read; `pending` are the approvers whose approval
    waivers of the change need; `owners` of `policies/` may approve any waiver.
    """

    commit: str
    branch: str
    own: bool
    unread: tuple[str, ...]
    pending: tuple[Role, ...]
    owners: tuple[Role, ...] = ()


def policy_source(base: Base, branch: str, context: Context) -> PolicySource:
    """Return the source of the policies that judge a change to `branch`."""
    author = {handle.lower() for handle in context.author}
    waiting: dict[Role, None] = {}
    for waiver in pending(context):
        # Authors cannot approve a waiver of their own.
        is_own = waiver.approver.lower() in author
        waiting |= dict.fromkeys(
            needed_for_waiver(waiver, context).roles if is_own else ((waiver.approver,),)
        )
    errors = (finding for finding in base.findings if finding.severity is Severity.ERROR)
    return PolicySource(
        commit=base.commit,
        branch=branch,
        own=context.judge is None,
        unread=tuple(sorted({error.problem.at.path.as_posix() for error in errors})),
        pending=tuple(waiting),
        owners=needed_for_policies(context).roles,
    )
