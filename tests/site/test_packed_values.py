"""Values of a site as bytes: each class is read as it was, and no other is written or read."""

import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from pydantic import TypeAdapter

from reliability.backtest.episodes import Episode
from reliability.backtest.events import Event
from reliability.backtest.outcome import (
    AlertFirings,
    Detection,
    EventVerdict,
    NoAlert,
    OutcomeRow,
    Replayed,
    SliSummary,
)
from reliability.history.series import NoHistory
from reliability.message import CommaList, Message
from reliability.rates import WeeklyRate
from reliability.render.words import words_in
from reliability.review.slo_review.next_step import NextStep
from reliability.site.days import BudgetDays, PastPeriod
from reliability.site.due_reviews import ReviewEvidenceSummary
from reliability.site.packing import DAMAGED, packed, unpacked
from reliability.site.state import KeptPages, KeptTargets, KeptTerms
from reliability.site.summaries import AlertDetection, TargetForReview
from reliability.timespan import TimeSpan
from tests.site.crafted import NOW, days, detail, incident, review, row, service, slo

SPAN: Final = TimeSpan(NOW, NOW + timedelta(hours=1))
EVENT: Final = Event(
    kind="incident", service="a", span=SPAN, name="x", slos=frozenset({"b"}), sli="y"
)
SEEN: Final = Detection(paged=True, ticketed=False)
FIRED: Final = AlertFirings((Episode(SPAN, {"region": "eu"}, 0.5),), timedelta(hours=1), 2.0)
OUTCOME: Final = OutcomeRow(
    service="a", slo="b", objective="", tier="alert", old=NoAlert(), new=FIRED
)
VERDICT: Final = EventVerdict(event=EVENT, slo="b", spent=0.1, known=True, old=SEEN, new=SEEN)
SUMMARY: Final = service(
    "a",
    slo("a", days=days(1, 0.5), review=date(2026, 1, 1), exhausted_in=timedelta(hours=1)),
    reviews=(review("a", "b", "2026-01-01", is_due=True),),
    incidents=(incident("a", 0, "caught", "2026-10-01"),),
)
VALUES: Final[tuple[Any, ...]] = (
    *(None, True, 1, 0.1, "é\udc80", b"\0", (1, "a"), [1], {"a": 1}, frozenset({1}), {2}),
    *(date(2026, 1, 1), timedelta(seconds=0.5), Decimal("0.9990"), SPAN),
    *(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=9)))),
    *(CommaList(["a", "b"]), Message("{n} rules", n="3"), Message("no values")),
    *(NoHistory("none"), FIRED, OUTCOME, VERDICT, SEEN, EVENT, NoAlert()),
    SliSummary(coverage=1.0, attainment=None, events=3.0),
    Replayed(
        service="a",
        slo="b",
        objective="",
        target="0.9",
        history=NoHistory("none"),
        rows=(OUTCOME,),
        verdicts=(VERDICT,),
        digest="d",
    ),
    *(SUMMARY, KeptPages("p", ("f",), b"s"), KeptTerms("t", "s", b"f", ("w",))),
    KeptTargets(
        "p",
        (
            TargetForReview(
                name="",
                now=Decimal(1),
                target=None,
                met=1,
                periods=2,
                alert_episodes=WeeklyRate(0.5),
                is_known=True,
            ),
        ),
    ),
    *(NextStep(None, "missing", "none"), AlertDetection("a", "alert", timedelta(0))),
    PastPeriod(span=SPAN, attainment=None, spent=0.5, is_over=True),
    ReviewEvidenceSummary(
        service="a",
        slo="b",
        headlines={"en": "x", "ja": "y"},
        satisfied="",
        dissatisfied=Message("loosen"),
        incidents=2,
    ),
)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__qualname__)
def test_a_value_is_read_as_it_was(value: Any) -> None:
    read = unpacked(packed(value))
    assert read == value
    assert type(read) is type(value)
    assert repr(read) == repr(value)
    assert unpacked(memoryview(packed(value))) == value


def test_messages_stay_messages_in_any_language() -> None:
    japanese = words_in("ja")
    for message in (
        Message("{day} (due)", day=Message("not known")),
        Message.plural("{count} day", "{count} days", 1),
        Message.plural("{count} day", "{count} days", 1_200),
    ):
        read = unpacked(packed(message))
        assert (read, japanese.text(read)) == (str(message), japanese.text(message))
        assert (read.template, read.several, read.number) == (
            message.template,
            message.several,
            message.number,
        )
        assert dict(read.values) == dict(message.values)


def test_arrays_are_doubles_and_scalars_numbers() -> None:
    read = unpacked(packed((np.array([1, 2], dtype=np.int32), np.float32(0.5))))
    assert read[0].tolist() == [1.0, 2.0]
    assert (read[0].dtype, type(read[1]), read[1]) == (np.dtype(np.float64), float, 0.5)
    made = BudgetDays(first=date(2026, 1, 1), spent=np.array([np.nan, 0.5]), remaining=np.ones(2))
    again = unpacked(packed(made))
    assert (again.first, again.remaining.tolist()) == (made.first, [1.0, 1.0])
    assert np.isnan(again.spent[0])


def test_times_keep_their_zones() -> None:
    berlin = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    offset = TypeAdapter(datetime).validate_python("2026-07-01T12:00:00+09:00")
    for moment in (berlin, offset):
        read = unpacked(packed(moment))
        assert (read.isoformat(), read.tzinfo) == (moment.isoformat(), moment.tzinfo)


def test_details_are_read_with_their_arrays() -> None:
    whole = detail(SUMMARY, incidents=(row(SUMMARY.incidents[0], 0.5, ("web/alert",)),))
    read = unpacked(packed(whole))
    assert (read.incidents, read.reviews, read.days) == (whole.incidents, whole.reviews, (None,))


@pytest.mark.parametrize(
    "value", [Fraction(1), PurePosixPath("x"), object()], ids=["number", "path", "object"]
)
def test_a_value_of_another_class_is_neither_written_nor_read(value: Any) -> None:
    name = type(value).__qualname__
    with pytest.raises(pickle.PicklingError, match=f"^{name} is not a value of a site$"):
        packed([value])
    with pytest.raises(pickle.UnpicklingError, match=r"[a-z]+\.\w+ is not a value of a site$"):
        unpacked(pickle.dumps(value))


@pytest.mark.parametrize(
    "content",
    [b"", b"x", packed(1)[:-1], pickle.dumps(print), pickle.dumps(Path.touch), b"\x80\x05)R."],
    ids=["empty", "other", "torn", "builtin", "method", "call"],
)
def test_bytes_that_are_no_value_are_damaged(content: bytes) -> None:
    with pytest.raises(DAMAGED):
        unpacked(content)


def test_a_class_is_written_by_its_name_but_not_read_if_it_is_not_listed() -> None:
    with pytest.raises(pickle.UnpicklingError, match="is not a value of a site"):
        unpacked(packed(Path))
