"""`new`: all that it prints, and every file it writes, in golden files.

`pytest tests/cli/new --update-golden` rewrites them; read what has changed.
"""

import json
from pathlib import Path
from typing import Final

import pytest

from reliability.onboarding.new.service_kinds import service_kinds
from tests.cli.program import answered, in_process, transcript
from tests.golden import Golden
from tests.servers.process import free_port

GOLDEN: Final = Path(__file__).parent / "golden"
NEW: Final = ("--today", "2026-11-25", "new")
JOURNEY: Final = ("--journey", "A customer places an order")
QUERIES: Final = (
    *("--good", 'orders_total{code!~"5.."}', "--total", "orders_total", "--target", "99.5 %"),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    asked = ("--team", "shop", "--member", "@lead", "--slack", "#shop-alerts", "--no-github")
    assert in_process("init", *asked, folder=tmp_path).code == 0
    return tmp_path


def files(root: Path, *below: str) -> str:
    """Every file below these folders."""
    paths = sorted(path for name in below for path in (root / name).rglob("*") if path.is_file())
    return "\n".join(f"## {path.relative_to(root)}\n{path.read_text()}" for path in paths)


@pytest.mark.parametrize("kind", [kind.name for kind in service_kinds()])
def test_each_kind_of_service(golden: Golden, root: Path, kind: str) -> None:
    text = transcript(root, (*NEW, "shop", *JOURNEY, "--kind", kind, "--dry-run"))
    golden.check(GOLDEN / f"{kind}.txt", text)


def test_a_second_slo_and_a_new_team(golden: Golden, root: Path) -> None:
    text = transcript(
        root,
        (*NEW, "shop", *JOURNEY, *QUERIES, "--criticality", "critical", "--fast-tier", "alert"),
        (*NEW, "shop", *JOURNEY, *QUERIES),
        (
            *(*NEW, "shop", "--journey", "A customer pays", "--kind", "grpc", "--slo", "pay"),
            *("--user-impact", "the card is charged twice", "--format", "json"),
        ),
        (
            *(*NEW, "pay", *JOURNEY, "--kind", "batch", "--team", "money", "--channel", "#money"),
            *("--product", "@po", "--technical", "@lead", "--target", "0.95"),
        ),
        ("--quiet", *NEW, "pay", "--journey", "A bill is sent", "--kind", "queue", "--dry-run"),
    )
    written = files(root, "services/shop", "services/pay", "policies/teams", "docs")
    golden.check(GOLDEN / "more.txt", f"{text}\n{written}")


def test_requests_that_cannot_be_served(golden: Golden, root: Path) -> None:
    kind = ("--kind", "http")
    text = transcript(
        root,
        (*NEW, "shop"),
        (*NEW, "Shop", *JOURNEY, *kind),
        (*NEW, "shop", "--journey", "Orders", *kind),
        (*NEW, "shop", *JOURNEY),
        (*NEW, "shop", *JOURNEY, "--kind", "web"),
        (*NEW, "shop", *JOURNEY, *kind, "--target", "1"),
        (*NEW, "shop", *JOURNEY, *kind, "--target", "0.4"),
        (*NEW, "shop", *JOURNEY, *kind, "--slo", "My SLO"),
        (*NEW, "shop", *JOURNEY, *kind, "--product", "po"),
        (*NEW, "shop", *JOURNEY, *kind, "--technical", "lead"),
        (*NEW, "shop", *JOURNEY, *kind, "--team", "A B"),
        (*NEW, "shop", *JOURNEY, *kind, "--criticality", "high"),
        (*NEW, "shop", *JOURNEY, *kind, "--fast-tier", "page"),
        (*NEW, "shop", *JOURNEY, *kind, "--user-impact", "bad"),
        (*NEW, "shop", *JOURNEY, "--good", "a"),
        (*NEW, "shop", *JOURNEY, "--bad", "a"),
        (*NEW, "shop", *JOURNEY, "--total", "a"),
        (*NEW, "shop", *JOURNEY, "--good", "a", "--bad", "b", "--total", "c"),
        (*NEW, "shop", *JOURNEY, "--good", "a{", "--total", "c"),
        (*NEW, "shop", *JOURNEY, "--bad", "a", "--total", "sum("),
        (*NEW, "shop", *JOURNEY, "--sli", "cc9628"),
        (*NEW, "shop", "--candidates"),
        (*NEW, "shop", *JOURNEY, *kind, "--prometheus", "nowhere"),
        (*NEW, "shop", *JOURNEY, *kind, "--days", "91"),
    )
    golden.check(GOLDEN / "refused.txt", text)
    assert not (root / "services/shop").exists()


def test_documents_that_only_grow_have_next_steps_and_no_change_has_none(root: Path) -> None:
    assert in_process(*NEW, "shop", *JOURNEY, "--kind", "http", folder=root).code == 0
    (root / "docs/runbooks/pay.md").write_text("# Pay\n")
    asked = (*NEW, "shop", "--journey", "A customer pays", "--kind", "http", "--slo", "pay")
    grown, same = (in_process(*asked, folder=root) for _ in range(2))
    assert grown.out.splitlines() == [
        "added  to the end of services/shop/slo.yaml",
        "added  to the end of services/shop/alert-policy.yaml",
        "kept   services/shop/ownership.yaml declares the owner",
        "kept   docs/runbooks/pay.md exists",
    ]
    assert ("\nnext:\n" in grown.err, "\nnext:\n" in same.err) == (True, False)


@pytest.fixture
def dead(root: Path) -> str:
    """A server of the history that does not answer."""
    url = f"http://127.0.0.1:{free_port()}"
    history = root / "policies/history.yaml"
    source = f"type: prometheus, url: '{url}'"
    history.write_text(history.read_text().replace("type: store", source))
    return url


def test_a_declared_server_that_does_not_answer_is_a_note(root: Path, dead: str) -> None:
    ended = in_process(*NEW, "shop", *JOURNEY, "--kind", "http", "--format", "json", folder=root)
    assert ended.code == 0, ended
    assert f"looking at {dead} ...\n" in ended.err
    assert "\ncontinuing without it: the target will be a guess\n" in ended.err
    assert json.loads(ended.out)["rationale"] == (
        f"a guess, because {dead} does not answer; measure it before the first review"
    )


def test_a_named_server_that_does_not_answer_ends_the_run(root: Path) -> None:
    named = ("--prometheus", f"http://127.0.0.1:{free_port()}")
    ended = in_process(*NEW, "shop", *JOURNEY, "--kind", "http", *named, folder=root)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.endswith("; leave out --prometheus to continue without a server\n")
    known = in_process(*NEW, "shop", *JOURNEY, *QUERIES, *named, folder=root)
    assert (known.code, known.out, known.err.splitlines()[-1:]) == (
        2,
        "",
        ended.err.splitlines()[-1:],
    )
    assert not (root / "services/shop").exists()


def test_a_person_goes_on_without_a_named_server(root: Path) -> None:
    named = ("--prometheus", f"http://127.0.0.1:{free_port()}")
    ended = answered(*NEW, "shop", *JOURNEY, *named, folder=root, typed=("",) * 11)
    assert ended.code == 0, ended
    assert "\ncontinuing without it: the target will be a guess\n" in ended.err
    assert (root / "services/shop/slo.yaml").is_file()


def test_of_several_teams_none_is_the_default(root: Path) -> None:
    team = (root / "policies/teams/shop.yaml").read_text()
    (root / "policies/teams/pay.yaml").write_text(team.replace("shop", "pay"))
    ended = in_process(*NEW, "shop", *JOURNEY, "--kind", "http", folder=root)
    assert (ended.code, ended.out) == (2, "")
    assert "--team is required without a terminal: which team answers?" in ended.err


def test_a_file_that_cannot_be_appended_to(root: Path) -> None:
    assert in_process(*NEW, "shop", *JOURNEY, "--kind", "http", folder=root).code == 0
    slo = root / "services/shop/slo.yaml"
    (root / "elsewhere.yaml").write_text(slo.read_text())
    slo.unlink()
    slo.symlink_to(root / "elsewhere.yaml")
    asked = (*NEW, "shop", "--journey", "A customer pays", "--kind", "http")
    ended = in_process(*asked, folder=root)
    assert (ended.code, ended.out) == (2, "")
    assert "services/shop/slo.yaml" in ended.err
