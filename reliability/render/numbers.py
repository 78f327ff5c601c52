"""Numbers as reports write them."""

from __future__ import annotations


def percent(share: float) -> str:
    """A share as people read it: whole from 10 % on, else one decimal."""
    hundred = share * 100
    if 0 < hundred < 0.1:
        return "under 0.1 %"
    return f"{hundred:.0f} %" if hundred >= 9.95 or not hundred else f"{hundred:.1f} %"
