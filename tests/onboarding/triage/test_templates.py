"""What of a message stays the same: numbers, ids, hosts and addresses are folded, words are not."""

import pytest

from reliability.onboarding.triage.message import State
from reliability.onboarding.triage.template import folded, template_of

UUID = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Disk of web-01 is at 93 %", "Disk of db-17 is at 8.5 %"),
        ("took 3m12s", "took 41s"),
        ("request 0xdeadbeef from 10.0.0.1:8080", "request 0x12 from 192.168.7.9"),
        (f"order {UUID} is lost", "order 00000000-0000-0000-0000-000000000001 is lost"),
        ("see https://a.example.com/x?y=1 now", "see <https://b.example.org/z> now"),
        ("commit feffaef was reverted", "commit 1a2b3c4 was reverted"),
        ("exit code 126", "exit code 4"),
        ("command returned 137", "command returned 1"),
        ("pod shop-7d9f8b6c5-x2x9z crashed", "pod cart-api-5c6d7e8f9a-abc12 crashed"),
        ("at 2026-10-01T10:00:00Z it ended", "at 2025-01-31 23:59:59 it ended"),
        ("host node7.prod.example.com is gone", "host a.b.internal is gone"),
        ("mail to ann@example.com bounced", "mail to bob.c@example.org bounced"),
        ("commit 1a2b3c4d5e was reverted", "commit 99887766aa was reverted"),
        ("returned 503", "returned 500"),
        ("link eth5 flaps", "link eth6 flaps"),
        ("volume vol-0abc5 fails", "volume vol-0abc7 fails"),
        ("pod node-exporter-x2x9z crashed", "pod node-exporter-7kqpw crashed"),
        ("sda1 has errors", "sdb has errors"),
    ],
)
def test_what_changes_is_folded(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("p99 is high", "p50 is high"),
        ("returned 503", "returned 404"),
        ("5xx ratio", "4xx ratio"),
        ("tests done, 0 errors", "tests done, 3 errors"),
        ("response code 503", "response code 404"),
        ("exit code 0", "exit code 4"),
        ("rows: 12, failed: 0", "rows: 12, failed: 4"),
        ("検出 0 件", "検出 3 件"),
        ("cannot read 'price'", "cannot read 'name'"),
        ("java.lang.NullPointerException", "java.lang.IllegalStateException"),
    ],
)
def test_what_tells_apart_stays(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize(
    ("text", "name", "state"),
    [
        ("[FIRING:3] HostDown (a b critical)", "HostDown", State.FIRING),
        ("<!here> :fire: [FIRING:1] HostDown (x)", "HostDown", State.FIRING),
        ("[RESOLVED] HostDown (a b critical)", "HostDown", State.RESOLVED),
        ("[FIRING:2, RESOLVED:1] HostDown", "HostDown", State.FIRING),
        ("[Triggered on {host:web-1}] CPU is high", "CPU is high", State.FIRING),
        ("[Recovered on {host:web-2}] CPU is high", "CPU is high", State.RESOLVED),
        ("Resolved #42: CPU is high", "CPU is high", State.RESOLVED),
        ("PROBLEM: CPU is high", "CPU is high", State.FIRING),
        ("Acknowledged #42: CPU is high", "CPU is high", State.ACKNOWLEDGED),
        ("[prod] [FIRING:1] disk-7 (x)", "[prod] <id> (x)", State.FIRING),
        ("[FIRING:1] disk-7 (x)", "disk-7", State.FIRING),
        ("New alert\n#7: CPU is high", "CPU is high", State.FIRING),
        ("Alert closed by ann\n#7: CPU is high", "CPU is high", State.RESOLVED),
        ("https://shop.example.com is UP after 3 m", "shop.example.com is down", State.RESOLVED),
        ("okra is out", "okra is out", State.OTHER),
        ("", "(no text)", State.OTHER),
        ("[FIRING:1] #42:", "(no text)", State.FIRING),
        ("<!channel>\n<https://x.example.com>\n*Payment* failed", "Payment failed", State.OTHER),
    ],
)
def test_the_state_in_front_is_read_and_is_no_part_of_the_name(
    text: str, name: str, state: State
) -> None:
    template = template_of(text)
    assert (template.name, template.state) == (name, state)


def test_hostile_texts_take_no_time() -> None:
    for text in ("a-" * 100_000, "1." * 100_000, "<" * 100_000, "\n" * 100_000, "a1" * 100_000):
        assert len(template_of(text).name) <= 160


def test_an_alert_of_one_word_is_known_by_its_name() -> None:
    template = template_of("[FIRING:1] Watchdog (monitoring none)")
    assert (template.name, template.is_alert, template.severity) == ("Watchdog", True, "")


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("QueueFull (shop critical)", "critical"),
        ("[FIRING:1] QueueFull (shop critical)", "critical"),
        ("[FIRING:1] QueueFull (a b c d e f g h i j k l m n o p q r s t u v critical)", "critical"),
        ("[FIRING:1] QueueFull (" + "x " * 80 + "critical)", ""),
        ("the nightly export could not write its file error", ""),
        ("the nightly export was not made: error", "error"),
        ("p1 is full", "p1"),
        ("done, WARN=0", ""),
        ("sev-2: everything is slow", "sev-2"),
        ("nothing is wrong here", ""),
    ],
)
def test_the_level_of_a_message_stands_near_its_begin(text: str, severity: str) -> None:
    assert template_of(text).severity == severity
