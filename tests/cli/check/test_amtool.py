"""`check` asks amtool about the merged configuration, where there is an amtool."""

from pathlib import Path

import pytest
import yaml

from reliability.check.masking.masking import masked_words
from reliability.resource import Json
from tests.cli.program import Ended, in_process
from tests.servers.generation import Generation

NEWER = """
global: {wechat_api_secret_file: /etc/alertmanager/wechat, wechat_api_corp_id: ww1234}
route: {receiver: ops}
receivers:
- name: ops
  wechat_configs: [{to_user: "@all"}]
"""
"""What 0.33 reads and 0.28 refuses."""


def check(folder: Path, *arguments: str | Path, **variables: str) -> Ended:
    (folder / "policies").mkdir(exist_ok=True)
    (folder / "services").mkdir(exist_ok=True)
    (folder / "policies/alertmanager.base.yml").write_text(NEWER, encoding="utf-8")
    return in_process("check", *arguments, folder=folder, **variables)


def refusals(ended: Ended) -> list[str]:
    return [line for line in ended.out.splitlines() if "[routing-refused]" in line]


@pytest.mark.tools
@pytest.mark.parametrize("is_named", [True, False])
def test_what_amtool_refuses_is_an_error_on_the_file(
    generation: Generation, tmp_path: Path, is_named: bool
) -> None:
    if is_named:
        ended = check(tmp_path, "--amtool", generation.amtool)
    else:
        ended = check(tmp_path, PATH=str(generation.folder))
    if generation.name == "newer":
        assert refusals(ended) == []
        assert ended.code == 0
        return
    version = ".".join(map(str, generation.alertmanager_version))
    assert len(refusals(ended)) == 1
    assert refusals(ended)[0].startswith(
        f"policies/alertmanager.base.yml:1:1: error[routing-refused]: amtool {version}"
    )
    assert "field wechat_api_secret_file not found" in refusals(ended)[0]
    assert ended.code == 1


def test_without_amtool_the_rules_alone_judge(tmp_path: Path) -> None:
    for ended in (check(tmp_path, PATH=str(tmp_path)), check(tmp_path, "--amtool", "off")):
        assert refusals(ended) == []
        assert "info[routing-newer]" in ended.out
        assert ended.code == 0


PROGRAM = """\
#!/bin/sh
if [ "$1" = --version ]; then echo "amtool, version 0.99.1 (branch: x)"; exit; fi
cp "$2" SENT
printf "Checking\\n  FAILED: yaml: unmarshal errors:\\n  line 3: unknown key\\n\\n"
exit CODE
"""


@pytest.mark.parametrize("code", [0, 1])
def test_the_merged_configuration_is_sent_without_templates(tmp_path: Path, code: int) -> None:
    program, sent = tmp_path / "any-amtool", tmp_path / "sent.yml"
    program.write_text(PROGRAM.replace("SENT", str(sent)).replace("CODE", str(code)))
    program.chmod(0o755)
    (tmp_path / "policies").mkdir()
    (tmp_path / "services").mkdir()
    base = tmp_path / "policies/alertmanager.base.yml"
    base.write_text("templates: [a.tmpl]\nroute: {receiver: ops}\nreceivers: [{name: ops}]\n")
    ended = in_process("check", "--amtool", program, folder=tmp_path)
    reason = "amtool 0.99.1 refuses the merged configuration: unknown key"
    found = [line.rpartition("[routing-refused]: ")[2] for line in refusals(ended)]
    assert (ended.code, found) == (code, [reason] * code)
    content = yaml.safe_load(sent.read_text())
    assert (content["templates"], content["receivers"]) == ([], [{"name": "ops"}])


def test_an_amtool_that_is_not_there_is_named(tmp_path: Path) -> None:
    ended = check(tmp_path, "--amtool", "no-such-amtool")
    assert ended.code == 2
    assert "no-such-amtool is not there; pass --amtool PROGRAM, or --amtool off" in ended.err


def test_what_the_rules_refuse_is_not_sent_to_amtool(tmp_path: Path) -> None:
    """A program that only fails: it would be a finding of its own."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "services").mkdir()
    base = tmp_path / "policies/alertmanager.base.yml"
    base.write_text("route: {receiver: ops}\nreceivers: []\n", encoding="utf-8")
    ended = in_process("check", "--amtool", "false", folder=tmp_path)
    assert [line.split(": ", 2)[2] for line in refusals(ended)] == ["unknown receiver ops"]


def test_amtool_is_not_asked_if_another_program_fills_in_values(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "services").mkdir()
    base = tmp_path / "policies/alertmanager.base.yml"
    base.write_text(
        "global: {slack_api_url: '${SLACK}'}\nroute: {receiver: a}\nreceivers: [{name: a}]\n"
    )
    ended = in_process("check", "--amtool", "false", folder=tmp_path)
    assert refusals(ended) == []
    assert "amtool was not run: the configuration has placeholders" in ended.err


@pytest.mark.parametrize(
    "setting",
    ["chat_id: s3cr3tXyzzy", "api_url: s3cr3tXyzzy", "message_thread_id: [s3cr3tXyzzy]"],
)
def test_no_value_of_a_receiver_is_in_what_amtool_says(setting: str) -> None:
    said = f"amtool refuses: cannot unmarshal !!str `s3cr3tX...` into int; s3cr3tXyzzy: {setting}"
    key, _, value = setting.partition(": ")
    body: dict[str, Json] = {"receivers": [{"name": "ops", "telegram_configs": [{key: value}]}]}
    words = masked_words(f'{said} of receiver "ops"', body)
    assert "s3cr3t" not in words
    assert words.startswith("amtool refuses: cannot unmarshal !!str `***` into int; ")
    assert words.endswith('of receiver "ops"')
