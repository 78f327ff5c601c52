"""`tickets`: all that it prints and writes as signals fire, end and fire again.

`pytest tests/cli/tickets --update-golden` rewrites the golden files; read what has changed.
"""

import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from reliability.cli.app import App
from reliability.cli.tickets.run import TicketsRequest
from reliability.settings import Settings
from reliability.timespan import TimeSpan
from tests.cli.copied import copied, edit
from tests.cli.program import in_process, transcript
from tests.cli.tickets.fired_server import FiredServer
from tests.golden import Golden
from tests.history.server import serving

GOLDEN: Final = Path(__file__).parent / "golden"
NOON: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
FOLDER: Final = ("--forge", "folder:queue")


def alert(service: str, name: str, tier: str = "ticket", **more: str) -> Mapping[str, str]:
    return {"alertname": name, "service": service, "tier": tier, "team": "any", **more}


def span(hours: float, length: float = 1) -> TimeSpan:
    """A stretch that begins so many hours after noon."""
    start = NOON + hours * HOUR
    return TimeSpan(start, start + length * HOUR)


FIRED: Final = (
    (alert("attendance", "AttendanceQueueBacklog"), span(-5)),
    (alert("attendance", "AttendanceQueueBacklog"), span(-2, 0.5)),
    (alert("attendance", "AttendanceDatabaseConnectionsFull", instance="a"), span(-1, 3)),
    (alert("payroll-batch", "PayrollRunMissing"), span(-3)),
    (alert("unknown", "Elsewhere"), span(-3)),
    (alert("attendance", "ErrorBudgetBurn", tier="alert"), span(-3)),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copied(tmp_path)


def tickets(server: str, hours: float, *more: str) -> tuple[str, ...]:
    """The command at so many hours after noon."""
    until = f"{NOON + hours * HOUR:%Y-%m-%dT%H:%MZ}"
    return ("--today", "2026-11-24", "tickets", "--prometheus", server, "--until", until, *more)


def test_issues_are_printed_without_a_forge(golden: Golden, root: Path) -> None:
    with serving(FiredServer((), fired=FIRED)) as server:
        text = transcript(
            root,
            tickets(server.url, 0),
            tickets(server.url, 0, "--since", "2026-11-24T10:30Z"),
            tickets(server.url, -200),
            URL=server.url,
        )
    golden.check(GOLDEN / "printed.txt", text)


def test_issues_of_queues_are_opened_counted_closed_and_opened_again(
    golden: Golden, root: Path
) -> None:
    again = (*FIRED, (alert("attendance", "AttendanceQueueBacklog"), span(60)))
    with serving(FiredServer((), fired=again)) as server:
        text = transcript(
            root,
            tickets(server.url, -4, *FOLDER, "--dry-run"),
            tickets(server.url, -4, *FOLDER),
            tickets(server.url, -4, *FOLDER),
            tickets(server.url, 0, *FOLDER, "--max-changes", "1"),
            tickets(server.url, 1, *FOLDER),
            tickets(server.url, 30, *FOLDER),
            tickets(server.url, 62, *FOLDER),
            URL=server.url,
        )
    golden.check(GOLDEN / "queues.txt", text)
    assert server.asked[-1][1] == (NOON + 62 * HOUR).timestamp()


@pytest.mark.parametrize(
    ("later", "since", "unknown"),
    [(30, (), 30), (30, ("--since", "2026-11-25T17:00Z"), 30), (400 * 24, (), 30 * 24)],
)
def test_an_empty_answer_closes_nothing(
    root: Path, later: int, since: Sequence[str], unknown: int
) -> None:
    with serving(FiredServer((), fired=FIRED[:1])) as server:
        assert in_process(*tickets(server.url, 0, *FOLDER), folder=root).code == 0
    with serving(FiredServer((), stopped=NOON.timestamp())) as server:
        ended = in_process(*tickets(server.url, later, *since, *FOLDER), folder=root)
    note = f"no rule was evaluated in {unknown}.0 h, which do not count as without firing\n"
    assert (ended.code, ended.out, ended.err) == (0, "", note)


def test_more_signals_than_may_have_an_issue_share_one(golden: Golden, root: Path) -> None:
    edit(root / "policies/notification.yaml", "spec:\n", "spec:\n  tickets: {maxOpen: 1}\n")
    with serving(FiredServer((), fired=FIRED)) as server:
        text = transcript(root, tickets(server.url, 0, *FOLDER), URL=server.url)
    golden.check(GOLDEN / "flood.txt", text)


@pytest.mark.parametrize(
    ("since", "start"),
    [
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-11-23T05:30", datetime(2026, 11, 23, 5, 30, tzinfo=UTC)),
        ("2026-11-23T05:30+09:00", datetime(2026, 11, 22, 20, 30, tzinfo=UTC)),
        ("2026-11-24T11:59:30Z", datetime(2026, 11, 24, 11, 59, tzinfo=UTC)),
        ("2026-12-24", datetime(2026, 11, 24, 11, 59, tzinfo=UTC)),
    ],
)
def test_the_start_of_the_period_is_a_day_or_a_moment(
    root: Path, since: str, start: datetime
) -> None:
    with serving(FiredServer(())) as server:
        ended = in_process(*tickets(server.url, 0, "--since", since), folder=root)
    assert (ended.code, ended.out) == (0, "no issue to open\n")
    assert server.asked[0][0] == (start + timedelta(minutes=1)).timestamp()
    assert server.asked[-1][1] == NOON.timestamp()


def test_the_period_ends_now_or_with_the_day_that_is_named(root: Path) -> None:
    def end(today: date, until: datetime | None = None) -> datetime:
        app = App.build(root, today, quiet=False, color="never", settings=Settings({}))
        request = TicketsRequest(prometheus=None, alertmanager=None, since=None, until=until)
        return request.now(app)

    before = datetime.now(UTC)
    now = end(before.date())
    after = datetime.now(UTC)
    if before.date() == after.date():
        assert now in {moment.replace(second=0, microsecond=0) for moment in (before, after)}
    assert end(NOON.date()) == datetime(2026, 11, 24, tzinfo=UTC)
    assert end(NOON.date(), NOON) == end(before.date(), NOON) == NOON


def test_requests_that_cannot_be_served(golden: Golden, root: Path) -> None:
    text = transcript(
        root,
        ("tickets",),
        ("tickets", "--since", "yesterday"),
        ("tickets", "--until", "2026-11-24T25:00Z"),
        ("tickets", "--max-changes", "0"),
        ("tickets", "--forge", "nowhere"),
        ("tickets", "--prometheus", "nowhere"),
    )
    (root / "services/exports/slo.yaml").write_text("kind: [\n")
    text += transcript(root, ("tickets", *FOLDER))
    golden.check(GOLDEN / "refused.txt", text)
    assert not (root / "queue").exists()


def test_a_queue_that_cannot_be_written_is_an_exit_code(root: Path) -> None:
    with serving(FiredServer((), fired=FIRED)) as server:
        assert in_process(*tickets(server.url, -4, *FOLDER), folder=root).code == 0
        [issues] = (root / "queue").rglob("issues")
        shutil.rmtree(issues)
        issues.write_text("a file\n")
        ended = in_process(*tickets(server.url, 0, *FOLDER), folder=root)
    refused = "not done, queue/example-hr/workforce/issues: file exists: open: attendance:"
    assert (ended.code, ended.out.splitlines()) == (
        1,
        [
            "open: payroll-batch: PayrollRunMissing",
            f"{refused} AttendanceQueueBacklog",
            f"{refused} AttendanceDatabaseConnectionsFull",
        ],
    )
