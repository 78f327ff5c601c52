"""Options of `backtest` that go together, and which do not, with `--rules` and without it."""

from pathlib import Path

import pytest

from tests.cli.program import in_process

OF_SLOS = (
    ("shop",),
    ("--brief",),
    ("--fail-on", "never"),
    ("--phase", "0"),
    ("--mode", "event"),
    ("--jobs", "1"),
    ("--scheduler", "127.0.0.1:1"),
    ("--environment", "production"),
)
OF_RULES = (
    ("--alertmanager", "file.yml"),
    ("--alertmanager-version", "0.33"),
    ("--prometheus", "http://127.0.0.1:9"),
    ("--authorization", "env:A"),
    ("--page", "a=b"),
    ("--ticket", "a=b"),
    ("--incidents", "file.yml"),
    ("--budget", "1"),
    ("--forge", "github"),
    ("--event", "event.json"),
)
OF_BOTH = (
    ("--samples", "file.yml"),
    ("--base", "main"),
    ("--days", "1"),
    ("--ranges", "closed"),
    ("--all",),
    ("--format", "json"),
    ("--output", "out.txt"),
)


def refusal(folder: Path, *options: str) -> str:
    (folder / "file.yml").write_text("")
    ended = in_process("backtest", *options, folder=folder)
    assert (ended.code, ended.out) == (2, "")
    return ended.err.removeprefix("reliability: ").strip()


@pytest.mark.parametrize("option", OF_SLOS, ids=" ".join)
def test_an_option_of_slos_is_refused_with_rule_files(
    tmp_path: Path, option: tuple[str, ...]
) -> None:
    label = "an SLO or service" if option == ("shop",) else option[0]
    message = refusal(tmp_path, "--rules", "none.yml", *option)
    assert message == f"{label} and --rules exclude each other"


@pytest.mark.parametrize("option", OF_RULES, ids=" ".join)
def test_an_option_of_rule_files_is_refused_without_them(
    tmp_path: Path, option: tuple[str, ...]
) -> None:
    assert refusal(tmp_path, *option) == f"{option[0]} needs --rules PATTERN"


@pytest.mark.parametrize("option", [*OF_RULES, *OF_BOTH], ids=" ".join)
def test_the_others_go_with_rule_files(tmp_path: Path, option: tuple[str, ...]) -> None:
    message = refusal(tmp_path, "--rules", "none.yml", *option)
    # The base of a pull request is that of its event, so the event is read first.
    needs_event = "--forge needs the event of a pull request; pass --event FILE"
    is_forge = option[0] == "--forge"
    assert message == (needs_event if is_forge else "--rules: no file matches none.yml")


@pytest.mark.parametrize("option", OF_BOTH, ids=" ".join)
def test_shared_options_need_no_rule_files(tmp_path: Path, option: tuple[str, ...]) -> None:
    assert refusal(tmp_path, *option).startswith(f"no services/ in {tmp_path} or its parents;")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--jobs", "2", "--mode", "sample"), "need event mode, which replays stored history"),
        (("--jobs", "2", "--samples", "file.yml"), "need event mode, which replays stored history"),
        (("--jobs", "2", "--scheduler", "127.0.0.1:1"), "exclude each other; pass one of them"),
    ],
)
def test_only_stored_history_is_replayed_in_processes(
    tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    (tmp_path / "services").mkdir()
    assert refusal(tmp_path, *options) == f"--jobs and --scheduler {message}"
