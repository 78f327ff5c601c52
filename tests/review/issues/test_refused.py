"""What becomes of issues that may not be written, or whose answers are lost."""

from pathlib import Path

from reliability.review.tickets.drafts import KIND
from tests.cli.copied import copied
from tests.cli.program import in_process as reliability
from tests.forge.proxy import Proxy, status, status_after
from tests.forge.worlds import BOT, GitHubWorld
from tests.review.issues.office import HOUR, Run, fired, span


def test_a_token_that_may_not_write_loses_nothing(
    behind_proxy: GitHubWorld, proxy: Proxy, tmp_path: Path
) -> None:
    proxy.fail("POST", "/issues", status(403))
    proxy.fail("POST", "/labels", status(403))
    ended = reliability(
        "--today", "2026-12-14", "revisit", "--forge", "github",
        folder=copied(tmp_path),
        GITHUB_API_URL=proxy.url,
        GITHUB_REPOSITORY=behind_proxy.name,
        GITHUB_TOKEN=f"token-{BOT}",
    )  # fmt: skip
    assert ended.code == 1
    assert ended.out.startswith("may not be written, ")
    assert "**Met: " in ended.out, "the text is in the log of the run"
    assert behind_proxy.all_issues() == []


def test_an_answer_that_is_lost_doubles_no_ticket(behind_proxy: GitHubWorld, proxy: Proxy) -> None:
    run = Run(behind_proxy)
    proxy.fail("POST", "/issues", status_after(502), times=2)
    alerts = [fired(span(HOUR)), fired(span(HOUR), signal="DiskFills")]
    run(*alerts)
    assert run(*alerts) == []
    titles = [issue["title"] for issue in behind_proxy.all_issues()]
    assert sorted(titles) == ["shop: DiskFills", "shop: QueueBacklog"]


def test_a_queue_that_does_not_answer_leaves_the_others_alone(
    behind_proxy: GitHubWorld, proxy: Proxy
) -> None:
    run = Run(behind_proxy)
    run(fired(span(HOUR)))
    proxy.fail("PATCH", "/issues", status(500), times=9)
    done = run(fired(span(-HOUR)), fired(span(HOUR), signal="DiskFills"), now=span(-2 * HOUR).start)
    assert sorted(done) == ["Done Create", "Failed Update"]
    assert len(behind_proxy.open().issues(KIND).present()) == 2
