"""`reliability demo`, as a newcomer sees it: a screen a step, and one folder left behind."""

import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import pytest
from git import Repo

from tests.cli.program import Ended, in_process, reliability
from tests.golden import Golden
from tests.project.repository import ROOT

CPU_SECONDS = 20
LINES_OF_A_SCREEN = 45


@dataclass(frozen=True, slots=True)
class Run:
    folder: Path
    code: int
    text: str
    errors: str
    cpu_seconds: float

    def step(self, title: str) -> str:
        """One screen, from its title until the next."""
        found = re.search(rf"^\d+  {title}$(.*?)(?=^\d+  |\Z)", self.text, re.M | re.S)
        assert found, f"no step {title!r} in:\n{self.text}"
        return found[1]


def demo(*arguments: str, **extra: str) -> Ended:
    return in_process("demo", *arguments, folder=ROOT, **extra)


def cpu_seconds() -> float:
    """The CPU time of this process and of the programs that it ran."""
    children = getrusage(RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("demo") / "reliability"
    before = cpu_seconds()
    done = demo("--folder", str(folder))
    return Run(folder, done.code, done.out, done.err, cpu_seconds() - before)


def test_the_whole_demo_reads_as_before(run: Run, golden: Golden) -> None:
    text, _, _ = run.text.replace(str(run.folder), "FOLDER").partition("Everything is in")
    text = re.sub(r"base [0-9a-f]{12}", "base COMMIT", text)
    golden.check(Path(__file__).parent / "golden/demo.txt", text)


def test_the_demo_says_where_everything_is(run: Run) -> None:
    end = " ".join(run.text.partition("Everything is in")[2].split())
    assert end == (
        f"{run.folder}; nothing else was changed. cd into it, run the commands again, change a "
        "tier or a target. To start your own repository, see docs/start/quickstart.md."
    )


def test_the_demo_ends_well_in_time_and_says_nothing_on_the_side(run: Run) -> None:
    # On a slow machine it shows its progress every ten seconds.
    errors = [line for line in run.errors.splitlines() if not line.endswith(" s to go")]
    assert (run.code, errors) == (0, [])
    assert run.cpu_seconds < CPU_SECONDS


def test_every_step_fits_on_a_screen(run: Run) -> None:
    screens = re.split(r"^\d+  ", run.text, flags=re.M)
    assert len(screens) == 8
    assert max(len(screen.splitlines()) for screen in screens) <= LINES_OF_A_SCREEN


def test_the_noise_before_is_measured_beside_the_policy(run: Run) -> None:
    screen = run.step("An alert on every error")
    before, after = re.findall(r"^  (?:an alert|this repo).*?([\d.]+)\s+(\d+)%", screen, re.M)
    assert float(before[0]) > 100 > 10 > float(after[0])
    assert int(before[1]) < 5 < 50 <= int(after[1])
    assert "more by a ticket" in screen


def test_the_shipped_repository_is_clean_and_a_loud_cause_is_not(run: Run) -> None:
    clean, broken = run.step("Check").split("$ reliability --today 2026-11-25 check")[1:]
    assert "5 services" in clean
    assert "no findings" in clean
    assert "error[alert-for-cause]" in broken
    assert "tier: alert\n    |             ^^^^^" in broken


def test_what_is_built_is_shown_with_its_windows_and_its_tree(run: Run) -> None:
    screen = run.step("Build")
    for part in ("ratio_rate5m{...} > (14.4 * 0.001)", "ratio_rate1h{...} > (14.4 * 0.001)"):
        assert part in screen
    alerts, tickets = screen.split('tier="alert"')[1].split('tier="ticket"')
    assert "#workforce-alerts with <!subteam^S01WORKFORCE>" in alerts
    assert "#workforce-tickets" in tickets
    assert "<!" not in tickets


def test_after_the_sync_there_is_nothing_to_plan(run: Run) -> None:
    assert "6 to create" in run.step("Plan")
    assert "created rules attendance" in run.step("Sync")
    assert "no changes" in run.step("Sync").split("plan\n")[-1]


def test_the_change_is_a_target_and_a_tier_and_no_other_byte(run: Run) -> None:
    screen = run.step("A change")
    assert re.findall(r"^  [-+] +(\S+ \S+)", screen, re.M) == [
        "target: 0.999",
        "target: 0.995",
        "tiers: {fast:",
        "tiers: {fast:",
    ]
    with Repo(run.folder) as repository:
        changed = repository.git.diff("HEAD", "--numstat").splitlines()
    assert sorted(changed) == [
        "1\t1\tservices/attendance/alert-policy.yaml",
        "1\t1\tservices/attendance/slo.yaml",
    ]


def test_the_headline_has_two_sides_and_names_what_would_be_missed(run: Run) -> None:
    screen = run.step("Who would have been notified")
    headline = next(line for line in screen.splitlines() if line.startswith("pages a week"))
    weekly = re.search(r"pages a week ([\d.]+) -> ([\d.]+)", headline)
    assert weekly
    assert float(weekly[1]) > float(weekly[2])
    assert "incidents caught 4 of 5 -> 3 of 5; missed" in headline
    assert re.search(r"2026-10-14 12:30 JST .* caught -> missed .* every fortieth clock-in", screen)
    assert "source synthetic: generated from seed" in screen


def test_the_folder_holds_the_repository_and_what_the_commands_wrote(run: Run) -> None:
    assert {path.name for path in run.folder.iterdir()} == {
        ".git",
        ".gitignore",
        "build",
        "docs",
        "out",
        "policies",
        "services",
    }
    shipped = [path for part in ("services", "policies") for path in (ROOT / part).rglob("*.yaml")]
    with Repo(run.folder) as repository:
        committed = repository.git.ls_tree("-r", "--name-only", "HEAD").splitlines()
    assert {path.relative_to(ROOT).as_posix() for path in shipped} <= set(committed)


def test_a_command_of_the_demo_says_the_same_when_it_is_run_again(run: Run) -> None:
    again = subprocess.run(
        [
            sys.executable,
            "-m",
            "reliability",
            "--today",
            "2026-11-25",
            "backtest",
            "--base",
            "HEAD",
            "--brief",
        ],
        cwd=run.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout in run.text


def test_without_a_folder_it_makes_one_and_nothing_else(tmp_path: Path) -> None:
    done = reliability("demo", folder=ROOT, TMPDIR=str(tmp_path))
    assert done.code == 0
    [left] = tmp_path.iterdir()
    assert left.name.startswith("reliability-demo-")
    assert f"Everything is in {left}" in " ".join(done.out.split())


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = demo("--folder", str(tmp_path))
    assert done.code == 2
    assert f"{tmp_path} is not empty" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_inside_of_a_git_hook_it_touches_nothing(tmp_path: Path) -> None:
    done = demo("--folder", str(tmp_path / "demo"), GIT_DIR=str(tmp_path / "other"))
    assert done.code == 2
    assert "GIT_DIR is set" in done.err
    assert list(tmp_path.iterdir()) == []


def test_live_without_servers_says_what_is_missing(tmp_path: Path) -> None:
    folder = tmp_path / "never"
    done = demo("--live", "--folder", str(folder), "--servers", str(tmp_path))
    assert done.code == 2
    assert f"requires prometheus and alertmanager, not found in {tmp_path}" in done.err
    assert not folder.exists()
