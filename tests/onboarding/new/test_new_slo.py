"""The files of a new SLO: of each form of query, and beside what a repository already has.

`pytest tests/onboarding/new/test_new_slo.py --update-golden` rewrites them; read what has changed.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

from reliability.errors import ReliabilityError
from reliability.onboarding.new.joining import join
from reliability.onboarding.new.known import known_of
from reliability.onboarding.new.new_slo import NewSli, NewSlo, files_of, slo_name
from reliability.onboarding.people import People
from tests.check.examples import minimal_files
from tests.check.repository import loaded, write
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
PLAIN: Final = NewSlo(
    service="shop",
    slo="shop-orders",
    journey="A customer's  order\nis placed.",
    user_impact='The "order" fails..',
    indicator=NewSli("good", "orders_total{code!~'5..'}", "orders_total"),
    target=Decimal("0.9950"),
    rationale="a guess: \\ it may be wrong",
    people=People(team="shop", member="@ann"),
    product="@po",
    technical="@lead",
    criticality="critical",
    fast="alert",
    today=date(2026, 11, 25),
    period=timedelta(days=28),
    windows="google-28d",
    review_every=timedelta(days=14),
)
INDICATORS: Final = {
    "counters": PLAIN.indicator,
    "counters with labels": NewSli("bad", 'e{job="(a"}', 't{job="(a"}'),
    "ranges": NewSli("bad", "sum(rate(e[{{.window}}]))", "sum(rate(t[{{.window}}]))"),
    "a total with a range": NewSli("good", "e", "rate(t[{{.window}}])"),
    "a call": NewSli("good", "g", "sum(t)"),
    "a bound": NewSli(
        "good",
        'histogram_fraction(0, 2.5, h{a="b"}) * histogram_count(h{a="b"})',
        'histogram_count(h{a="b"})',
    ),
    "datadog": NewSli("bad", "sum:e{*}.as_count()", "sum:t{*}.as_count()", source="Datadog"),
}


def texts(files: Mapping[PurePosixPath, str]) -> str:
    return "".join(f"== {path}\n{text}" for path, text in files.items())


def test_the_files_of_each_form_of_query(golden: Golden) -> None:
    parts = []
    for name, indicator in INDICATORS.items():
        files = files_of(replace(PLAIN, indicator=indicator))
        shown = (
            files
            if indicator is PLAIN.indicator
            else {
                path: text
                for path, text in files.items()
                if path.name in ("slo.yaml", "shop-orders.md")
            }
        )
        parts.append(f"### {name}\n{texts(shown)}")
    low = replace(PLAIN, minimum_failures=5, fast="ticket", product="@lead", criticality="standard")
    parts.append(f"### few events and one approver\n{texts(files_of(low))}")
    golden.check(GOLDEN / "files.txt", "".join(parts))


@pytest.mark.parametrize(
    ("service", "journey", "name"),
    [
        ("shop", "A customer places an order", "shop-customer-places-order"),
        ("shop", "the order of a customer in their cart is paid", "shop-order-customer-cart"),
        ("shop", "THE Android, and iOS!", "shop-android-ios"),
        ("shop", "注文する", "shop"),
        ("s" * 63, "an order", "s" * 63),
        ("s" * 62, "an order", "s" * 62),
        ("s" * 61, "an order", f"{'s' * 61}-o"),
    ],
)
def test_the_name_of_an_slo(service: str, journey: str, name: str) -> None:
    assert slo_name(service, journey) == name


MINIMAL: Final = minimal_files()
CHANGES: Final[Mapping[str, NewSlo]] = {
    "a new service and a new team": PLAIN,
    "a new service of a known team": replace(PLAIN, people=People(team="workforce", member="@a")),
    "a second SLO of a service": replace(PLAIN, service="attendance", slo="attendance-orders"),
    "the same SLO again": replace(PLAIN, service="attendance", slo="attendance-clock-in"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_repository_has_is_not_written_again(
    golden: Golden, tmp_path: Path, name: str
) -> None:
    write({**MINIMAL, "docs/runbooks/shop-orders.md": "mine"}, tmp_path)
    joined = join(CHANGES[name], loaded(MINIMAL)[0], tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    joined.write()

    lines = [f"kept {line}" for line in joined.there]
    lines += [f"new {path}" for path in joined.new]
    for path, text in joined.grown.items():
        old = before[tmp_path / path].decode()
        assert text.startswith(old)
        assert (tmp_path / path).read_text() == text
        lines += [f"added to {path}", *text.removeprefix(old).splitlines()]
    assert joined.contents == {
        path: (tmp_path / path).read_bytes() for path in (*joined.new, *joined.grown)
    }
    golden.check(GOLDEN / f"joined-{name.replace(' ', '-')}.txt", "\n".join([*lines, ""]))


def test_a_file_that_is_empty_or_ends_without_a_line_break(tmp_path: Path) -> None:
    for before, after in (
        ("", "---\n"),
        ("# mine", "# mine\n---\n"),
        ("# mine\n", "# mine\n---\n"),
    ):
        write({"services/shop/slo.yaml": before}, tmp_path)
        joined = join(PLAIN, loaded({})[0], tmp_path)
        [(path, text)] = joined.grown.items()
        assert (str(path), text) == ("services/shop/slo.yaml", f"{after}{files_of(PLAIN)[path]}")


def test_a_file_that_cannot_be_read_is_not_appended_to(tmp_path: Path) -> None:
    write({"services/shop/slo.yaml": ""}, tmp_path)
    (tmp_path / "services/shop/slo.yaml").write_bytes(b"\xff")
    with pytest.raises(
        ReliabilityError, match=r"slo\.yaml cannot be read, so nothing is appended: "
    ):
        join(PLAIN, loaded({})[0], tmp_path)


OWNED: Final = """\
apiVersion: reliability/v1
kind: Ownership
metadata: {name: attendance}
spec:
  team: workforce
  criticality: important
  approvers: {product: "@po", technical: "@lead"}
"""
POLICY: Final = """\
apiVersion: reliability/v1
kind: SloPolicy
metadata: {name: slo}
spec:
  defaultWindows: weekly
  review: {provisional: 10d}
  targets: {min: 0.9, max: 0.999}
"""
WEEKLY: Final = """\
apiVersion: reliability/v1
kind: BurnRateWindows
metadata: {name: weekly}
spec:
  period: 7d
  fast: [{long: 1h, short: 5m, budget: 8%}]
"""


def shown(files: Mapping[str, str], service: str = "attendance", slo: str | None = None) -> str:
    """The defaults as `key value`."""
    defaults = known_of(loaded(files)[0], service, {"slo": slo})
    pairs = " ".join(f"{pair.long}/{pair.short}x{pair.share}" for pair in defaults.fast_pairs)
    lowest, highest = defaults.bounds
    return (
        f"{defaults.journey} | {defaults.slo} | {defaults.team} {defaults.product} "
        f"{defaults.technical} {defaults.criticality} {defaults.fast} | {sorted(defaults.teams)} | "
        f"{defaults.windows} {defaults.period.days}d {pairs} | {defaults.review_every.days}d "
        f"{lowest} {highest}"
    )


def test_defaults_come_from_the_repository(golden: Golden) -> None:
    alert = MINIMAL["services/attendance/alert-policy.yaml"]
    entry = "    - slo: attendance-clock-in\n"
    two = alert.replace(entry, f"{entry}      tiers: {{fast: ticket, slow: log}}\n")
    team = MINIMAL["policies/teams/workforce.yaml"]
    other = {"policies/teams/other.yaml": team.replace("name: workforce", "name: other")}
    weekly = {"policies/slo.yaml": POLICY, "policies/w.yaml": WEEKLY}
    lines = [
        shown({}),
        shown(MINIMAL),
        shown(MINIMAL, slo="attendance-clock-in"),
        shown(MINIMAL, slo="unknown"),
        shown(MINIMAL, service="shop"),
        shown({**MINIMAL, **other}, service="shop"),
        shown({**MINIMAL, "services/attendance/ownership.yaml": OWNED}),
        shown({**MINIMAL, "services/attendance/alert-policy.yaml": two}),
        shown({**MINIMAL, **weekly}),
        shown({**MINIMAL, "policies/slo.yaml": POLICY}),
    ]
    golden.check(GOLDEN / "defaults.txt", "".join(f"{line}\n" for line in lines))
    defaults = known_of(loaded(MINIMAL)[0], "shop", {"slo": None})
    assert (defaults.has("workforce"), defaults.has("other")) == (True, False)
