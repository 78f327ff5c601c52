"""What a Prometheus reports about its database: its path, its content, and the age of its head."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Final

from reliability.errors import ProviderError
from reliability.http.prometheus import OBJECT, data_of, instant, runtime_of
from reliability.http.server import HttpServer
from reliability.promql.evaluate.lines import NAME, Labels, labels_of
from reliability.promql.evaluate.semantics import Ranges
from reliability.providers.metrics_api import length_of

LINE: Final = re.compile(r"^(prometheus_tsdb_\w+) (\S+)$", re.MULTILINE)
HEAD: Final = "prometheus_tsdb_head_min_time_seconds"
LONGEST_HEAD: Final = 1e11
"""Seconds since 1970. An empty head reports the largest integer instead of a time."""

SHORTEST_BLOCK: Final = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Database of a server; `head` is the minimum time of its head, in milliseconds since 1970.

    `lowest` is the time of the oldest sample in milliseconds since 1970, `blocks` the number of
    loaded blocks, `wal_bytes` the size of the write-ahead log, and `longest` the maximum length of
    a block.
    """

    path: PurePosixPath
    head: int
    lowest: int
    blocks: int
    wal_bytes: int
    longest: timedelta
    retention: timedelta | None


def database_of(server: HttpServer) -> Database:
    """Read what a server reports about its database.

    Raises:
        ProviderError: something is missing, so it is not a Prometheus with a database, or the
            database has no sample yet.
    """
    reply = server.get("/metrics")
    numbers = dict(LINE.findall(reply.text)) if reply.is_success else {}
    flags = data_of(server.get("/api/v1/status/flags"), OBJECT)

    try:
        head = float(numbers[HEAD])
        path = PurePosixPath(str(flags["storage.tsdb.path"]))
        database = Database(
            path=PurePosixPath(str(runtime_of(server).get("CWD", "/"))) / path,
            head=int(head) * 1000,
            lowest=int(float(numbers["prometheus_tsdb_lowest_timestamp"])),
            blocks=int(float(numbers["prometheus_tsdb_blocks_loaded"])),
            wal_bytes=int(float(numbers["prometheus_tsdb_wal_storage_size_bytes"])),
            longest=length_of(str(flags.get("storage.tsdb.max-block-duration"))) or SHORTEST_BLOCK,
            retention=length_of(str(flags.get("storage.tsdb.retention.time"))),
        )
    except (KeyError, ValueError, OverflowError) as error:
        raise ProviderError(
            f"{server.url}: /metrics and /api/v1/status/flags do not describe a database "
            f"({error}); only a Prometheus that keeps its own data can be backfilled"
        ) from error

    if head > LONGEST_HEAD:
        raise ProviderError(f"{server.url}: its database has no sample yet; wait for a scrape")
    return database


def ranges_of(server: HttpServer) -> Ranges:
    """Return how the server evaluates ranges: Prometheus 3 excludes a sample at their beginning."""
    version = str(data_of(server.get("/api/v1/status/buildinfo"), OBJECT).get("version", ""))
    major = version.partition(".")[0]
    return Ranges.CLOSED if major.isdigit() and int(major) < 3 else Ranges.LEFT_OPEN


def first_samples(
    server: HttpServer, selectors: Mapping[str, str], length: timedelta, at: datetime
) -> dict[Labels, int]:
    """Return the time of the first sample of each recorded series, in milliseconds since 1970.

    `selectors` are by name of the record, and `length` is how far back to look, at steps of a
    minute.

    Raises:
        ProviderError: the server does not answer.
    """
    first_times: dict[Labels, int] = {}
    seconds = int(length.total_seconds())
    for record, selector in selectors.items():
        query = f"min_over_time(timestamp({selector})[{seconds}s:1m])"
        for sample in instant(server, query, at.timestamp()):
            first_times[labels_of({**sample.metric, NAME: record})] = int(sample.value[1] * 1000)

    return first_times
