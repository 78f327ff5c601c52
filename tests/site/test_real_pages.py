"""Real pages beside those of the replay; names of people only if the policy allows them."""

from pathlib import Path
from typing import Any, Final

from tests.cli.copied import copied, edit
from tests.providers.fake_pagerduty import FakePagerDuty
from tests.providers.faulty_server import run_fake
from tests.providers.pagerduty_analytics import FakeAnalytics, incident
from tests.site.built import Page, build, pages

HEAD: Final = (
    "incident_number,description,service_name,escalation_policy_name,created_on,urgency,"
    "acknowledged_by_user_names\n"
)
ROWS: Final = (
    "1,Clock in is down,attendance,any,2026-11-02T14:30:00Z,high,CANARY Sato\n"
    '2,Clock in is down,other,workforce,2026-11-03T01:00:00Z,high,"CANARY Sato, CANARY Ito"\n'
    "3,A low one,attendance,any,2026-11-03T02:00:00Z,low,CANARY Ito\n"
    "4,Unknown,nowhere,nobody,2026-11-03T02:00:00Z,high,CANARY Ito\n"
    "5,Too old,attendance,any,2025-11-03T02:00:00Z,high,CANARY Ito\n"
    "6,No time,attendance,any,yesterday,high,CANARY Ito\n"
)


def built(folder: Path, *, names: bool) -> Path:
    """Build a site with an export of a pager; its folder."""
    folder.mkdir(exist_ok=True)
    root = copied(folder / "repository")
    if names:
        edit(
            root / "policies/notification.yaml",
            "  language: en",
            "  onCallNames: true\n  language: en",
        )
    (folder / "incidents.csv").write_text(HEAD + ROWS, encoding="utf-8")
    ended = build(root, folder / "out", "--pager-export", str(folder / "incidents.csv"))
    assert ended.code == 0, ended.err
    [line] = ended.err.splitlines()
    assert line.startswith("1 rows cannot be read, and are left out: "), line
    return folder / "out"


def test_real_pages_are_counted_by_team_in_its_zone(tmp_path: Path) -> None:
    text = Page.of(built(tmp_path, names=False) / "en/on-call.html").text
    assert "Real pages in the same days: 3, from incidents.csv." in text
    assert "Without a team or service of this repository: 1." in text
    # 14:30 UTC on Monday is 23:30 in Tokyo: one of two pages is at night.
    assert "real pages per week 0.2" in text
    assert "at night 1 of 2, in Asia/Tokyo" in text


def test_no_name_of_a_person_is_anywhere_unless_the_policy_allows_it(tmp_path: Path) -> None:
    out = built(tmp_path / "without", names=False)
    assert not [
        path for path in out.rglob("*") if path.is_file() and b"CANARY" in path.read_bytes()
    ]
    assert "Names of people are not shown." in Page.of(out / "en/on-call.html").text

    out = built(tmp_path / "with", names=True)
    named = {
        path.relative_to(out).as_posix() for path in pages(out) if "CANARY" in path.read_text()
    }
    assert named == {"en/on-call.html", "ja/on-call.html"}
    text = Page.of(out / "en/on-call.html").text
    assert "Names are shown because the notification policy allows it." in text
    assert "CANARY Sato 2 1 0 CANARY Ito 1 0 0" in text


def test_pages_of_pagerduty_s_api_are_those_of_its_export(tmp_path: Path) -> None:
    def page(at: str, number: int, service: str, **more: object) -> dict[str, Any]:
        return incident(at, number, service_name=service, description="Clock in", **more)

    sato, ito = "CANARY Sato", "CANARY Ito"
    incidents = [
        page("2026-11-02T14:30:00", 1, "attendance", acknowledged_user_names=[sato]),
        page("2026-11-03T01:00:00", 2, "other", team_name="workforce",
             acknowledged_user_names=[sato, ito]),
        page("2026-11-03T02:00:00", 3, "attendance", urgency="low"),
        page("2026-11-03T02:00:00", 4, "nowhere", assigned_user_names=[ito]),
        page("2025-11-03T02:00:00", 5, "attendance"),
    ]  # fmt: skip
    root = copied(tmp_path / "repository")
    with run_fake(FakePagerDuty()) as account:
        account.analytics = FakeAnalytics(incidents=incidents, page=1, of_user=True)
        options = ("--pager", account.url, "--pager-token", "env:PAGER", "--pager-service", "PS1")
        ended = build(root, tmp_path / "out", *options, PAGER="token")
        refused = build(root, tmp_path / "refused", *options[:4], PAGER="token")
    assert (ended.code, ended.err) == (0, "")
    text = Page.of(tmp_path / "out/en/on-call.html").text
    assert "Real pages in the same days: 3, from 127.0.0.1." in text
    assert "Without a team or service of this repository: 1." in text
    assert "at night 1 of 2, in Asia/Tokyo" in text
    assert not [path for path in pages(tmp_path / "out") if "CANARY" in path.read_text()]
    assert account.analytics.filters[0]["urgency"] == "high"
    # A token of a user reads only what a filter names, and the message says so.
    assert (refused.code, "needs --pager-team or --pager-service" in refused.err) == (2, True)


def test_an_export_without_times_is_refused(tmp_path: Path) -> None:
    root = copied(tmp_path / "repository")
    (tmp_path / "incidents.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    ended = build(root, tmp_path / "out", "--pager-export", str(tmp_path / "incidents.csv"))
    assert (ended.code, ended.out, ended.err) == (
        2,
        "",
        f"reliability: --pager-export: {tmp_path}/incidents.csv: no column with a time, or none "
        "with a text; export incidents of PagerDuty as CSV\n",
    )


def test_every_row_of_another_table_is_a_page(tmp_path: Path) -> None:
    root = copied(tmp_path / "repository")
    rows = ("2026-11-02T14:30:00Z,Clock in is down", "2026-11-03T02:00:00Z,A low one")
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("\n".join(("time,text", *rows)) + "\n", encoding="utf-8")
    options = [word for name in ("a", "b") for word in ("--pager-export", f"{tmp_path}/{name}.csv")]
    ended = build(root, tmp_path / "out", *options)
    assert (ended.code, ended.err) == (0, "")
    text = Page.of(tmp_path / "out/en/on-call.html").text
    assert "Real pages in the same days: 4, from a.csv, b.csv." in text
    assert "Without a team or service of this repository: 4." in text


def test_pages_for_customers_have_no_real_pages(tmp_path: Path) -> None:
    root = copied(tmp_path / "repository")
    for name in ("incidents.csv", "public.yaml"):
        (tmp_path / name).write_text(HEAD, encoding="utf-8")
    options = ("--pager-export", tmp_path / "incidents.csv", "--public", tmp_path / "public.yaml")
    ended = build(root, tmp_path / "out", *map(str, options))
    assert (ended.code, "exclude each other" in ended.err) == (2, True)
    pager = ("--pager", "https://pager.example", "--pager-token", "env:PAGER")
    ended = build(root, tmp_path / "out", *pager, *map(str, options[2:]))
    assert (ended.code, "--public and --pager exclude each other" in ended.err) == (2, True)
