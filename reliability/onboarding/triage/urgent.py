"""Causes that cannot wait for days: space that runs out within hours, and alert delivery.

Ewaschuk, "My Philosophy on Alerting": a cause may page before an imminent cliff, and if the
symptom cannot be seen. Without a working Alertmanager no symptom can be seen.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from reliability.convert.prometheus_rules.kinds import words_of
from reliability.promql.impossible import constant
from reliability.promql.tree import Binary, Call, Node, VectorSelector, read, walk
from reliability.scalars import duration_text

SOON: Final = timedelta(hours=24)
LITTLE: Final = 0.05
"""The share of free space below which a ticket is too slow."""

SPACE: Final = frozenset(("disk", "filesystem", "volume", "space", "inodes", "filling", "storage"))
NOTIFYING: Final = re.compile(r"^alertmanager|^prometheus(?!.*(?:agent|target))", re.IGNORECASE)
SENDING: Final = frozenset(
    words_of("down absent missing disappeared crashlooping sending send connected notifications")
    + words_of("reload inconsistent unreachable")
)
"""Words of alerts about what Prometheus and Alertmanager need to deliver notifications."""

SILENCE: Final = re.compile(
    r"(?:\b(?:prometheus|alertmanager|watchdog|monitoring (?:system|server|stack|pipeline)"
    r"|pager ?duty integration)|dead.?man|監視(?:サーバー?|システム|基盤)|アラート通知"
    r"|通知基盤)(?:(?!target|agent|exporter|rule|disk|scrap)[^.\n]){0,60}?(?:\b(?:stop(?:ped|s)"
    r"|miss(?:ing|ed)|overdue|absent|down|late|expired|lost|silent|unreachable|crash\w*|cannot"
    r"|can't|unable to|(?:not|n't) (?:been )?(?:receiv|report|sen[dt]|deliver|arriv|seen|ping"
    r"|check|reach|runn)\w*|fail\w* (?:to )?(?:send|deliver|notif)\w*|no (?:heartbeat|ping"
    r"|signal))\b|停止|途絶|途切れ|届[いか]|ダウン|(?:送信|受信|通知)でき|送れ|失敗|来ていません)"
    r"|\b(?:cannot|unable to|fail\w* to|stopped|not|no longer)\s(?:\w+\s){0,2}(?:send|deliver"
    r"|receiv)\w*\s(?:\w+\s){0,2}alerts\b|\balerts (?:\w+ ){0,3}not (?:being )?(?:sent|deliver\w*"
    r"|receiv\w*)|\bno (?:alerts|metrics|data|heartbeats?"
    r"|notifications)\b[^.\n]{0,30}\b(?:received|delivered|sent|from (?:prometheus|alertmanager))\b"
    r"|アラート[^。\n]{0,12}(?:届[いか]|送信でき)",
    re.IGNORECASE,
)
"""Sentences by which monitoring cannot notify, among them a missing heartbeat of monitoring."""

DELIVERY: Final = "while it fires, other alerts may not be delivered"
GONE: Final = re.compile(r"(?:down|absent|gone|disappeared|missing)$", re.IGNORECASE)
PLANE: Final = re.compile(
    r"^(?:kube.?api|kube(?:let|scheduler|controller|proxy)|etcd|apiserver)", re.IGNORECASE
)
ALL_DOWN: Final = "no instance of a cluster component is up"
SOON_OR_PAST: Final = re.compile(
    r"\b(?:full|fill\w*|run(?:s|ning)? out|out of space|exhaust\w*"
    r"|expires?)\b[^.\n]{0,60}?\b(?:within|in)\s(?:the\s)?(?:next\s)?(?:\d+|an?|one|two"
    r"|three|four|five|six)\s?(?:h|hours?|min|minutes?)\b"
    r"|\b(?:certificate|cert|domain)\b[^\n]{0,60}\bexpired\b|\bexpired (?:\w+ ){0,2}(?:cert|domain)"
    r"|証明書[^。\n]{0,20}(?:が切れ(?:ました|てい)|失効し)",
    re.IGNORECASE,
)


def why_urgent(name: str, expr: str, body: str = "") -> str | None:
    """Return why a cause cannot wait, or None; messages without an expression go by their words."""
    words = words_of(name)
    if NOTIFYING.match(name) and SENDING.intersection(words):
        return DELIVERY

    tree = read(expr) if expr else None
    if tree is None:
        return _of_words(name, body)
    if PLANE.match(name) and GONE.search(name):
        return ALL_DOWN

    nodes = tuple(walk(tree))
    if (ahead := next(filter(None, map(_predicted, nodes)), None)) is not None:
        return f"it runs out within {duration_text(ahead)}"
    if SPACE.intersection(words) and (left := next(filter(None, map(_unused_space, nodes)), None)):
        return f"less than {left:.3g} % of the space is free"

    return None


def _of_words(name: str, body: str) -> str | None:
    if PLANE.match(name) and GONE.search(name):
        return ALL_DOWN
    text = f"{name}\n{body}"
    if SILENCE.search(text):
        return DELIVERY
    match = SOON_OR_PAST.search(text)
    return f"it says {' '.join(match[0].split())}" if match else None


def _predicted(node: Node) -> timedelta | None:
    """Return how far ahead `predict_linear` looks, if it is soon."""
    if not isinstance(node, Call) or node.function != "predict_linear":
        return None
    seconds = constant(node.arguments[1])
    if seconds is None or not 60 <= seconds <= SOON.total_seconds():
        return None
    return timedelta(seconds=int(seconds))


def _unused_space(node: Node) -> float | None:
    """Return the percentage of free space below which a comparison holds, if it is small."""
    if not isinstance(node, Binary) or node.operator not in ("<", "<="):
        return None
    limit = constant(node.right)
    metrics = [inner.metric for inner in walk(node.left) if isinstance(inner, VectorSelector)]
    if limit is None or not any(re.search(r"avail|free", metric) for metric in metrics):
        return None

    is_percent = any(constant(inner) == 100 for inner in walk(node.left))
    share = limit / 100 if is_percent else limit
    is_share = any(isinstance(inner, Binary) and inner.operator == "/" for inner in walk(node.left))
    return share * 100 if is_share and 0 < share <= LITTLE else None
