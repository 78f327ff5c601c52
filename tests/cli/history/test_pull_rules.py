"""`history pull --rules` beside a fake Prometheus: which days are fetched, what is said."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.program import Ended, in_process
from tests.history.fakes import START
from tests.history.server import FakePrometheus, Reply, serving, steady

PULL = ("--today", "2026-10-05", "history", "pull", "--rules", "rules")
RULES = """\
groups:
  - name: shop
    rules:
      - {alert: Errors, expr: 'rate(requests_total{code="500"}[RANGE]) > 1'}
"""
DAY = timedelta(days=1)


@dataclass
class RulesServer(FakePrometheus):
    """Answers with one series of few samples, and `up` from a moment on."""

    up_since: float | None = START.timestamp()
    series: int = 1
    spans: list[tuple[float, float]] = field(default_factory=list)

    def between(self, query: str, start: float, end: float) -> Reply:
        result: list[dict[str, object]] = []
        if query.startswith("count("):
            self.spans.append((start, end))
            if self.up_since is not None and self.up_since <= end:
                first = max(start, self.up_since)
                result = [{"metric": {}, "values": [[first, "1"]]}]
        else:
            result = [
                {"metric": {"reliability_counts": name}, "values": [[start, f"{count}"]]}
                for name, count in (("series", self.series), ("samples", 60))
            ]
        data = {"resultType": "matrix", "result": result}
        return 200, {}, json.dumps({"status": "success", "data": data})


def pull(folder: Path, fake: FakePrometheus, *options: str, length: str = "5m") -> Ended:
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules/shop.yml").write_text(RULES.replace("RANGE", length))
    return in_process(*PULL, "--prometheus", fake.url, *options, folder=folder)


def fake_server() -> RulesServer:
    return RulesServer([steady(6 * 1440, 1, code="500")])


def index(folder: Path) -> dict[str, object]:
    [path] = folder.rglob("samples.json")
    values: dict[str, object] = json.loads(path.read_text())
    return values


@pytest.mark.parametrize(
    ("options", "length", "days", "first"),
    [
        (("--days", "2"), "5m", 2, "2026-10-02"),
        (("--days", "2"), "1d", 2, "2026-10-02"),
        (("--days", "2"), "25h", 2, "2026-10-01"),
        (("--days", "1"), "31d", 1, "2026-09-03"),
        (("--days", "1"), "40d", 1, "2026-09-03"),
        ((), "5m", 30, "2026-09-04"),
    ],
)
def test_days_before_the_replay_are_fetched_for_ranges(
    options: tuple[str, ...], length: str, days: int, first: str, tmp_path: Path
) -> None:
    with serving(fake_server()) as fake:
        ended = pull(tmp_path, fake, *options, length=length)
    assert ended.code == 0, ended.err
    known = index(tmp_path)
    assert (known["days"], known["first"], known["last"]) == (days, first, "2026-10-04")
    files = (date(2026, 10, 5) - date.fromisoformat(first)).days
    stored = f"1 selectors with 1 series of {days} days stored in .reliability/samples: 0."
    assert ended.out.startswith(stored)
    assert ended.out.endswith(f" MB, {files} files fetched, 0 selectors left out\n")
    assert ended.err == ""


def test_the_credential_is_sent_to_the_server_only_if_it_is_named(tmp_path: Path) -> None:
    with serving(fake_server()) as fake:
        assert pull(tmp_path, fake, "--days", "1").code == 0
        assert fake.credentials == {None}
        ended = pull(tmp_path, fake, "--days", "2", "--authorization", "env:NOWHERE")
    assert (ended.code, ended.out, fake.credentials) == (2, "", {None})
    assert ended.err == (
        "reliability: the environment variable NOWHERE is not set; env:NOWHERE needs it\n"
    )


def test_what_is_left_out_says_why(tmp_path: Path) -> None:
    with serving(fake_server()) as fake:
        fake.series = 9
        ended = pull(tmp_path, fake, "--days", "1", "--max-series", "8")
    assert (ended.code, ended.out) == (2, "")
    assert "nothing could be stored: " in ended.err
    assert "selects 9 series; the limit is 8" in ended.err


def test_rules_that_read_nothing_need_no_server(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    ended = in_process(*PULL, "--prometheus", "http://127.0.0.1:9", folder=tmp_path)
    assert (ended.code, ended.err) == (
        2,
        "reliability: --rules: no alert of rules reads a series\n",
    )
    ended = in_process(*PULL, folder=tmp_path)
    assert ended.err == "reliability: --rules needs a server; pass --prometheus URL\n"


@pytest.mark.parametrize(
    "option", [("shop",), ("--for-changes",), ("--base", "main"), ("--environment", "a")]
)
def test_options_of_slos_are_refused_with_rules(tmp_path: Path, option: tuple[str, ...]) -> None:
    label = "an SLO or service" if option == ("shop",) else option[0]
    ended = in_process(*PULL, *option, folder=tmp_path)
    assert (ended.code, ended.err) == (2, f"reliability: {label} and --rules exclude each other\n")


@pytest.mark.parametrize(
    "option",
    [
        ("--prometheus", "http://127.0.0.1:9"),
        ("--authorization", "env:A"),
        ("--max-series", "1"),
        ("--max-size", "1"),
    ],
)
def test_options_of_rules_are_refused_without_rules(
    tmp_path: Path, option: tuple[str, ...]
) -> None:
    ended = in_process("history", "pull", "--days", "1", *option, folder=tmp_path)
    assert (ended.code, ended.err) == (2, f"reliability: {option[0]} needs --rules PATTERN\n")


@pytest.mark.parametrize(
    ("since", "begins"),
    [
        (START - 9 * DAY, "2026-10-02T00:00:00+00:00"),
        (START + 4 * DAY, "2026-10-03T00:00:00+00:00"),
        (None, "2026-10-02T00:00:00+00:00"),
    ],
)
def test_what_is_known_begins_with_the_first_sample_of_up(
    since: datetime | None, begins: str, tmp_path: Path
) -> None:
    with serving(fake_server()) as fake:
        fake.up_since = since.timestamp() if since else None
        ended = pull(tmp_path, fake, "--days", "2")
    assert ended.code == 0, ended.err
    assert str(index(tmp_path)["begins"]).replace("Z", "+00:00") == begins
    note = "the server has no samples of `up` in this span; figures a week assume all of it"
    assert (note in ended.err) is (since is None)
