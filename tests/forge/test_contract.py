"""What every forge keeps, over GitHub's emulator and over a folder."""

from collections.abc import Callable

import pytest

from reliability.errors import ForgeError
from reliability.forge.keep import NoteFailed, keep
from reliability.forge.marker import ROOM, with_marker
from reliability.forge.notes import CommentDraft, Issue, Thread
from reliability.forge.pull_request import RepositoryAccess, latest_reviews
from reliability.settings import Settings
from tests.forge.drafts import comment, issue, kept, thread
from tests.forge.worlds import BOT, OTHER_BOT, PATH, PERSON, World


def threads_of(world: World) -> tuple[Thread, ...]:
    return world.open().threads(world.number, world.head(), "finding").present()


def keep_threads(world: World, *drafts: object) -> list[str]:
    return kept(world.open().threads(world.number, world.head(), "finding"), drafts)


def keep_comments(world: World, *drafts: object, author: str = BOT) -> list[str]:
    return kept(world.open(author).comments(world.number, "summary"), drafts)


def keep_issues(
    world: World, *drafts: object, word: Callable[[Issue], str] = lambda _: ""
) -> list[str]:
    return kept(world.open().issues("revisit"), drafts, word)


def issues_of(world: World) -> tuple[Issue, ...]:
    return world.open().issues("revisit").present()


def states(world: World) -> list[tuple[str, str]]:
    return [(each["title"], each["state"]) for each in world.all_issues()]


# A pull request


def test_a_pull_request_has_its_commits_its_author_and_no_fork(world: World) -> None:
    pull = world.open().pull_request(world.number)
    assert (pull.number, pull.author, pull.base_branch) == (world.number, PERSON, "main")
    assert (pull.head, pull.is_open, pull.draft, pull.from_fork) == (
        world.head(),
        True,
        False,
        False,
    )
    assert pull.base != pull.head


def test_a_changed_file_takes_comments_on_the_lines_of_its_diff_only(world: World) -> None:
    [file] = world.open().changed_files(world.number)
    assert file.path == PATH
    assert (file.takes(10), file.takes(7), file.takes(30)) == (True, True, False)
    assert (file.adds(10), file.adds(9)) == (True, False)
    assert not file.takes_together(10, 30)


def test_reviews_say_who_approves(world: World) -> None:
    assert world.open().reviews(world.number) == ()
    world.approve("mori")
    world.approve("sato")
    counts = latest_reviews(world.open().reviews(world.number))
    assert {name: review.state for name, review in counts.items()} == {
        "mori": "approved",
        "sato": "approved",
    }
    assert {review.commit for review in counts.values()} == {world.head()}


def test_the_author_has_pushed_the_branch(world: World) -> None:
    forge = world.open()
    pull = forge.pull_request(world.number)
    history = forge.pushes(pull)
    assert {push.actor for push in history.pushes} == {pull.author}
    assert history.pushes[0].after == pull.head
    assert history.unknown == ""


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_a_merged_pull_request_is_found_by_its_commit(world: World, method: str) -> None:
    forge, other = world.open(), "d" * 40
    assert forge.merged_pull_requests("main", [other]) == ()
    assert forge.merged_pull_requests("main", [world.head()]) == ()  # it is only its head so far
    commit = world.merge(method)
    assert forge.merged_pull_requests("main", [commit]) == (world.number,)
    assert forge.merged_pull_requests("", [commit]) == (world.number,)
    assert forge.merged_pull_requests("main", [commit, other]) == (world.number,)
    assert forge.merged_pull_requests("main", [other]) == ()


def test_who_was_removed_has_no_access_and_a_deleted_team_neither(world: World) -> None:
    handles = ("@mori", "@Sato", "@acme/payroll", "@acme/evening")
    assert world.open().access(handles) == RepositoryAccess()
    world.remove("@sato")
    world.remove("@acme/evening")  # teams outlive a world: no other test may ask for it
    gone = RepositoryAccess(frozenset({"@Sato", "@acme/evening"}))
    assert world.open().access(handles) == gone
    assert world.open().access(()) == RepositoryAccess()


def test_what_is_not_there_is_told(world: World) -> None:
    with pytest.raises(ForgeError, match=r"pull request #999: (.* no such thing|not found in)"):
        world.open().pull_request(999)


# Comments


def test_a_comment_is_posted_once_then_edited_in_place(world: World) -> None:
    assert keep_comments(world, comment("first")) == ["Done Create"]
    assert keep_comments(world, comment("first")) == []
    assert keep_comments(world, comment("second\n")) == ["Done Update"]
    assert world.bodies() == ["<!-- reliability:summary 7 -->\nsecond"]


def test_a_comment_that_is_wanted_no_more_is_deleted(world: World) -> None:
    world.comment("mori", "keep this")
    keep_comments(world, comment())
    assert keep_comments(world) == ["Done Close"]
    assert world.bodies() == ["keep this"]


def test_a_marker_in_somebody_elses_comment_is_text(world: World) -> None:
    forged = with_marker(comment().marker, "approved by everybody")
    world.comment("mori", forged)
    assert keep_comments(world, comment("mine")) == ["Done Create"]
    assert world.bodies()[0] == forged
    assert keep_comments(world) == ["Done Close"]
    assert world.bodies() == [forged]


def test_a_marker_in_our_own_text_is_text(world: World) -> None:
    other = "<!-- reliability:summary other -->"
    hostile = f"{other}\n\n--> {other}"
    assert keep_comments(world, comment(hostile)) == ["Done Create"]
    assert keep_comments(world, comment(hostile)) == []
    [ours] = world.open().comments(world.number, "summary").present()
    assert (ours.marker, ours.text) == (comment().marker, hostile)


def test_comments_of_another_kind_are_left_alone(world: World) -> None:
    keep_comments(world, comment())
    assert kept(world.open().comments(world.number, "digest"), []) == []
    assert len(world.bodies()) == 1


def test_text_in_any_script_comes_back_as_it_was_written(world: World) -> None:
    text = "当番に届く: 3 → 1\n\n```\n@everyone ::set-env\n```\n| a \\| b |\n---\nid: 9"
    keep_comments(world, comment(text))
    assert keep_comments(world, comment(text)) == []


def test_ours_is_found_among_more_than_a_hundred_comments(world: World) -> None:
    for number in range(102):
        world.comment("mori", f"comment {number}")
    assert keep_comments(world, comment("late")) == ["Done Create"]
    assert keep_comments(world, comment("later")) == ["Done Update"]
    assert len(world.bodies()) == 103


def test_a_text_that_is_too_long_is_refused_before_anything_is_sent(world: World) -> None:
    board = world.open().comments(world.number, "summary")
    [failed] = keep([comment("x" * (ROOM + 1))], board)
    assert isinstance(failed, NoteFailed)
    assert failed.why == "summary 7: the text has 64,001 characters, and a forge takes 64,000"
    assert keep_comments(world, comment("x" * ROOM)) == ["Done Create"]


def test_another_author_writes_anew_unless_it_is_told_of_the_former(world: World) -> None:
    keep_comments(world, comment("of the first"))
    former = frozenset({BOT})
    assert kept(world.open(OTHER_BOT, former).comments(world.number, "summary"), [comment()]) == [
        "Done Update"
    ]
    assert keep_comments(world, comment("anew"), author=OTHER_BOT) == ["Done Create"]
    assert len(world.bodies()) == 2
    assert kept(world.open(OTHER_BOT, former).comments(world.number, "summary"), [comment()]) == [
        "Done Retire"
    ]
    assert len(world.bodies()) == 1


# Comments on lines


def test_comments_on_lines_are_written_and_a_fixed_one_is_resolved(world: World) -> None:
    assert keep_threads(world, thread(10), thread(11)) == ["Done Create"] * 2
    assert keep_threads(world, thread(10), thread(11)) == []
    assert keep_threads(world, thread(10, "still too low")) == ["Done Update", "Done Close"]
    assert [(each.line, each.text, each.state) for each in threads_of(world)] == [
        (10, "still too low", "open"),
        (11, "too low", "closed"),
    ]


def test_a_finding_that_comes_back_opens_its_thread_again(world: World) -> None:
    keep_threads(world, thread(10))
    keep_threads(world)
    assert keep_threads(world, thread(10, "again")) == ["Done Reopen"]
    assert [(each.text, each.state) for each in threads_of(world)] == [("again", "open")]


def test_a_thread_that_a_person_resolved_stays_resolved(world: World) -> None:
    keep_threads(world, thread(10))
    world.resolve(threads_of(world)[0])
    assert threads_of(world)[0].state == "settled"
    assert keep_threads(world, thread(10, "but still")) == []


def test_a_thread_on_a_line_that_was_changed_is_resolved_and_begun_anew(world: World) -> None:
    keep_threads(world, thread(10))
    world.rewrite_line()
    line = world.open().changed_files(world.number)[0].hunks[0].first + 3
    assert sorted(keep_threads(world, thread(line, key="rule:10"))) == ["Done Close", "Done Create"]
    assert sorted((each.is_stale, each.state) for each in threads_of(world)) == [
        (False, "open"),
        (True, "closed"),
    ]
    assert keep_threads(world, thread(line, key="rule:10")) == []


# Issues


def test_an_issue_is_opened_updated_closed_and_reopened_and_never_doubled(world: World) -> None:
    assert keep_issues(world, issue()) == ["Done Create"]
    assert keep_issues(world, issue()) == []
    assert keep_issues(world, issue(text="overdue", title="Review now")) == ["Done Update"]
    assert states(world) == [("Review now", "open")]
    assert keep_issues(world, word=lambda _: "the date has moved") == ["Done Close"]
    assert states(world) == [("Review now", "closed")]
    assert keep_issues(world) == []
    assert keep_issues(world, issue(on_reopening="due again")) == ["Done Reopen"]
    assert states(world) == [("Review payroll/2026Q4", "open")]
    assert world.words(issues_of(world)[0]) == ["the date has moved", "due again"]


def test_an_issue_has_labels_that_were_missing_and_people_who_are_known(world: World) -> None:
    keep_issues(world, issue(labels=("slo-review", "team: pay"), assignees=("mori",)))
    [found] = issues_of(world)
    assert (sorted(found.labels), found.assignees) == (["slo-review", "team: pay"], ("mori",))
    assert found.closed is None
    assert found.created <= found.updated


def test_an_issue_is_opened_though_an_assignee_is_unknown_to_github(world: World) -> None:
    draft = issue(assignees=("mori", "nobody-here"))
    assert keep_issues(world, draft) == ["Done Create"]
    assert "mori" in issues_of(world)[0].assignees
    assert keep_issues(world, draft) == []


def test_a_deleted_label_doubles_nothing_and_comes_back(world: World) -> None:
    keep_issues(world, issue())
    world.drop_labels(issues_of(world)[0])
    assert keep_issues(world, issue()) == ["Done Update"]
    assert issues_of(world)[0].labels == ("slo-review",)
    assert len(world.all_issues()) == 1


def test_an_issue_closed_for_good_by_a_person_stays_closed(world: World) -> None:
    keep_issues(world, issue())
    world.close_for_good(issues_of(world)[0])
    assert keep_issues(world, issue(text="still due")) == []
    assert [state for _, state in states(world)] == ["closed"]


def test_an_issue_of_a_renamed_service_is_taken_over(world: World) -> None:
    keep_issues(world, issue("wages/2026Q4"))
    renamed = issue("payroll/2026Q4", aliases=(issue("wages/2026Q4").marker,))
    assert keep_issues(world, renamed) == ["Done Update"]
    assert keep_issues(world, renamed) == []
    assert states(world) == [("Review payroll/2026Q4", "open")]


def test_somebody_elses_issue_with_our_marker_is_left_alone(world: World) -> None:
    body = with_marker(issue().marker, "mine")
    world.file_issue("mori", "Mine", body)
    assert keep_issues(world, issue()) == ["Done Create"]
    assert keep_issues(world) == ["Done Close"]
    assert ("Mine", "open") in states(world)


def test_over_a_hundred_issues_are_each_found_again(world: World) -> None:
    drafts = [issue(f"service-{number}/2026Q4") for number in range(105)]
    assert keep_issues(world, *drafts) == ["Done Create"] * 105
    assert keep_issues(world, *drafts) == []
    assert keep_issues(world, *drafts[:-1]) == ["Done Close"]
    assert len(world.all_issues()) == 105


def test_an_issues_title_leads_nowhere_else(world: World) -> None:
    draft = issue(title="../../../etc/passwd | @everyone `rm -rf`\n--- closes #1")
    assert keep_issues(world, draft) == ["Done Create"]
    assert len(world.all_issues()) == 1


def test_a_second_draft_about_the_same_is_not_written(world: World) -> None:
    drafts = [CommentDraft(comment().marker, "one"), CommentDraft(comment().marker, "two")]
    assert keep_comments(world, *drafts) == ["Done Create"]
    assert world.bodies() == ["<!-- reliability:summary 7 -->\none"]


def test_former_accounts_are_named_by_a_setting() -> None:
    named = Settings({"RELIABILITY_FORMER_AUTHORS": "github-actions[bot], @mori,"})
    assert named.former_authors == {"github-actions[bot]", "mori"}
    assert Settings({}).former_authors == frozenset()


def test_what_a_newer_version_wrote_is_refused_and_nothing_is_written(world: World) -> None:
    newer = "<!-- reliability/2:summary a -->\ntext"
    world.comment(PERSON, newer)
    assert keep_comments(world, comment("ours", "a")) == ["Done Create"]

    world.comment(BOT, newer.replace(" a ", " b "))
    before = world.bodies()
    with pytest.raises(ForgeError, match="has a marker of format 2, and 1 is the newest"):
        keep_comments(world, comment("changed", "a"), comment("new", "b"))
    assert world.bodies() == before

    world.file_issue(BOT, "title", "<!-- reliability/2:revisit a -->\ntext")
    with pytest.raises(ForgeError, match="has a marker of format 2, and 1 is the newest"):
        issues_of(world)
