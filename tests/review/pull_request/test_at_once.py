"""Two reviews of one pull request at once, by the command itself: nothing is posted twice.

RELIABILITY_ROUNDS says how often. A round on GitHub is mostly the pauses between writes.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from reliability.forge.folder.page import read_page
from tests.cli.program import Ended, reliability
from tests.environment import rounds
from tests.forge.proxy import Proxy
from tests.forge.worlds import github_world
from tests.review.pull_request.scene import LOOSER, LOUDER, POLICY, SLO, scene
from tests.review.pull_request.test_github import DAY, Story

MARKER = re.compile(r"<!-- (reliability:\S+ \S+) -->")
SHORT = ("--days", "7")


def twice(run: Callable[[], Ended]) -> list[Ended]:
    """The command in two processes that begin at the same time."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda _: run(), range(2)))


def doubles(bodies: Iterable[str]) -> int:
    """How many say what another one says: ours have a marker of what they are about."""
    counts = Counter(marker for body in bodies for marker in MARKER.findall(body)[:1])
    assert counts, "nothing was posted at all"
    return sum(number - 1 for number in counts.values())


def test_two_reviews_at_once_double_nothing_in_a_folder(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.change(LOOSER, LOUDER)
    for number in range(rounds(3)):
        forge = tmp_path / f"forge-{number}"
        asked = ("review", "--base", of.base, "--forge", f"folder:{forge}", *SHORT, "--today", DAY)
        ended = twice(lambda: reliability(*asked, folder=of.root))  # noqa: B023
        assert [each.code for each in ended] == [1, 1], ended
        pages = [read_page(path) for path in sorted((forge / "pull-requests/1").rglob("*.md"))]
        bodies = [page.body for page in pages if page is not None]
        assert (len(bodies), doubles(bodies)) == (5, 0)


def test_two_reviews_at_once_double_nothing_on_github(
    tmp_path: Path, proxy: Proxy, github: str
) -> None:
    for number in range(rounds(1)):
        world = github_world(proxy.url, github)
        story = Story(scene(tmp_path / str(number)), world, proxy, program=reliability)
        story.of.change(LOOSER, LOUDER)
        story.push(SLO, POLICY)
        story.tell()
        ended = twice(lambda: story.job(*SHORT))  # noqa: B023
        assert [each.code for each in ended] == [1, 1], ended
        summaries, on_lines = world.bodies(), story.on_lines()
        assert (len(summaries), doubles(summaries)) == (1, 0)
        assert (len(on_lines), doubles(on_lines)) == (4, 0)
