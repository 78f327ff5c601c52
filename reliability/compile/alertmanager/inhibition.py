"""What silences what: the alert of a promise silences the tickets of the same promise."""

from __future__ import annotations

from reliability.matcher import Matcher
from reliability.resource import Json

HAS_PROMISE = Matcher("slo", "=~", ".+")


def inhibit_rules(promise: tuple[str, ...]) -> list[Json]:
    """The one rule of ours.

    Alertmanager takes a label that both sides lack for equal: without the guard on `slo`, any
    alert would silence any ticket that has no promise either. With it, the other labels of
    `promise` may be missing on both sides, and then are no difference between the two.
    """
    return [
        {
            "source_matchers": [str(Matcher("tier", "=", "alert")), str(HAS_PROMISE)],
            "target_matchers": [str(Matcher("tier", "=", "ticket")), str(HAS_PROMISE)],
            "equal": [*promise],
        }
    ]
