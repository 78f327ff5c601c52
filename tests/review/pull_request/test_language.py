"""The language of a review is the base's, so that a change cannot reword its own verdict."""

from pathlib import Path

from tests.cli.copied import copied, edit
from tests.cli.program import in_process
from tests.cli.program import in_process as reliability
from tests.review.pull_request.scene import LOOSER, scene

POLICY = "policies/notification.yaml"


def test_a_review_is_written_in_the_language_of_its_base(tmp_path: Path) -> None:
    of = scene(tmp_path)
    base = of.commit()
    edit(of.root / POLICY, "language: en", "language: ja")
    of.change(LOOSER)
    ended = reliability("--today", "2026-11-25", "review", "--base", base, folder=of.root)
    assert "**What changes**\n" in ended.out
    assert "検出結果" not in ended.out


def test_texts_of_the_repository_are_an_unknown_key(tmp_path: Path) -> None:
    of = copied(tmp_path)
    edit(of / POLICY, "  language: en", "  words: {Findings: Found}\n  language: en")
    ended = reliability("check", folder=of)
    assert ended.code == 1
    [line] = [line for line in ended.out.splitlines() if "document-key-unknown" in line]
    assert line.startswith(f"{POLICY}:")
    assert "words" in line


def test_without_a_policy_at_the_base_the_language_is_the_change_s(tmp_path: Path) -> None:
    of = scene(tmp_path)
    policy = (of.root / POLICY).read_text()
    (of.root / POLICY).unlink()
    base = of.commit()
    of.write(POLICY, policy.replace("language: en", "language: ja"))
    of.change(LOOSER)
    review = ("--today", "2026-11-25", "review", "--base", base)
    assert "**変更内容**" in in_process(*review, folder=of.root).out
    (of.root / POLICY).unlink()
    of.commit()
    assert "**What changes**" in in_process(*review, folder=of.root).out
