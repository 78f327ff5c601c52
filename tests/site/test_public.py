"""Public pages show what the allow-list names, and nothing else of the repository."""

import re
from pathlib import Path, PurePosixPath
from typing import Final
from xml.etree import ElementTree as Xml

import pytest

from reliability.git import initialize
from reliability.load.document import parse
from tests.cli.copied import copied, edit
from tests.cli.program import Ended
from tests.japanese import english_in
from tests.site.built import Page, build, pages
from tests.site.varied import varied

ALLOWED: Final = """\
title: Example status
timeZone: Asia/Tokyo
slos:
  - service: attendance
    slo: attendance-clock-in
    name: Terminals <b>
    description: Doors accept you & open
"""
CORRECTIONS: Final = """\
apiVersion: reliability/v1
kind: Corrections
metadata: {name: attendance-corrections}
spec:
  service: attendance
  corrections:
    - start: 2026-11-01T01:00:00+09:00
      end: 2026-11-01T03:00:00+09:00
      reason: CANARY database upgrade
      approver: "@lead-workforce"
"""
ATOM: Final = "{http://www.w3.org/2005/Atom}"
PLAIN: Final = frozenset(
    (
        *("alert", "critical", "important", "standard", "production", "partial", "missing"),
        *("ticket", "Occurrences", "established", "monitoring", "release", "service", "status"),
        *(
            "reliability",
            "synthetic",
            "target",
            "mention",
            "spent",
            "error",
            "plain",
            "files",
            "Asia/Tokyo",
            "2026-10-20",
        ),
    )
)
"""Values that are words of every page, not names."""


def public(folder: Path, out: Path, allowed: str = ALLOWED) -> Ended:
    """Build the public pages of a copy of the shipped repository."""
    (folder.parent / "status.yaml").write_text(allowed)
    return build(folder, out, "--public", str(folder.parent / "status.yaml"))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("public")
    folder = copied(top / "repository")
    (folder / "services/attendance/corrections.yaml").write_text(CORRECTIONS)
    for path in folder.rglob("*.yaml"):
        canary(path)
    people = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", "CANARY"), ("EMAIL", "CANARY@x"), ("DATE", "2026-11-01T00:00Z"))
    }
    initialize(folder, "CANARY subject", people)
    ended = public(folder, top / "out")
    assert (ended.code, ended.err) == (0, "")
    return top / "out"


def canary(path: Path) -> None:
    """Put a canary before each free text of a file."""
    keys = "displayName|description|impact|summary|reason|evidence|agreed-by|journey|rationale"
    text = path.read_text(encoding="utf-8")
    text = re.sub(rf'((?:{keys}): *)(?!")(?=\w)', r"\1CANARY ", text)
    text = re.sub(rf'((?:{keys}): *")', r"\1CANARY ", text)
    path.write_text(text, encoding="utf-8")


def scalars(value: object) -> set[str]:
    """Every text below a value."""
    if isinstance(value, dict):
        return {text for one in value.values() for text in scalars(one)}
    if isinstance(value, list):
        return {text for one in value for text in scalars(one)}
    return {value} if isinstance(value, str) else set()


def test_no_name_or_text_of_the_repository_leaks(out: Path) -> None:
    folder = out.parent / "repository"
    internal: set[str] = set()
    for path in [*folder.glob("services/*/*.yaml"), *folder.glob("policies/**/*.yaml")]:
        parsed = parse(PurePosixPath(path.name), path.read_bytes())
        internal |= {text for one in parsed.documents for text in scalars(one.values)}
    internal = {text for text in internal if len(text) > 4 and text not in PLAIN}
    assert {"attendance-clock-in", "workforce", "@lead-workforce"} <= internal
    assert any("CANARY" in text for text in internal)

    files = [path for path in out.rglob("*") if path.is_file() and path.suffix != ".css"]
    written = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert "CANARY" not in written
    assert {name for name in internal if name in written} == set()


def test_the_page_shows_words_figures_and_maintenance(out: Path) -> None:
    page = Page.of(out / "en/index.html")
    assert "Terminals <b> Doors accept you & open last 30 days 99.95" in page.text
    assert "target 99.9 %: met" in page.text
    assert "2026-11-01 01:00 JST – 2026-11-01 03:00 JST: Terminals <b>" in page.text
    assert "Times are in Asia/Tokyo; days are UTC days." in page.text
    assert {tag for tag, _ in page.tags} & {"script", "b"} == set()
    assert "services" not in " ".join(page.values("href"))


def test_the_feed_is_atom_with_stable_entries(out: Path, tmp_path: Path) -> None:
    feed = Xml.parse(out / "en/feed.xml").getroot()
    titles = [one.findtext(f"{ATOM}title") for one in feed.findall(f"{ATOM}entry")]
    assert "Planned maintenance: Terminals <b>" in titles
    assert "Reduced service: Terminals <b>" in titles
    ids = [one.findtext(f"{ATOM}id") or "" for one in feed.findall(f"{ATOM}entry")]
    assert len(ids) == len({*ids}) == len(titles)
    assert all(one.startswith("urn:uuid:") for one in ids)
    again = public(out.parent / "repository", out)
    assert ", 0 written, 0 removed;" in again.out


def test_the_japanese_page_is_japanese(out: Path) -> None:
    for path in pages(out / "ja"):
        found = {text for part in Page.of(path).parts for text in english_in(part)}
        assert found <= {"oors accept you"}, path


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("slo: attendance-clock-in", "slo: nowhere", "attendance has no SLO nowhere"),
        ("service: attendance", "service: nowhere", "nowhere has no SLO attendance-clock-in"),
        ("title:", "heading:", "unknown key: heading"),
        ("    name: Terminals <b>\n", "", "name is missing, or is not a text"),
        ("    description:", "    owner:", "unknown key: owner"),
        ("title: Example status", "title: 7", "title is missing, or is not a text"),
        (ALLOWED, "title: a\nslos: []\n", "slos is not a list with at least one entry"),
        (ALLOWED, "- a\n", "expected one mapping"),
        (ALLOWED, f"{ALLOWED}---\ntitle: b\n", "expected one mapping"),
        (ALLOWED, "title: a\nslos: attendance\n", "slos is not a list with at least one entry"),
        (ALLOWED, "title: a\nslos: [attendance]\n", "expected a mapping in slos"),
        ("timeZone: Asia/Tokyo", "timeZone: 9", "timeZone is missing, or is not a text"),
        ("description: Doors accept you & open", "description: []", "description is missing, or"),
        (ALLOWED, "title: [", "status.yaml: "),
    ],
)
def test_a_wrong_allow_list_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in ALLOWED
    ended = public(copied(tmp_path / "repository"), tmp_path / "out", ALLOWED.replace(old, new))
    assert ended.code == 2
    assert message in ended.err
    assert not (tmp_path / "out").exists()


def test_an_slo_with_several_objectives_needs_one(tmp_path: Path) -> None:
    folder = copied(tmp_path / "repository")
    edit(
        folder / "services/exports/slo.yaml",
        "  objectives:\n",
        "  objectives:\n    - {displayName: half, target: 0.5}\n",
    )
    one = "title: a\nslos: [{service: exports, slo: exports-csv, name: b%s}]\n"
    ended = public(folder, tmp_path / "out", one % "")
    assert "exports-csv has several objectives; name one: objective" in ended.err
    assert public(folder, tmp_path / "out", one % ", objective: half").code == 0


def test_one_of_several_objectives_is_named(tmp_path: Path) -> None:
    root = varied(tmp_path)
    status = tmp_path / "status.yaml"
    one = status.read_text()
    for new, message in (
        ("", "payslips-view has several objectives; name one: objective"),
        ("objective: closed, ", "payslips has no SLO payslips-view closed"),
    ):
        assert "objective: opened, " in one
        status.write_text(one.replace("objective: opened, ", new))
        ended = build(root, tmp_path / "out", "--public", str(status))
        assert (ended.code, ended.err) == (2, f"reliability: --public: {status}: {message}\n")


def test_an_allow_list_has_a_million_bytes_at_most(tmp_path: Path) -> None:
    text = "title: 7\n"
    for size, message in (
        (1_000_000, "slos is not a list with at least one entry"),
        (1_000_001, "the file has 1,000,001 bytes; the limit is 1,000,000"),
    ):
        ended = public(
            copied(tmp_path / f"{size}/repository"),
            tmp_path / "out",
            text + "#" * (size - len(text)),
        )
        assert (ended.code, message in ended.err) == (2, True), ended.err
