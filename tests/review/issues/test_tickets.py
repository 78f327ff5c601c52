"""What ticket-tier signals did, as issues, over GitHub's emulator and over a folder."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from reliability.providers.fired import FiredAlert
from reliability.review.tickets.drafts import KIND, TicketLimits, lookback
from reliability.review.tickets.record import record_of
from tests.forge.drafts import kept
from tests.forge.test_at_once import Meeting, doubles
from tests.forge.worlds import OTHER_BOT, FolderWorld, World
from tests.review.issues.office import DAY, HOUR, MINUTE, NOW, Run, catalog, fired, span

LATER = NOW + HOUR
NOTIFICATION = """
apiVersion: reliability/v1
kind: NotificationPolicy
metadata: {name: notification}
spec:
  tiers: {alert: {page: true}, ticket: {ticket: true}, log: {}}
"""


def counts(run: Run) -> list[int]:
    return [record.count for issue in run.issues if (record := record_of(issue.text))]


def test_a_signal_that_fired_twice_is_one_ticket_that_says_so(world: World) -> None:
    run = Run(world)
    assert run(fired(span(3 * HOUR), span(HOUR, 20 * MINUTE))) == ["Done Create"]
    [issue] = run.issues
    assert issue.title == "shop: QueueBacklog"
    assert "**Fired 2 times for 21 minutes in total**" in issue.text
    assert issue.labels == ("reliability-ticket",)


def test_the_same_run_again_writes_nothing(world: World) -> None:
    run = Run(world)
    alerts = (fired(span(3 * HOUR)), fired(span(HOUR), signal="DiskFills"))
    run(*alerts)
    assert run(*alerts) == []
    assert run(*alerts, now=LATER) == [], "an hour later, without news"


def test_alerts_of_one_group_are_one_ticket_and_overlapping_ones_one_episode(world: World) -> None:
    run = Run(world)
    pods = [fired(span(HOUR, 9 * MINUTE), pod=f"p-{number}") for number in range(5)]
    assert run(*pods) == ["Done Create"]
    assert counts(run) == [1]
    assert 'pod="p-3"' in run.issues[0].text


def test_what_came_since_the_last_run_is_counted_once(world: World) -> None:
    run = Run(world)
    first, second = span(3 * HOUR), span(-20 * MINUTE)
    run(fired(first))
    assert run(fired(first, second), now=LATER) == ["Done Update"]
    assert counts(run) == [2]
    assert run(fired(second), now=LATER + HOUR) == []


def test_an_episode_that_goes_on_is_not_counted_again(world: World) -> None:
    run = Run(world)
    run(fired(span(30 * MINUTE, 30 * MINUTE)))
    assert "It is firing now." in run.issues[0].text
    assert run(fired(span(30 * MINUTE, 90 * MINUTE)), now=LATER) == ["Done Update"]
    [record] = [record_of(issue.text) for issue in run.issues]
    assert record is not None
    assert (record.count, record.fired) == (1, 90 * MINUTE)


def test_a_ticket_is_closed_with_a_word_once_it_was_quiet_long_enough(world: World) -> None:
    run = Run(world)
    run(fired(span(HOUR)))
    assert run(now=NOW + DAY - 2 * HOUR) == []
    assert run(now=NOW + DAY) == ["Done Close"]
    [issue] = run.issues
    assert issue.state == "closed"
    assert world.words(issue) == [
        "Did not fire since 25 November 08:01 UTC, for more than 24 hours. "
        "This issue reopens if it fires again."
    ]
    assert run(now=NOW + DAY + HOUR) == []


def test_what_comes_back_is_opened_again_and_not_doubled(world: World) -> None:
    run = Run(world)
    run(fired(span(HOUR)))
    run(now=NOW + DAY)
    back = NOW + 3 * DAY
    assert run(fired(span(HOUR, now=back)), now=back) == ["Done Reopen"]
    [issue] = run.issues
    assert (issue.state, counts(run)) == ("open", [2])
    assert world.words(issue)[-1] == "Firing again since 28 November 08:00 UTC."


def test_a_ticket_that_somebody_finished_is_not_opened_by_what_it_was_about(world: World) -> None:
    run = Run(world)
    alerts = fired(span(HOUR))
    run(alerts)
    board = world.open().issues(KIND)
    board.close(board.present()[0], "")
    assert run(alerts, now=LATER) == []
    assert run(fired(span(-30 * MINUTE)), now=LATER) == ["Done Reopen"]


def test_a_ticket_that_somebody_refused_stays_closed(world: World) -> None:
    run = Run(world)
    run(fired(span(HOUR)))
    world.close_for_good(run.issues[0])
    assert run(fired(span(-30 * MINUTE)), now=LATER) == []
    assert len(run.issues) == 1


def test_a_ticket_that_a_bot_closed_comes_back(world: World) -> None:
    run = Run(world)
    run(fired(span(HOUR)))
    world.close_for_good(run.issues[0], OTHER_BOT)
    assert run(fired(span(-30 * MINUTE)), now=LATER) == ["Done Reopen"]
    assert run.open_titles() == ["shop: QueueBacklog"]


@pytest.mark.parametrize("every", [36, 49, 73, 121])
def test_what_comes_and_goes_does_not_write_all_month(every: int, tmp_path: Path) -> None:
    run = Run(FolderWorld(tmp_path))
    moments = [NOW + number * every * HOUR for number in range(30 * 24 // every)]
    told: list[str] = []
    for day in range(31):
        now = NOW + day * DAY
        past = [
            span(timedelta(0), now=moment) for moment in moments if now - 2 * DAY < moment < now
        ]
        told += run(*([fired(*past)] if past else []), now=now)
    comments = [each for each in told if each.endswith(("Close", "Reopen"))]
    assert len(comments) <= 7, comments
    assert len(run.issues) == 1


def test_after_a_quiet_month_a_ticket_is_as_patient_as_at_first(tmp_path: Path) -> None:
    run = Run(FolderWorld(tmp_path))
    run(fired(span(HOUR)))
    for day in (2, 4, 60):
        run(now=NOW + day * DAY - HOUR)
        run(fired(span(HOUR, now=NOW + day * DAY)), now=NOW + day * DAY)
    [record] = [record_of(issue.text) for issue in run.issues]
    assert record is not None
    assert record.reopened == 0
    assert record.quiet(DAY) == DAY


def test_times_are_by_the_clock_of_the_team(world: World) -> None:
    run = Run(world, zones={"shop": "Asia/Tokyo"})
    run(fired(span(HOUR)))
    assert "from 25 November 17:00 to 25 November 17:01 Asia/Tokyo" in run.issues[0].text
    assert "| start (Asia/Tokyo) |" in run.issues[0].text
    run(now=NOW + DAY)
    assert "Did not fire since 25 November 17:01 Asia/Tokyo" in world.words(run.issues[0])[0]


def test_a_runbook_is_a_link_where_the_policy_says_where_it_is(world: World) -> None:
    address = "https://git.example.com/ours/blob/main"
    run = Run(world, catalog(notification=NOTIFICATION + f"  runbookBase: {address}\n"))
    run(fired(span(HOUR)))
    assert f"Runbook: [`queue.md`]({address}/docs/queue.md)" in run.issues[0].text


def test_a_flood_is_one_issue_more_and_the_noisiest_have_their_own(world: World) -> None:
    run = Run(world, bounds=TicketLimits(DAY, 3))
    flood = [
        fired(*(span((number + 2) * HOUR) for number in range(times)), signal=f"Signal{times}")
        for times in range(1, 9)
    ]
    assert run(*flood) == ["Done Create"] * 4
    titles = run.open_titles()
    assert sorted(titles) == [
        "Many signals fired at once",
        "shop: Signal6",
        "shop: Signal7",
        "shop: Signal8",
    ]
    assert "5 more signals fired than the limit of open tickets allows" in run.issues[-1].text
    assert run(*flood) == []
    assert run(*flood[5:], now=LATER) == ["Done Close"]
    assert len(run.open_titles()) == 3


def test_a_flood_closes_no_ticket_that_is_open(world: World) -> None:
    run = Run(world, bounds=TicketLimits(DAY, 1))
    run(fired(span(HOUR)))
    noisy = fired(span(HOUR), span(2 * HOUR), span(3 * HOUR), signal="DiskFills")
    assert run(noisy) == ["Done Create"]
    assert run.open_titles() == ["shop: QueueBacklog", "Many signals fired at once"]


def test_a_deleted_label_doubles_nothing_and_comes_back_with_news(world: World) -> None:
    run = Run(world)
    run(fired(span(HOUR)))
    world.drop_labels(run.issues[0])
    assert run(fired(span(HOUR))) == []
    assert run(fired(span(-HOUR)), now=LATER + HOUR) == ["Done Update"]
    assert run.issues[0].labels == ("reliability-ticket",)


def test_the_ticket_of_a_renamed_service_is_taken_over(world: World) -> None:
    Run(world)(fired(span(HOUR)))
    run = Run(world, catalog("store"))
    assert run(fired(span(-HOUR), service="store"), now=LATER + HOUR) == ["Done Update"]
    [issue] = run.issues
    assert (issue.title, counts(run)) == ("store: QueueBacklog", [2])


def test_a_clock_that_goes_back_changes_nothing(world: World) -> None:
    run = Run(world)
    alerts = fired(span(HOUR))
    run(alerts)
    assert run(alerts, now=NOW - 30 * MINUTE) == []
    assert run(now=NOW - 7 * DAY) == []


def test_more_than_a_hundred_tickets_are_found_again(world: World) -> None:
    run = Run(world, bounds=TicketLimits(DAY, 500))
    many = [fired(span(HOUR), signal=f"Signal{number}") for number in range(120)]
    assert run(*many) == ["Done Create"] * 120
    assert run(*many) == []
    assert len(run.issues) == 120


def test_what_is_over_the_limit_of_a_run_waits_for_the_next(world: World) -> None:
    run = Run(world)
    many = [fired(span(HOUR), signal=f"Signal{number}") for number in range(5)]
    assert run(*many, most=3) == ["Done Create"] * 3
    assert run(*many, most=3) == ["Done Create"] * 2
    assert run(*many, most=3) == []
    assert run(now=NOW + DAY, most=3) == ["Done Close"] * 3
    assert len(run.open_titles()) == 2


def test_two_runs_at_once_double_no_ticket(world: World) -> None:
    found = 0
    for number in range(10):
        alerts = [fired(span(HOUR), signal=f"Signal{number}of{other}") for other in range(2)]
        for done in at_once(Run(world), alerts):
            assert all(each.startswith("Done") for each in done)
        found += doubles(Run(world).issues)
    assert found == 0


def at_once(run: Run, alerts: list[FiredAlert]) -> list[list[str]]:
    """What two runs did that both found nothing at first."""
    barrier = threading.Barrier(2)

    def one(_: int) -> list[str]:
        return run(*alerts, board=Meeting(run.world.open().issues(KIND), barrier))

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(2)))


def test_a_shared_queue_keeps_the_tickets_of_others(world: World) -> None:
    Run(world, catalog("store"))(fired(span(HOUR), service="store"))
    run = Run(world, is_shared=True)
    assert run(now=NOW + 3 * DAY) == []
    assert Run(world)(now=NOW + 3 * DAY) == ["Done Close"]


def test_a_run_looks_back_to_the_last_one_that_wrote(world: World) -> None:
    run = Run(world)
    run(fired(span(HOUR)))
    looked = lookback(run.issues, NOW + 5 * DAY, run.bounds)
    assert looked.start == NOW
    assert lookback(run.issues, LATER, run.bounds).start == LATER - DAY
    assert lookback(run.issues, NOW + 90 * DAY, run.bounds).length == timedelta(days=30)


def test_heartbeats_and_signals_of_others_are_no_tickets(world: World) -> None:
    run = Run(world)
    assert run(fired(span(HOUR), kind="heartbeat"), fired(span(HOUR), service="elsewhere")) == []


def test_people_may_write_into_a_ticket_and_it_still_counts(world: World) -> None:
    run = Run(world)
    run(fired(span(HOUR)))
    assert kept(world.open().issues("other"), []) == []
    world.comment("mori", "I look at it")
    assert run(fired(span(HOUR)), now=LATER) == []
