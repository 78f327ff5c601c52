"""Words for user impact, in English and in Japanese.

They are searched in the line of a message, a summary or a field; never in labels.
"""

from __future__ import annotations

import re
from typing import Final

PEOPLE: Final = (
    r"customers?|users?|visitors?|guests?|shoppers?|subscribers?|buyers?|members?|employees?"
    r"|passengers?|patients?|students?|drivers?|merchants?|sellers?|players?|viewers?|readers?"
    r"|tenants?|citizens?|callers?|people|everyone|everybody"
)
JOURNEYS: Final = (
    r"checkouts?|payments?|log.?ins?|sign.?ins?|sign.?ups?|registrations?|orders?|bookings?"
    r"|reservations?|purchases?|transactions?|searches|deliver(?:y|ies)|transfers?|enrol?ments?"
)
TROUBLE: Final = (
    r"cannot|can['\u2019]t|can not|could(?: not|n['\u2019]t)|unable|not able|fail\w*"
    r"|affected|unavailable|down|stuck|blocked|locked out|impacted|complain\w*|timing out"
    r"|time ?outs?"
    r"|(?:see|seeing|get|gets|getting|receive|report)\s(?:an?\s)?(?:errors?|blank|no|empty|wrong)"
    r"|broken|slow\w*|waiting|dropp\w+|errors?"
)
SURFACE: Final = (
    r"pages?|screens?|sites?|websites?|storefront|portal|mobile app|apps?|front ?end|home ?page"
)
SEVERAL: Final = JOURNEYS.replace("s?", "s")
"""Plural only: one rejected sign-up is business as usual, several are not."""

IMPACT: Final = re.compile(
    rf"\b(?:{PEOPLE}|{JOURNEYS})\b[^.;\n]{{0,60}}?\b(?:{TROUBLE})\b"
    rf"|\b(?:{PEOPLE})\s(?:report|say|tell us|complain|write)\b"
    rf"|\b(?:{TROUBLE})\b[^.;\n]{{0,25}}?\bfor\s(?:\w+\s){{0,2}}(?:{PEOPLE})\b"
    rf"|\b(?:{SEVERAL})\b[^.;\n]{{0,60}}?\b(?:rejected|declined)\b"
    rf"|\b(?:no|zero)\s(?:\w+\s)?(?:{JOURNEYS}|traffic)\b"
    rf"|\b(?:conversions?|revenue|sales|{JOURNEYS})\b[^.;\n]{{0,30}}?\b(?:dropp?\w*|fell|down by)\b"
    r"|\boutage\b"
    r"|\b(?:site|website|service|api|page|app) (?:is )?(?:down|unavailable|unreachable)\b"
    rf"|\b(?:{SURFACE})\b[^.;\n]{{0,40}}?\b(?:(?:response|load(?:ing)?) times?|slow\w*|blank|broken"
    r"|unreachable|not load\w*)\b"
    r"|\b(?:blank|white|broken|empty|error) (?:pages?|screens?)\b"
    r"|\b(?:cannot|can['\u2019]t|can not|unable to|not able to)\s"
    r"(?:log.?in|sign.?in|sign.?up|check.?out|pay|(?:place )?orders?|book)\b"
    r"(?! (?:to|into|on|at)\b)",
    re.IGNORECASE,
)
"""A person or a user journey with trouble, a page that does not work, or a failed attempt."""

NO_IMPACT: Final = re.compile(
    r"\b(?:no|not|without|never)\b[^.;\n]{0,20}\b(?:affected|impact(?:ed)?)\b"
    "|(?:影響|支障|問題)[^。\n]{0,8}(?:な[いく]|ませんで?|なし)",
    re.IGNORECASE,
)
"""Words for no user impact."""

SYNTHETIC: Final = re.compile(
    r"\bsynthetics?\b|\bbrowser (?:test|check)|\buptime check|外形監視|シンセティック",
    re.IGNORECASE,
)
"""Words for synthetic checks, which act like a user from outside."""

PUBLIC_CHECK: Final = re.compile(
    r"(?:https?://|<url>|(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|jp|example)\b)[^\n]*\bis down\b"
    r"|\bis down\b[^\n]*(?:https?://|<url>|\b(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|jp|example)\b)",
    re.IGNORECASE,
)
"""A public address that does not answer."""

WHO: Final = "お客様|お客さま|顧客|ユーザー?|利用者|会員|購入者|来訪者|加盟店|生徒|患者|乗客|従業員"
DONE: Final = (
    "ログイン|サインイン|サインアップ|購入|決済|支払い?|注文|予約|登録|検索|閲覧|アクセス|送信|送金"
    "|申し?込み?|会計|打刻|アップロード|ダウンロード|視聴|通話|配送|入金|出金"
)
SEEN: Final = "サイト|サービス|画面|ページ|アプリ|トップ|ウェブ|フォーム|マイページ"
FAILS: Final = (
    "でき(?:ない|ません|ず|なく)|不可|失敗|エラー|拒否"
    "|(?<=[かさたばまらわしじせけれえ])(?<!かもしれ)(?:ない|ません)"
)
"""The last one is a negated verb: 起動しない, 届かない, 進まない."""
IMPACT_JA: Final = re.compile(
    rf"(?:{WHO})[^。\n]{{0,30}}(?:{FAILS}|影響|苦情|問い?合わ?せ|困)"
    r"|(?:問い?合わ?せ|苦情|通報)[^。\n]{0,12}(?:急増|殺到|多数|相次|増え|増加)"
    rf"|(?:{DONE})[^。\n]{{0,20}}(?:{FAILS}|急減|激減|[0０]件)"
    rf"|(?:{SEEN})[^。\n]{{0,25}}(?:{FAILS}|ダウン|停止|落ち|つなが|繋が|開け(?:ない|ません)|表示(?:でき|され)"
    "(?:ない|ません)|応答|遅い|遅く|重い|重く|利用でき|障害|真っ白|かか[っり])"
    "|(?:応答時間|応答速度|レスポンス(?:タイム|時間)?|レイテンシ)|(?:エラー|失敗|成功)率|可用性"
)
BEHIND_JA: Final = re.compile(
    "バッチ|ジョブ|夜間|日次|月次|週次|バックアップ|レプリ|同期処理|集計|ビルド|デプロイ|テスト環境|開発環境"
)
"""Background work: a failure there has no user impact yet."""

SUCCESS: Final = re.compile(
    r"\b(?:finished|succeeded|successful(?:ly)?|completed?|deployed|merged|passed|healthy|warmed)\b"
    r"|完了(?:しました|です)?|正常(?:に)?(?:終了|完了)|成功しました|リリースしました",
    re.IGNORECASE,
)
FAILURE: Final = re.compile(
    r"fail|error|warn|critical|fatal|not |n't|unable|timeout|exceed|\bbad\b|\bno\b"
    "|失敗|エラー|異常|警告|障害|でき(?:ない|ません)|未完了|超過",
    re.IGNORECASE,
)
"""Words of success, and words that no report of success contains."""


def user_impact(text: str) -> str | None:
    """Return the words of a text that report user impact; None if there are none."""
    lines = [line for line in text.splitlines() if not NO_IMPACT.search(line)]
    text = "\n".join(lines)
    if match := IMPACT.search(text) or SYNTHETIC.search(text) or PUBLIC_CHECK.search(text):
        return " ".join(match[0].split())
    for line in lines:
        if (match := IMPACT_JA.search(line)) and not BEHIND_JA.search(line):
            return match[0]
    return None


def good_news(text: str) -> str | None:
    """Return the word by which a text reports success; None if it does not."""
    match = None if FAILURE.search(text) else SUCCESS.search(text)
    return match[0] if match else None
