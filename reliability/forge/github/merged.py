"""The merged pull requests that a commit, or the commits of one push, came from.

`GET /repos/{owner}/{repo}/commits/{sha}/pulls` lists the merged pull request that introduced a
commit of the default branch
(https://docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit),
however it was merged. A merge queue pushes several at once. Those are found by `merge_commit_sha`:
the merge commit, the squashed commit, or the commit to which a rebase has moved the base branch
(https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request). So there are two requests at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from reliability.forge.github.client import PER_PAGE, Client


def merged_pull_requests(client: Client, branch: str, commits: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers of the pull requests that were merged into a branch by these commits.

    The last commit is the newest. The others are looked for among the 100 that were closed last.

    Raises:
        ForgeError: GitHub does not answer.
    """
    *earlier, newest = commits
    what = f"the merged pull requests of {newest[:12]}"
    rows = client.get(what, f"{client.url}/commits/{newest}/pulls?per_page={PER_PAGE}")
    if earlier:
        query = f"state=closed&sort=updated&direction=desc&per_page={PER_PAGE}"
        base = f"&base={quote(branch, safe='')}" if branch else ""
        closed = client.get(what, f"{client.url}/pulls?{query}{base}")
        pushed = frozenset(commits)
        rows = [*rows, *(row for row in closed if row["merge_commit_sha"] in pushed)]

    def numbers() -> set[int]:
        merged = (row for row in rows if row["merged_at"])
        return {int(row["number"]) for row in merged if branch in ("", row["base"]["ref"])}

    return tuple(sorted(client.calls.read(what, numbers)))
