"""The pictures of README.md: a terminal, a review comment, and the timeline of a backtest.

The last two show one change of the shipped repository: a target that is lowered from 99.9 % to
99.5 %. The terminal shows a change in a repository of plain rule files.
"""

import json
from typing import Final

from reliability.onboarding.shipped import DAY
from tools.generated import Generated
from tools.pictures.comment import comment_picture
from tools.pictures.terminal import terminal_picture
from tools.pictures.timeline import timeline_picture
from tools.rule_files_copy import TODAY, rule_files_copy
from tools.shipped_copies import shipped_copy

FOLDER: Final = "docs/pictures"
RELIABILITY: Final = ("reliability", "--today", f"{DAY}")
REVIEW: Final = (*RELIABILITY, "review", "--base", "main", "--approved-by", "@product-attendance")
RULE_FILES: Final = (
    *("backtest", "--rules", "rules/**/*.yml", "--alertmanager", "alertmanager.yml"),
    *("--base", "HEAD", "--incidents", "incidents.csv"),
    *("--samples", "../samples.txt", "--days", "7"),
)
DIFFERENT: Final = ("- ", "+ ")
"""How lines of a diff begin that differ."""
BACKTEST: Final = (*RELIABILITY, "backtest", "--base", "main", "--format", "json", "attendance")


def pictures() -> Generated:
    """All pictures, as the commands print now what they show."""
    with shipped_copy("loosened") as copy:
        review = copy.output(REVIEW)
        backtest = json.loads(copy.output(BACKTEST))
    return Generated(
        {
            f"{FOLDER}/any-rules.svg": terminal_picture(
                rule_files_session(), "A terminal with a backtest of plain rule files"
            ),
            f"{FOLDER}/review-comment.svg": comment_picture(review),
            f"{FOLDER}/timeline.svg": timeline_picture(backtest, slo="attendance-clock-in"),
        },
        (f"{FOLDER}/*",),
    )


def rule_files_session() -> str:
    """A change of a threshold in a repository of rule files, and what the backtest prints."""
    with rule_files_copy() as copy:
        copy.replace("rules/queue.yml", "> 50", "> 70")
        changed = [line for line in copy.git("diff", "-U0").splitlines() if line[:2] in DIFFERENT]
        printed = copy.output(("reliability", "--today", TODAY, *RULE_FILES)).rstrip()
    command = " ".join(map(shown, RULE_FILES)).replace(" --base", " \\\n    --base", 1)
    return "\n".join(["$ git diff -U0", *changed, f"$ reliability {command}", printed, ""])


def shown(argument: str) -> str:
    """An argument as a shell takes it; samples are beside the repository."""
    return f"'{argument}'" if "*" in argument else argument
