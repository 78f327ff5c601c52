"""`init` and `new` with somebody at a terminal: reasons are shown, wrong answers asked again."""

from pathlib import Path

from tests.cli.program import in_process as reliability
from tests.onboarding.terminal import at_a_terminal
from tests.servers.process import free_port

BASED = ("--runbook-base", "https://git.example.com/shop/blob/main")


def test_init_asks_for_what_it_cannot_see(tmp_path: Path) -> None:
    lines = [
        ("Which team?", "The Shop"),
        ("not a valid name: 'The Shop'", "shop"),
        ("as @name?", "@lead"),
        ("Which Slack channel", ""),
        ("URL of your Prometheus?", ""),
    ]
    shown = at_a_terminal(tmp_path, ("init",), lines)
    assert shown.code == 0, shown.screen
    assert "targets are proposed from its history" in shown.screen
    assert 'members: ["@lead"]' in (tmp_path / "policies/teams/shop.yaml").read_text()
    assert reliability("check", "--fail-on", "info", folder=tmp_path).code == 0


def test_the_interview_says_why_and_asks_again_until_an_answer_can_be_read(tmp_path: Path) -> None:
    reliability("init", "--team", "shop", "--member", "@lead", *BASED, folder=tmp_path)
    lines = [
        ("What do users do here that must work?", "orders"),
        ("write a sentence", "A customer places an order"),
        ("Which kind of service", "http"),
        ("Which counter counts all events?", 'orders_total{job="shop"'),
        ("not valid PromQL", 'orders_total{job="shop"}'),
        ("And the good ones?", 'orders_total{job="shop",code!="500"}'),
        ("What do users see", "The page says sorry"),
        ("What is the name of the SLO?", ""),
        ("Which target, for now?", "99.9999 %"),
        ("50 % to 99.999 %", "99.5 %"),
        ("Which team answers?", ""),
        ("Who approves for the product side?", "@po"),
        ("Who approves for the technical side?", "@lead"),
        ("How critical is the service?", "important"),
        ("Which tier does the fast-burn", "alert"),
    ]
    shown = at_a_terminal(tmp_path, ("new", "shop"), lines)
    assert shown.code == 0, shown.screen
    assert "an SLO is about something that users need" in shown.screen
    slo = (tmp_path / "services/shop/slo.yaml").read_text()
    assert "target: 0.995 " in slo
    assert """'orders_total{job="shop",code!="500"}'""" in slo
    assert "fast: alert" in (tmp_path / "services/shop/alert-policy.yaml").read_text()
    checked = reliability("check", folder=tmp_path)
    assert checked.err == "2 services, 13 documents: 1 warning\n"
    assert "warning[slo-agreement-missing]" in checked.out


def test_a_dead_server_of_the_policies_is_told_at_once_and_the_interview_goes_on(
    tmp_path: Path,
) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    reliability(
        "init", "--team", "shop", "--member", "@lead", "--prometheus", url, *BASED, folder=tmp_path
    )
    lines = [
        ("continuing without it: the target will be a guess", "A customer places an order"),
        ("Which kind of service", "http"),
        *[(text, "") for text in ("counts all events?", "the good ones?", "do users see")],
        *[(text, "") for text in ("name of the SLO?", "Which target, for now?", "Which team")],
        *[(text, "") for text in ("the product side?", "technical side?", "How critical")],
        ("Which tier does the fast-burn", ""),
    ]
    shown = at_a_terminal(tmp_path, ("new", "shop"), lines)
    assert shown.code == 0, shown.screen
    assert f"{url} does not answer" in shown.screen
    assert f"99 %: a guess, because {url} does not answer" in shown.screen
    assert f"a guess, because {url} does" in (tmp_path / "services/shop/slo.yaml").read_text()
    assert reliability("check", folder=tmp_path).code == 0


def test_a_dead_server_that_was_named_by_a_flag_is_no_end_where_somebody_is_there(
    tmp_path: Path,
) -> None:
    reliability("init", "--team", "shop", "--member", "@lead", *BASED, folder=tmp_path)
    url = f"http://127.0.0.1:{free_port()}"
    lines = [("continuing without it", "A customer places an order"), ("kind of service", "\x04")]
    shown = at_a_terminal(tmp_path, ("new", "shop", "--prometheus", url), lines)
    assert f"{url} does not answer" in shown.screen
    assert (shown.code, "reliability: interrupted" in shown.screen) == (130, True)
    assert not (tmp_path / "services/shop").exists()
