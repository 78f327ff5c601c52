"""`new` beside a Prometheus: candidates, measured targets and previews, in golden files.

`pytest tests/cli/new --update-golden` rewrites them; read what has changed.
"""

from collections.abc import Iterator
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


def test_targets_that_are_measured(golden: Golden, root: Path, url: str) -> None:
    query = 'http_requests_total{job="shop",handler="/order"%s}'
    own = ("--bad", query % ',code=~"5.."', "--total", query % "")
    text = transcript(
        root,
        (*NEW, "shop", *ORDER, "--sli", "1"),
        (*NEW, "shop", *ORDER, "--sli", "2", "--format", "json"),
        (*NEW, "shop", *ORDER, "--sli", "99"),
        (*NEW, "shop", *ORDER, *own),
        (*NEW, "shop", *ORDER, *own, "--days", "1"),
        (*NEW, "shop", *ORDER, *own, "--target", "0.9999"),
        (*NEW, "shop", *ORDER, "--kind", "latency"),
        (*NEW, "shop", *ORDER, "--good", "other_total", "--total", "other_total"),
        (*NEW, "nobody", *ORDER, "--kind", "http"),
        SERVER=url,
    )
    golden.check(GOLDEN / "measured.txt", text)


def test_an_interview(golden: Golden, root: Path, url: str) -> None:
    typed = ("A customer places an order", "", "", "", "", "", "", "", "", "", "", "")
    ended = answered(*NEW, "shop", "--dry-run", folder=root, typed=typed)
    text = f"{ended.code}\n{ended.err}\n{ended.out}".replace(url, "SERVER").replace("\r", "")
    golden.check(GOLDEN / "interview.txt", text)
