"""The timeline of a backtest: what each alert did before the change, and what it does now.

It is drawn from the JSON of `reliability backtest`, in the colors of its HTML page.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tools.pictures.svg import element, label, picture, text_width

Json = Mapping[str, Any]

WIDTH: Final = 880.0
MARGIN: Final = 20.0
INDENT: Final = 18.0
"""Between the edge of a card and what is in it."""

CARDS: Final = 48.0
CARD_HEIGHT: Final = 76.0
TRACKS: Final = 146.0
"""Where the tracks begin, right of their names."""

RIGHT: Final = WIDTH - MARGIN - INDENT
DAY: Final = timedelta(days=1)
TICK_DAYS: Final = 14
NARROWEST: Final = 5.0
"""The width of the shortest episode: a minute of 90 days would be narrower than a pixel."""

STYLE: Final = """\
.page{fill:#f6f5f1}.card{fill:#fff;stroke:#e4e2db}.ink{fill:#1d2129}.soft{fill:#626a76}
.faint{fill:#8a919c}.track{fill:#f4f2ec}.tick{stroke:#e4e2db}.week{fill:#888;fill-opacity:.12}
.alert{fill:#d9480f}.ticket{fill:#1b6ec2}.old{fill-opacity:.62}.heat{fill:#b08900;opacity:.8}
.lost{fill-opacity:0;stroke-width:2}.alert.lost{stroke:#d9480f}.ticket.lost{stroke:#1b6ec2}
.good{fill:#2b8a3e}.bad{fill:#c2255c}.band{fill-opacity:.2}
.sign{fill:none;stroke:#fff;stroke-width:2}
@media (prefers-color-scheme:dark){.page{fill:#101318}.card{fill:#181c23;stroke:#2a3039}
.ink{fill:#e8eaee}.soft{fill:#a0a8b4}.faint{fill:#858d9a}.track{fill:#1d222a}.tick{stroke:#2a3039}
.alert{fill:#ff8552}.ticket{fill:#5aa9f5}.alert.lost{stroke:#ff8552}.ticket.lost{stroke:#5aa9f5}
.good{fill:#69c77d}.bad{fill:#ff6f9f}.heat{fill:#e3b93b}.sign{stroke:#181c23}}"""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where moments stand between the left and the right end of the tracks."""

    start: datetime
    end: datetime

    def at(self, moment: datetime) -> float:
        """Return the x of a moment; never outside of the tracks."""
        share = (moment - self.start) / (self.end - self.start)
        return TRACKS + min(max(share, 0.0), 1.0) * (RIGHT - TRACKS)


def timeline_picture(backtest: Json, *, slo: str) -> str:
    """Return the picture of one SLO's part of a backtest that compares with a base."""
    rows = [row for row in backtest["slos"] if row["slo"] == slo]
    incidents = [incident for incident in backtest["incidents"] if incident["slo"] == slo]
    scale = Scale(_moment(backtest["span"]["start"]), _moment(backtest["span"]["end"]))
    drawing = Drawing(scale, ZoneInfo(rows[0]["time_zone"]), incidents)
    objective = next(part for part in backtest["objectives"] if part["slo"] == slo)

    drawn = [_heading(backtest, scale), *_cards(backtest), *drawing.panel(objective, rows)]
    height = drawing.y + MARGIN
    return picture(
        (WIDTH, height),
        f"The timeline of a backtest of {slo}",
        f"{backtest['headline']}. Each alert before and after the change, beside the incidents.",
        STYLE,
        [element("rect", class_="page", width=WIDTH, height=height, rx=8), *drawn],
    )


def _heading(backtest: Json, scale: Scale) -> str:
    """The span, and whether the history is that of a real system."""
    last = scale.end - DAY
    span = f"{scale.start.day} {scale.start:%B} to {last.day} {last:%B %Y}"
    made_up = " · synthetic history" if backtest["synthetic"] else ""
    return label(MARGIN + 2, 31, f"Backtest · {span}, before → after{made_up}", 13, "soft bold")


def _cards(backtest: Json) -> Iterator[str]:
    """The headline in figures."""
    totals, sides = backtest["totals"], backtest["notifications"]
    caught = [
        sum(incident[side] == "caught" for incident in backtest["incidents"])
        for side in ("old", "new")
    ]
    cards = [
        *(
            (f"{tier} a week", *(f"{totals[key][side]['per_week']:.1f}" for side in ("old", "new")))
            for key, tier in (("alert", "pages"), ("ticket", "tickets"))
        ),
        ("pages at night", *(str(sides[side]["tiers"]["alert"]["night"]) for side in sides)),
        (f"of {len(backtest['incidents'])} incidents caught", *map(str, caught)),
    ]

    gap = 12.0
    width = (WIDTH - 2 * MARGIN - gap * (len(cards) - 1)) / len(cards)
    for number, (words, old, new) in enumerate(cards):
        x = MARGIN + number * (width + gap)
        is_worse = "incidents" in words and old != new
        yield element("rect", class_="card", x=x, y=CARDS, width=width, height=CARD_HEIGHT, rx=12)
        yield from _card((x + INDENT, CARDS), words, (old, new), "bad" if is_worse else "ink")


def _card(
    corner: tuple[float, float], words: str, sides: tuple[str, str], class_: str
) -> Iterator[str]:
    x, y = corner
    old, new = sides
    if old != new:
        yield label(x, y + 39, old, 27, "faint")
        x += text_width(old, 27) + 9
        yield element("path", class_="faint", d=f"M{x:.1f} {y + 28}h15v-5l9 6.5-9 6.5v-5h-15z")
        x += 33
    yield label(x, y + 39, new, 27, f"{class_} bold")
    yield label(corner[0], y + 61, words, 13, "soft")


class Drawing:
    """The panel of one SLO: `y` is where the next row begins."""

    def __init__(self, scale: Scale, zone: ZoneInfo, incidents: Sequence[Json]) -> None:
        self.scale = scale
        self.zone = zone
        self.incidents = incidents
        self.y = CARDS + CARD_HEIGHT + 12

    def panel(self, objective: Json, rows: Sequence[Json]) -> Iterator[str]:
        """Yield the panel: days, incidents, and two tracks for each alert."""
        top = self.y
        inside = [
            *self._heading(objective),
            *self._axis(),
            *self._days(objective["budget_by_day"]),
            *self._pins(),
            *(shape for row in rows for shape in self._alert(row)),
            *self._names(),
            *self._legend(),
        ]
        yield element(
            "rect",
            class_="card",
            x=MARGIN,
            y=top,
            width=WIDTH - 2 * MARGIN,
            height=self.y - top,
            rx=12,
        )
        yield from inside

    def _heading(self, objective: Json) -> Iterator[str]:
        name = f"{objective['slo']} {objective['objective']}"
        target, attained = objective["target"] * 100, objective["attainment"] * 100
        yield label(MARGIN + INDENT, self.y + 32, name, 17, "ink bold")
        x = MARGIN + INDENT + text_width(name, 17, is_bold=True) + 14
        words = f"{objective['service']} · target {target:g} %, measured {attained:.3f} %"
        yield label(x, self.y + 32, words, 13, "soft")
        self.y += 48

    def _axis(self) -> Iterator[str]:
        for moment in self._mondays():
            x = self.scale.at(moment)
            if x < RIGHT - 40:
                yield label(x + 5, self.y + 14, f"{moment.day} {moment:%b}", 11.5, "faint")
        self.y += 20

    def _days(self, days: Sequence[float | None]) -> Iterator[str]:
        """The budget that each day spent, by the square root, so that quiet days can be seen."""
        height = 34.0
        yield self._name("budget a day", height)

        most = max((spent for spent in days if spent is not None), default=0.0)
        width = (RIGHT - TRACKS) / len(days)
        for number, spent in enumerate(days):
            if spent:
                tall = max(height * (spent / most) ** 0.5, 1.0)
                yield element(
                    "rect",
                    class_="heat",
                    x=TRACKS + number * width + 0.5,
                    y=self.y + height - tall,
                    width=width - 1,
                    height=tall,
                )

        bottom = self.y + height
        yield element("line", class_="tick", x1=TRACKS, y1=bottom, x2=RIGHT, y2=bottom)
        self.y += height + 5

    def _pins(self) -> Iterator[str]:
        yield self._name("incidents", 22)
        for incident in self.incidents:
            x, y = self.scale.at(_moment(incident["start"])), self.y + 11
            yield element("circle", class_=_fate(incident), cx=x, cy=y, r=9)
            sign = "m-4 0 3 3 5-6" if incident["new"] == "caught" else "m-3-3 6 6m0-6-6 6"
            yield element("path", class_="sign", d=f"M{x:.1f} {y:.1f}{sign}")
        self.y += 27

    def _alert(self, row: Json) -> Iterator[str]:
        tier = row["tier"]
        lost = [episode["start"] for episode in row["difference"]["lost"]]
        for side, words in (("old", "before"), ("new", "now")):
            yield self._name(words, 24, tier)
            yield from self._ground()
            for episode in row[side]["intervals"]:
                is_lost = side == "old" and episode["start"] in lost
                kind = "lost" if is_lost else side
                yield self._bar(episode, f"{tier} {kind}", inset=1.0 if is_lost else 0.0)
            self.y += 29

    def _bar(self, episode: Json, class_: str, *, inset: float) -> str:
        start, end = (self.scale.at(_moment(episode[key])) for key in ("start", "end"))
        return element(
            "rect",
            class_=class_,
            x=start - 1 + inset,
            y=self.y + 4 + inset,
            width=max(end - start, NARROWEST),
            height=16 - 2 * inset,
            rx=2,
        )

    def _ground(self) -> Iterator[str]:
        """A track with its weekends, its ticks, and a band for each incident."""
        y = self.y
        length = RIGHT - TRACKS
        yield element("rect", class_="track", x=TRACKS, y=y, width=length, height=24, rx=5)

        for monday in self._mondays(every=7):
            start, end = self.scale.at(monday - 2 * DAY), self.scale.at(monday)
            if end > start:
                yield element("rect", class_="week", x=start, y=y, width=end - start, height=24)

        for incident in self.incidents:
            start, end = (self.scale.at(_moment(incident[key])) for key in ("start", "end"))
            yield element(
                "rect",
                class_=f"{_fate(incident)} band",
                x=start - 1,
                y=y,
                width=max(end - start, 8.0),
                height=24,
            )

    def _names(self) -> Iterator[str]:
        """The day, name and fate of each incident, below its pin."""
        starts = [self.scale.at(_moment(incident["start"])) for incident in self.incidents]
        ends = [*starts[1:], RIGHT + 10]
        lowest = self.y

        for incident, start, end in zip(self.incidents, starts, ends, strict=True):
            moment = _moment(incident["start"])
            old, new = incident["old"], incident["new"]
            fate = new if old == new else f"{old} → {new}"
            lines = list(_lines(incident["name"], min(end - start - 6, 150), 11.5))
            shown = [(f"{moment.day} {moment:%B}", "soft"), *((line, "ink") for line in lines)]

            y = self.y + 12
            for line, class_ in (*shown, (fate, f"{_fate(incident)} bold")):
                yield label(start - 4, y, line, 11.5, class_)
                y += 15
            lowest = max(lowest, y)

        self.y = lowest + 4

    def _legend(self) -> Iterator[str]:
        """What the colors mean."""
        keys = (
            ("alert new", "pages the on-call engineer"),
            ("ticket new", "opens a ticket"),
            ("alert lost", "lost with the change"),
            ("good band", "incident that pages"),
            ("bad band", "incident that does not"),
            ("week", "weekend"),
        )

        x = MARGIN + INDENT
        for class_, words in keys:
            inset = 1.0 if "lost" in class_ else 0.0
            yield element(
                "rect",
                class_=class_,
                x=x + inset,
                y=self.y + 2 + inset,
                width=14 - 2 * inset,
                height=12 - 2 * inset,
                rx=2,
            )
            yield label(x + 20, self.y + 12, words, 11.5, "soft")
            x += 20 + text_width(words, 11.5) + 18
        self.y += 30

    def _name(self, words: str, height: float, tier: str = "") -> str:
        baseline = self.y + height / 2 + 4
        shown = label(TRACKS - 12, baseline, words, 12.5, "soft", anchor="end")
        if not tier:
            return shown
        right = TRACKS - 12 - text_width(words, 12.5) - 5
        return label(right, baseline, tier, 12.5, "ink bold", anchor="end") + shown

    def _mondays(self, every: int = TICK_DAYS) -> Iterator[datetime]:
        """Mondays within the span, by the clock of the team."""
        day = self.scale.start.astimezone(self.zone).replace(hour=0, minute=0)
        day += DAY * (-day.weekday() % 7)
        while day < self.scale.end:
            yield day
            day += every * DAY


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _fate(incident: Json) -> str:
    return "good" if incident["new"] == "caught" else "bad"


def _lines(text: str, width: float, size: float) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and text_width(longer, size) > width:
            yield line
            longer = word
        line = longer
    yield line
