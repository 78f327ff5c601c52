"""Pages as people and browsers read them: links, languages, zones, and what stands in them."""

import json
import re
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urldefrag

from reliability.git import initialize
from reliability.site.assets import STATIC
from tests.cli.copied import DAY, copied, edit
from tests.cli.program import in_process
from tests.japanese import english_in
from tests.project.repository import ROOT
from tests.site.built import Page, build, pages, shipped_site


def test_the_overview_says_first_what_needs_attention(tmp_path: Path) -> None:
    folder = copied(tmp_path / "repository")
    slo = folder / "services/attendance/slo.yaml"
    edit(slo, "target: 0.999 ", "target: 0.9999 ")
    edit(slo, 'reliability/reviewed: "2026-10-20"', 'reliability/reviewed: "2026-01-20"')
    assert build(folder, tmp_path / "out").code == 0

    text = Page.of(tmp_path / "out/en/index.html").text
    attention = text[text.index("What needs attention first") : text.index("SLOs, the worst first")]
    assert "exhausted Clock in works of attendance: the error budget is exhausted" in attention
    assert "review of Clock in works of attendance is due since 2026-04-20" in attention
    assert attention.index("is exhausted") < attention.index("is due since")
    rows = text[text.index("SLOs, the worst first") :]
    assert rows.index("Clock in works") < rows.index("An export finishes")


def test_a_repository_without_slos_says_what_to_do(tmp_path: Path) -> None:
    folder = copied(tmp_path / "repository")
    for path in folder.glob("services/*/slo.yaml"):
        path.unlink()
    for path in folder.glob("services/*/alert-policy.yaml"):
        path.unlink()
    assert build(folder, tmp_path / "out").code == 0
    assert "Run reliability new" in Page.of(tmp_path / "out/en/index.html").text
    service = Page.of(tmp_path / "out/en/services/exports.html").text
    assert "This service has no SLO yet. Run reliability new" in service
    assert "Add services/exports/alert-policy.yaml." in service


def test_a_service_without_history_says_how_to_get_it(tmp_path: Path) -> None:
    folder = copied(tmp_path / "repository")
    policy = folder / "policies/history.yaml"
    policy.write_text(
        "apiVersion: reliability/v1\nkind: HistorySources\nmetadata: {name: history}\n"
        "spec: {source: {type: store}, step: 1m, span: 90d, store: .reliability/history}\n"
    )
    assert build(folder, tmp_path / "out").code == 0
    text = Page.of(tmp_path / "out/en/services/exports.html").text
    assert "run reliability history pull or" in text
    assert "not known" in text
    status = json.loads((tmp_path / "out/status.json").read_bytes())
    assert {slo["attainment"] for slo in status["slos"]} == {None}
    assert {slo["state"] for slo in status["slos"]} == {"unknown"}


def test_every_link_leads_to_a_page_and_an_anchor(site: Path) -> None:
    anchors = {path: {*Page.of(path).values("id")} for path in pages(site)}
    for path in pages(site):
        page = Page.of(path)
        for address in (*page.values("href"), *page.values("src")):
            file, fragment = urldefrag(address)
            leads = (path.parent / unquote(file)).resolve() if file else path
            assert leads.is_file(), f"{path}: {address}"
            assert leads.is_relative_to(site), f"{path}: {address}"
            if fragment:
                assert fragment in anchors[leads], f"{path}: {address}"


def test_every_page_has_a_language_a_zone_and_a_policy_that_forbids_other_hosts(
    site: Path,
) -> None:
    for path in pages(site):
        text, tags = path.read_text(encoding="utf-8"), Page.of(path).tags
        assert dict(tags)["html"]["lang"] == ("ja" if "/ja/" in path.as_posix() else "en")
        assert "UTC" in text
        policy = next(values["content"] for tag, values in tags if "http-equiv" in values)
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "style=" not in text
        assert "http://" not in text.replace("http://www.w3.org", "")
        assert "https://" not in text


def test_a_service_names_the_zone_of_its_team(site: Path) -> None:
    text = Page.of(site / "en/services/attendance.html").text
    assert "Times are in Asia/Tokyo; days are UTC days." in text


def test_every_chart_has_a_table_and_a_text_for_those_who_do_not_see_it(site: Path) -> None:
    for path in pages(site):
        page = Page.of(path)
        for tag, values in page.tags:
            if tag == "svg" and values.get("role") == "img":
                assert values["aria-label"], path
        charts = sum(values.get("class") == "chart" for _, values in page.tags)
        # The page of days has one table, with a part for each day.
        tables = "tbody" if path.parent.name == "days" else "details"
        assert sum(tag == tables for tag, _ in page.tags) >= charts, path


def test_every_page_exists_in_both_languages_and_the_japanese_one_is_japanese(site: Path) -> None:
    english, japanese = (
        {path.relative_to(site / language) for path in (site / language).rglob("*.html")}
        for language in ("en", "ja")
    )
    assert english == japanese
    files = [*ROOT.glob("services/*/*.yaml"), *ROOT.glob("policies/**/*.yaml")]
    declared = "\n".join(path.read_text(encoding="utf-8") for path in files)
    for path in (site / "ja").rglob("*.html"):
        parts = Page.of(path).parts
        found = {words for part in parts for words in english_in(part) if words not in declared}
        assert found <= {"generated from seed"}, path


def test_a_second_build_writes_nothing(tmp_path: Path) -> None:
    out = shipped_site(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    again = build(tmp_path / "repository", out, "--days", "200", "--jobs", "2")
    assert ", 0 written, 0 removed;" in again.out
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_pages_of_a_removed_service_are_removed_and_other_files_stay(tmp_path: Path) -> None:
    out = shipped_site(tmp_path)
    (out / "CNAME").write_text("slo.example.com\n")
    for path in (tmp_path / "repository/services/exports").iterdir():
        path.unlink()
    ended = build(tmp_path / "repository", out, "--days", "200")
    assert ", 0 removed;" not in ended.out
    assert not list(out.rglob("exports*"))
    assert (out / "CNAME").is_file()


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path / "repository")
    ended = build(folder, folder)
    assert ended.code == 2
    assert "is not empty and holds no site; pass an empty folder to --out" in ended.err
    (tmp_path / "list").mkdir()
    (tmp_path / "list/site-files.json").write_text('{"files": [7]}')
    assert "is not a list of files" in build(folder, tmp_path / "list").err


def test_a_list_of_files_cannot_remove_files_outside_of_the_folder(tmp_path: Path) -> None:
    out = shipped_site(tmp_path)
    kept = tmp_path / "kept.txt"
    kept.write_text("kept")
    (out / "site-files.json").write_text(json.dumps({"files": ["../kept.txt", str(kept), ""]}))
    assert build(tmp_path / "repository", out, "--days", "200").code == 0
    assert kept.read_text() == "kept"


def test_the_days_page_names_the_commits_of_that_day(tmp_path: Path) -> None:
    folder = copied(tmp_path / "repository")
    day = "2026-10-14T05:00:00+00:00"
    people = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", "me"), ("EMAIL", "me@example.com"), ("DATE", day))
    }
    initialize(folder, "Loosen <b>clock in</b>", people)
    assert build(folder, tmp_path / "out").code == 0
    page = Page.of(tmp_path / "out/en/services/days/attendance.html")
    shown = page.text[page.text.index("2026-10-14 ·") :]
    assert "What was merged that day" in shown
    assert "Loosen <b>clock in</b>" in shown
    assert "b" not in {tag for tag, _ in page.tags}


def test_the_command_prints_what_it_wrote(tmp_path: Path) -> None:
    folder = copied(tmp_path / "repository")
    ended = in_process("--today", DAY, "site", "--out", "public", "--days", "30", folder=folder)
    files = [path for path in (folder / "public").rglob("*") if path.is_file()]
    assert ended.out == (
        f"public: {len(files) - 1} files, {len(files) - 1} written, 0 removed; "
        "open public/index.html\n"
    )


def test_the_libraries_are_those_of_npm_with_their_licenses() -> None:
    for package in json.loads((STATIC / "vendored.json").read_bytes()):
        assert package["license"] == "MIT"
        assert f"{package['package']}.LICENSE.txt" in {file["name"] for file in package["files"]}
        for file in package["files"]:
            content = (STATIC / file["name"]).read_bytes()
            assert sha256(content).hexdigest() == file["sha256"], file["name"]


def test_the_overview_groups_slos_by_journey(site: Path) -> None:
    text = Page.of(site / "en/index.html").text
    journeys = text[text.index("User journeys") :]
    row = journeys[journeys.index("An employee clocks in at the start of the day") :]
    assert re.findall(r"the day (\d+) (\d+) ", row)[0] == ("1", "2")


def test_without_history_no_page_claims_that_nothing_happened(tmp_path: Path) -> None:
    folder = copied(tmp_path / "repository")
    (folder / "policies/history.yaml").write_text(
        "apiVersion: reliability/v1\nkind: HistorySources\nmetadata: {name: history}\n"
        "spec: {source: {type: store}, step: 1m, span: 90d, store: .reliability/history}\n"
    )
    assert build(folder, tmp_path / "out").code == 0
    for name in ("notifications", "on-call", "calendar", "services/days/exports"):
        text = Page.of(tmp_path / f"out/en/{name}.html").text
        assert "No history is stored. Run reliability history pull , or" in text, name
    overview = Page.of(tmp_path / "out/en/index.html").text
    assert "5 of 5 SLOs have no figures; run reliability history pull" in overview
    assert "Nothing needs attention" not in overview
