"""Every text of a Slack message, in reading order."""

from typing import Any

import pytest

from reliability.onboarding.triage.sources.slack_text import DEPTH, texts_of


def nested(depth: int) -> dict[str, Any]:
    element: dict[str, Any] = {"text": "deep"}
    for _ in range(depth):
        element = {"elements": [element]}
    return element


@pytest.mark.parametrize(
    ("written", "texts"),
    [
        ({"text": "a"}, ["a"]),
        ({"text": " "}, []),
        ({"text": 5}, []),
        ({}, []),
        # The text is the summary of the blocks: what it holds is not said again.
        ({"text": "disk full", "blocks": [{"text": {"text": "disk"}}]}, ["disk full"]),
        ({"text": "disk", "blocks": [{"text": {"text": "disk full"}}]}, ["disk", "disk full"]),
        ({"blocks": [{"text": {"text": "a"}}, {"text": {"text": "a"}}]}, ["a", "a"]),
        ({"text": "x", "blocks": [{"text": {"text": "a"}, "type": "actions"}]}, ["x"]),
        ({"text": "x", "blocks": [{"text": "a"}, 5, {"text": {"text": 5}}]}, ["x"]),
        ({"text": "x", "blocks": "a"}, ["x"]),
        (
            {"text": "x", "blocks": [{"fields": [{"text": "Host\nweb\n1"}, {}, 5]}]},
            ["x", "Host: web\n1"],
        ),
        ({"text": "x", "blocks": [{"fields": {"text": "a"}}]}, ["x"]),
        (
            {"text": "x", "blocks": [{"elements": [{"text": "a"}, {"url": "u"}, 5]}]},
            ["x", "au"],
        ),
        (
            {"text": "x", "blocks": [{"elements": [{"text": "a", "url": "u"}]}]},
            ["x", "a"],
        ),
        ({"text": "x", "blocks": [{"elements": [{"text": {"text": "a"}}]}]}, ["x", "a"]),
        ({"text": "x", "blocks": [{"elements": [{"text": " "}]}]}, ["x"]),
        ({"text": "x", "blocks": [{"elements": {"text": "a"}}]}, ["x"]),
        (
            {"text": "x", "blocks": [{"elements": [{"elements": [{"text": "a"}, {"text": "b"}]}]}]},
            ["x", "ab\n"],
        ),
        # A title leads, then fields and blocks; a fallback stands in for a title.
        (
            {"attachments": [{"pretext": "p", "title": "t", "text": "x", "fallback": "f"}]},
            ["p", "t", "x"],
        ),
        ({"attachments": [{"text": " ", "fallback": "f"}]}, ["f"]),
        ({"attachments": [{"fallback": "[No preview available]"}]}, []),
        ({"attachments": [{"fallback": " new attachment "}]}, []),
        ({"attachments": [{"fallback": 5, "title": 5}]}, []),
        (
            {"attachments": [{"title": "t", "fields": [{"title": "Host", "value": "web"}]}]},
            ["t", "Host: web"],
        ),
        (
            {"attachments": [{"title": "t", "fields": [{"value": "web"}, {"title": "Host"}, 5]}]},
            ["t", "web", "Host: "],
        ),
        ({"attachments": [{"title": "t", "fields": {"value": "web"}}]}, ["t"]),
        (
            {"attachments": [{"fallback": "f", "blocks": [{"text": {"text": "b"}}]}]},
            ["f", "b"],
        ),
        ({"attachments": [5, {"title": "t"}]}, ["t"]),
        ({"attachments": {"title": "t"}}, []),
    ],
)
def test_the_texts_of_a_message(written: dict[str, Any], texts: list[str]) -> None:
    assert list(texts_of(written)) == texts


def test_rich_text_is_read_to_a_depth() -> None:
    def read(depth: int) -> list[str]:
        return list(texts_of({"text": "x", "blocks": [nested(depth)]}))

    assert read(DEPTH) == ["x", "deep" + "\n" * (DEPTH - 1)]
    assert read(DEPTH + 1) == ["x"]
