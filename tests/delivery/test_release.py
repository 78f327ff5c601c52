"""The release workflow, run by act: the order of its jobs, and what each one gets and hands on.

`make`, `gh` and `docker` are programs that write down how they were called; the actions are
stand-ins. What `make` does is tried by `make dist-trial dist-index`, not here.
"""

import subprocess
from pathlib import Path
from typing import Final

from tests.delivery.act import Act, Ran
from tests.delivery.linters import program
from tests.project.repository import ROOT

MAKE: Final = """\
#!/bin/sh
echo "make $*" >>"$ACT_ARTIFACTS/calls"
case "$*" in
*"$FAILS"*) [ -z "$FAILS" ] || exit 1 ;;
esac
case "$*" in
dist-trial*) mkdir -p dist && cd dist && touch a.whl a.tar.gz a.cdx.json notes.md ;;
esac
"""
RECORDER: Final = """\
#!/bin/sh
echo "$(basename "$0") $*" >>"$ACT_ARTIFACTS/calls"
"""


def released(tmp_path: Path, *, fails: str = "", image: str = "") -> Ran:
    """Push the tag v0.1.0 to a clone with the workflows of the working tree."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    runner = Act(api="http://127.0.0.1:9", repository=clone, folder=tmp_path / "act")
    (tmp_path / "act/artifacts").mkdir(parents=True)
    programs = runner.installed()
    for name, text in {"make": MAKE, "gh": RECORDER, "docker": RECORDER}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)

    workflow = ".github/workflows/release.yml"
    (clone / workflow).write_bytes((ROOT / workflow).read_bytes())
    runner.environment["FAILS"] = fails
    runner.variables = {"IMAGE": image} if image else {}
    return runner.run("release.yml", "push", {"ref": "refs/tags/v0.1.0"})


def calls(ran: Ran) -> list[str]:
    return ran.artifact("calls").splitlines()


def test_a_tag_is_tested_built_signed_uploaded_and_announced(tmp_path: Path) -> None:
    ran = released(tmp_path, image="images.example/acme/reliability")
    assert ran.succeeded, ran.log
    made = [call for call in calls(ran) if call.startswith("make")]
    assert made[0] == "make release-check PYTHON=python TAG=v0.1.0"
    assert made[1:-1] == ["make lint test PYTHON=python"] * 8
    assert made[-1] == "make dist-trial dist-notes PYTHON=python"

    assert sorted(path.name for path in (ran.artifacts / "index").iterdir()) == [
        "a.tar.gz",
        "a.whl",
    ]
    subjects = [line.split()[1] for line in ran.artifact("provenance/subjects").splitlines()]
    assert subjects == ["dist/a.whl", "dist/a.tar.gz", "dist/a.cdx.json"]
    [announced] = [call for call in calls(ran) if call.startswith("gh")]
    assert announced == (
        "gh release create v0.1.0 --verify-tag --notes-file dist/notes.md "
        "dist/a.whl dist/a.tar.gz dist/a.cdx.json"
    )
    [pushed] = [call for call in calls(ran) if call.startswith("docker buildx build")]
    assert (
        "--platform linux/amd64,linux/arm64 --tag images.example/acme/reliability:0.1.0" in pushed
    )


def test_nothing_is_uploaded_if_a_placeholder_remains_or_a_test_fails(tmp_path: Path) -> None:
    for number, fails in enumerate(("release-check", "lint test")):
        ran = released(tmp_path / str(number), fails=fails)
        assert not ran.succeeded
        assert not (ran.artifacts / "index").exists()
        assert not any(call.startswith(("gh", "docker")) for call in calls(ran))


def test_without_a_name_there_is_no_image(tmp_path: Path) -> None:
    ran = released(tmp_path)
    assert ran.succeeded, ran.log
    assert not any(call.startswith("docker") for call in calls(ran))


def test_hadolint_finds_nothing_in_the_containerfile() -> None:
    done = subprocess.run(
        [program("hadolint"), ROOT / "Containerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
