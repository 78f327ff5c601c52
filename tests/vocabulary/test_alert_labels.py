"""The label names of both sets."""

from reliability.alert_labels import LABEL_SETS, PLAIN, PREFIXED


def test_the_plain_set_has_the_names_themselves() -> None:
    assert PLAIN.of_signals == ("service", "team", "tier", "kind")
    assert PLAIN.of_objectives == ("service", "slo", "objective", "team", "tier")


def test_the_prefixed_set_puts_one_prefix_before_each_name() -> None:
    assert {name.removeprefix("reliability_") for name in PREFIXED.all} == PLAIN.all
    assert PLAIN.all.isdisjoint(PREFIXED.all)
    assert len(PLAIN.all) == 6


def test_a_policy_names_a_set_by_its_word() -> None:
    assert LABEL_SETS == {"plain": PLAIN, "prefixed": PREFIXED}
