"""`new` beside a Prometheus: candidates, measured targets and previews, in golden files.

`pytest tests/cli/new --update-golden` rewrites them; read what has changed.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import answered, in_process, transcript
from tests.golden import Golden
from tests.onboarding.evaluating import EvaluatingPrometheus, stored
from tests.onboarding.shop import BAD_HOUR, lines
from tests.providers.served import served

GOLDEN: Final = Path(__file__).parent / "golden"
END: Final = datetime(2026, 11, 25, tzinfo=UTC)
NEW: Final = ("--today", "2026-11-25", "new")
ORDER: Final = ("--journey", "A customer places an order", "--dry-run")
SERVICES: Final = ("shop", "billing", "ledger", "search", "nobody")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(EvaluatingPrometheus(stored(lines(END, BAD_HOUR)), END)) as address:
        yield address


@pytest.fixture
def root(tmp_path: Path, url: str) -> Path:
    asked = ("--team", "shop", "--member", "@lead", "--slack", "#shop-alerts", "--no-github")
    assert in_process("init", *asked, "--prometheus", url, folder=tmp_path).code == 0
    return tmp_path


def test_candidates(golden: Golden, root: Path, url: str) -> None:
    commands = [
        (*NEW, service, "--candidates", *form)
        for service in SERVICES
        for form in ((), ("--format", "json"))
    ]
    golden.check(GOLDEN / "candidates.txt", transcript(root, *commands, SERVER=url))


UNEVEN: Final = """\
# TYPE http_requests counter
http_requests_total{job="shop",handler="/注文",code="200"} 0 1763942460
http_requests_total{job="shop",handler="/注文",code="200"} 2.0625 1764028740
http_requests_total{job="shop",handler="/注文",code="500"} 0 1763942460
http_requests_total{job="shop",handler="/注文",code="500"} 0.3333333 1764028740
http_requests_total{job="shop",handler="/a",code="200"} 0 1763942460
http_requests_total{job="shop",handler="/a",code="200"} 1 1764028740
# EOF
"""


def test_counts_of_candidates_are_rounded_and_texts_are_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    end = datetime(2025, 11, 25, tzinfo=UTC)
    with served(EvaluatingPrometheus(stored(UNEVEN.splitlines(keepends=True)), end)) as address:
        asked = ("--today", "2025-11-25", "new", "shop", "--candidates", "--format", "json")
        ended = in_process(*asked, "--prometheus", address, folder=tmp_path)
    assert ended.code == 0, ended
    rows = json.loads(ended.out)
    assert [row["events_per_day"] for row in rows] == [3.398, 1.001, 2.397]
    assert [row["failing"] for row in rows] == [0.0981595, 0.0, 0.13913042]
    assert rows[2]["total"] == 'http_requests_total{job="shop",handler="/注文"}'
    assert 'handler=\\"/注文\\"' in ended.out


def few() -> Iterator[str]:
    """A day of OpenMetrics text with six events an hour."""
    yield "# TYPE http_requests counter\n"
    for minute in range(1440):
        at = 1763942460 + 60 * minute
        yield f'http_requests_total{{job="shop",code="200"}} {minute // 10} {at}\n'
    yield "# EOF\n"


@pytest.mark.parametrize(("tier", "is_waiting"), [("alert", True), ("ticket", False)])
def test_with_few_events_a_page_waits_for_several_failures(
    tmp_path: Path, tier: str, *, is_waiting: bool
) -> None:
    assert in_process("init", "--team", "shop", "--no-github", folder=tmp_path).code == 0
    end = datetime(2025, 11, 25, tzinfo=UTC)
    with served(EvaluatingPrometheus(stored(few()), end)) as address:
        chosen = (*ORDER, "--sli", "cc9628", "--fast-tier", tier, "--target", "0.999")
        asked = ("--today", "2025-11-24", "new", "shop", *chosen)
        ended = in_process(*asked, "--prometheus", address, folder=tmp_path)
    assert ended.code == 0, ended
    floor = (
        "      minimumFailures: 5            # with so few events, a single failure would fire\n"
    )
    line = "\nminimumFailures: 5, because one failure would page with so few events\n"
    assert (floor in ended.out, line in ended.err) == (is_waiting, is_waiting)


def test_targets_that_are_measured(golden: Golden, root: Path, url: str) -> None:
    query = 'http_requests_total{job="shop",handler="/order"%s}'
    own = ("--bad", query % ',code=~"5.."', "--total", query % "")
    text = transcript(
        root,
        (*NEW, "shop", *ORDER, "--sli", "cc9628"),
        (*NEW, "shop", *ORDER, "--sli", "25bf3e", "--format", "json"),
        (*NEW, "shop", *ORDER, "--sli", "9ec645"),
        (*NEW, "shop", *ORDER, "--sli", "1"),
        (*NEW, "shop", *ORDER),
        (*NEW, "nobody", *ORDER, "--sli", "cc9628"),
        (*NEW, "nobody", *ORDER),
        (*NEW, "shop", *ORDER, *own),
        (*NEW, "shop", *ORDER, *own, "--days", "1"),
        (*NEW, "shop", *ORDER, *own, "--target", "0.9999"),
        (*NEW, "shop", *ORDER, "--kind", "latency"),
        (*NEW, "shop", *ORDER, "--good", "other_total", "--total", "other_total"),
        (*NEW, "nobody", *ORDER, "--kind", "http"),
        SERVER=url,
    )
    golden.check(GOLDEN / "measured.txt", text)


@pytest.mark.parametrize(
    ("name", "service", "typed"),
    [
        ("interview", "shop", ("", "", "", "", "", "", "", "", "", "", "")),
        ("interview-of-a-line", "shop", ("0", "5", "x", "4", *("",) * 8, "alert")),
        ("interview-of-others", "nobody", ("queue", *("",) * 10)),
    ],
)
def test_an_interview(
    golden: Golden, root: Path, url: str, name: str, service: str, typed: Sequence[str]
) -> None:
    lines = ("A customer places an order", *typed)
    ended = answered(*NEW, service, "--dry-run", folder=root, typed=lines)
    text = f"{ended.code}\n{ended.err}\n{ended.out}".replace(url, "SERVER").replace("\r", "")
    golden.check(GOLDEN / f"{name}.txt", text)
