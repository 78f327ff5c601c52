"""Notifications that an Alertmanager has delivered, by the counters in its metrics."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from reliability.errors import ProviderError
from reliability.http.reply import one_line
from reliability.http.server import HttpServer

SERIES: Final = re.compile(
    r"^alertmanager_notification_requests_(?P<failed>failed_)?total"
    r"\{(?P<labels>.*)\} (?P<value>\S+)$",
    re.MULTILINE,
)
PAIR: Final = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class ReceiverIntegration:
    """One integration of a receiver, such as `slack` of `reliability/shop/alert`."""

    receiver: str
    integration: str

    def __str__(self) -> str:
        return f"{self.integration} of {self.receiver}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Delivery of a page, by destination: delivered, failed, or missing (not sent in time).

    `by_receiver` is true if the server counts per receiver; otherwise the counts may include other
    notifications of the same integration. `suppressed` is what keeps the page from being sent.
    """

    delivered: tuple[ReceiverIntegration, ...]
    failed: tuple[ReceiverIntegration, ...]
    missing: tuple[ReceiverIntegration, ...]
    by_receiver: bool
    suppressed: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether the page was delivered to each destination, of which there is at least one."""
        return bool(self.delivered) and not (self.failed or self.missing or self.suppressed)


@dataclass(frozen=True, slots=True)
class NotificationCounts:
    """Numbers of notification requests and of failed ones, by receiver and integration.

    The receiver is empty if the server does not count per receiver.
    """

    sent: Mapping[tuple[str, str], float]
    failed: Mapping[tuple[str, str], float]
    by_receiver: bool

    @classmethod
    def of(cls, server: HttpServer) -> NotificationCounts:
        """Read the counts of a server so far.

        Raises:
            ProviderError: it counts no notifications, or its counts are not numbers.
        """
        text = server.get("/metrics").text
        sent: dict[tuple[str, str], float] = {}
        failed: dict[tuple[str, str], float] = {}
        by_receiver = False

        for series in SERIES.finditer(text):
            labels = dict(PAIR.findall(series["labels"]))
            by_receiver |= "receiver_name" in labels
            key = labels.get("receiver_name", ""), labels.get("integration", "")
            counts = failed if series["failed"] else sent
            counts[key] = counts.get(key, 0.0) + _number(server, series["value"])

        if not sent:
            raise ProviderError(
                f"{server.target}: {server.url}/metrics holds no "
                "alertmanager_notification_requests_total"
            )

        return cls(sent, failed, by_receiver)

    def since(
        self, before: NotificationCounts, destinations: Iterable[ReceiverIntegration]
    ) -> Delivery:
        """Return the delivery to each destination since the counts before a page."""
        wanted = Counter(destinations)
        outcome: dict[str, list[ReceiverIntegration]] = {
            "delivered": [],
            "failed": [],
            "missing": [],
        }
        needed: Counter[tuple[str, str]] = Counter()
        for destination, number in wanted.items():
            needed[self._key(destination)] += number
        for destination in wanted:
            key = self._key(destination)
            # Alertmanager counts a failed request in both metrics.
            failed = self.failed.get(key, 0) - before.failed.get(key, 0)
            succeeded = self.sent.get(key, 0) - before.sent.get(key, 0) - failed
            # Without the receiver in the metric, several destinations share one count, so it has to
            # grow by as many as there are.
            what = "delivered" if succeeded >= needed[key] else "failed" if failed else "missing"
            outcome[what].append(destination)

        return Delivery(
            delivered=tuple(outcome["delivered"]),
            failed=tuple(outcome["failed"]),
            missing=tuple(outcome["missing"]),
            by_receiver=self.by_receiver,
        )

    def _key(self, destination: ReceiverIntegration) -> tuple[str, str]:
        return destination.receiver if self.by_receiver else "", destination.integration


def _number(server: HttpServer, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ProviderError(
            f"{server.target}: {server.url}/metrics counts {one_line(text)!r} notifications"
        ) from error
