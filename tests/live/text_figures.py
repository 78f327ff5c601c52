"""What the texts of notifications must say, and which of their numbers are true."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.live.emitted import Application
from tests.live.texts import CHECKOUT, LEDGER, QUIET, SEARCH, YOUNG, Site, Text


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that a text says, and what it is between, by what was emitted."""

    name: str
    said: float
    least: float
    most: float
    slack: float = 0.5

    @property
    def is_true(self) -> bool:
        """Whether it is right within 2 %, and what a whole event makes of it."""
        low, high = sorted((self.least, self.most))
        low, high = low - max(self.slack, 0.02 * low), high + max(self.slack, 0.02 * high)
        return low <= self.said <= high


NUMBER: Final = r"([\d.]+)([kM]?)"
COUNTS: Final = re.compile(rf"^{NUMBER} of {NUMBER} events failed in the hour before\.$")
SHARE: Final = re.compile(r"([\d.]+)% of events failed when this was last evaluated$")
SPENT: Final = re.compile(r"^([\d.]+)% of the 2-day error budget was spent\.$")
SCALE: Final = {"": 1.0, "k": 1e3, "M": 1e6}


def figures(said: Text, application: Application, window: int = 300) -> Iterator[Figure]:
    """The numbers of a text on events: in the short window, in the hour, and of the budget."""
    shown = SHARE.search(said["summary"])
    assert shown is not None, said
    least, most = said.events(application, window)
    share = 100 * least[0] / least[1], 100 * most[0] / most[1]
    yield Figure("share, %", float(shown[1]), *share, 150 / most[1])
    if said["events"]:
        counted = COUNTS.search(said["events"])
        assert counted is not None, said
        least, most = said.events(application, 3600)
        for name, at in (("failed", 0), ("all", 1)):
            number = float(counted[1 + 2 * at]) * SCALE[counted[2 + 2 * at]]
            yield Figure(name, number, least[at], most[at])
    if said["budget"]:
        spent = SPENT.search(said["budget"])
        assert spent is not None, said
        # The sum is some minutes old, and of rates of five minutes.
        start = 2 * 86400 + said.since
        known = (LEDGER.events(start, end) for end in (said.seen + 420, said.since))
        yield Figure(
            "budget spent, %", float(spent[1]), *(2000 * bad / every for bad, every in known)
        )


@dataclass(frozen=True, slots=True)
class Notification:
    """An SLO whose alert fires, what it says, and the application that it tells of."""

    what: str
    slo: str
    says: str
    """Matches the text."""
    application: Application | None = None
    needs: tuple[str, ...] = ()
    window: int = 300
    tier: str = "alert"
    alert: str = "ErrorBudgetBurn"

    def of(self, running: Site, **labels: str) -> Text:
        """The text, once it was sent with more labels."""
        labels |= {"tier": self.tier, "alertname": self.alert}
        return running.text(self.slo, *self.needs, **labels)

    def figures(self, said: Text) -> Iterator[Figure]:
        """The numbers of the text."""
        if self.application is not None:
            yield from figures(said, self.application, self.window)


LAST: Final = "when this was last evaluated\n"
ALLOWED: Final = r"The SLO allows 0\.2% of events to fail\."
NO_DATA: Final = r"no data for 10 minutes\nThe SLI's total has no series"
HOUR: Final = rf"{ALLOWED}\n.* events failed in the hour before\.$"
NOTIFICATIONS: Final = (
    Notification("alert", "checkout", HOUR, CHECKOUT, ("events",)),
    Notification("a name that nothing is recorded of", "renamed", HOUR, CHECKOUT, ("events",)),
    Notification("calendar (a month)", "month", HOUR, CHECKOUT, ("events",)),
    Notification("group-by (region us)", "regions", HOUR, CHECKOUT, ("events",)),
    Notification(
        "low traffic (minimumFailures: 5)", "quiet", r"1% of.*before\.$", QUIET, ("events",)
    ),
    Notification("a server that has seen 12 minutes", "young", f"{ALLOWED}$", YOUNG),
    Notification(
        "ticket", "search", r"allows 1% of events to fail\.$", SEARCH, window=7200, tier="ticket"
    ),
    Notification(
        "threshold",
        "index",
        f"^The index is fresh: 100% of samples were above the limit of 10m {LAST}"
        r"The SLO allows 0\.1% of samples to be beyond the limit\.$",
    ),
    Notification(
        "slices",
        "slices",
        f"^Slices: 100% of 5m slices were bad {LAST}The SLO allows 1% of slices to be bad\\.\n"
        r"[345] of 1[12] slices were bad in the hour before\.$",
        needs=("events",),
    ),
    Notification(
        "a ratio",
        "raw",
        f": the error ratio was 20% {LAST}The SLO allows an error ratio of 0\\.2%\\.$",
    ),
    Notification(
        "data that vanished in an outage",
        "gone",
        r"^Gone: no data since 20\d\d-\d\d-\d\d \d\d:\d\d:.* UTC, and the budget burned too fast\n"
        f"{HOUR}",
        needs=("events",),
    ),
    Notification(
        "no data, of an SLO that had some",
        "gone",
        rf"^Gone: {NO_DATA}, but had some within a day\. Burn-rate alerts cannot begin\.$",
        tier="ticket",
        alert="SLINoData",
    ),
    Notification(
        "no data ever",
        "silent",
        rf"^Silent: {NO_DATA}, and had none for a day: is it deployed\? Burn-rate alerts cannot "
        r"begin\.$",
        tier="ticket",
        alert="SLINoData",
    ),
    Notification(
        "a gap in the last hours that holds failures leaves the budget out",
        "gap",
        r"allows 5% of events to fail\.\n.*before\.$",
        LEDGER,
        ("events",),
    ),
    Notification(
        "a period that is recorded", "ledger", "error budget", LEDGER, ("events", "budget")
    ),
)
