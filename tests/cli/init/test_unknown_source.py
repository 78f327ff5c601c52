"""`init` of a program whose origin is not known: no workflow installs it."""

import json
from pathlib import Path

import pytest

from tests.cli.init.test_init import init, repository
from tests.cli.program import in_process
from tests.onboarding.test_released import installed_in

REASON = "reliability was not installed from a Git repository"
EXAMPLE = "git+https://HOST/OWNER/NAME.git@COMMIT"
TOOL = ".github/actions/reliability/tool.txt"


@pytest.mark.parametrize(
    ("options", "remote", "code"),
    [
        (("--github",), "https://git.example/acme/ops", 1),
        ((), "https://github.com/acme/ops", 0),
        (("--no-github",), "https://github.com/acme/ops", 0),
    ],
)
def test_no_workflow_is_written_and_the_reason_is_said(
    tmp_path: Path, options: tuple[str, ...], remote: str, code: int
) -> None:
    record = tmp_path / "lib/reliability_as_code-1.dist-info"
    record.mkdir(parents=True)
    (record / "METADATA").write_text("Name: reliability-as-code\nVersion: 1\n")
    root = repository(tmp_path, remote)
    with installed_in(tmp_path / "lib"):
        ended = in_process(*init(root, *options), folder=root)
        again = in_process(*init(root, *options, "--format", "json"), folder=root)

    is_wanted = "--no-github" not in options
    assert (ended.code, again.code) == (code, code)
    assert (root / ".github/ISSUE_TEMPLATE/slo-review.yml").is_file() is is_wanted
    assert not (root / ".github/workflows").exists()
    assert "set up GitHub, see" not in ended.err
    state = f"not written: {REASON}" if is_wanted else "not wanted"
    assert json.loads(again.out)["workflows"] == state
    line = (
        f"\nno workflow was written: {REASON}, and {TOOL} needs a line such as:\n"
        f"  reliability-as-code @ {EXAMPLE}\n"
        f"run: reliability init --github --install-from {EXAMPLE}\n"
    )
    assert (line in ended.err) is is_wanted
