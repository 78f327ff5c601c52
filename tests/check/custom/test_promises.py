"""What a custom rule may cost: each limit is broken, and seen to hold; the other rules go on."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from reliability.check.custom.process import CHILD, Process, Run
from reliability.check.custom.replies import Stopped
from reliability.check.custom.request import (
    MIB,
    CustomRuleLimits,
    CustomRuleRequest,
    Request,
    size,
)
from reliability.finding import Finding
from reliability.message import Message
from tests.check.custom.policies import TRIBE, found_by, policy, rule
from tests.check.examples import minimal_files
from tests.check.repository import checked, write
from tests.check.test_imports import imported

UNFINISHED = "custom-rule-unfinished"
TEN = "[1,2,3,4,5,6,7,8,9,10]"
LARGE = "service.name" + ".replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')" * 3
NINE = "[1,2,3,4,5,6,7,8,9]"
LOOPED = f"{NINE}.all(a, {NINE}.all(b, {NINE}.all(c, {NINE}.all(d, "
SLOW = f"\"[{LARGE}].all(t, {LOOPED}!t.matches('[a-e][a-z]{{300}}b'))))))\""
HUGE = f"\"{LARGE}.replace('a', {LARGE}) == ''\""
LOOPS = f'"{TEN}.all(a, {TEN}.all(b, {TEN}.all(c, {TEN}.all(d, {TEN}.all(e, true)))))"'
LAST = rule("last", "service.name != 'attendance'", "reached")


def told(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(each.rule, each.problem.message) for each in findings]


def test_a_rule_that_takes_too_long_is_ended_and_the_others_run() -> None:
    process = Process(CustomRuleLimits(rule=timedelta(seconds=0.5)))
    found = told(found_by(policy(TRIBE, rule("slow", SLOW), LAST), process))
    assert [name for name, _ in found] == ["tribe-missing", UNFINISHED, "last"]
    assert found[1][1] == "slow did not run to completion: it exceeds the limit of 0.5 s"


def test_all_rules_together_have_a_deadline() -> None:
    process = Process(CustomRuleLimits(whole=timedelta(seconds=1)))
    found = told(found_by(policy(TRIBE, rule("slow", SLOW), LAST), process))
    late = "did not run to completion: all custom rules together exceed the limit of 1 s"
    assert found[1:] == [(UNFINISHED, f"slow {late}"), (UNFINISHED, f"last {late}")]


def test_a_rule_that_takes_too_much_memory_is_ended_and_the_others_run() -> None:
    process = Process(CustomRuleLimits(rule=timedelta(minutes=2), whole=timedelta(minutes=5)))
    found = told(found_by(policy(rule("huge", HUGE), LAST), process))
    limit = "it exceeds the memory limit of 384 MiB"
    assert found == [(UNFINISHED, f"huge did not run to completion: {limit}"), ("last", "reached")]


def test_nested_loops_end_at_the_limit_of_cel() -> None:
    found = told(checked(policy(rule("loops", LOOPS), LAST)))
    where = "services/attendance/ownership.yaml"
    assert found == [
        (UNFINISHED, f"loops exceeds the limit of 10,000 steps for {where}"),
        ("last", "reached"),
    ]


def test_what_is_looked_at_has_a_limit() -> None:
    found = told(found_by(policy(LAST), Process(CustomRuleLimits(request=MIB // 1024))))
    [(name, message)] = found
    assert name == UNFINISHED
    assert "the limit is 0 MiB" in message


def test_an_expression_without_a_value_says_for_what() -> None:
    found = told(checked(policy(rule("first", "service.signals[0].name != ''"), LAST)))
    assert found[0][0] == UNFINISHED
    assert found[0][1].startswith(
        "first has no value for services/attendance/ownership.yaml and was stopped: Index error"
    )
    assert found[1:] == [("last", "reached")]


def test_without_the_library_it_is_said_how_to_install_it() -> None:
    """-S: Python without installed packages."""
    without = Process(command=(sys.executable, "-S", *CHILD[1:]))
    [finding] = found_by(policy(TRIBE, LAST), without)
    assert finding.rule == UNFINISHED
    assert finding.problem.at.pointer == ("spec", "custom", 0, "holds")
    assert finding.problem.message == (
        "cel_expr_python is not installed, so 2 custom rules cannot run"
    )
    assert finding.problem.help == "run `pip install 'cel-expr-python>=0.1.3' 'protobuf>=6'`"


def child(script: str, whole: float = 5, one: float = 1) -> Process:
    """A child that says or does something else; `rules` are those it is asked."""
    read = "import json, os, sys, time; rules = json.loads(sys.stdin.readline())['rules']\n"
    say = "def say(x): print(json.dumps(x) if not isinstance(x, str) else x, flush=True)\n"
    limits = CustomRuleLimits(
        rule=timedelta(seconds=one), whole=timedelta(seconds=whole), replies=MIB
    )
    return Process(limits, (sys.executable, "-c", read + say + script))


NOTHING = "NOTHING = {'rule': 0, 'faults': []}\n"
AT_WORK = NOTHING + "say({'ready': 1})\nsay({'begin': rules[0]['index']})\n"
FINE = "if rules[0]['index'] == 1:\n say({'end': 1}); sys.exit()\n"
GARBAGE = "its process sent a reply that is not valid"


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("os.kill(os.getpid(), 11)", "its process was ended by SIGSEGV; the memory limit is 384"),
        ("os.kill(os.getpid(), 40)", "its process was ended by signal 40; the memory limit is 384"),
        ("os._exit(3)", "its process exited with 3; the memory limit is 384 MiB"),
        ("os._exit(0)", "its process exited with 0; the memory limit is 384 MiB"),
        ("say({'ready': 1})", GARBAGE),
        ("say({'begin': 0})", GARBAGE),
        ("say('}{ garbage')", GARBAGE),
        ("say('[' * 100000)", GARBAGE),
        ("say([1])", GARBAGE),
        ("say({'end': 7})", GARBAGE),
        ("say({'begin': 1})", GARBAGE),
        ("say({'rule': 0, 'found': 'x', 'concerned': None, 'at': [99, 0]})", GARBAGE),
        ("say({'rule': 0, 'found': 'x', 'concerned': None, 'at': [0, 7]})", GARBAGE),
        ("say({'rule': 1, 'found': 'x', 'concerned': None, 'at': [0, 0]})", GARBAGE),
        ("say({'rule': 0, 'faults': [['holds', 'x']]})", GARBAGE),
        ("sys.stdout.write('{\"end\": 0')", GARBAGE),
        ("sys.stdout.buffer.write(b'\\xff\\xfe\\n')", GARBAGE),
        ("say('\\n' * 2**21)", GARBAGE),
        (
            "sys.stdout.write('x' * 2**21); sys.stdout.flush()",
            "its output exceeds the limit of 1 MiB",
        ),
        ("time.sleep(60)", "it exceeds the limit of 1 s"),
        ("while True: say(NOTHING); time.sleep(0.01)", "it exceeds the limit of 1 s"),
        ("os.close(1); time.sleep(60)", "its process closed its output; the memory limit is 384"),
    ],
)
def test_a_child_that_breaks_stops_one_rule_only(does: str, why: str) -> None:
    files = policy(rule("broken", "true"), rule("fine", "true"))
    [finding] = found_by(files, child(AT_WORK + FINE + does))
    assert finding.rule == UNFINISHED
    assert finding.problem.message.startswith(f"broken did not run to completion: {why}")


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("sys.exit(1)", "its process exited with 1; the memory limit is 384 MiB"),
        ("sys.exit(0)", "its process exited with 0; the memory limit is 384 MiB"),
        ("say('x')", GARBAGE),
        ("say({'begin': 1})", GARBAGE),
        ("say({'end': 0})", GARBAGE),
        ("say({'rule': 0, 'faults': [['holds', 1, 1, 'x']]})", GARBAGE),
        ("say({'rule': 0, 'found': 'x', 'concerned': None, 'at': [0, 0]})", GARBAGE),
        ("say({'rule': 0, 'error': 'x', 'at': [0, 0]})", GARBAGE),
        ("time.sleep(60)", "all custom rules together exceed the limit of 0.5 s"),
    ],
)
def test_a_child_that_never_begins_stops_them_all(does: str, why: str) -> None:
    found = list(found_by(policy(rule("one", "true"), rule("two", "true")), child(does, 0.5)))
    assert told(found) == [
        (UNFINISHED, f"{name} did not run to completion: {why}") for name in ("one", "two")
    ]


def test_a_child_that_stops_between_two_rules_has_the_time_of_all() -> None:
    script = "say({'begin': 0}); say({'end': 0}); time.sleep(60)"
    files = policy(rule("one", "true"), rule("two", "true"))
    why = "all custom rules together exceed the limit of 0.5 s"
    assert told(found_by(files, child(script, 0.5, one=0.1))) == [
        (UNFINISHED, f"two did not run to completion: {why}")
    ]


ASKED = Request((CustomRuleRequest(index=0, id="x", on="slo", holds="true", message=()),), ())
SENT = size(ASKED.lines(ASKED.rules, CustomRuleLimits()))
SAID = b'{"begin": 0}\n{"end": 0}\n'
SAYING = (sys.executable, "-c", f"import sys; sys.stdout.buffer.write({SAID!r})")


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (CustomRuleLimits(replies=len(SAID)), None),
        (CustomRuleLimits(replies=len(SAID) - 1), "its output exceeds the limit of 0 MiB"),
        (CustomRuleLimits(request=SENT), None),
        (CustomRuleLimits(request=SENT - 1), "its input takes 0 MiB; the limit is 0 MiB"),
    ],
    ids=["output", "more output", "input", "more input"],
)
def test_input_and_output_may_be_as_large_as_the_limit(
    limits: CustomRuleLimits, why: str | None
) -> None:
    answers = list(Process(limits, SAYING).answers(ASKED))
    assert answers == ([] if why is None else [Stopped(0, Message(why))])


def test_a_child_has_its_own_session_and_ends_with_the_last_answer() -> None:
    """Ctrl-C in a terminal reaches the program alone, and no child outlives its run."""
    script = "import os, time; print(os.getsid(0) == os.getpid(), flush=True); time.sleep(60)"
    run = Run(CustomRuleLimits(), ASKED, [], ends=0)
    with run.started((sys.executable, "-c", script)) as output:
        assert output.readline() == b"True\n"
    assert run.child is not None
    assert run.child.returncode == -signal.SIGKILL
    assert output.closed


def test_a_fault_that_cannot_be_is_still_told() -> None:
    faults = [
        ["holds", 99, 99, "said"],
        [17, 1, 1, "said"],
        ["other", 0, -5, "said"],
        ["concerns", 1, 1, "said"],
    ]
    script = f"{AT_WORK}say({{'rule': 0, 'faults': {json.dumps(faults)}}})\nsay({{'end': 0}})"
    found = list(found_by(policy(rule("one", "true")), child(script)))
    assert [(each.rule, each.problem.message) for each in found] == [
        ("custom-rule-invalid", "said")
    ] * 4


@pytest.mark.parametrize(("subjects", "worlds"), [(("service",), 2), (("service", "catalog"), 3)])
def test_the_catalog_is_sent_to_rules_about_it_alone(
    subjects: tuple[str, ...], worlds: int
) -> None:
    script = (
        "say({'begin': 0})\n"
        "say({'rule': 0, 'error': str(len(list(sys.stdin))), 'at': [0, 0]})\nsay({'end': 0})\n"
        "say({'missing': 'no more'})"
    )
    rules = (rule(f"of-{subject}", "true", subject=subject) for subject in subjects)
    messages = [finding.problem.message for finding in found_by(policy(*rules), child(script))]
    path = "services/attendance/ownership.yaml"
    assert messages[0] == f"of-service has no value for {path} and was stopped: {worlds}"


def test_modules_of_the_checked_folder_are_not_imported(tmp_path: Path) -> None:
    write(policy(TRIBE), tmp_path)
    marker = tmp_path / "was-run"
    for name in ("cel_expr_python", "google", "json", "reliability_evil"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"open({str(marker)!r}, 'w')\n")
    program = Path(sys.executable).with_name("reliability")
    ended = run_in(tmp_path, program)
    assert "has no label tribe" in ended
    assert not marker.exists()


def run_in(folder: Path, program: Path) -> str:
    done = subprocess.run(
        [program, "--today", "2026-11-25", "check"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_the_parent_imports_no_cel(tmp_path: Path) -> None:
    write({**policy(rule("mine", "'true'"))}, tmp_path)
    modules = imported(tmp_path, "--today", "2026-11-25", "check")
    assert "promql_parser" in modules
    assert modules & {"cel_expr_python", "google"} == set()


def test_without_custom_rules_nothing_of_theirs_is_imported(tmp_path: Path) -> None:
    write(minimal_files(), tmp_path)
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "reliability", "--today", "2026-11-25", "check"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "reliability.check.engine.run" in done.stderr
    assert "reliability.check.custom" not in done.stderr
