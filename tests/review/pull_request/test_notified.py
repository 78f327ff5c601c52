"""Who gets notified: a change of one file, seen by everybody whom it reaches."""

from datetime import date
from pathlib import Path, PurePosixPath

from reliability.check.context import Context
from reliability.load.loader import load
from reliability.review.pull_request.notified import (
    BurnRateCondition,
    NotifiedRecipient,
    SideRoutes,
)
from reliability.review.pull_request.report import full_report
from tests.review.pull_request.scene import POLICY, Scene, reviewed, scene, shown

TEAM = "policies/teams/workforce.yaml"


def told(of: Scene, base: str) -> list[str]:
    """The table's rows."""
    found, _ = reviewed(of.root, base)
    text = full_report(shown(found))
    if "Who gets notified" not in text:
        return []
    table = text.partition("Who gets notified\n\n")[2].partition("\n\n")[0]
    return table.splitlines()[2:]


def test_another_channel_of_a_team_is_one_row_for_all_that_goes_there(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.change((TEAM, "#workforce-alerts", "#loud"))
    [row] = told(of, of.base)
    assert row.count("fast burn") == 2
    assert "posts to `#workforce-alerts` |" in row
    assert row.endswith("posts to `#loud` |")


def test_another_mention_is_told(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.change((TEAM, "<!subteam^S01WORKFORCE>", "<!here>"))
    [row] = told(of, of.base)
    assert "mentions `Workforce (S01WORKFORCE)`" in row
    assert "mentions `<!here>`" in row


def test_a_mention_that_is_gone_is_told(
    tmp_path: Path,
) -> None:
    of = scene(tmp_path)
    of.change((TEAM, 'mention: "<!subteam^S01WORKFORCE>"', "# nobody"))
    [row] = told(of, of.base)
    assert "mentions" not in row.split("|")[4]


def test_a_signal_that_waits_longer_is_told_with_its_threshold(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.change((POLICY, "> 1000\n      for: 15m", "> 5000\n      for: 1h"))
    [row] = told(of, of.base)
    assert "`attendance_queue_depth > 1000` for 15m | " in row
    assert "`attendance_queue_depth > 5000` for 1h<br>still **ticket**" in row


def test_a_new_signal_and_one_that_is_gone_are_told(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.change((POLICY, "name: AttendanceQueueBacklog", "name: AttendanceQueueLong"))
    rows = told(of, of.base)
    assert [" none " in row.split("|")[3] for row in rows] == [False, True]
    assert [" none " in row.split("|")[4] for row in rows] == [True, False]


def test_a_comment_tells_nobody_otherwise(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.change((POLICY, "kind: AlertPolicy", "kind: AlertPolicy # as before"))
    assert told(of, of.base) == []


def test_policies_that_cannot_be_read_change_nobodys_way(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.change((TEAM, "channels:", "chanels:"))
    found, _ = reviewed(of.root, of.base)
    assert found.notification_changes == ()
    assert not found.verdict.is_good


def test_ways_are_the_loudest_first_and_thresholds_are_shares(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.change(("services/attendance/slo.yaml", "target: 0.999", "target: 0.99"))
    found, _ = reviewed(of.root, of.base)
    fast = next(each for each in found.notification_changes if each.source.speed == "fast")
    assert fast.old is not None
    assert fast.old.reached is not None
    assert fast.old.reached[0] == NotifiedRecipient("page", "PagerDuty (workforce)")
    assert isinstance(fast.old.when, BurnRateCondition)
    assert [round(share, 6) for share, _ in fast.old.when.pairs] == [0.0144, 0.006]


TEAMS = """
apiVersion: reliability/v1
kind: Team
metadata: {name: NAME}
spec:
  members: ["@dev"]
  onCall: {mention: "MENTION"}
  channels: {log: {slack: "#log"}}
"""


def test_a_group_of_slack_is_named_by_its_team() -> None:
    teams = {"sales": "<!subteam^S01>", "pay": "<!subteam^S02>", "web": "<!here>"}
    files = {
        name: TEAMS.replace("NAME", name).replace("MENTION", mention)
        for name, mention in teams.items()
    }
    files["sales"] = files["sales"].replace("spec:", "spec:\n  displayName: Sales")
    catalog, findings = load(
        (PurePosixPath(f"policies/teams/{name}.yaml"), text.encode())
        for name, text in files.items()
    )
    assert findings == []
    names = SideRoutes.of(Context(today=date(2026, 11, 24), catalog=catalog)).names
    assert names == {"<!subteam^S01>": "Sales (S01)", "<!subteam^S02>": "pay (S02)"}
