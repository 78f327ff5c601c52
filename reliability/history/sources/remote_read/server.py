"""`RemoteReadServer`: raw samples by remote read, which has stale markers and native histograms.

https://prometheus.io/docs/prometheus/latest/querying/remote_read_api/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

import pyarrow as pa
from pydantic import TypeAdapter

from reliability.errors import ProviderError, SourceError
from reliability.history.sources.asking import as_source
from reliability.history.sources.remote_read.counts import DecodingCounts
from reliability.history.sources.remote_read.histograms import MissingBoundsError
from reliability.history.sources.remote_read.protobuf import MalformedError, read_varint
from reliability.history.sources.remote_read.series import read_response, request_of
from reliability.history.sources.unread import TooManySeriesError, UnavailableError
from reliability.http.bounds import MEBIBYTE, TooLateError, time_limit
from reliability.http.prometheus import OBJECT, data_of
from reliability.http.reply import HttpReply, UnexpectedReplyError
from reliability.http.server import HttpServer
from reliability.load.document import parse
from reliability.promql.samples import Counter
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan

PATH: Final = "/api/v1/read"
CONFIG: Final = "/api/v1/status/config"
HEADERS: Final = {
    "Content-Encoding": "snappy",
    "Content-Type": "application/x-protobuf",
    "X-Prometheus-Remote-Read-Version": "0.1.0",
}
LARGEST: Final = 128 * MEBIBYTE
"""Limit of an answer, of which four are held at a time; 4 million samples take 69 MiB."""
NOT_FOUND: Final = 404
ANYTHING: Final = TypeAdapter(dict[str, Any])


class RemoteReadRefusedError(SourceError):
    """The server does not offer remote read, or refuses a request."""


class SelectorNotReadError(RemoteReadRefusedError):
    """What a selector matches cannot be read by remote read as the server has it."""


@dataclass(frozen=True, slots=True)
class RemoteReadServer:
    """A `SampleReader` by remote read; `external` are the labels that the server adds to series.

    `counts` limits what all answers may hold together.
    """

    server: HttpServer
    external: frozenset[str] = frozenset()
    counts: DecodingCounts = field(default_factory=DecodingCounts, compare=False)

    @classmethod
    def of(cls, server: HttpServer) -> RemoteReadServer:
        """Ask which external labels the server has; one without such a page adds none (Mimir).

        Raises:
            RemoteReadRefusedError: it does not say.
        """
        try:
            reply = server.get(CONFIG)
            if reply.status_code == NOT_FOUND:
                return cls(server)
            config = str(data_of(reply, OBJECT).get("yaml", ""))
        except ProviderError as error:
            raise RemoteReadRefusedError(f"its external labels are unknown: {error}") from error
        return cls(server, _external_labels(config))

    @property
    def description(self) -> str:
        """The server's address."""
        return f"prometheus {self.server.url}"

    def counters(self, selector: Selector, span: TimeSpan) -> Iterator[Counter]:
        """One request for all samples after the span's start, up to and with its end.

        Raises:
            RemoteReadRefusedError: the server refuses.
            SelectorNotReadError: the selector names an external label, which remote read would
                match and a rule does not; or the server leaves out bounds of histograms.
            TooManySeriesError: the answers hold more than `counts` allows.
            SourceError: it does not answer, or not in the format of remote read.
        """
        named = sorted(self.external & selector.labels)
        if named:
            raise SelectorNotReadError(f"{selector.text} names the external label {named[0]}")

        codec = pa.Codec("snappy")
        content = codec.compress(request_of(selector, span), asbytes=True)
        with as_source():
            reply = self.server.ask(PATH, content, HEADERS)
        if not reply.is_success:
            if reply.status_code in self.server.retries.statuses:
                raise UnavailableError(f"{self.server.url} does not answer: {_reason(reply)}")
            raise RemoteReadRefusedError(f"remote read is refused: {_reason(reply)}")

        try:
            for counter in self._decoded(reply, codec):
                labels = {
                    name: value
                    for name, value in counter.labels.items()
                    if name not in self.external
                }
                yield Counter(labels, counter.samples)
        except TooManySeriesError as error:
            raise TooManySeriesError(f"{selector.text}: {error}", error.series) from error
        except MissingBoundsError as error:
            raise SelectorNotReadError(f"{selector.text}: {error}") from error
        except MalformedError as error:
            raise RemoteReadRefusedError(
                f"remote read is not answered as documented: {error}"
            ) from error

    def _decoded(self, reply: HttpReply, codec: Any) -> list[Counter]:
        """The series of an answer; several answers are decoded one after the other.

        Raises:
            MalformedError: it is not an answer of remote read.
            SourceError: it holds too much, or takes too long.
        """
        with self.counts.lock, time_limit(self.server.bounds):
            message = _decompressed(reply, codec, most=min(self.server.bounds.largest, LARGEST))
            try:
                return list(read_response(message, self.counts))
            except TooLateError as error:
                raise SourceError(
                    f"{reply.server}: {reply.request}: decoding does not end in time"
                ) from error


def _decompressed(reply: HttpReply, codec: Any, most: int) -> bytes:
    """The message; its length is in front of it, and limited before any memory is taken.

    Raises:
        MalformedError: it is not compressed by snappy.
        SourceError: it is too large.
    """
    content = reply.content
    size, _ = read_varint(content, 0)
    if size > most:
        raise SourceError(
            f"{reply.server}: {reply.request}: the answer is larger than {most / MEBIBYTE:g} MiB"
        )
    try:
        message: bytes = codec.decompress(content, decompressed_size=size, asbytes=True)
    except (OSError, pa.ArrowException) as error:  # OSError: as pyarrow says "corrupt data"
        raise MalformedError("it is not compressed by snappy") from error
    return message


def _external_labels(config: str) -> frozenset[str]:
    """The names of `global.external_labels` of a configuration."""
    parsed = parse(PurePosixPath("prometheus.yml"), config.encode())
    if not parsed.documents:
        raise RemoteReadRefusedError("its external labels are unknown: its configuration is too")
    values = parsed.documents[0].values
    shared = values.get("global") if isinstance(values, dict) else None
    labels = shared.get("external_labels") if isinstance(shared, dict) else None
    return frozenset(labels) if isinstance(labels, dict) else frozenset()


def _reason(reply: HttpReply) -> str:
    try:
        words = str(reply.read(ANYTHING, "a Prometheus").get("error", ""))
    except (UnexpectedReplyError, ProviderError):
        words = reply.words
    return f"{reply.status_code} {reply.one_line(words)}".rstrip()
