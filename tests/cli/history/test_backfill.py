"""`history backfill` on real servers of both generations: before, after, again, and restarted."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reliability.errors import ProviderError
from reliability.providers.tsdb.blocks import place_blocks
from reliability.providers.tsdb.folder import STAGING, DataFolder
from tests.cli.history.world import DAY, MINUTE, OUTAGE, Company, head_of, sums_of
from tests.cli.program import Ended
from tests.environment import environment
from tests.servers.generation import Generation
from tests.servers.process import wait_for
from tests.servers.programs import backfill, write_openmetrics
from tests.servers.prometheus import Prometheus

pytestmark = pytest.mark.servers

TOTAL = 100 * 30 * 1440
FAILED = 12 * 60


@dataclass(slots=True)
class Story:
    """What was seen on the way."""

    company: Company
    head: datetime
    answers: dict[str, Ended] = field(default_factory=dict)
    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    sums: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    left: dict[str, float] = field(default_factory=dict)
    stated: dict[str, set[str]] = field(default_factory=dict)
    hour: dict[str, float] = field(default_factory=dict)

    def look(self, when: str, server: Prometheus) -> None:
        """Ask the server everything; sums end before the head, where nothing changes any more."""
        self.answers[f"gate {when}"] = self.company.run(server, "gate", "shop")
        self.rows[when] = self.company.status(server)
        self.sums[when] = sums_of(server, self.head - MINUTE)
        query = 'slo:period_error_budget_remaining:ratio{sloth_slo="checkout-served"}'
        self.left[when] = float(server.query(query)[0]["value"][1])
        # As the text of an alert asks for it.
        query = "slo:period_error_budget_remaining:ratio and on (sloth_slo) (%s >= 0.98)"
        known = server.query(query % "slo:period_recorded:ratio")
        self.stated[when] = {each["metric"]["sloth_slo"] for each in known}
        query = 'slo:sli_events:increase1h{sloth_slo="checkout-served"}'
        outage = self.company.first + OUTAGE.stop * MINUTE
        counts = server.query(query, outage + MINUTE)
        self.hour = {each["metric"]["events"]: float(each["value"][1]) for each in counts}


def test_before_after_again_and_restarted(generation: Generation, tmp_path: Path) -> None:
    story = told(Company.founded(generation, tmp_path))
    ensure_that_every_budget_is_known_afterwards(story)
    ensure_that_figures_are_those_of_the_raw_samples(story)
    ensure_that_the_calendar_period_is_counted_from_its_first_day(story)
    ensure_that_a_second_run_adds_nothing(story)
    ensure_that_a_restart_loses_no_sample(story)
    ensure_that_only_recordings_of_the_period_are_written(story)
    assert not (story.company.data / STAGING).exists()


def told(company: Company) -> Story:
    """All of it on one server, since a server takes a minute to load blocks."""
    with company.running() as server:
        company.scrape(server)
        company.adopt(server)
        story = Story(company, head_of(server))
        story.look("before", server)
        story.answers["first"] = company.backfill(server)
        _await_evaluation(server, datetime.now(UTC).timestamp())
        story.look("after", server)
        story.answers["second"] = company.backfill(server)
        story.look("again", server)
    with company.running() as server:
        company.adopt(server)
        story.look("restarted", server)
        story.answers["third"] = company.backfill(server)
    return story


def _await_evaluation(server: Prometheus, since: float) -> None:
    """Return once the rules have said anew what is left of every budget."""
    query = "min(timestamp(slo:period_error_budget_remaining:ratio))"
    wait_for(lambda: float(server.query(query)[0]["value"][1]) > since, within=60, what=query)


def ensure_that_every_budget_is_known_afterwards(story: Story) -> None:
    before, after = story.answers["gate before"], story.answers["gate after"]
    assert before.code == 5, before
    assert "run `reliability history backfill`" in before.out
    assert after.code == 0, after
    for slo in ("checkout", "regions", "queue"):
        assert story.rows["before"][slo]["coverage_recorded"] < 0.01
        assert story.rows["after"][slo]["coverage_recorded"] > 0.99
    assert story.stated["before"] == set()
    slos = {"checkout-served", "regions-served", "queue-short", "month-served"}
    assert story.stated["after"] == slos


def ensure_that_figures_are_those_of_the_raw_samples(story: Story) -> None:
    rows = story.rows["after"]
    assert rows["checkout"]["attainment"] == pytest.approx(1 - FAILED / TOTAL, abs=2e-6)
    assert rows["checkout"]["budget_remaining"] == pytest.approx(
        1 - FAILED / TOTAL / 0.001, abs=2e-3
    )
    assert story.left["after"] == pytest.approx(1 - FAILED / TOTAL / 0.001, abs=2e-3)
    worst = FAILED / (0.6 * TOTAL)
    assert rows["regions"]["attainment"] == pytest.approx(1 - worst, abs=4e-6)
    assert story.hour == pytest.approx({"failed": FAILED, "total": 6000}, rel=0.04)
    assert rows["queue"]["attainment"] == pytest.approx(1 - 60 / (30 * 1440), abs=2e-4)


def ensure_that_the_calendar_period_is_counted_from_its_first_day(story: Story) -> None:
    row = story.rows["after"]["month"]
    total = 100 * ((datetime.now(UTC) - story.company.month) // MINUTE)
    assert row["attainment"] == pytest.approx(1 - FAILED / total, abs=2e-6)
    assert row["coverage_recorded"] > 0.99


def ensure_that_a_second_run_adds_nothing(story: Story) -> None:
    assert [story.answers[each].code for each in ("first", "second", "third")] == [0, 0, 0]
    assert "blocks in" in story.answers["first"].out
    assert "nothing to write" in story.answers["second"].out
    assert story.sums["again"] == story.sums["after"]


def ensure_that_a_restart_loses_no_sample(story: Story) -> None:
    assert story.sums["restarted"] == story.sums["after"]
    raw = {key: of for key, of in story.sums["before"].items() if not key.startswith("slo:")}
    assert len(raw) == 4
    assert {key: story.sums["restarted"][key] for key in raw} == raw


def ensure_that_only_recordings_of_the_period_are_written(story: Story) -> None:
    new = set(story.sums["after"]) - set(story.sums["before"])
    assert {key.partition(" ")[0] for key in new} == {
        "slo:objective:ratio",
        "slo:period_errors:rate5m",
        "slo:period_start:seconds",
        "slo:period_total:rate5m",
        "slo:sli_error:ratio_rate5m",
        "slo:sli_errors:rate5m",
        "slo:sli_events:increase1h",
        "slo:sli_total:rate5m",
    }
    assert not any(key.startswith("ALERTS") for key in new)


def test_a_block_in_the_head_makes_a_restart_discard_samples_of_other_series(
    generation: Generation, tmp_path: Path
) -> None:
    """Why a backfill ends before the head: this is what the server does, in both generations."""
    company = Company.founded(generation, tmp_path)
    with company.running() as server:
        company.scrape(server)
        now, query = datetime.now(UTC), "count_over_time(requests_total[6h])"
        before = [each["value"][1] for each in server.query(query, now)]
        head = head_of(server)
    text = tmp_path / "late.txt"
    write_openmetrics(text, "other", {"": [(now, 1.0)]})
    staged = tmp_path / "staged"
    assert backfill(generation, text, staged).accepted
    blocks = [each for each in staged.iterdir() if each.is_dir() and each.name != "wal"]
    with pytest.raises(ProviderError, match="reaches into the head"):
        place_blocks(blocks, DataFolder(company.data), int(head.timestamp() * 1000))
    for block in blocks:
        shutil.move(block, company.data)
    with company.running() as server:
        after = [each["value"][1] for each in server.query(query, now)]
    assert all(int(new) < int(old) for old, new in zip(before, after, strict=True))


def test_a_backfill_that_is_killed_is_finished_by_the_next(
    generation: Generation, tmp_path: Path
) -> None:
    company = Company.founded(generation, tmp_path)
    with company.running() as server:
        company.scrape(server)
        company.adopt(server)
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "reliability", "history", "backfill", "checkout"),
                *("--prometheus", server.url, "--data-dir", str(company.data)),
                *("--promtool", str(generation.promtool)),
            ],
            cwd=company.repository,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        staging = company.data / STAGING
        while process.poll() is None and not list(staging.glob("*/*/meta.json")):
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert staging.is_dir()
        ended = company.backfill(server, "checkout", "--days", "3")
        assert ended.code == 0, ended
        assert not staging.exists()
        # The server cuts two hours off its head when it likes, before or after the backfill
        before = head_of(server)
        ended = company.backfill(server, "checkout")  # as after half of the blocks, newest first
        assert ended.code == 0, ended
        after = head_of(server)
        sums = sums_of(server, after - MINUTE)
        [(count, total)] = [
            of for key, of in sums.items() if key.startswith("slo:sli_total") and "checkout" in key
        ]
        start = company.first + DAY
        assert (before - start) / MINUTE - 60 <= count <= (after - start) / MINUTE + 60
        assert total == pytest.approx(count * 100 / 60, rel=1e-5)
        assert company.status(server)["checkout"]["coverage_recorded"] > 0.99


def test_the_folder_of_another_server_is_refused(generation: Generation, tmp_path: Path) -> None:
    one, other = (Company.founded(generation, tmp_path / name) for name in ("one", "other"))
    with one.running() as server, other.running() as second:
        one.scrape(server)
        other.scrape(second)
        options = ("--data-dir", other.data, "--promtool", generation.promtool)
        ended = one.run(server, "history", "backfill", *options)
        assert ended.code == 2
        assert (
            f"{other.data} is not the data folder of that server, which is {one.data}" in ended.err
        )
        empty = tmp_path / "empty"
        empty.mkdir()
        ended = one.run(server, "history", "backfill", "--data-dir", empty, *options[2:])
        assert (ended.code, "is not the data folder of that server" in ended.err) == (2, True)
        assert list(empty.iterdir()) == []


def test_without_the_folder_it_prints_commands_that_do_the_same(
    generation: Generation, tmp_path: Path
) -> None:
    company = Company.founded(generation, tmp_path)
    with company.running() as server:
        company.scrape(server)
        company.adopt(server)
        ended = company.run(
            server, "history", "backfill", "--promtool", generation.promtool, "--days", "2"
        )
        assert ended.code == 0, ended
        commands = ended.out[ended.out.index("# on the machine") :]
        done = subprocess.run(["bash", "-eu", "-c", commands], check=False, capture_output=True)
        assert done.returncode == 0, done.stderr
        assert not (company.data / STAGING).exists()
    with company.running() as server:
        company.adopt(server)
        count = "count_over_time(slo:objective:ratio{sloth_slo='checkout-served'}[2d])"
        [found] = server.query(count, head_of(server) - MINUTE)
        assert int(found["value"][1]) > 1200


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_than_the_server_s_is_refused() -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        words = as_nobody(folder)
    finally:
        shutil.rmtree(folder)
    assert "belongs to user 0, and this is user 65534" in words
    assert "run this as the user of the server, or leave out --data-dir" in words


def as_nobody(folder: Path) -> str:
    """What another user is answered who wants to write to a folder."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.setuid(65534)
        words = "written"
        try:
            with DataFolder(folder).writing():
                pass
        except ProviderError as error:
            words = str(error)
        os.write(write, words.encode())
        os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read) as answer:
        return answer.read()
