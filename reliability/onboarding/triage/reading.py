"""Read the inputs of a triage; the format of each path is detected by its content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from reliability.alertmanager.routing import Routing
from reliability.bugs import contained
from reliability.convert.converter import ConversionOptions, Diagnostic, Original
from reliability.convert.originals import read_originals
from reliability.convert.parts import parts_of
from reliability.convert.prometheus_rules.groups import holds_groups
from reliability.errors import ReliabilityError
from reliability.model.targets import ServerTarget
from reliability.onboarding.triage.collector import Collector
from reliability.onboarding.triage.declared import DeclaredRule, rules_of
from reliability.onboarding.triage.message import ReceivedMessage
from reliability.onboarding.triage.routed import routing_of
from reliability.onboarding.triage.sources import datadog, live, pagerduty, slack, table
from reliability.onboarding.triage.sources.trouble import UnreadError
from reliability.providers.http import HttpServer, open_server
from reliability.providers.pagerduty.analytics import PagerSource
from reliability.render.times import utc_minute
from reliability.scalars import duration_text
from reliability.timespan import TimeSpan

MAX_UNREAD: Final = 10
"""Unreadable rows that are printed one by one."""

Found = Iterator[ReceivedMessage | UnreadError]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageSources:
    """The sources to read: files, a server with a reference to its secret, and a pager.

    Without `channels` all channels of an export are read. `service` and `team` are used for rules
    that name none. `secret` resolves a reference, `note` prints progress.
    """

    paths: tuple[Path, ...]
    channels: frozenset[str]
    prometheus: str | None
    authorization: str | None
    pager: PagerSource | None
    days: int
    service: str | None
    team: str | None
    secret: Callable[[str], str]
    note: Callable[[str], None]


@dataclass(slots=True, kw_only=True)
class TriageInputs:
    """Everything that was read; `unread` are messages about what could not be."""

    collector: Collector = field(default_factory=Collector)
    originals: tuple[Original, ...] = ()
    rules: tuple[DeclaredRule, ...] = ()
    routing: Routing | None = None
    metrics: frozenset[str] = frozenset()
    unhealthy: dict[str, str] = field(default_factory=dict)
    span: TimeSpan | None = None
    evaluated: frozenset[str] = frozenset()
    mentions_are_known: bool = False
    unread: list[str] = field(default_factory=list)


def read_all(sources: TriageSources) -> TriageInputs:
    """Read the paths, then the pager, then the server.

    Raises:
        ReliabilityError: a server does not answer, or Alertmanager's configuration is refused.
    """
    gathered = TriageInputs()
    opened = {path: _messages(path, sources) for path in sources.paths}
    # Rules first: they say what to look for in messages of alerts that share a name.
    _read_rules(gathered, [path for path, messages in opened.items() if messages is None], sources)
    for path, messages in opened.items():
        with contained(path):
            _count(gathered, messages() if messages is not None else ())

    if sources.pager is not None:
        end = _this_minute()
        span = TimeSpan(end - timedelta(days=sources.days), end)
        _count(gathered, pagerduty.messages(sources.pager.incidents(span, sources.secret)))
    gathered.mentions_are_known = bool(gathered.collector.read)
    if sources.prometheus is not None:
        _read_server(gathered, sources)

    return gathered


def _this_minute() -> datetime:
    return datetime.now(UTC).replace(second=0, microsecond=0) + live.THIS_MINUTE


def _messages(path: Path, sources: TriageSources) -> Callable[[], Found] | None:
    """Return a reader of the messages in a path; None if the path contains no messages."""
    export = slack.Export.at(path)
    if export is not None:
        return lambda: slack.messages(export, sources.channels)
    if path.is_dir():
        return None

    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv"):
        history = table.Table.at(path)
        if history is None:
            raise ReliabilityError(
                f"{path}: no time or text column in the first line; "
                "expected names such as `time` and `title`"
            )
        return lambda: table.messages(history)

    if suffix in (".json", ".jsonl", ".ndjson") and datadog.looks_like_events(path):
        return lambda: datadog.messages(path)
    if suffix in (".zip", ".jsonl", ".ndjson"):
        raise ReliabilityError(f"{path}: neither a Slack export nor Datadog events")

    return None


def _count(gathered: TriageInputs, messages: Iterable[ReceivedMessage | UnreadError]) -> None:
    for message in messages:
        if isinstance(message, UnreadError):
            gathered.unread.append(str(message))
        else:
            gathered.collector.add(message)


def _read_rules(gathered: TriageInputs, paths: list[Path], sources: TriageSources) -> None:
    if not paths:
        return
    read = read_originals(Path.cwd(), paths)
    gathered.unread += [
        f"{diagnostic.problem.at.path}: {diagnostic.problem.message}"
        for diagnostic in read.unreadable
    ]
    parts = [part for original in read.originals for part in parts_of(original, holds_groups)]
    rules = [part for part in parts if not isinstance(part, Diagnostic) and holds_groups(part)]
    gathered.originals = tuple(rules)
    gathered.rules = tuple(
        rules_of(rules, ConversionOptions(service=sources.service, team=sources.team))
    )
    gathered.collector.know(gathered.rules)
    gathered.routing = routing_of(read.originals)


def _read_server(gathered: TriageInputs, sources: TriageSources) -> None:
    server = _server(sources)
    with server.client:
        loaded = live.loaded_originals(server)
        _add_loaded(gathered, loaded, sources)
        gathered.unhealthy = dict(live.unhealthy(server))
        gathered.metrics = live.metric_names(server)
        end = _this_minute()
        span = _known(server, TimeSpan(end - _back(server, sources), end), sources)
        is_only_source = not gathered.collector.read
        for episode in live.fired(server, span, gathered.routing):
            counts = is_only_source and episode.notifies
            gathered.collector.add_fired(episode.name, episode.message, counts=counts)

    gathered.mentions_are_known |= gathered.routing is not None
    if is_only_source:
        gathered.span = span


def _back(server: HttpServer, sources: TriageSources) -> timedelta:
    """Return how far to look back: `--days`, but at most the server's retention."""
    wanted, kept = timedelta(days=sources.days), live.retention(server)
    if kept is None or kept >= wanted:
        return wanted
    sources.note(f"prometheus: retention is {duration_text(kept)}; only that period is read")
    return kept


def _known(server: HttpServer, span: TimeSpan, sources: TriageSources) -> TimeSpan:
    """Return the part of a span from which the server has data, and note if it is shorter."""
    since = live.known_since(server, span)
    if since <= span.start:
        return span
    sources.note(f"prometheus: it has no data before {utc_minute(since)}; only since then is read")
    return TimeSpan(since, span.end)


def _add_loaded(
    gathered: TriageInputs, loaded: tuple[Original, ...], sources: TriageSources
) -> None:
    """Add the rules that the server runs, except those that a rule file declares."""
    known = {rule.name for rule in gathered.rules}
    rules = tuple(rules_of(loaded, ConversionOptions(service=sources.service, team=sources.team)))
    gathered.evaluated = frozenset(rule.name for rule in rules)
    gathered.rules += tuple(rule for rule in rules if rule.name not in known)
    gathered.collector.know(gathered.rules)
    if not gathered.originals:
        gathered.originals = loaded


def _server(sources: TriageSources) -> HttpServer:
    url = sources.prometheus or ""
    try:
        target = ServerTarget(name="prometheus", url=url, authorization=sources.authorization)
    except ValidationError as error:
        raise ReliabilityError(f"--prometheus: {error.errors()[0]['msg']}") from error
    secret = sources.secret(sources.authorization) if sources.authorization else None
    return open_server(target, secret, (urlsplit(url).hostname or "",), writable=False)
