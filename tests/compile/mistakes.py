"""Rules made wrong on purpose, in ways that real tools are: each loads, and is wrong."""

import copy
import re
from collections.abc import Callable, Iterator

from tests.compile.repositories import GOOD, TOTAL, Document

Rule = Document


def naive_ratio(rules: Document) -> Document:
    """F1: `1 - good / total` is empty where no good series exists."""

    def naive(rule: Rule) -> Iterator[Rule]:
        if rule.get("record", "").startswith("slo:sli_error:ratio_rate"):
            window = rule["labels"]["sloth_window"]
            if window != "30d":
                good, total = f"sum(rate({GOOD}[{window}]))", f"sum(rate({TOTAL}[{window}]))"
                rule["expr"] = f"1 - {good} / {total}"
        yield rule

    return each_rule(rules, naive)


def windows_kept(rules: Document) -> Document:
    """Each side of `and` keeps its window label, so that they never match (slokit-sre 1.0.1)."""
    return each_expression(rules, lambda text: text.replace("max without (sloth_window) ", ""))


def alert_for_each_pair(rules: Document) -> Document:
    """F4: one alert for each window pair, told apart by a label."""

    def split(rule: Rule) -> Iterator[Rule]:
        if rule.get("alert") != "ErrorBudgetBurn":
            yield rule
            return
        opening, *pairs, closing = rule["expr"].split("\n")
        for index, pair in enumerate("\n".join(pairs).split("\n  or\n")):
            one = copy.deepcopy(rule)
            one["expr"] = f"{opening}\n{pair}\n{closing}"
            one["labels"]["pair"] = str(index)
            yield one

    return each_rule(rules, split)


def no_guard(rules: Document) -> Document:
    """Division by no traffic: NaN."""
    return each_expression(rules, lambda text: text.replace(" > 0), 0)", "), 0)"))


def average_of_averages(rules: Document) -> Document:
    """The period as the mean of five-minute ratios, as Sloth computes it."""

    def average(rule: Rule) -> Iterator[Rule]:
        if rule.get("record") == "slo:sli_error:ratio_rate30d":
            rule["expr"] = "avg_over_time(slo:sli_error:ratio_rate5m[30d])"
        yield rule

    return each_rule(rules, average)


def silence_pages(rules: Document) -> Document:
    """No data taken for an outage."""

    def page(rule: Rule) -> Iterator[Rule]:
        if rule.get("alert") == "SLINoData":
            rule["labels"]["tier"] = "alert"
        yield rule

    return each_rule(rules, page)


SHORT = re.compile(r"(ratio_rate(?:5m|30m)\{[^}]*\}) > \([^)]*\)")


def long_window_alone(rules: Document) -> Document:
    """Without the short window an alert goes on for an hour after the failures ended."""
    return each_expression(rules, lambda text: SHORT.sub(r"\1 >= 0", text))


CAUGHT_BY: dict[str, tuple[Callable[[Document], Document], str]] = {
    "F1": (naive_ratio, "a total outage is seen though no good series exists"),
    "windows kept across and": (
        windows_kept,
        "an outage of ten minutes is one alert until its last window pair is calm",
    ),
    "F4": (
        alert_for_each_pair,
        "an outage of ten minutes is one alert until its last window pair is calm",
    ),
    "no guard": (no_guard, "no traffic is neither no data nor an error, and spoils no sum"),
    "average of averages": (
        average_of_averages,
        "a night that fails costs what its few requests are worth",
    ),
    "silence pages": (
        silence_pages,
        "without series there is no data, which is a ticket and no page",
    ),
    "long window alone": (long_window_alone, "the page is over soon after the failures are"),
}


def each_rule(rules: Document, change: Callable[[Rule], Iterator[Rule]]) -> Document:
    changed = copy.deepcopy(rules)
    for group in changed["groups"]:
        group["rules"] = [new for rule in group["rules"] for new in change(rule)]
    assert changed != rules, "the mistake changes nothing"
    return changed


def each_expression(rules: Document, change: Callable[[str], str]) -> Document:
    def replaced(rule: Rule) -> Iterator[Rule]:
        yield {**rule, "expr": change(rule["expr"])}

    return each_rule(rules, replaced)
