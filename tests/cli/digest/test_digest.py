"""`digest`, `revisit` and `dashboard`: all that they print of the shipped repository.

`pytest tests/cli/digest --update-golden` rewrites the golden files; read what has changed.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from reliability.timespan import TimeSpan
from tests.cli.copied import copied, edit
from tests.cli.program import in_process, transcript
from tests.cli.tickets.fired_server import FiredServer
from tests.cli.tickets.test_tickets import alert
from tests.golden import Golden
from tests.history.server import serving
from tests.servers.process import free_port

GOLDEN: Final = Path(__file__).parent / "golden"
TODAY: Final = ("--today", "2026-12-14")
FOLDER: Final = ("--forge", "folder:forge")
MONDAY: Final = datetime(2026, 12, 7, 9, tzinfo=UTC)


WAIVERS: Final = """
apiVersion: reliability/v1
kind: Waivers
metadata: {name: waivers}
spec:
  waivers:
    - {rule: low-traffic, service: attendance, reason: a, approver: "@mori", until: 2027-01-31}
    - {rule: slo-review-overdue, service: exports, reason: b, approver: "@sato", until: 2026-11-30}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copied(tmp_path)


def days(number: int) -> TimeSpan:
    """Two hours, so many days after Monday."""
    start = MONDAY + timedelta(days=number)
    return TimeSpan(start, start + timedelta(hours=2))


FIRED: Final = (
    (alert("attendance", "ErrorBudgetBurn", "alert", sloth_slo="attendance-clock-in"), days(1)),
    (alert("attendance", "AttendanceQueueBacklog", "ticket"), days(0)),
    (alert("attendance", "AttendanceQueueBacklog", "ticket"), days(3)),
    (alert("payroll-batch", "PayrollRunMissing", "alert"), days(2)),
    (alert("elsewhere", "Other", "log"), days(2)),
)


def test_digests(golden: Golden, root: Path) -> None:
    with serving(FiredServer((), fired=FIRED)) as server:
        text = transcript(
            root,
            (*TODAY, "digest"),
            (*TODAY, "digest", "--prometheus", server.url, "--no-drift"),
            (*TODAY, "digest", *FOLDER, "--period", "month", "--no-drift"),
            (*TODAY, "digest", *FOLDER, "--prometheus", "http://127.0.0.1:9", "--no-drift"),
            (*TODAY, "digest", *FOLDER, "--prometheus", server.url, "--no-drift"),
            (*TODAY, "digest", *FOLDER, "--prometheus", server.url, "--no-drift"),
            ("--today", "2026-12-21", "digest", *FOLDER, "--no-drift", "--dry-run"),
            URL=server.url,
        )
    golden.check(GOLDEN / "digests.txt", text)


@pytest.mark.parametrize(
    ("since", "text"),
    [
        (None, "no rule of an SLO was evaluated in this period"),
        (MONDAY + timedelta(days=2), "09\\:00 UTC, when rules were first evaluated"),
        (MONDAY, "Nothing fired."),
    ],
)
def test_nothing_fired_only_while_rules_were_evaluated(
    root: Path, since: datetime | None, text: str
) -> None:
    server = FiredServer((), evaluated_since=since.timestamp() if since else None)
    with serving(server):
        asked = (*TODAY, "digest", "--no-drift", "--prometheus", server.url)
        assert text in in_process(*asked, folder=root).out


def test_reviews_that_are_due(golden: Golden, root: Path) -> None:
    text = transcript(
        root,
        (*TODAY, "revisit"),
        (*TODAY, "revisit", *FOLDER),
        ("--today", "2027-03-01", "revisit", *FOLDER, "--max-changes", "1"),
        ("--today", "2027-03-01", "revisit", *FOLDER, "--dry-run"),
        ("--today", "2026-11-13", "revisit"),
    )
    golden.check(GOLDEN / "reviews.txt", text)


def test_dashboards(golden: Golden, root: Path) -> None:
    edit(root / "services/payslips/slo.yaml", "target: 0.995", "target: 0.99999")
    text = transcript(
        root,
        (*TODAY, "dashboard"),
        (*TODAY, "revisit", *FOLDER),
        (*TODAY, "digest", *FOLDER, "--no-drift"),
        (*TODAY, "dashboard", *FOLDER, "--dry-run"),
        (*TODAY, "dashboard", *FOLDER),
        (*TODAY, "dashboard", *FOLDER),
        (*TODAY, "dashboard", "--prometheus", "http://127.0.0.1:9"),
    )
    (root / "policies/waivers.yaml").write_text(WAIVERS)
    text += transcript(root, ("--today", "2026-10-28", "dashboard"))
    golden.check(GOLDEN / "dashboards.txt", text)


def test_an_alertmanager_has_no_past_for_a_digest(root: Path) -> None:
    ended = in_process(
        *TODAY, "digest", "--no-drift", "--alertmanager", "http://127.0.0.1:9", folder=root
    )
    note = "Alertmanager only has current alerts; the digest needs a Prometheus\n"
    assert (ended.code, ended.err) == (0, note)
    assert in_process(*TODAY, "digest", "--no-drift", folder=root).out == ended.out


def test_a_target_that_cannot_be_read_has_unknown_drift(root: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    targets = root / "policies/targets.yaml"
    target = f"{{name: p, provider: prometheus, url: '{url}', folder: /nowhere}}"
    text = targets.read_text().partition("  targets:")[0]
    targets.write_text(f"{text}  allowedHosts: [127.0.0.1]\n  targets: [{target}]\n")
    ended = in_process(*TODAY, "digest", folder=root)
    assert (ended.code, ended.err) == (
        0,
        f"alerts that fired are unknown: p: {url} does not answer: connection refused\n",
    )
    [line] = [line for line in ended.out.splitlines() if line.startswith("- `p` ")]
    start = (
        "- `p` could not be read, so drift is not known: `p: policies/targets.yaml names no owner"
    )
    assert line.startswith(start)


def test_without_a_plan_drift_is_unknown(root: Path) -> None:
    targets = root / "policies/targets.yaml"
    text = targets.read_text().partition("  targets:")[0]
    same = "{name: files, provider: files, folder: out}"
    targets.write_text(f"{text}  targets: [{same}, {same}]\n")
    ended = in_process(*TODAY, "digest", folder=root)
    reason = "policies/targets.yaml: two sync targets are named files"
    assert (ended.code, ended.err) == (0, f"drift is unknown: {reason}\n")


def test_the_next_digest_closes_the_one_before_without_a_comment(root: Path) -> None:
    for day in ("2026-12-14", "2026-12-21"):
        ended = in_process("--today", day, "digest", *FOLDER, "--no-drift", folder=root)
        assert ended.code == 0, ended.out
    old, new = sorted((root / "forge/issues").iterdir())
    assert "state: closed" in old.read_text()
    assert "state: open" in new.read_text()


@pytest.mark.parametrize("command", ["revisit", "digest", "dashboard"])
def test_an_issue_that_cannot_be_written_is_an_exit_code(root: Path, command: str) -> None:
    (root / "forge").mkdir()
    (root / "forge/issues").write_text("a file\n")
    ended = in_process("--today", "2027-03-01", command, *FOLDER, folder=root)
    lines = ended.out.splitlines()
    assert (ended.code, bool(lines)) == (1, True)
    assert all(line.startswith("not done, forge/issues: file exists: open: ") for line in lines)
    assert (root / "forge/issues").read_text() == "a file\n"


def test_a_repository_that_cannot_be_read_closes_nothing(golden: Golden, root: Path) -> None:
    (root / "services/exports/slo.yaml").write_text("kind: [\n")
    commands = ("digest", "revisit", "dashboard")
    text = transcript(root, *((*TODAY, command, *FOLDER) for command in commands))
    golden.check(GOLDEN / "unreadable.txt", text)


def test_reports_of_many_slos(golden: Golden, root: Path) -> None:
    slo = root / "services/exports/slo.yaml"
    one = slo.read_text()
    assert one.count("  name: exports-csv\n") == 1
    slos = [
        one.replace("  name: exports-csv\n", f"  name: exports-csv-{number}\n")
        .replace("name: exports-csv-success", f"name: exports-csv-success-{number}")
        .replace("target: 0.99", f"target: 0.99{number}")
        .replace("2026-", "2025-")
        for number in range(10, 34)
    ]
    slo.write_text("---\n".join([one, *slos]))
    text = transcript(
        root,
        (*TODAY, "digest"),
        (*TODAY, "revisit"),
        (*TODAY, "dashboard"),
        (*TODAY, "status", "exports", "--from", "history"),
    )
    golden.check(GOLDEN / "many.txt", text)
