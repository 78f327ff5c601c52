"""`backtest --rules --prometheus`: the span that is read of a server, and what is said of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from reliability.backtest.rule_files.report.sections import LEGEND
from tests.cli.history.test_pull_rules import DAY, RULES, RulesServer
from tests.cli.program import Ended, in_process
from tests.history.fakes import START
from tests.history.server import Reply, serving, steady
from tests.history.shop import write_shop
from tests.http.raw import HEAD, Talk, dripping, talking, whole

BEFORE: Final = ("--today", "2026-10-03")
TABLE: Final = f"""\
alert   changed    reaches  fired  notifications  at night, weekends  notified
Errors  unchanged  no one       1              0                0, 0  no one
  {LEGEND}
"""


@dataclass
class AskedServer(RulesServer):
    """Keeps the spans of the queries of series."""

    asked: list[tuple[float, float]] = field(default_factory=list)

    def between(self, query: str, start: float, end: float) -> Reply:
        if not query.startswith("count("):
            self.asked.append((start, end))
        return super().between(query, start, end)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/shop.yml").write_text(RULES.replace("RANGE", "5m"))
    return tmp_path


def backtest(
    folder: Path, fake: AskedServer, *options: str, today: tuple[str, ...] = BEFORE
) -> Ended:
    command = ("backtest", "--rules", "rules", "--prometheus", fake.url, "--days", "2", *options)
    return in_process(*today, *command, folder=folder, TOKEN="Bearer x")


def fake_server() -> AskedServer:
    return AskedServer([steady(6 * 1440, 90, code="500")])


def test_the_days_before_a_date_are_replayed(folder: Path) -> None:
    with serving(fake_server()) as fake:
        ended = backtest(folder, fake)
        until = backtest(folder, fake, "--ranges", "closed")
    assert (ended.code, ended.err, until.out) == (0, "", ended.out)
    assert ended.out == (
        "pages 0\n\n  alerts: 1\n"
        f"  2 days to 2026-10-03 00:00 UTC, prometheus {fake.url}\n"
        "  no Alertmanager configuration: severity page or critical pages, ticket or warning opens "
        "a ticket, one group an alert name\n"
        "  read by the query API, without stale markers: remote read is refused: 404 not here\n\n"
        f"{TABLE}"
    )
    assert fake.credentials == {None}
    end = datetime(2026, 10, 3, tzinfo=UTC)
    # Ranges reach back before the span, so the beginning is looked for a month before it, too.
    assert fake.spans[0] == ((end - 33 * DAY).timestamp(), end.timestamp())


@pytest.mark.parametrize(
    ("since", "line"),
    [
        (START + 2 * DAY, ""),
        (START + 2 * DAY + timedelta(hours=7, minutes=11), "; samples since 2026-10-01 07:11 UTC"),
        (START + 9 * DAY, None),
        (None, None),
    ],
)
def test_a_server_that_has_fewer_days_says_since_when(
    folder: Path, since: datetime | None, line: str | None
) -> None:
    with serving(fake_server()) as fake:
        fake.up_since = since.timestamp() if since else None
        ended = backtest(folder, fake, "--authorization", "env:TOKEN")
    assert (ended.code, fake.credentials) == (0, {"Bearer x"})
    expected = f"  2 days to 2026-10-03 00:00 UTC, prometheus {fake.url}{line or ''}"
    assert expected in ended.out.splitlines()
    note = "the server has no samples of `up` in this span; figures a week assume all of it\n"
    assert ended.err == (note if line is None else "")


def test_without_a_date_the_days_before_this_minute_are_replayed(folder: Path) -> None:
    with serving(fake_server()) as fake:
        before = datetime.now(UTC)
        ended = backtest(folder, fake, today=())
        after = datetime.now(UTC)
    assert ended.code == 0, ended.err
    start, end = fake.spans[0]
    first = before.replace(second=0, microsecond=0).timestamp()
    assert first <= end <= after.timestamp()
    assert (end % 60, end - start) == (0, 33 * 86400)


@pytest.mark.parametrize("mode", ["sample", "event"])
def test_sample_mode_reads_the_server_of_the_history(tmp_path: Path, mode: str) -> None:
    held = [steady(6 * 1440, 50, code="200"), steady(6 * 1440, 1, code="500")]
    with serving(AskedServer(held)) as fake:
        root = write_shop(tmp_path, fake.url)
        source = root / "policies/history.yaml"
        more = "concurrency: 1, authorization: env:TOKEN, tenant: acme"
        source.write_text(source.read_text().replace("concurrency: 1", more))
        command = (*BEFORE, "backtest", "--days", "1", "--mode", mode, "--brief")
        ended = in_process(*command, folder=root, TOKEN="Bearer x")
    caught = "significant events caught 1 of 1 (derived from the error budget)"
    assert (caught in ended.out) is (mode == "sample")
    note = "read by the query API, without stale markers: remote read is refused: 404 not here\n"
    assert (ended.code, ended.err) == (0, note if mode == "sample" else "")
    assert fake.credentials == ({"Bearer x"} if mode == "sample" else set())
    assert fake.tenants == ({"acme"} if mode == "sample" else set())


@pytest.mark.parametrize(
    "talk",
    [
        dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", 0.05),
        whole(b"HTTP/1.1 503 Busy\r\nRetry-After: 60\r\nContent-Length: 0\r\n"),
    ],
)
def test_a_budget_ends_answers_and_retries(folder: Path, talk: Talk) -> None:
    with talking(talk) as url:
        command = ("backtest", "--rules", "rules", "--prometheus", url, "--budget", "1")
        ended = in_process(*BEFORE, *command, folder=folder)
    assert (ended.code, ended.err) == (2, f"reliability: {url} does not answer in time\n")
