"""What the public page lists at the limits of its days, and in which order."""

from typing import Final

from reliability.site.allow_list import AllowList, PublicSlo
from reliability.site.public import PublicPage, public_page
from tests.site.worlds import WINDOWS, GroupTraffic, SiteWorld, at, document, slo

CORRECTIONS: Final = document(
    "Corrections",
    "shop",
    """\
  service: shop
  corrections:
    - {start: 2026-07-06T22:00:00Z, end: 2026-07-07T00:00:00Z, reason: early, approver: "@a"}
    - {start: 2026-07-06T23:00:00Z, end: 2026-07-07T00:01:00Z, reason: first, approver: "@a"}
    - start: 2026-08-01T00:00:00+02:00
      end: 2026-08-01T01:00:00+02:00
      reason: for one SLO
      approver: "@a"
      slos: [shop-b]
    - {start: 2026-11-03T23:59:00Z, end: 2026-11-04T01:00:00Z, reason: last, approver: "@a"}
    - {start: 2026-11-04T00:00:00Z, end: 2026-11-04T01:00:00Z, reason: late, approver: "@a"}
""",
)
# A day of 4,320 failures spends the budget of thirty days at 0.1 %.
FAILED: Final = (
    ("2026-07-06T12:00", 60, 50.0),
    ("2026-07-07T12:00", 60, 50.0),
    ("2026-09-01T12:00", 60, 7.1),
    ("2026-09-02T12:00", 60, 7.5),
    ("2026-10-04T12:00", 60, 80.0),
)
WORLD: Final = SiteWorld(
    files={
        "policies/burn.yaml": WINDOWS,
        "services/shop/corrections.yaml": CORRECTIONS,
        "services/shop/slo.yaml": "---\n".join(
            slo(f"shop-{name}", "target: 0.999") for name in "abc"
        ),
    },
    traffic={
        "shop-a": (GroupTraffic(since=at("2026-05-01"), failures=FAILED),),
        "shop-b": (GroupTraffic(since=at("2026-05-01")),),
    },
)


def made() -> PublicPage:
    inputs = WORLD.inputs()
    objectives = {one.slo_name: one for one in inputs.services["shop"]}
    slos = tuple(PublicSlo(objectives[f"shop-{name}"], f"Name {name}", "") for name in "bac")
    return public_page(inputs, AllowList("Title", "UTC", slos))


def test_maintenance_and_days_with_reduced_service_are_those_of_the_feed() -> None:
    page = made()
    assert [
        f"{one.span.start:%m-%d %H:%M %z} to {one.span.end:%m-%d %H:%M}: {', '.join(one.names)}"
        for one in page.maintenance
    ] == [
        "11-03 23:59 +0000 to 11-04 01:00: Name b, Name a, Name c",
        "08-01 00:00 +0200 to 08-01 01:00: Name b",
        "07-06 23:00 +0000 to 07-07 00:01: Name b, Name a, Name c",
    ]
    lines = [
        f"{one.at:%m-%d %H:%M %z} {one.name}" + (" maintenance" if one.maintenance else "")
        for one in page.entries
    ]
    assert sorted(lines, reverse=True) == [
        "11-03 23:59 +0000 Name c maintenance",
        "11-03 23:59 +0000 Name b maintenance",
        "11-03 23:59 +0000 Name a maintenance",
        "10-05 00:00 +0000 Name a",
        "09-03 00:00 +0000 Name a",
        "07-31 22:00 +0000 Name b maintenance",
        "07-08 00:00 +0000 Name a",
        "07-06 23:00 +0000 Name c maintenance",
        "07-06 23:00 +0000 Name b maintenance",
        "07-06 23:00 +0000 Name a maintenance",
    ]
    assert [line[:11] for line in lines] == sorted((line[:11] for line in lines), reverse=True)
    assert [entry.id for entry in page.entries] == [entry.id for entry in made().entries]
    assert len({entry.id for entry in page.entries}) == len(lines)
    assert {entry.id[:9] for entry in page.entries} == {"urn:uuid:"}
    same = [entry.id for entry in page.entries[:3]]
    assert same == sorted(same, reverse=True)


def test_sections_are_numbered_in_the_order_of_the_list() -> None:
    page = made()
    assert [(one.number, one.public.name, one.is_met) for one in page.sections] == [
        (1, "Name b", True),
        (2, "Name a", False),
        (3, "Name c", None),
    ]
    assert [len(one.periods) for one in page.sections] == [3, 3, 0]
    assert [len(one.calendar) for one in page.sections] == [3, 3, 0]
    assert (page.title, page.id[:9]) == ("Title", "urn:uuid:")
