"""The requests of every change of a note, in a golden file; answers are those of a small server.

`pytest tests/forge/test_github_requests.py --update-golden` rewrites it.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.forge.forge import ReadOnlyError
from reliability.forge.github.forge import GitHubForge
from reliability.forge.marker import Marker
from reliability.forge.notes import Comment, CommentDraft, Issue, IssueDraft, ThreadDraft
from tests.forge.relay import Reply, answer
from tests.forge.test_github_answers import MARKER, ROW, THREAD, Answers, page
from tests.forge.test_notes import ISSUE
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden/requests.txt"
COMMENT: Final = Comment(5, Marker("summary", "7"), "old text", "u")
COMMENTED: Final = CommentDraft(COMMENT.marker, "a *text*\r\nof two lines ")
OPENED: Final = IssueDraft(
    marker=Marker("revisit", "shop/a"),
    title="A title\n of two lines",
    text="text",
    labels=("slo-review", "Extra"),
    assignees=("ann",),
    on_reopening="It is due again.",
)
PRESENT: Final[Issue] = replace(ISSUE, id=4, marker=OPENED.marker, labels=("SLO-Review", "other"))
REWORDED: Final = ThreadDraft(marker=MARKER, path="a.yaml", line=5, text="new text")
THREADED: Final = replace(THREAD, id=8)
GONE: Final = answer(404, {"message": "Not Found"})
FORBIDDEN: Final = {
    "data": None,
    "errors": [{"type": "FORBIDDEN", "message": "Resource not accessible by integration"}],
}


def said(*bodies: str, author: str = "reliability[bot]") -> list[dict[str, Any]]:
    """Comments on an issue, the oldest first."""
    return [
        {"id": number, "body": body, "user": {"login": author}}
        for number, body in enumerate(bodies)
    ]


def changes(forge: GitHubForge) -> dict[str, Callable[[], None]]:
    """Each change by its name."""
    comments = forge.comments(7, "summary")
    threads = forge.threads(7, "a" * 40, "finding")
    issues = forge.issues("revisit")
    answered = replace(THREADED, is_answered=True)
    return {
        "a comment is written": lambda: comments.create([COMMENTED, COMMENTED]),
        "a comment is edited": lambda: comments.update(COMMENT, COMMENTED),
        "a comment is edited again": lambda: comments.reopen(COMMENT, COMMENTED),
        "a comment is deleted": lambda: comments.close(COMMENT, "a word"),
        "a doubled comment is deleted": lambda: comments.retire(COMMENT, COMMENT),
        "a thread is edited": lambda: threads.update(THREADED, REWORDED),
        "a thread is resolved": lambda: threads.close(THREADED, "a word"),
        "a thread is opened again": lambda: threads.reopen(THREADED, REWORDED),
        "a thread with the same text is opened again": lambda: threads.reopen(
            THREADED, replace(REWORDED, text="text")
        ),
        "a doubled thread is deleted": lambda: threads.retire(THREADED, replace(THREAD, id=3)),
        "a doubled thread with an answer is marked": lambda: threads.retire(
            answered, replace(THREAD, id=3)
        ),
        "an issue is opened": lambda: issues.create([OPENED]),
        "an issue is edited": lambda: issues.update(PRESENT, OPENED),
        "an issue that has all labels is edited": lambda: issues.update(
            PRESENT, replace(OPENED, labels=("slo-review",))
        ),
        "an issue is closed": lambda: issues.close(PRESENT, "Reviewed."),
        "an issue is closed without a word": lambda: issues.close(PRESENT, " "),
        "an issue is closed after the same word": lambda: issues.close(PRESENT, "said before"),
        "an issue is opened again": lambda: issues.reopen(PRESENT, OPENED),
        "a doubled issue is closed": lambda: issues.retire(PRESENT, replace(PRESENT, id=2)),
    }


def answers() -> Answers:
    """A repository with a label, and an issue on which something was said."""
    github = Answers()
    pull, comment = "/pulls/7", "/pulls/comments/8"
    github.by_request = {
        "POST /issues/7/comments": {"id": 1},
        "PATCH /issues/comments/5": {"id": 5},
        "DELETE /issues/comments/5": answer(204),
        f"PATCH {comment}": {"id": 8},
        f"DELETE {comment}": answer(204),
        f"POST {pull}/comments": {"id": 9},
        "GET /labels": [{"name": "SLO-review"}],
        "POST /labels": {"name": "x"},
        "POST /issues": ROW,
        "PATCH /issues/4": ROW,
        "GET /issues/4/comments": said("first", "said before"),
        "POST /issues/4/comments": {"id": 10},
    }
    github.graphql = lambda request: (
        {"data": {"resolveReviewThread": {}, "unresolveReviewThread": {}}}
        if "mutation" in request["query"]
        else page()
    )
    return github


def transcript(github: Answers) -> Iterator[str]:
    with github.opened() as forge:
        for name, change in changes(forge).items():
            github.requests.clear()
            change()
            yield "\n".join([f"# {name}", *github.requests])


def test_each_change_is_these_requests(golden: Golden) -> None:
    golden.check(GOLDEN, "\n\n".join(transcript(answers())) + "\n")


THREADS: Final = (
    "a thread is resolved",
    "a thread is opened again",
    "a doubled thread is deleted",
)


def test_a_token_that_may_not_resolve_deletes_or_writes_anew_and_asks_once(golden: Golden) -> None:
    github = answers()
    github.graphql = lambda _: FORBIDDEN
    parts = []
    with github.opened() as forge:
        every = changes(forge)
        for name in THREADS:
            github.requests.clear()
            every[name]()
            parts.append("\n".join([f"# {name}", *github.requests]))
        answered = replace(THREADED, is_answered=True)
        github.requests.clear()
        forge.threads(7, "a" * 40, "finding").close(answered, "It is fixed.")
        parts.append("\n".join(["# a thread with an answer is marked", *github.requests]))
    golden.check(GOLDEN.with_name("requests-refused.txt"), "\n\n".join(parts) + "\n")


@pytest.mark.parametrize("reply", [GONE, answer(410, {"message": "Gone"})])
def test_what_was_deleted_meanwhile_is_not_deleted_again(reply: Reply) -> None:
    github = answers()
    github.by_request |= {"DELETE /issues/comments/5": reply, "DELETE /pulls/comments/8": reply}
    with github.opened() as forge:
        every = changes(forge)
        every["a comment is deleted"]()
        every["a doubled thread is deleted"]()
    assert github.requests == ["DELETE /issues/comments/5", "DELETE /pulls/comments/8"]


def test_a_token_that_may_not_delete_says_so() -> None:
    github = answers()
    message = {"message": "Resource not accessible by integration"}
    github.by_request["DELETE /issues/comments/5"] = answer(403, message)
    with github.opened() as forge, pytest.raises(ReadOnlyError) as refused:
        changes(forge)["a comment is deleted"]()
    assert str(refused.value) == (
        "the comment 5: the token may not write here; github says: Resource not accessible by "
        "integration"
    )
