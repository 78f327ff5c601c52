"""Whether the notifications of a test page were accepted, by the metrics of its Alertmanager.

No metric says which alert a notification is about. For each integration, RetryStage of
Alertmanager's notify package (0.28.1 and 0.33.1) counts a notification when it begins, and each
request with its seconds when it is answered; with the feature `receiver-name-in-metrics`
(featurecontrol/featurecontrol.go) it does so for each receiver. A page that begins at once is
accepted if no other notification began since, and exactly its own requests were accepted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite, nan
from typing import Final, Literal

from reliability.errors import ProviderError
from reliability.http.reply import one_line
from reliability.http.server import HttpServer

SERIES: Final = re.compile(
    r"^alertmanager_(?P<counter>notifications_(?:failed_)?total"
    r"|notification_requests_(?:failed_)?total|notification_latency_seconds_sum)"
    r"\{(?P<labels>.*)\} (?P<value>\S+)$",
    re.MULTILINE,
)
PAIR: Final = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
NOT_BEGUN: Final = "Alertmanager began no notification"
LOG: Final = "Alertmanager's log has the answer"

DeliveryState = Literal["delivered", "failed", "not sent", "not known"]
IntegrationKey = tuple[str, str]
"""Receiver and integration; the receiver is empty if the server does not count per receiver."""


@dataclass(frozen=True, slots=True)
class ReceiverIntegration:
    """One integration of a receiver, such as `slack` of `reliability/shop/alert`."""

    receiver: str
    integration: str

    def __str__(self) -> str:
        return f"{self.integration} of {self.receiver}"


@dataclass(frozen=True, slots=True)
class PageDelivery:
    """Delivery of a page to one destination; `is_final` if more time cannot change the state."""

    state: DeliveryState
    reason: str = ""
    is_final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationGrowth:
    """Notifications of one integration since a moment: begun, given up, and their requests.

    `seconds` is the sum of the durations of the requests that were answered.
    """

    begun: int
    given_up: int
    requests: int
    failed: int
    seconds: float
    reasons: tuple[str, ...] = ()

    def delivery(self, wanted: int, elapsed: float) -> PageDelivery:
        """Return the delivery of `wanted` notifications that began `elapsed` seconds ago."""
        accepted = self.requests - self.failed
        is_final = accepted + self.given_up >= self.begun
        # A request that took longer than the page exists belongs to an earlier notification.
        has_earlier = self.seconds > self.requests * elapsed or accepted > wanted
        if self.begun < wanted:
            return PageDelivery("not sent", NOT_BEGUN)
        if self.failed and not accepted and not has_earlier:
            return PageDelivery("failed", self._failure, is_final)
        if self.begun > wanted or has_earlier:
            return PageDelivery("not known", self._mixed(wanted), is_final)
        if accepted == wanted:
            return PageDelivery("delivered", is_final=True)
        if self.failed:
            return PageDelivery("failed", self._failure, is_final)
        return PageDelivery("not known", "the request is sent and not answered yet")

    @property
    def _failure(self) -> str:
        if self.given_up:
            return f"the request was refused ({', '.join(self.reasons)}); {LOG}"
        return f"{self.failed} requests failed, and Alertmanager tries again; {LOG}"

    def _mixed(self, wanted: int) -> str:
        return (
            f"other notifications are counted with the {wanted} of this page: {self.begun} began, "
            f"{self.requests - self.failed} requests were accepted, {self.failed} failed"
        )


@dataclass(frozen=True, slots=True)
class NotificationCounts:
    """Counters of notifications and of their requests, by name, integration and reason."""

    counts: Mapping[tuple[str, IntegrationKey, str], float]
    by_receiver: bool

    @classmethod
    def of(cls, server: HttpServer) -> NotificationCounts:
        """Read the counts of a server so far.

        Raises:
            ProviderError: it counts no notifications, or its counts are not numbers.
        """
        counts: dict[tuple[str, IntegrationKey, str], float] = {}
        by_receiver = False
        for series in SERIES.finditer(server.get("/metrics").text):
            labels = dict(PAIR.findall(series["labels"]))
            by_receiver |= "receiver_name" in labels
            key = labels.get("receiver_name", ""), labels.get("integration", "")
            counter = series["counter"], key, labels.get("reason", "")
            counts[counter] = counts.get(counter, 0) + _number(server, series["value"])

        if not counts:
            raise ProviderError(
                f"{server.target}: {server.url}/metrics holds no alertmanager_notifications_total"
            )
        return cls(counts, by_receiver)

    def deliveries(
        self,
        before: NotificationCounts,
        destinations: Iterable[ReceiverIntegration],
        elapsed: float,
    ) -> Iterator[tuple[ReceiverIntegration, PageDelivery]]:
        """Yield the delivery to each destination, without duplicates, since the counts before."""
        numbers = Counter(destinations)
        wanted: Counter[IntegrationKey] = Counter()
        for destination, number in numbers.items():
            # Destinations that share a counter cannot be distinguished: all of them must succeed.
            wanted[self._key(destination)] += number
        for destination in numbers:
            key = self._key(destination)
            yield destination, self._growth(before, key).delivery(wanted[key], elapsed)

    def _growth(self, before: NotificationCounts, key: IntegrationKey) -> NotificationGrowth:
        grown = {
            (counter, reason): count - before.counts.get((counter, of, reason), 0)
            for (counter, of, reason), count in self.counts.items()
            if of == key
        }
        given_up = {
            reason: int(count)
            for (counter, reason), count in grown.items()
            if counter == "notifications_failed_total" and count
        }
        return NotificationGrowth(
            begun=int(grown.get(("notifications_total", ""), 0)),
            given_up=sum(given_up.values()),
            requests=int(grown.get(("notification_requests_total", ""), 0)),
            failed=int(grown.get(("notification_requests_failed_total", ""), 0)),
            seconds=grown.get(("notification_latency_seconds_sum", ""), 0),
            reasons=tuple(map(one_line, given_up)),
        )

    def _key(self, destination: ReceiverIntegration) -> IntegrationKey:
        return destination.receiver if self.by_receiver else "", destination.integration


def _number(server: HttpServer, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = nan
    if not isfinite(number):
        raise ProviderError(
            f"{server.target}: {server.url}/metrics counts {one_line(text)!r} notifications"
        )
    return number
