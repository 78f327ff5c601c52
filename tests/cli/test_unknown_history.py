"""Every report of a repository with no history, a third of the period, and all of it.

Without history nothing that needs it is a number. With a third, each figure names the part that it
is of. With all of it, nothing is marked.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

import pytest

from reliability.timespan import DAY
from tests.backtest.rule_files.rule_repository import ALERTMANAGER, END, INCIDENTS, RULES, length
from tests.check.repository import write
from tests.cli.program import in_process
from tests.load.test_git import git
from tests.site.crafted import POLICY
from tests.site.test_worlds import SHOP, WEB
from tests.site.worlds import (
    TODAY,
    WINDOWS,
    GroupTraffic,
    SiteWorld,
    WrittenHistory,
    at,
    document,
    page_text,
    slo,
)

Amount = Literal["none", "third", "all"]
AMOUNTS: Final[Mapping[Amount, datetime | None]] = {
    "none": None,
    "third": at("2026-09-25"),
    "all": at("2026-05-01"),
}
"""When the history begins; it ends today, and the period is of thirty days."""

ALERTS: Final = document(
    "AlertPolicy",
    "shop",
    """\
  service: shop
  objectives:
    - {slo: shop-buy, tiers: {fast: alert, slow: ticket}, runbook: docs/buy.md}
    - {slo: shop-look, tiers: {fast: ticket, slow: ticket}, runbook: docs/look.md}
""",
)
OUTAGES: Final = ("2026-09-10T10:00", "2026-09-28T10:00")
RECORDED: Final = document(
    "Incidents",
    "shop",
    "  service: shop\n  incidents:\n"
    + "".join(
        f"    - {{name: Outage, start: {start}:00Z, end: {start[:11]}12:00:00Z, impact: Orders "
        "failed, slos: [{slo: shop-buy, failed: 50%}]}\n"
        for start in OUTAGES
    ),
)
STATES: Final = "  states: [{name: spent, remaining: 0, then: [freeze]}]\n"
STORE: Final = "  source: {type: store}\n  span: 30d\n  store: .reliability/history\n"
SLOS: Final = slo("shop-buy", "target: 0.999", reviewed="2026-06-01", review_every="90d")
FILES: Final = {
    "policies/burn.yaml": WINDOWS,
    "policies/notification.yaml": POLICY.decode(),
    "policies/teams/web.yaml": WEB,
    "policies/history.yaml": document("HistorySources", "history", STORE),
    "policies/error-budget.yaml": document("ErrorBudgetPolicy", "budget", STATES),
    "services/shop/ownership.yaml": SHOP,
    "services/shop/alerts.yaml": ALERTS,
    "services/shop/incidents.yaml": RECORDED,
    "services/shop/slo.yaml": f"{SLOS}---\n{slo('shop-look', 'target: 0.99')}",
}


def traffic(since: datetime | None) -> Mapping[str, tuple[GroupTraffic, ...]]:
    """Half of all events fail for two hours, twice; the other SLO fails for four."""
    if since is None:
        return {}
    buy = tuple((start, 120, 50.0) for start in OUTAGES)
    return {
        "shop-buy": (GroupTraffic(since=since, failures=buy),),
        "shop-look": (GroupTraffic(since=since, failures=(("2026-09-29T10:00", 240, 50.0),)),),
    }


@dataclass(frozen=True, slots=True)
class Repositories:
    """A repository of SLOs and one of rule files for each amount of history, and their sites."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> "Repositories":
        made = cls(folder)
        for amount, since in AMOUNTS.items():
            root = write(FILES, folder / amount)
            world = SiteWorld(
                files=FILES, traffic=traffic(since), shown=30 * DAY, replayed=30 * DAY
            )
            history = WrittenHistory(world.traffic)
            stored = history.stored(root / ".reliability/history", world.catalog())
            _commit(root)
            text = FILES["services/shop/slo.yaml"].replace("0.999", "0.998")
            write({"services/shop/slo.yaml": text}, root)
            git(root, "commit", "--quiet", "--all", "--message", "loosen")
            for form, source in (("live", history), ("stored", stored)):
                context = world.inputs(source)
                world.build(folder / f"{amount}-{form}", context)
            days = {"none": 0, "third": 1, "all": 3}[amount]
            _write_rules(folder / f"{amount}-rules", days)
        return made

    def printed(self, amount: Amount, *command: str) -> str:
        """What a command prints, in the repository of its kind."""
        kind = "-rules" if "--rules" in command else ""
        today = "2026-10-08" if kind else TODAY.isoformat()
        ended = in_process("--today", today, *command, folder=self.folder / f"{amount}{kind}")
        assert ended.code in (0, 1, 5), ended.err
        if "html" not in command:
            return ended.out
        page = self.folder / "page.html"
        page.write_text(ended.out, encoding="utf-8")
        return page_text(page)

    def page(self, amount: Amount, form: str, name: str) -> str:
        """The text of a page of the site, or its JSON."""
        path = self.folder / f"{amount}-{form}/out" / name
        return path.read_text("utf-8") if path.suffix == ".json" else page_text(path)


def _commit(root: Path) -> None:
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "add", "policies", "services")
    git(root, "commit", "--quiet", "--message", "base")
    git(root, "checkout", "--quiet", "-b", "change")


def _write_rules(root: Path, days: int) -> None:
    """Rule files, and samples of the last days; without any, those of another metric."""
    minute = timedelta(minutes=1)
    name, first = "queue_length" if days else "other", END - (days or 3) * DAY
    lines = (
        f'{name}{{queue="mail"}} {length(number)} {(first + number * minute).timestamp():.0f}'
        for number in range((END - first) // minute)
    )
    samples = "\n".join((f"# TYPE {name} gauge", *lines, "# EOF\n"))
    incidents = INCIDENTS.replace("2026-10-06", "2026-10-07")
    files = {"rules.yml": RULES, "alertmanager.yml": ALERTMANAGER, "incidents.csv": incidents}
    write({**files, "samples.txt": samples}, root)


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Repositories:
    return Repositories.made(tmp_path_factory.mktemp("repositories"))


@dataclass(frozen=True, slots=True)
class Report:
    """A command, or a page of the site, and what it must show without history and with all."""

    source: tuple[str, ...]
    none: str
    every: str
    third: tuple[str, ...] = ("10 of 30 days",)

    def text(self, repositories: Repositories, amount: Amount) -> str:
        """The report of a repository, without the backslashes of Markdown."""
        is_page = self.source[0] in ("live", "stored")
        read = repositories.page if is_page else repositories.printed
        return read(amount, *self.source).replace("\\", "")


PAST: Final = ("--from", "history")
RULE_FILES: Final = (
    *("backtest", "--rules", "rules.yml", "--samples", "samples.txt", "--days", "3"),
    *("--alertmanager", "alertmanager.yml", "--incidents", "incidents.csv", "--format"),
)
FORMS: Final = ("text", "markdown", "html")
EMPTY: Final = "no data in the store"
NONE: Final = "No history is stored"
PART: Final = "9 of 30 days known"
"""Alerts are known when their longest window is filled, which is that of a day."""
OVER: Final = "over 10 of 30 days"
BACKTEST: Final = ("backtest", "--all", "--format")
REPLAYED: Final = ("othing replayed", "ages a week 0.5", (PART,))
RULES_REPLAYED: Final = ("othing replayed", "ages 6", ("1 of 3 days known",))
TEXTS: Final = {
    **{f"backtest, {form}": Report((*BACKTEST, form), *REPLAYED) for form in FORMS},
    "backtest of a change": Report(("backtest", "--base", "main"), *REPLAYED),
    **{f"rules, {form}": Report((*RULE_FILES, form), *RULES_REPLAYED) for form in FORMS},
    "review": Report(("review", "--base", "main"), EMPTY, "pages a week 0.5"),
    "status": Report(("status", *PAST), EMPTY, "99.72 %"),
    "gate": Report(("gate", "shop", *PAST), EMPTY, "99.72 %"),
    "suggest": Report(("suggest", "shop-buy"), EMPTY, "99.722 %"),
    "suggest, tickets": Report(("suggest", "shop-look"), EMPTY, "99.722 %"),
    "suggest, markdown": Report(("suggest", "shop-buy", "--format", "markdown"), EMPTY, "99.722 %"),
    "digest": Report(("digest", "--no-drift"), EMPTY, "99.72 %"),
    "dashboard": Report(("dashboard", "--no-drift"), "Not known whether it burns", "99.72 %"),
    "revisit": Report(("revisit",), EMPTY, "99.72 %"),
    **{
        f"{name}, {form}": Report((form, f"en/{page}.html"), none, every, tuple(third))
        for form in ("live", "stored")
        for name, page, none, every, *third in (
            ("overview", "index", "2 not known", "99.72 %", "0.8 over 9 of 30 days"),
            ("team", "teams/web", "not known pages", "0.5 pages", PART),
            ("service", "services/shop", EMPTY, "99.72 %", OVER, "x=0.0% width=70.0%"),
            ("notifications", "notifications", NONE, "5 messages", PART, "14 | not known"),
            ("on-call", "on-call", NONE, "0.5", PART),
            ("review room", "reviews", "has no measurements", "99.72 %", OVER),
        )
    },
}
DOCUMENTS: Final = {
    "backtest": (*BACKTEST, "json"),
    "rules": (*RULE_FILES, "json"),
    "status": ("status", *PAST, "--format", "json"),
    "gate": ("gate", "shop", *PAST, "--format", "json"),
    "suggest": ("suggest", "shop-buy", "--format", "json"),
    **{
        f"{name}, {form}": (form, f"{name}.json")
        for form in ("live", "stored")
        for name in ("status", "services/shop")
    },
}
CLAIMS: Final = re.compile(
    r"\b0\.0\b|\bNone\b|\bnan\b|\b0 of \d|\bacceptable\b|\bmissed\b|(?<![\d.])0 %"
    r"|\b(0|[Nn]o) (pages?|tickets?|notifications?|episodes?|messages?)\b|\b(9\d|100)(\.\d+)? %"
    r"|^(pages?|tickets?|incidents?).*\n0$",
    re.MULTILINE,
)
"""What nobody knows without history."""
FACTS: Final = (
    *("0 % covered", "       0 %  ", "target 99.8 %", "| 99.8 % |", "unknown  99.8 %"),
    *("99.9 % over 30d", "99.8 % over 30d", "99.9 % -&gt; 99.8 %", "| 99.9 % |", "   99 %"),
    *("target 99 %", "| 99 % |", "target 99.9 %", "a window has less than 90 % of its data"),
    # Of the repository, of other data, and of an SLO that has no incident on record
    *("### Open tickets\n\nNone.", "### Waivers\n\nNone.", "| result\nNone.\n"),
    "Did nobody notice when it was missed?",
    # Beside the number of those that are not known
    *("acceptable\n0\nneither", "state acceptable", "acceptable | not known"),
    *("class=incident missed", "class=fate-missed"),
)
"""What is known, or no statement, although it reads like one."""
OF_A_THIRD: Final = re.compile(r"99\.(58|17)|(?<!\d)(208|83|17) %")
"""Attainment and spent budget of what is known."""
DECLARED: Final = frozenset(
    (
        *("version", "exit_code", "target", "days", "phase_minutes", "opens_above", "skipped"),
        *("coverage", "coverage_recorded", "coverage_history", "long_seconds", "short_seconds"),
        *("factor", "changed", "new", "removed", "unchanged"),
    )
)
"""Keys with numbers that do not come from the history."""
MARKS: Final = re.compile(r"\d of \d+ days|so far|[Nn]othing replayed|no history|No history|\?\?")
MEANING: Final = "Share of events that were good in the SLO period so far."


@pytest.mark.parametrize("name", TEXTS)
def test_without_history_nothing_is_claimed(name: str, repositories: Repositories) -> None:
    text = TEXTS[name].text(repositories, "none")
    assert TEXTS[name].none in text
    for fact in FACTS:
        text = text.replace(fact, "")
    assert [claim[0] for claim in CLAIMS.finditer(text)] == []


@pytest.mark.parametrize("name", TEXTS)
def test_a_third_of_it_is_named_with_its_figures(name: str, repositories: Repositories) -> None:
    text = TEXTS[name].text(repositories, "third")
    assert [mark for mark in TEXTS[name].third if mark not in text] == []
    # The targets that `suggest` tried are below the part that is known.
    above = re.split("[Ww]indows google-30d", text)[0].splitlines()
    lines = [line for line in above if OF_A_THIRD.search(line)]
    assert [line for line in lines if not MARKS.search(line)] == []


@pytest.mark.parametrize("name", TEXTS)
def test_with_all_of_it_nothing_is_marked(name: str, repositories: Repositories) -> None:
    text = TEXTS[name].text(repositories, "all").replace(MEANING, "")
    assert TEXTS[name].every in text
    assert MARKS.findall(text) == []


def figures(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """The keys and values of a document, at any depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from figures(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from figures(inner, key)
    else:
        yield key, value


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a document, at any depth."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from parts(inner)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_say_what_is_not_known(name: str, repositories: Repositories) -> None:
    none, third, every = (
        json.loads(Report(DOCUMENTS[name], "", "").text(repositories, amount))
        for amount in ("none", "third", "all")
    )
    claimed = {key for key, value in figures(none) if type(value) in (int, float)}
    assert claimed <= DECLARED
    assert not {value for _, value in figures(none)} & {"acceptable", "missed", "caught"}
    for values, partial in ((third, True), (every, False)):
        attained = [part for part in parts(values) if part.get("attainment") is not None]
        assert {part["partial"] for part in attained} <= {partial}
    assert claimed < {key for key, value in figures(every) if type(value) in (int, float)}


@pytest.mark.parametrize(
    ("amount", "least", "code"),
    [("third", "33%", 1), ("third", "34%", 5), ("all", "100%", 1), ("none", "1%", 5)],
)
def test_the_policy_says_how_much_a_gate_needs(
    amount: Amount, least: str, code: int, repositories: Repositories
) -> None:
    folder = repositories.folder / amount
    text = FILES["policies/error-budget.yaml"]
    write({"policies/error-budget.yaml": f"{text}  minCoverage: {least}\n"}, folder)
    ended = in_process("--today", TODAY.isoformat(), "gate", "shop", *PAST, folder=folder)
    write({"policies/error-budget.yaml": text}, folder)
    assert ended.code == code
    # What the figures are of does not depend on what the gate needs.
    assert ("so far" in ended.out) == (amount == "third")
