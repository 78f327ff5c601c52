"""Which waivers a digest names."""

from datetime import date, timedelta

from reliability.review.digest.drafts import ending
from tests.check.examples import minimal_files
from tests.check.repository import loaded

TODAY = date(2026, 11, 25)
SOON = timedelta(days=28)


def test_waivers_that_ended_or_will_soon_are_named_the_first_first() -> None:
    days = [TODAY + SOON, TODAY + SOON + timedelta(days=1), TODAY - timedelta(days=9), TODAY]
    waivers = "".join(
        f'    - {{rule: slo-review-overdue, service: attendance, until: "{day}", '
        f'reason: later, approver: "@lead-workforce"}}\n'
        for day in days
    )
    head = (
        "apiVersion: reliability/v1\nkind: Waivers\nmetadata: {name: waivers}\nspec:\n  waivers:\n"
    )
    catalog, findings = loaded({**minimal_files(), "policies/waivers.yaml": head + waivers})
    assert findings == []
    assert [waiver.until for waiver in ending(catalog, TODAY)] == [days[2], days[3], days[0]]
