"""Takes a live Alertmanager configuration into a repository; secrets move to files outside it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from reliability.alertmanager.routing import RoutingRefusedError
from reliability.alertmanager.routing import parse as parse_routing
from reliability.check.masking.secrets import secrets
from reliability.convert.alertmanager.secrets import Cleaned, clean
from reliability.convert.alertmanager.teams import RoutedTeam, seen_teams
from reliability.convert.free_text import RANDOM, scalars
from reliability.errors import ReliabilityError, reason_of
from reliability.load.catalog import BASE_ALERTMANAGER, Catalog
from reliability.load.document import Document, parse
from reliability.location import Pointer
from reliability.model.notification import NotificationPolicy
from reliability.model.team import Team
from reliability.real_path import real_path


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver:
    """The text of the configuration `live` without secrets, and each secret by its file.

    `teams` are the teams in its routes and receivers. `slack_file` contains the Slack webhook
    URL; empty if the configuration has none.
    """

    live: Path
    text: str
    secrets: Mapping[Path, str]
    teams: Mapping[str, RoutedTeam]
    slack_file: str

    def pager_key(self, team: str) -> str:
        """Return the file of a team's PagerDuty key: its own, or the only one; empty if none."""
        seen = self.teams.get(team)
        if seen is not None and seen.routing_key:
            return seen.routing_key
        keys = {
            routed_team.routing_key
            for routed_team in self.teams.values()
            if routed_team.routing_key
        }
        return next(iter(keys)) if len(keys) == 1 else ""


def take_over(live: Path, folder: Path, outside: Path) -> TakeOver:
    """Read a live configuration; nothing is written.

    `folder` is for the secrets and must not be inside `outside`, the Git repository.

    Raises:
        ReliabilityError: the file is not a valid configuration, `folder` is inside the
            repository, or a secret would be lost or remain.
    """
    if real_path(folder).is_relative_to(real_path(outside)):
        raise ReliabilityError(
            f"{folder} is inside the repository {outside}, and secrets must not be committed; "
            "pass a folder outside of it with --secrets"
        )

    document = _document(live)
    cleaned = clean(document, str(folder))
    _ensure_whole(document, cleaned)

    try:
        teams, _ = seen_teams(document.values, parse_routing(document.values).root, cleaned.files)
    except RoutingRefusedError as refusal:
        at = document.locate(refusal.pointer).span
        raise ReliabilityError(f"{live}:{at.line}:{at.column}: {refusal}") from refusal

    return TakeOver(
        live=live,
        text=cleaned.text,
        secrets={Path(path): secret for path, secret in cleaned.contents.items()},
        teams=teams,
        slack_file=_slack_file(document.values, cleaned.files, live.parent),
    )


def write_secrets(taken: TakeOver) -> Iterator[Path]:
    """Write each secret to its file with mode 0600, unless the file already contains it.

    As root, the files get the owner of the live configuration, so that Alertmanager can read them.

    Raises:
        ReliabilityError: a file has other content, or cannot be written.
    """
    for path, secret in taken.secrets.items():
        try:
            if os.path.lexists(path):
                _ensure_same(path, secret)
                continue
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
                file.write(secret)
                if os.geteuid() == 0:
                    owner = taken.live.stat()
                    os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
        except OSError as error:
            reason = reason_of(error)
            raise ReliabilityError(f"{path} cannot be written: {reason}") from error
        yield path


def ensure_free(taken: TakeOver, root: Path) -> None:
    """Ensure that no existing file would be overwritten.

    Raises:
        ReliabilityError: a file exists with other content.
    """
    base = root / BASE_ALERTMANAGER
    if os.path.lexists(base) and (base.is_symlink() or base.read_bytes() != taken.text.encode()):
        raise ReliabilityError(
            f"{BASE_ALERTMANAGER} exists and differs from {taken.live} without its secrets; "
            "compare both, and delete the copy if the live file is correct"
        )

    for path, secret in taken.secrets.items():
        if os.path.lexists(path):
            _ensure_same(path, secret)


def missing_secret_files(
    catalog: Catalog, kinds: Sequence[type[NotificationPolicy | Team]] = (NotificationPolicy, Team)
) -> tuple[Path, ...]:
    """Return the files that policies reference as `file:PATH` and that are not on this machine."""
    named = {
        Path(text.removeprefix("file:")): None
        for kind in kinds
        for located in catalog.documents(kind)
        for _, text in scalars(located.value.model_dump(mode="json"), ())
        if text.startswith("file:/")
    }
    return tuple(path for path in named if not path.exists())


def _ensure_same(path: Path, secret: str) -> None:
    try:
        is_same = not path.is_symlink() and path.read_text(encoding="utf-8").strip() == secret
    except (OSError, UnicodeDecodeError):
        is_same = False
    if not is_same:
        raise ReliabilityError(
            f"{path} exists with other content; move it away, or pass another folder with --secrets"
        )


def _document(live: Path) -> Document:
    try:
        parsed = parse(PurePosixPath(live), live.read_bytes())
    except OSError as error:
        raise ReliabilityError(f"{live} cannot be read: {error.strerror}") from error

    for fault in parsed.faults:
        raise ReliabilityError(f"{live}:{fault.location.span.line}: {fault.message}")
    documents = parsed.documents
    values = documents[0].values if len(documents) == 1 else None
    if not isinstance(values, dict) or "route" not in values or "receivers" not in values:
        raise ReliabilityError(
            f"{live} is not an Alertmanager configuration: expected route and receivers"
        )

    return documents[0]


def _ensure_whole(document: Document, cleaned: Cleaned) -> None:
    """Ensure that no secret is lost, which would break delivery, and that none remains."""
    if cleaned.removed:
        raise ReliabilityError(
            f"{_where(document, cleaned.removed)}: Alertmanager cannot read this secret from a "
            "file, so the configuration cannot be taken over; nothing was written"
        )

    again = parse(document.path, cleaned.text.encode())
    values = again.documents[0].values if len(again.documents) == 1 and not again.faults else None
    remaining = tuple(pointer for pointer, _ in secrets(values))
    texts = [text for text in cleaned.contents.values() if RANDOM.fullmatch(text)]

    if values is None or remaining or any(text in cleaned.text for text in texts):
        where = _where(document, remaining) if remaining else str(document.path)
        raise ReliabilityError(
            f"{where}: a secret would remain in the copy, for example in a comment, a name or a "
            "template; remove it first; nothing was written"
        )


def _where(document: Document, pointers: tuple[Pointer, ...]) -> str:
    places = sorted(document.locate(pointer).span for pointer in pointers)
    return ", ".join(f"{document.path}:{span.line}:{span.column}" for span in places)


def _slack_file(values: Mapping[str, Any], files: Mapping[Pointer, str], folder: Path) -> str:
    """Return the file with the Slack webhook URL: the global one, or the first receiver's."""
    for pointer, key, value in _slack_addresses(values):
        path = files.get((*pointer, key)) if value is None else str(folder / value)
        if path is not None:
            return path
    return ""


def _slack_addresses(values: Mapping[str, Any]) -> Iterator[tuple[Pointer, str, str | None]]:
    """Yield where a webhook URL may be set; the value is that of its `_file` key, if any."""
    settings = values.get("global")
    if isinstance(settings, dict):
        yield ("global",), "slack_api_url", settings.get("slack_api_url_file")
    for index, receiver in enumerate(values["receivers"]):
        for number, config in enumerate(receiver.get("slack_configs") or ()):
            pointer = ("receivers", index, "slack_configs", number)
            yield pointer, "api_url", config.get("api_url_file")
