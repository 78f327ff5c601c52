"""Which labels say how an event ended, and whose a series is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.onboarding.new.outcomes import LABELS, outcome_of
from reliability.onboarding.new.own_series import names_service
from reliability.regex import matches_whole


@pytest.mark.parametrize(
    ("label", "values", "counts", "bad", "good"),
    [
        ("status", ["ok", "error"], "bad", "error", "ok"),
        ("result", ["succeeded", "failed", "timeout"], "bad", "Failed", "succeeded"),
        ("outcome", ["delivered"], "good", "bounced", "delivered"),
        ("code", ["200", "404", "503"], "good", "500", "404"),
        ("code", ["2xx", "5xx"], "good", "5xx", "4xx"),
        ("success", ["true", "false"], "bad", "false", "true"),
        ("error", ["true", "false"], "bad", "true", "false"),
        ("state", ["REJECTED", "DONE"], "bad", "rejected", "done"),
    ],
)
def test_values_say_which_events_failed(
    label: str, values: list[str], counts: str, bad: str, good: str
) -> None:
    outcome = outcome_of(label, values)
    assert outcome is not None
    assert outcome.counts == counts
    assert chosen(outcome.matcher, bad if counts == "bad" else good)
    assert not chosen(outcome.matcher, good if counts == "bad" else bad)


def chosen(matcher: str, value: str) -> bool:
    operator, pattern = matcher.rstrip('"').split('"')
    same = value == pattern if operator == "=" else matches_whole(pattern, value)
    return same != operator.startswith("!")


@pytest.mark.parametrize("values", [[], [""], ["idle", "busy"], ["GET", "POST"], ["eu", "us"]])
def test_other_values_say_nothing_of_how_an_event_ended(values: list[str]) -> None:
    assert all(outcome_of(label, values) is None for label in LABELS)


@pytest.mark.parametrize(
    ("text", "service", "names"),
    [
        ("invoices", "invoices", True),
        ("invoice_requests_total", "invoices", True),
        ("team/shop-api", "shop-api", True),
        ("shop_api_requests_total", "shop-api", True),
        ("shop-api", "shop", True),
        ("research", "search", False),
        ("shop-web", "shop-api", False),
        ("workshop", "shop", False),
        ("http_requests_total", "invoices", False),
        ("", "shop", False),
    ],
)
def test_a_name_is_the_service_by_whole_words(text: str, service: str, names: bool) -> None:
    assert names_service(text, service) is names


WORDS = st.lists(st.from_regex(r"[a-rt-z]{2,6}", fullmatch=True), min_size=1, max_size=3)


@given(WORDS, WORDS, st.sampled_from("-_./: "))
def test_any_text_with_the_words_of_the_service_names_it(
    service: list[str], other: list[str], between: str
) -> None:
    name = "-".join(service)
    assert names_service(between.join((*other, *service)), name)
    assert names_service(between.join(service).upper(), name)
