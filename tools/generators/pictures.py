"""The pictures of README.md: a review comment, and the timeline of a backtest.

Both show one change of the shipped repository: a target that is lowered from 99.9 % to 99.5 %.
"""

import json
from typing import Final

from reliability.onboarding.shipped import DAY
from tools.generated import Generated
from tools.pictures.comment import comment_picture
from tools.pictures.timeline import timeline_picture
from tools.shipped_copies import shipped_copy

FOLDER: Final = "docs/pictures"
RELIABILITY: Final = ("reliability", "--today", f"{DAY}")
REVIEW: Final = (*RELIABILITY, "review", "--base", "main", "--approved-by", "@product-attendance")
BACKTEST: Final = (*RELIABILITY, "backtest", "--base", "main", "--format", "json", "attendance")


def pictures() -> Generated:
    """Both pictures, as the commands print now what they show."""
    with shipped_copy("loosened") as copy:
        review = copy.output(REVIEW)
        backtest = json.loads(copy.output(BACKTEST))
    return Generated(
        {
            f"{FOLDER}/review-comment.svg": comment_picture(review),
            f"{FOLDER}/timeline.svg": timeline_picture(backtest, slo="attendance-clock-in"),
        },
        (f"{FOLDER}/*",),
    )
