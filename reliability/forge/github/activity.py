"""Who pushed to the branch of a pull request.

`GET /repos/{owner}/{repo}/activity` lists pushes, force pushes, merges, and branch creations with
their actor, the newest first (https://docs.github.com/rest/repos/repos#list-repository-activities).
Authors and committers of commits are no evidence: anybody can write any
name into a commit.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from reliability.errors import ForgeError
from reliability.forge.github.client import PER_PAGE, Client
from reliability.forge.pull_request import PullRequest, Push, PushHistory

NO_COMMIT: Final = "0" * 40
"""What `before` is for the creation of a branch."""


def push_history(client: Client, pull: PullRequest) -> PushHistory:
    """Return the latest 100 activities of the branch, as far as they lead from its head back."""
    what = f"the activity of {pull.head_branch}"
    if not pull.head_repository:
        return PushHistory(unknown=f"{what}: the repository of the branch is not known")

    root = client.url.removesuffix(client.name)
    ref = quote(f"refs/heads/{pull.head_branch}", safe="")
    try:
        rows = client.get(
            what, f"{root}{pull.head_repository}/activity?ref={ref}&per_page={PER_PAGE}"
        )
        activities = client.calls.read(what, lambda: [_push(row) for row in rows])
    except ForgeError as error:
        return PushHistory(unknown=str(error))

    pushes: list[Push] = []
    commit = pull.head
    for push in activities:
        if push.after == commit:
            pushes.append(push)
            commit = push.before
        if commit == NO_COMMIT:
            return PushHistory(tuple(pushes))

    return PushHistory(tuple(pushes), f"{what}: github lists no push of {commit[:12]}")


def _push(row: dict[str, object]) -> Push:
    actor = row["actor"]
    login = actor["login"] if isinstance(actor, dict) else ""
    return Push(str(login), before=str(row["before"]), after=str(row["after"]))
