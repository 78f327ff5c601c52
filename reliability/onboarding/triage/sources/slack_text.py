"""The texts of a Slack message in reading order: its own, its blocks, its attachments.

Forms: Slack's reference of Block Kit, and of legacy attachments with titles and fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

DEPTH: Final = 8
"""Levels of rich text that are read."""
NO_FALLBACK: Final = ("[no preview available]", "no preview available", "new attachment")


def texts_of(written: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts of a message.

    The text of a message with blocks is a summary of them, so a block it contains is skipped.
    """
    own = written.get("text")
    own_text = own if isinstance(own, str) and own.strip() else ""
    if own_text:
        yield own_text

    for text in _of_blocks(written.get("blocks")):
        if text not in own_text:
            yield text

    attachments = written.get("attachments")
    for attachment in attachments if isinstance(attachments, list) else ():
        if isinstance(attachment, dict):
            yield from _of_attachment(attachment)


def _of_attachment(attachment: Mapping[str, Any]) -> Iterator[str]:
    """Yield pretext, title and text, then fields and blocks; without a title, the fallback first.

    Tools that write blocks put the subject into the fallback: CloudWatch the alarm, Sentry the
    error with its project.
    """
    shown = [attachment.get(key) for key in ("pretext", "title", "text")]
    texts = [text for text in shown if isinstance(text, str) and text.strip()]
    fallback = attachment.get("fallback")
    if not texts and isinstance(fallback, str) and fallback.strip().lower() not in NO_FALLBACK:
        yield fallback

    yield from texts
    fields = attachment.get("fields")
    for field in fields if isinstance(fields, list) else ():
        if isinstance(field, dict):
            yield f"{field.get('title') or ''}: {field.get('value') or ''}".lstrip(": ")

    yield from _of_blocks(attachment.get("blocks"))


def _of_blocks(blocks: Any) -> Iterator[str]:
    for block in blocks if isinstance(blocks, list) else ():
        if not isinstance(block, dict) or block.get("type") == "actions":
            continue
        if text := _text(block.get("text")):
            yield text

        fields = block.get("fields")
        for field in fields if isinstance(fields, list) else ():
            if text := _text(field):
                yield text.replace("\n", ": ", 1)

        elements = block.get("elements")
        if isinstance(elements, list):
            joined = "".join(_of_element(element, DEPTH) for element in elements)
            if joined.strip():
                yield joined


def _text(value: Any) -> str:
    inner = value.get("text") if isinstance(value, dict) else None
    return inner if isinstance(inner, str) else ""


def _of_element(element: Any, depth: int) -> str:
    """Return the text of a rich-text element; a line consists of many elements."""
    if not isinstance(element, dict) or depth == 0:
        return ""
    inner = element.get("elements")
    if isinstance(inner, list):
        return "".join(_of_element(part, depth - 1) for part in inner) + "\n"
    text = element.get("text") or element.get("url")
    return text if isinstance(text, str) else _text(text)
