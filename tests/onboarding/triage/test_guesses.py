"""The kind of an alert by its name, by what a rule declares, and by its other text."""

import pytest

from reliability.convert.prometheus_rules.kinds import Guess
from reliability.onboarding.triage.guesses import guess_of, mentions_clients

BEAT = Guess("heartbeat", "it is named like a heartbeat")
LOST = Guess("cause", "its heartbeat is missing")
FELT = Guess("symptom", "its text reports user impact: customers cannot")


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("Watchdog", BEAT),
        ("dead-man switch", BEAT),
        ("Dead man's switch has not been seen", LOST),
        ("DeadMansSwitch", BEAT),
        ("HeartbeatMissing", LOST),
        ("customers cannot pay", Guess("symptom", "it reports user impact: customers cannot")),
        ("QueueFull", Guess("saturation", "its name mentions queue")),
        ("ErrorRateHigh", Guess("symptom", "it mentions ErrorRate")),
        ("Faults ratio", Guess("symptom", "it mentions Faults ratio")),
        ("a fast burn", Guess("symptom", "it reports user impact: fast burn")),
        ("BudgetBurn", Guess("symptom", "it mentions BudgetBurn")),
        ("burn_rate", Guess("symptom", "it reports user impact: burn_rate")),
        ("p95 of it", Guess("symptom", "it mentions p95")),
        ("p991 of it", Guess("symptom", "it mentions p991")),
        ("p9911 of it", Guess("cause", "no word for user impact or saturation")),
        ("p60 of it", Guess("cause", "no word for user impact or saturation")),
        ("NodeLatencyHigh", Guess("cause", "it is about one component: node")),
        ("node latency", Guess("cause", "it is about one component: node latency")),
        ("HighLoadTime", Guess("cause", "no word for user impact or saturation")),
        ("HighLoad", Guess("saturation", "its name mentions load")),
        ("error rate (staging)", Guess("cause", "its scope is limited: staging")),
        ("1 user cannot pay", Guess("cause", "no word for user impact or saturation")),
        ("ReplicaErrorRate", Guess("cause", "it is about one component: replica")),
    ],
)
def test_a_name_alone_is_judged_by_its_words(name: str, guess: Guess) -> None:
    assert guess_of(name, None) == guess


@pytest.mark.parametrize(
    ("name", "declared", "guess"),
    [
        ("X", Guess("cause", "c"), FELT),
        ("QueueFull", Guess("saturation", "f"), FELT),
        ("QueueFull", Guess("symptom", "s"), Guess("symptom", "s")),
        ("Watchdog", Guess("heartbeat", "h"), Guess("heartbeat", "h")),
        ("PodSlow", Guess("symptom", "s"), FELT),
        ("ErrorRate", Guess("cause", "c"), Guess("symptom", "it mentions ErrorRate")),
    ],
)
def test_other_text_makes_a_symptom_of_a_cause(name: str, declared: Guess, guess: Guess) -> None:
    assert guess_of(name, declared, "customers cannot pay") == guess


def test_what_is_declared_is_taken_before_the_words() -> None:
    for kind in ("saturation", "heartbeat", "symptom"):
        assert guess_of("ErrorRateHigh", Guess(kind, "declared")) == Guess(kind, "declared")


def test_errors_of_clients_are_known_by_their_status() -> None:
    assert mentions_clients("ratio of 4XX")
    assert not mentions_clients("ratio of 5xx, 40x")
    assert not mentions_clients("users cannot log in: HTTP 4xx")
    assert mentions_clients("log-ins with HTTP 4xx")
