"""`init` and `new` with somebody at a terminal: reasons are shown, wrong answers asked again."""

from pathlib import Path

from tests.cli.program import reliability
from tests.start.terminal import at_a_terminal


def test_init_asks_for_what_it_cannot_see(tmp_path: Path) -> None:
    lines = [
        ("Which team answers?", "The Shop"),
        ("'The Shop' is no name", "shop"),
        ("as @name?", "@lead"),
        ("Which Slack channel", ""),
        ("Where is your Prometheus?", ""),
    ]
    shown = at_a_terminal(tmp_path, ("init",), lines)
    assert shown.code == 0, shown.screen
    assert "targets are measured, not guessed" in shown.screen
    assert 'members: ["@lead"]' in (tmp_path / "policies/teams/shop.yaml").read_text()
    assert reliability("check", "--fail-on", "info", folder=tmp_path).code == 0


def test_the_interview_says_why_and_asks_again_until_an_answer_can_be_read(tmp_path: Path) -> None:
    reliability("init", "--team", "shop", folder=tmp_path)
    lines = [
        ("What does a user do here that must work?", "orders"),
        ("write a sentence", "A customer places an order"),
        ("Which kind of service", "http"),
        ("Which counter counts all events?", 'orders_total{job="shop"'),
        ("the query is not PromQL", 'orders_total{job="shop"}'),
        ("And the good ones?", 'orders_total{job="shop",code!="500"}'),
        ("What does the user see", "The page says sorry"),
        ("What is the SLO called?", ""),
        ("What is promised, for now?", "99.9999 %"),
        ("between 50 % and 99.999 %", "99.5 %"),
        ("Which team answers?", ""),
        ("Who agrees for the product?", "@po"),
        ("And for the technical side?", "@lead"),
        ("What is the service worth?", "important"),
        ("How loud is it", "alert"),
    ]
    shown = at_a_terminal(tmp_path, ("new", "shop"), lines)
    assert shown.code == 0, shown.screen
    assert "an SLO that nobody asked for is only a number" in shown.screen
    slo = (tmp_path / "services/shop/slo.yaml").read_text()
    assert "target: 0.995 " in slo
    assert """'orders_total{job="shop",code!="500"}'""" in slo
    assert "fast: alert" in (tmp_path / "services/shop/alert-policy.yaml").read_text()
    checked = reliability("check", "--fail-on", "info", folder=tmp_path)
    assert (checked.code, checked.out) == (0, "")
