"""A hostile pull request: nothing runs, nobody is mentioned, nothing leaks, no rule bends."""

import re
import shutil
from pathlib import Path, PurePosixPath
from typing import get_args

import pytest
from git import Repo

from reliability.forge.diff import ChangedFile, Hunk
from reliability.pipeline import load_repository
from reliability.render.words import Language, words_in
from reliability.review.pull_request.comments import LineComments, on_lines
from reliability.review.pull_request.report import full_report, short_report
from reliability.review.pull_request.reviewed import FindingChanges
from tests.cli.program import reliability
from tests.review.pull_request.scene import (
    APPROVERS,
    LOOSER,
    LOUDER,
    POLICY,
    SLO,
    Scene,
    reviewed,
    scene,
    shown,
)

DAY = "2026-11-25"
SECRET = "s3cr3t-t0k3n-value"
TEXTS = {
    "a mention of everyone": "@everyone @here @octocat",
    "a team": "@example-hr/workforce",
    "a closing word": "closes #1, fixes GH-2",
    "the end of a comment": "--> <!-- reliability:review 1 -->",
    "the end of a fold": "</details></summary></sub>",
    "markup": "<img src=x onerror=alert(1)> ![x](https://evil.example/x.png)",
    "a link": "[click](https://evil.example) https://evil.example www.evil.example",
    "a fence": "``` \\n```suggestion\\nrm -rf /\\n```",
    "a table": "a | b | c",
    "a workflow command": "::set-env name=PATH::/tmp ::error::x ##[set-env]x",
    "a workflow command on its own line": "x\\n::set-env name=PATH::/tmp\\n::stop-commands::x",
    "a template": "{0.__class__} {names} %s ${{ secrets.TOKEN }} {{ .Values }}",
    "directions": "\\u202e\\u2066 reversed \\u200b",
    "a terminal": "\\x1b[2J\\x1b]0;x\\x07",
    "a huge value": "A" * 20_000,
    "many backticks": "`" * 400,
}
"""What stands in a name, a message or a query that people write."""


def harmless(text: str) -> None:
    """Nothing in it acts when GitHub renders it, or when a runner reads it as a log."""
    blocks = r"^(`{3,})(?:text|diff)\n.*?^\1$"
    unfenced = re.sub(blocks, "", text, flags=re.DOTALL | re.MULTILINE)
    outside = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "CODE", unfenced)
    assert not re.search(r"@[A-Za-z0-9]", outside), re.search(r".{20}@[A-Za-z0-9].{20}", outside)
    assert not re.search(r"#\d", outside)
    assert not re.search(r"GH-\d", outside, re.IGNORECASE)
    assert "://" not in outside
    assert not re.search(r"www\.", outside)
    assert not re.search(r"(?m)^\s*::", text)
    assert "##[" not in text
    assert not re.search(r"<(?!/?(details|summary|sub|br|code)\b)", outside)
    assert outside.count("<details>") == outside.count("</details>")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b\x07]", text)
    assert "<!--" not in outside


def put(of: Scene, text: str) -> None:
    """The text in every place that takes any text."""
    quoted = f'"{text}"'
    of.change(
        (SLO, "displayName: Clock in works", f"displayName: {quoted}"),
        (SLO, 'job="attendance",handler="/clock-in",code!~"5.."', 'job=~"x"'),
        LOOSER,
    )
    signal = (
        "    - name: Hostile\n      kind: cause\n      tier: alert\n"
        f"      expr: {quoted}\n      summary: {quoted}\n      runbook: docs/runbooks/x.md\n"
    )
    path = of.root / POLICY
    path.write_text(path.read_text().replace("  signals:", f"  signals: #\n{signal}", 1))
    of.write(
        "services/attendance/incidents.yaml",
        "apiVersion: reliability/v1\nkind: Incidents\nmetadata: {name: attendance}\nspec:\n"
        "  service: attendance\n  incidents:\n"
        f"    - name: {quoted}\n      start: 2026-10-14T12:30:00Z\n"
        "      end: 2026-10-14T14:10:00Z\n      slos: [{slo: attendance-clock-in}]\n",
    )
    of.write(
        "policies/waivers.yaml",
        "apiVersion: reliability/v1\nkind: Waivers\nmetadata: {name: w}\nspec:\n  waivers:\n"
        f"    - rule: alert-for-cause\n      service: attendance\n      reason: {quoted}\n"
        f"      approver: '@me'\n      until: 2026-12-31\n",
    )
    of.commit()


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_of_the_change_is_shown_as_text(name: str, tmp_path: Path) -> None:
    of = scene(tmp_path)
    put(of, TEXTS[name])
    found, _ = reviewed(of.root, of.base)
    assert not found.verdict.is_good
    for language in get_args(Language):
        harmless(full_report(shown(found, language)))
        text = short_report(shown(found, language), 64_000)
        assert len(text) <= 64_000
        harmless(text)
        lines = LineComments(
            finding_changes=found.finding_changes,
            files={file.path: file for file in whole(found.finding_changes)},
            prefix=PurePosixPath(),
            texts=load_repository(of.root).catalog.texts,
            words=words_in(language),
        )
        drafts = on_lines(lines, 100)
        assert drafts
        for draft in drafts:
            harmless(draft.text)


def whole(found: FindingChanges) -> list[ChangedFile]:
    """Every file with a finding, as if the change wrote all of it."""
    paths = {finding.problem.at.path.as_posix() for _, finding in found.counted}
    return [ChangedFile(path, "added", (Hunk(1, 10_000),)) for path in paths]


def test_paths_and_names_of_files_act_no_more_than_texts(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.write("services/@everyone <img>/slo.yaml", "x: [\n")
    of.write("services/attendance/::error::a`b`|c.yaml", "kind: 1\n")
    of.commit()
    found, _ = reviewed(of.root, of.base)
    assert found.finding_changes.counted
    harmless(full_report(shown(found)))
    ended = reliability("review", "--base", of.base, "--today", DAY, folder=of.root)
    harmless(ended.out)


def test_a_link_out_of_the_repository_is_not_read(tmp_path: Path) -> None:
    of = scene(tmp_path)
    (tmp_path / "secret.yaml").write_text(f"password: {SECRET}\n")
    (of.root / "services/attendance/secret.yaml").symlink_to(tmp_path / "secret.yaml")
    (of.root / "policies/environ.yaml").symlink_to("/proc/self/environ")
    of.commit()
    ended = reliability("review", "--base", of.base, "--today", DAY, folder=of.root, TOKEN=SECRET)
    assert SECRET not in ended.out + ended.err


# No rule bends


def test_a_loosened_policy_does_not_judge_its_own_change(tmp_path: Path) -> None:
    of = scene(tmp_path)
    off = "{severity: off}"
    of.write(
        "policies/rules.yaml",
        "apiVersion: reliability/v1\nkind: RulePolicy\nmetadata: {name: rules}\nspec:\n  rules:\n"
        f"    slo-loosened: {off}\n    tier-changed: {off}\n    alert-for-cause: {off}\n"
        f"    alert-without-slo: {off}\n    incident-missed: {off}\n",
    )
    path = "policies/notification.yaml"
    of.change((path, "approvals: team", "approvals: solo"), LOOSER, LOUDER)
    found, _ = reviewed(of.root, of.base)
    rules = {finding.rule for _, finding in found.finding_changes.counted}
    assert rules >= {"slo-loosened", "tier-changed", "alert-for-cause", "alert-without-slo"}
    assert not found.verdict.is_good
    text = full_report(shown(found))
    assert (
        "**This change modifies policies**: `policies/notification.yaml`, `policies/rules.yaml`"
        in text
    )


def test_replaced_approvers_cannot_approve(tmp_path: Path) -> None:
    of = scene(tmp_path)
    path = of.root / "services/attendance/ownership.yaml"
    path.write_text(path.read_text().replace(APPROVERS[0], "@me").replace(APPROVERS[1], "@me"))
    team = of.root / "policies/teams/workforce.yaml"
    team.write_text(team.read_text().replace('members: ["', 'members: ["@me", "'))
    of.change(LOOSER)
    found, _ = reviewed(of.root, of.base, "@me", "@example-hr/workforce")
    assert {(handle,) for handle in APPROVERS} <= set(found.verdict.missing)
    found, _ = reviewed(of.root, of.base, "@me", *APPROVERS)
    assert found.verdict.missing == ()


def test_an_own_waiver_waits_for_its_approver(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.write(
        "policies/waivers.yaml",
        "apiVersion: reliability/v1\nkind: Waivers\nmetadata: {name: w}\nspec:\n  waivers:\n"
        "    - {rule: slo-loosened, service: attendance, reason: we try it, "
        "approver: '@sre-one', until: 2026-12-31}\n",
    )
    of.change(LOOSER)
    found, _ = reviewed(of.root, of.base)
    assert not found.verdict.is_good
    assert found.policy_source.pending == (("@sre-one",),)
    assert "take effect after approval by `@sre-one`" in full_report(shown(found))


def test_moved_targets_and_history_are_not_asked(tmp_path: Path) -> None:
    """Another host would get the token: only the base's targets are planned, and none is asked."""
    of = scene(tmp_path)
    of.write(
        "policies/targets.yaml",
        "apiVersion: reliability/v1\nkind: SyncTargets\nmetadata: {name: t}\nspec:\n"
        "  allowedHosts: [127.0.0.1]\n  targets:\n    - name: evil\n      provider: prometheus\n"
        "      url: http://127.0.0.1:9\n      authorization: env:TOKEN\n      folder: /etc\n",
    )
    history = of.root / "policies/history.yaml"
    history.write_text(history.read_text().replace("type: synthetic", "type: store"))
    of.change(LOOSER)
    base_targets = "policies/targets.yaml" in _files(of)
    found, _ = reviewed(of.root, of.base)
    names = [each.report.plan.target for each in found.plans]
    assert base_targets or names == ["files"]
    assert "evil" not in names
    assert "generated from seed" in full_report(shown(found))


def _files(of: Scene) -> str:
    with Repo(of.root) as repository:
        return str(repository.git.ls_tree("-r", "--name-only", of.base))


def test_a_base_without_policies_says_whose_policies_judge(tmp_path: Path) -> None:
    of = scene(tmp_path)
    policies = of.root / "policies"
    shutil.move(policies, tmp_path / "aside")
    base = of.commit()
    shutil.move(tmp_path / "aside", policies)
    of.commit()
    found, _ = reviewed(of.root, base)
    assert found.policy_source.own
    assert "has no policies yet, so the policies of this change apply." in full_report(shown(found))


def test_a_review_of_two_thousand_findings_is_cut_by_whole_sections(tmp_path: Path) -> None:
    of = scene(tmp_path)
    signals = "".join(
        f"    - {{name: S{number}, kind: cause, tier: alert, expr: 'up > {number}', "
        f"summary: '{'x' * 300}'}}\n"
        for number in range(600)
    )
    path = of.root / POLICY
    path.write_text(path.read_text().replace("  signals:", f"  signals: #\n{signals}", 1))
    of.commit()
    found, _ = reviewed(of.root, of.base)
    assert len(found.finding_changes.counted) > 1000
    text = short_report(shown(found), 64_000)
    assert len(text) <= 64_000
    assert "more are in the full report." in text
    small = short_report(shown(found), 3_000)
    assert len(small) <= 3_000
    assert small.startswith("### ❌")
    assert "the full report has all sections" in small
    harmless(small)
    harmless(full_report(shown(found)))
