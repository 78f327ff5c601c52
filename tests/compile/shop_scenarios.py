"""What must happen to a service at 99.9 % over 30 days with google-30d, whatever the rules are."""

from typing import Final

from tests.compile.scenarios import (
    BOTH,
    NO_DATA,
    QUIET,
    TICKET,
    Scenario,
    Value,
    counter,
    http,
)

WORKS: Final = 'http_requests_total{job="shop",code="200"}'
FAILS: Final = 'http_requests_total{job="shop",code="500"}'
HEALTHY: Final = (60000, 0.0005, 420)
RATIO: Final = "max without (sloth_id, sloth_service, sloth_slo, sloth_window) (slo:{}{{}})"


def plain(record: str) -> str:
    """A recorded series without its labels: `sli_error:ratio_rate5m`."""
    return RATIO.format(record)


RATIO_5M: Final = plain("sli_error:ratio_rate5m")
RATIO_30D: Final = plain("sli_error:ratio_rate30d")
LEFT: Final = plain("period_error_budget_remaining:ratio")

SHOP: Final[dict[str, Scenario]] = {
    "half of the budget's rate tells nobody": Scenario(
        http((60000, 0.0005, 600)), firing={20: QUIET, 300: QUIET, 600: QUIET}
    ),
    "a burn between slow and fast opens a ticket and wakes nobody": Scenario(
        http((60000, 0.004, 600)), firing={20: TICKET, 300: TICKET, 600: TICKET}
    ),
    "an outage of ten minutes is one alert until its last window pair is calm": Scenario(
        http(HEALTHY, (60000, 1, 10), (60000, 0, 400)),
        firing={
            420: QUIET,
            422: BOTH,
            430: BOTH,
            436: BOTH,  # 1h/5m is over, 6h/30m is not
            457: BOTH,
            461: TICKET,  # 30m is calm
            780: TICKET,
            792: QUIET,  # 6h is calm
        },
    ),
    "a total outage is seen though no good series exists": Scenario(
        {FAILS: counter((100, 60))},
        firing={4: BOTH, 60: BOTH},
        values=(Value(60, RATIO_5M, {"{}": 1}),),
    ),
    "a total outage is seen when the good series go away": Scenario(
        {
            WORKS: f"{counter((60000, 120))} stale",
            FAILS: counter((0, 120), (60000, 60)),
        },
        firing={120: QUIET, 125: BOTH, 180: BOTH},
        values=(Value(180, RATIO_5M, {"{}": 1}),),
    ),
    "no error series yet is no error": Scenario(
        {WORKS: counter((60000, 60))},
        firing={60: QUIET},
        values=(
            Value(60, RATIO_5M, {"{}": 0}),
            Value(60, RATIO_30D, {"{}": 0}),
            Value(60, LEFT, {"{}": 1}),
        ),
    ),
    "without series there is no data, which is a ticket and no page": Scenario(
        {"something_else": counter((1, 60))},
        firing={14: QUIET, 16: NO_DATA, 60: NO_DATA},
        values=(Value(60, RATIO_5M),),
    ),
    "series that vanish in an outage end no page for an hour": Scenario(
        {WORKS: f"{counter((60000, 60))} stale", FAILS: f"{counter((0, 50), (60000, 10))} stale"},
        firing={
            60: BOTH,
            75: BOTH,
            82: {**BOTH, **NO_DATA},
            118: {**BOTH, **NO_DATA},
            125: {**BOTH, **NO_DATA},  # 6h/30m
            400: {**BOTH, **NO_DATA},
            425: NO_DATA,
        },
    ),
    "a page goes on until data that vanished in an outage are back": Scenario(
        {
            WORKS: f"{counter((60000, 56), (0, 4))} stale _x28 {counter((60000, 60))}",
            FAILS: f"{counter((0, 56), (60000, 4))} stale _x28 {counter((0, 60))}",
        },
        firing={60: BOTH, 75: BOTH, 85: {**BOTH, **NO_DATA}, 88: {**BOTH, **NO_DATA}, 93: TICKET},
    ),
    "no page begins because data vanish that failed too shortly": Scenario(
        {
            WORKS: f"{counter((60000, 59), (40000, 1))} stale",
            FAILS: f"{counter((0, 59), (20000, 1))} stale",
        },
        firing={60: TICKET, 75: TICKET, 100: {**TICKET, **NO_DATA}, 180: {**TICKET, **NO_DATA}},
    ),
    "a page that ended without traffic does not begin again when the series go": Scenario(
        {
            WORKS: f"{counter((60000, 50), (0, 50))} stale",
            FAILS: f"{counter((0, 50), (60000, 10), (0, 40))} stale",
        },
        firing={60: BOTH, 85: BOTH, 95: TICKET, 110: TICKET, 180: {**TICKET, **NO_DATA}},
    ),
    "no traffic is neither no data nor an error, and spoils no sum": Scenario(
        http((60000, 0, 60), (0, 0, 60), (60000, 0.0005, 60)),
        firing={90: QUIET, 119: QUIET, 180: QUIET},
        values=(
            Value(110, RATIO_5M),
            Value(110, plain("sli_total:rate5m"), {"{}": 0}),
            Value(110, LEFT, {"{}": 1}),
            Value(180, plain("sli_errors:rate5m") + " > bool 0", {"{}": 1}),
        ),
    ),
    "an error series born above zero hides its first failures and no more": Scenario(
        {WORKS: counter((60000, 120)), FAILS: f"_x60 {counter((6000, 59), start=50000)}"},
        firing={60: QUIET, 66: BOTH, 120: BOTH},
    ),
    "failures that come with the birth of their series and then stop are not seen": Scenario(
        {WORKS: counter((60000, 120)), FAILS: "_x60 50000x59"},
        firing={66: QUIET, 120: QUIET},
    ),
    "failures of a series that began at zero are seen": Scenario(
        {WORKS: counter((60000, 120)), FAILS: "0x60 50000x59"},
        firing={64: BOTH, 95: TICKET},
    ),
    "a restart that resets counters is no failure": Scenario(
        {WORKS: f"{counter((60000, 60))} {counter((60000, 60))}", FAILS: "7x60 0x60"},
        firing={66: QUIET, 120: QUIET},
        values=(Value(66, RATIO_5M, {"{}": 0}),),
    ),
    "NaN in a counter is gone with it": Scenario(
        {WORKS: f"{counter((60000, 60))} NaN NaN {counter((60000, 60))}", FAILS: counter((0, 122))},
        firing={66: QUIET, 122: QUIET},
        values=(Value(122, LEFT, {"{}": 1}),),
    ),
    "the page is over soon after the failures are": Scenario(
        http(HEALTHY, (60000, 0.02, 60), (60000, 0, 60)),
        firing={430: QUIET, 468: BOTH, 480: BOTH, 483: TICKET},
    ),
    "a night that fails costs what its few requests are worth": Scenario(
        http((60000, 0, 300), (600, 1, 300)),
        values=(Value(600, f"round({RATIO_30D}, 0.001)", {"{}": 0.01}),),
    ),
}
