"""Whom a receiver reaches: pages, mentions, messages that are read, and tickets."""

from typing import Any

import pytest

from reliability.alertmanager.receivers import (
    keeps,
    may_notify_at_once,
    mentions_in,
    notifying_parts,
    read_by_people,
)
from reliability.alertmanager.routing import Receiver, parse

Entries = tuple[tuple[str, Any], ...]


@pytest.mark.parametrize(
    ("entries", "parts"),
    [
        ((), []),
        ((("pagerduty_configs", {}),), [("pagerduty_configs 0", "pages via PagerDuty")]),
        ((("opsgenie_configs", {}),), [("opsgenie_configs 0", "pages via Opsgenie")]),
        ((("victorops_configs", {}),), [("victorops_configs 0", "pages via VictorOps")]),
        ((("incidentio_configs", {}),), [("incidentio_configs 0", "pages via incident.io")]),
        ((("pushover_configs", {}),), [("pushover_configs 0", "pages via Pushover")]),
        ((("slack_configs", {"channel": "#a", "text": "all is quiet"}),), []),
        (
            (("slack_configs", {"channel": "#a", "text": "see <!here>, then <!channel>"}),),
            [("slack_configs 0 text", "mentions <!here>")],
        ),
        (
            (("slack_configs", {"channel": "@ada", "title": "@channel now"}),),
            [
                ("slack_configs 0 channel", "sends direct messages to @ada"),
                ("slack_configs 0 title", "mentions @channel"),
            ],
        ),
        ((("slack_configs", {"text": "@ada, look"}),), []),
        ((("slack_configs", {"text": "@ada, look", "link_names": False}),), []),
        (
            (("slack_configs", {"text": "@ada, look", "link_names": True}),),
            [("slack_configs 0 text", "mentions @ada")],
        ),
        ((("slack_configs", {"text": "ada@example.com", "link_names": True}),), []),
        ((("slack_configs", {"channel": "#all-@here"}),), []),
        (
            (("slack_configs", {"fields": [{"value": "x"}, {"value": "<@U123>"}]}),),
            [("slack_configs 0 fields 1 value", "mentions <@U123>")],
        ),
        ((("slack_configs", {"api_url": "http://a/@here", "channel": 5}),), []),
        (
            (("email_configs", {"to": "@all", "html": "@everyone"}),),
            [("email_configs 0 html", "mentions @everyone")],
        ),
        ((("slack_configs", {"http_config": {"proxy_url": "@here"}}),), []),
        (
            (
                *(("slack_configs", None), ("slack_configs", {"text": "@group"})),
                *(
                    ("pagerduty_configs", {}),
                    ("slack_configs", {}),
                    ("slack_configs", {"x": "@all"}),
                ),
            ),
            [
                ("slack_configs 1 text", "mentions @group"),
                ("pagerduty_configs 0", "pages via PagerDuty"),
                ("slack_configs 3 x", "mentions @all"),
            ],
        ),
        ((("webhook_configs", {"url": "http://a/@here"}),), []),
        ((("jira_configs", {"summary": "@here"}),), []),
    ],
)
def test_what_pages_or_mentions_people(entries: Entries, parts: list[tuple[str, str]]) -> None:
    found = [
        (" ".join(map(str, part.pointer)), str(part.words))
        for part in notifying_parts(Receiver("r", entries))
    ]
    assert found == parts


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("<!here> <!channel> <!everyone> <!subteam^S1> <!other>", 4),
        ("<@U1> <@&role> <@!5> <@> <@ a>", 3),
        ("<at>Ada</at> <at></at>", 1),
        ("@here @channel @everyone @all @group @team", 5),
        ("a@all x.@here @@here @all.com @group@b @allies", 0),
        ("(@here) @here, @here: @here", 4),
    ],
)
def test_mentions_in_a_text(text: str, mentions: int) -> None:
    assert len([*mentions_in(text)]) == mentions


@pytest.mark.parametrize(
    ("kind", "words", "at_once", "is_kept"),
    [
        ("pagerduty_configs", "pages via PagerDuty", True, False),
        ("slack_configs", "is read by people (Slack)", False, False),
        ("email_configs", "is read by people (email)", False, False),
        ("msteams_configs", "is read by people (Teams)", False, False),
        ("msteamsv2_configs", "is read by people (Teams)", False, False),
        ("sns_configs", "is read by people (SNS)", False, False),
        ("wechat_configs", "is read by people (WeChat)", False, False),
        ("webhook_configs", None, True, True),
        ("jira_configs", None, False, True),
        ("unknown_configs", None, False, False),
    ],
)
def test_what_a_kind_of_receiver_does(
    kind: str, words: str | None, *, at_once: bool, is_kept: bool
) -> None:
    receiver = Receiver("r", ((kind, {}),))
    assert [str(part.words) for part in read_by_people(receiver)] == ([words] if words else [])
    assert [part.pointer for part in read_by_people(receiver)] == ([(kind, 0)] if words else [])
    assert (may_notify_at_once(receiver), keeps(receiver)) == (at_once, is_kept)


def test_a_receiver_without_integrations_reaches_nobody() -> None:
    receiver = Receiver("r")
    assert not may_notify_at_once(receiver)
    assert not keeps(receiver)
    assert [*read_by_people(receiver)] == []


def test_an_entry_without_settings_is_counted() -> None:
    entries = [None, {"text": "@here"}, {}]
    receivers = [{"name": "r", "slack_configs": entries}]
    receiver = parse({"route": {"receiver": "r"}, "receivers": receivers}).receivers["r"]
    assert [part.pointer for part in notifying_parts(receiver)] == [("slack_configs", 1, "text")]
    assert [part.pointer[1] for part in read_by_people(receiver)] == [0, 1, 2]
