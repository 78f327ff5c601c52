"""Which stored history a review takes: that of the schedule, and of nobody else."""

from pathlib import Path

import pytest

from tests.cli.program import Ended, reliability
from tests.delivery.act import ACTIONS
from tests.delivery.hosted import Hosted
from tests.delivery.relay import ScheduledRun

NOTHING = "no completed run of schedule.yml holds any history"
STORE = Path(".reliability") / "history"


def restore(repository: Hosted, *arguments: str) -> Ended:
    return reliability(
        *("history", "restore", *arguments),
        folder=repository.clone,
        GITHUB_API_URL=repository.url,
        GITHUB_REPOSITORY=repository.name,
        GITHUB_TOKEN=f"token-{ACTIONS}",
    )


@pytest.fixture
def stored(repository: Hosted) -> Hosted:
    """A repository with an artifact that holds one file."""
    folder = repository.relay.stored
    folder.mkdir(parents=True)
    (folder / "counts.parquet").write_bytes(b"counts")
    return repository


def test_a_failed_run_of_the_schedule_holds_its_history_all_the_same(stored: Hosted) -> None:
    stored.relay.schedules += [
        ScheduledRun(id=41),
        ScheduledRun(id=42, conclusion="failure"),
        ScheduledRun(id=43, conclusion="failure", artifacts=("reliability-sync",)),
    ]
    ended = restore(stored)
    assert (ended.code, ended.out) == (0, "1 files of run 42 in .reliability/history\n"), ended.err
    assert (stored.clone / STORE / "counts.parquet").read_bytes() == b"counts"


@pytest.mark.parametrize(
    "run",
    [
        ScheduledRun(id=7, head_repository=2),
        ScheduledRun(id=7, event="pull_request"),
        ScheduledRun(id=7, event="workflow_dispatch"),
        ScheduledRun(id=7, head_branch="change"),
        ScheduledRun(id=7, status="in_progress", conclusion=None),
        ScheduledRun(id=7, expired=True),
        ScheduledRun(id=7, artifacts=("another",)),
    ],
    ids=["fork", "pull request", "by hand", "branch", "not over", "expired", "no history"],
)
def test_the_history_of_any_other_run_is_not_taken(run: ScheduledRun, stored: Hosted) -> None:
    stored.relay.schedules.append(run)
    stored.relay.filters = False
    ended = restore(stored)
    assert ended.code == 0
    why = "what schedule.yml stored on 2026-10-24 has expired" if run.expired else NOTHING
    assert why in ended.err
    assert not (stored.clone / STORE).exists()


def test_a_review_says_since_when_there_is_no_history(stored: Hosted) -> None:
    stored.remember_by("http://127.0.0.1:9")
    stored.branch()
    stored.change("services/attendance/slo.yaml", "target: 0.999 ", "target: 0.995 ")
    for schedules, why in (
        ([], "no run of schedule.yml has stored history; set the variable RELIABILITY_SERVERS"),
        ([ScheduledRun(id=7, expired=True)], "that schedule.yml stored on 2026-10-24 has expired"),
    ):
        stored.relay.schedules[:] = schedules
        assert restore(stored).code == 0
        ended = reliability(
            *("--today", "2026-11-25", "review", "--base", "main"), folder=stored.clone
        )
        assert why in ended.out.replace("\\", ""), ended.out

    stored.relay.schedules[:] = [ScheduledRun(id=8), ScheduledRun(id=9, expired=True)]
    assert "of run 8" in restore(stored).out
    assert not (stored.clone / ".reliability/history.missing").exists()


def test_a_job_takes_what_the_job_before_it_has_stored(stored: Hosted) -> None:
    stored.relay.schedules += [
        ScheduledRun(id=41),
        ScheduledRun(id=42, status="in_progress", conclusion=None),
    ]
    assert "of run 42" in restore(stored, "--run", "42").out
    assert "of run 41" in restore(stored, "--run", "43").out


def test_what_lay_there_is_replaced_and_a_link_is_not_followed(
    stored: Hosted, tmp_path: Path
) -> None:
    stored.relay.schedules.append(ScheduledRun(id=41))
    forged = stored.clone / STORE / "forged.parquet"
    forged.parent.mkdir(parents=True)
    forged.write_bytes(b"as the pull request wishes")
    assert restore(stored).code == 0
    assert [path.name for path in (stored.clone / STORE).iterdir()] == ["counts.parquet"]

    elsewhere = tmp_path / "elsewhere"
    (stored.clone / ".reliability").rename(elsewhere)
    (stored.clone / ".reliability").symlink_to(elsewhere)
    ended = restore(stored)
    assert ended.code == 2
    assert ".reliability is a symbolic link" in ended.err


def test_a_folder_outside_of_the_root_is_refused(stored: Hosted) -> None:
    assert restore(stored, "--store", "../elsewhere").code == 2
    assert restore(stored, "--store", "/tmp").code == 2
