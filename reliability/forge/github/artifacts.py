"""Artifact of a scheduled workflow, found by the run that made it.

Any pull request can upload an artifact of any name, so a name proves nothing. The run decides: it
must have been started by the schedule, on the default branch, with its head in this repository and
not in a fork. It need not have succeeded: a failed job does not affect the history of other jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import IO, Any, Final

import httpx

from reliability.errors import ForgeError
from reliability.forge.github.client import Client
from reliability.tracing import traced

RUNS: Final = 20
"""Number of completed runs that are searched, the newest first."""
LARGEST: Final = 2 * 1024**3
"""Maximum size of an archive in bytes; a stored history is far smaller."""
LONGEST: Final = timedelta(minutes=10)
"""Time limit of a whole download."""
CHUNK: Final = 1024 * 1024
REDIRECTS: Final = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Artifact:
    """An artifact; `run` is the id of the run that made it.

    `expired` is the day on which it was stored, if it has expired and cannot be downloaded.
    """

    id: int
    run: int
    url: str
    expired: date | None = None


def newest_artifact(
    client: Client, name: str, workflow: str = "schedule.yml", own_run: int | None = None
) -> Artifact | None:
    """Return the artifact of `own_run`, or of the newest completed scheduled run that has one.

    One that has expired is returned only if there is no other.

    https://docs.github.com/rest/actions/workflow-runs and /rest/actions/artifacts

    Raises:
        ForgeError: GitHub does not answer, or the token may not read actions.
    """

    def newest() -> Artifact | None:
        repository = _get(client, "the repository", client.repository.url)
        runs = [own_run] if own_run else []
        expired: Artifact | None = None
        for run in [*runs, *_scheduled(client, repository, workflow)]:
            artifact = _of_run(client, run, name)
            if artifact is not None and artifact.expired is None:
                return artifact
            expired = expired or artifact
        return expired

    return client.calls.read(f"the artifact {name}", newest)


def _scheduled(client: Client, repository: dict[str, Any], workflow: str) -> Iterator[int]:
    """Yield the ids of completed runs that the schedule of this repository started."""
    branch = repository["default_branch"]
    query = {"event": "schedule", "status": "completed", "branch": branch, "per_page": RUNS}
    url = f"{client.repository.url}/actions/workflows/{workflow}/runs"
    answer = _get(client, f"the runs of {workflow}", url, query=query)
    trusted = [run for run in answer["workflow_runs"] if _is_ours(run, repository)]
    yield from sorted((_id(run) for run in trusted), reverse=True)


def _id(row: dict[str, Any]) -> int:
    """Return the id of a row as a number, because it becomes a part of a URL.

    Raises:
        TypeError: it is something else.
    """
    number = row["id"]
    if type(number) is not int:
        raise TypeError("an id is not a number")
    return number


def _is_ours(run: dict[str, Any], repository: dict[str, Any]) -> bool:
    """Return whether a run is trusted; this does not rely on the filters of the query."""
    head = run.get("head_repository") or {}
    return (
        run.get("event") == "schedule"
        and run.get("status") == "completed"
        and run.get("head_branch") == repository["default_branch"]
        and head.get("id") == repository["id"]
    )


def _of_run(client: Client, run: int, name: str) -> Artifact | None:
    url = f"{client.repository.url}/actions/runs/{run}/artifacts"
    answer = _get(client, f"the artifacts of run {run}", url, query={"name": name, "per_page": 100})
    rows = [artifact for artifact in answer["artifacts"] if artifact["name"] == name]
    if not rows:
        return None

    row = max(rows, key=lambda artifact: (not artifact["expired"], _id(artifact)))
    stored = date.fromisoformat(row["created_at"][:10]) if row["expired"] else None
    return Artifact(_id(row), run, f"{client.url}/actions/artifacts/{_id(row)}/zip", stored)


def download(client: Client, token: str, artifact: Artifact, into: IO[bytes]) -> None:
    """Write the archive to a file, and seek to its beginning.

    GitHub redirects to its storage, to which the token must not be sent.

    Raises:
        ForgeError: it cannot be downloaded in time, or exceeds `LARGEST`.
    """
    what = f"the artifact of run {artifact.run}"
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    seconds = client.timeout.total_seconds()
    try:
        with traced(f"GET {artifact.url}"), httpx.Client(timeout=seconds) as http:
            reply = http.get(artifact.url, headers=headers, follow_redirects=False)
            if reply.status_code not in REDIRECTS or "location" not in reply.headers:
                raise ForgeError(f"{what}: github answers {reply.status_code}")
            with http.stream("GET", reply.headers["location"], follow_redirects=False) as stored:
                _copy(stored, into, what, now=client.calls.now)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ForgeError(f"{what}: {type(error).__name__}") from error

    into.seek(0)


def _copy(stored: httpx.Response, into: IO[bytes], what: str, now: Callable[[], float]) -> None:
    if stored.status_code != httpx.codes.OK:
        raise ForgeError(f"{what}: its storage answers {stored.status_code}")
    deadline = now() + LONGEST.total_seconds()
    for part in stored.iter_raw(CHUNK):
        into.write(part)
        if into.tell() > LARGEST:
            raise ForgeError(f"{what}: it has more than {LARGEST:,} bytes")
        if now() > deadline:
            raise ForgeError(f"{what}: it took more than {LONGEST}")


def _get(client: Client, what: str, url: str, query: dict[str, Any] | None = None) -> Any:
    ask = client.repository.requester.requestJsonAndCheck
    answer = client.calls.read(what, lambda: ask("GET", url, parameters=query or {}))
    return answer[1]
