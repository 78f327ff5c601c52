"""A Slack export, as a folder or ZIP file: messages of bots, and whether people answered them.

Format: Slack, "How to read Slack data exports": `users.json`, and for each channel a folder with a
file for each day. One such file is in memory at a time; a ZIP file is never unpacked to the disk.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

from reliability.alertmanager.receivers import mentions_in
from reliability.http.bounds import OutOfBoundsError, ensure_few_values
from reliability.onboarding.triage.message import ReceivedMessage
from reliability.onboarding.triage.sources.slack_text import texts_of
from reliability.onboarding.triage.sources.trouble import UnreadError
from reliability.scalars import ScalarError, read_number, since_1970

USERS: Final = ("users.json", "org_users.json")
LISTS: Final = frozenset((*USERS, "channels.json", "groups.json", "dms.json", "mpims.json"))
LARGEST: Final = 256 * 1024 * 1024
"""Bytes of one day of one channel; a larger file is not part of an export."""
MOST_VALUES: Final = 5_000_000
"""JSON values of such a file, each of which takes more memory than its bytes."""

UNREADABLE: Final = (
    *(ValueError, RecursionError, OSError, RuntimeError, KeyError, EOFError),
    *(zipfile.BadZipFile, zlib.error, NotImplementedError),
)
"""Errors of a damaged archive, an encrypted one, or a file that is not JSON."""

NO_NEWS: Final = frozenset(
    {
        *("channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name"),
        *("bot_add", "bot_remove", "pinned_item", "channel_archive", "channel_unarchive"),
    }
)


@dataclass(frozen=True, slots=True)
class Export:
    """A Slack export and the paths of its files."""

    path: Path
    names: tuple[PurePosixPath, ...]

    @classmethod
    def at(cls, path: Path) -> Export | None:
        """Return the export in a folder or ZIP file; None if it is not one."""
        names = tuple(sorted(_names(path)))
        has_list = any(name.name in LISTS for name in names)
        has_days = any(_is_day(name) for name in names)
        return cls(path, names) if has_list and has_days else None

    def days(self) -> Iterator[PurePosixPath]:
        """Yield the file of each day of each channel, in order."""
        yield from filter(_is_day, self.names)

    @contextmanager
    def opened(self) -> Iterator[Reading]:
        """Read the files of the export; a ZIP file stays open, as its list of files is long."""
        if self.path.is_dir():
            yield Reading(self.path, None)
            return
        with zipfile.ZipFile(self.path) as archive:
            yield Reading(self.path, archive)


@dataclass(frozen=True, slots=True)
class Reading:
    """An export that is open; `archive` is None for a folder."""

    path: Path
    archive: zipfile.ZipFile | None

    def read(self, name: PurePosixPath) -> Any:
        """Return the parsed JSON of a file.

        Raises:
            UnreadError: the file is not JSON, or too large, or has too many values.
        """
        try:
            content = self._bytes(name)
            ensure_few_values(content, MOST_VALUES)
            return json.loads(content)
        except OutOfBoundsError as error:
            raise UnreadError(f"{self.path}/{name}", f"it {error}") from error
        except UNREADABLE as error:
            raise UnreadError(f"{self.path}/{name}", "not valid JSON") from error

    def _bytes(self, name: PurePosixPath) -> bytes:
        if self.archive is None:
            there = self.path / name
            if there.stat().st_size > LARGEST:
                raise ValueError("too large")
            return there.read_bytes()
        with self.archive.open(str(name)) as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise ValueError("too large")
        return data


def _names(path: Path) -> Iterator[PurePosixPath]:
    if path.is_dir():
        for file in (*path.glob("*.json"), *path.glob("*/*.json")):
            if file.is_file() and not file.is_symlink() and not file.parent.is_symlink():
                yield PurePosixPath(file.relative_to(path).as_posix())
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if not info.is_dir():
                    yield PurePosixPath(info.filename)


def _is_day(name: PurePosixPath) -> bool:
    if name.suffix != ".json" or len(name.parts) < 2:
        return False
    stem = name.stem
    return len(stem) == 10 and stem[4] == stem[7] == "-" and stem.replace("-", "").isdigit()


def messages(export: Export, channels: frozenset[str]) -> Iterator[ReceivedMessage | UnreadError]:
    """Yield the messages of bots in these channels, or in all if none is named.

    A message of a person is not a notification; in the thread of one, it is an answer.
    """
    with export.opened() as reading:
        robots: frozenset[str] = frozenset()
        try:
            robots = _robots(export, reading)
        except UnreadError as unread:
            yield unread

        for name in export.days():
            channel = name.parent.name
            if channels and channel not in channels:
                continue
            try:
                written = reading.read(name)
            except UnreadError as unread:
                yield unread
                continue
            yield from _of_day(written if isinstance(written, list) else (), channel, robots)


def _robots(export: Export, reading: Reading) -> frozenset[str]:
    robots: set[str] = set()
    for name in export.names:
        if name.name not in USERS:
            continue
        users = reading.read(name)
        entries = users if isinstance(users, list) else ()
        robots |= {
            str(entry.get("id"))
            for entry in entries
            if isinstance(entry, dict) and (entry.get("is_bot") or entry.get("id") == "USLACKBOT")
        }

    return frozenset(robots)


def _of_day(
    written: Iterable[Any], channel: str, robots: frozenset[str]
) -> Iterator[ReceivedMessage]:
    for value in written:
        if not isinstance(value, dict) or _text(value, "subtype") in NO_NEWS:
            continue
        if not _is_robot(value, robots) or _is_reply(value):
            continue

        at = _moment(value.get("ts"))
        if at is None:
            continue

        text = "\n".join(texts_of(value))
        yield ReceivedMessage(
            source="slack",
            location=f"#{channel}",
            at=at,
            text=text,
            mentions=next(mentions_in(text), None) is not None,
            answered=_is_answered(value, robots),
        )


def _is_robot(written: Mapping[str, Any], robots: frozenset[str]) -> bool:
    if written.get("subtype") == "bot_message" or written.get("bot_id"):
        return True
    return _text(written, "user") in robots


def _text(written: Mapping[str, Any], key: str) -> str:
    """Return a text of a message; other values are possible in exports of other tools."""
    value = written.get(key)
    return value if isinstance(value, str) else ""


def _is_reply(written: Mapping[str, Any]) -> bool:
    thread = written.get("thread_ts")
    return thread is not None and thread != written.get("ts")


def _is_answered(written: Mapping[str, Any], robots: frozenset[str]) -> bool:
    """Return whether a person replied or reacted."""
    repliers = written.get("reply_users")
    if isinstance(repliers, list):
        if any(isinstance(user, str) and user not in robots for user in repliers):
            return True
    elif written.get("reply_count"):
        return True

    reactions = written.get("reactions")
    users = [
        user
        for reaction in (reactions if isinstance(reactions, list) else ())
        if isinstance(reaction, dict) and isinstance(reaction.get("users"), list)
        for user in reaction["users"]
    ]
    return any(isinstance(user, str) and user not in robots for user in users)


def _moment(written: Any) -> datetime | None:
    try:
        return since_1970(read_number(str(written)))
    except ScalarError:
        return None
