"""Words for user impact, in English and in Japanese.

They are searched in the line of a message, a summary or a field; never in labels.
"""

from __future__ import annotations

import re
from typing import Final

PEOPLE: Final = (
    r"(?<![-_/])(?:customers|users|visitors|guests|shoppers|subscribers|buyers|members|employees"
    r"|passengers|patients|students|drivers|merchants|sellers|players|viewers|readers|tenants"
    r"|citizens|callers|clients|people|everyone|everybody|(?:any|each|every) (?:customer|user"
    r"|visitor|member))(?![-_/])"
)
"""Plural only: one customer with trouble is a support ticket, several are not."""

JOURNEYS: Final = (
    r"checkouts?|payments?|log.?ins?|sign.?ins?|sign.?ups?|registrations?|orders?|bookings?"
    r"|reservations?|purchases?|transactions?|searches|deliver(?:y|ies)|transfers?|enrol?ments?"
    r"|refunds?|subscriptions?|add.to.cart|top.?ups?|withdrawals?|trips?|appointments?"
)
USED: Final = (
    r"e-?mails?|sms|push notifications?|playback|videos?|(?:live )?streams?|voice|uploads?"
    r"|downloads?|chats?|search(?: results)?|carts?|prices?|dns|name ?servers?|storefront"
    r"|home ?page|websites?|user (?:actions?|experience|sessions?|journeys?)|(?:web|online"
    r"|ticket) ?(?:shop|store)|terminals|kiosks|cards|phones|matchmaking|vpn|web ?sockets?|assets"
    r"|photos|maps|(?:public|customer) api|mobile apps?|portal|(?:% "
    r"|<n> )of (?:\w+ ){0,2}(?:requests|sessions|visits|calls|devices|traffic)"
)
"""What users see or use."""

UNABLE: Final = r"cannot|can['\u2019]t|can not|could(?: not|n['\u2019]t)|unable|not able"
TROUBLE: Final = (
    rf"{UNABLE}|affected|impacted|fail\w*|unavailable|down|stuck|blocked|locked out|logged out"
    rf"|complain\w*|timing out|timed? ?outs?|broken|slow\w*|waiting|drop(?:s|p\w+)?|errors?"
    rf"|servfail|stall\w*|bounc\w+|delay\w*|late|abandon\w*|crash\w*|disconnect\w*|los(?:e|es|ing|t)"
    rf"|degrad\w*|offline|freez\w+|interrupted|wrong|(?:not|never|no longer|(?:is|are|does"
    rf"|do)n['\u2019]t)\s(?:being\s)?(?:deliver|receiv|reach|arriv|sen[dt]|load|work|process|play"
    rf"|answer|respond|show|open|go)\w*|(?:see|seeing|gets?|getting|receive|report|returns?"
    rf"|returning|shows?)\s(?:an?\s)?(?:errors?|blank|no|empty|wrong|zero|nothing)"
)
SURFACE: Final = (
    r"pages?|screens?|sites?|websites?|shop|storefront|portal|apps?|front ?end|home ?page"
)

SERVERS: Final = (
    r"(?:hosts?|upstreams?|targets?|backends?|endpoints?|servers?|instances?|replicas?|pods?)"
)
PUBLIC: Final = (
    r"(?:https?://|<url>|(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|jp|example)(?![a-z0-9]))"
)
REPORTED: Final = re.compile(
    rf"\b(?:{PEOPLE})\s(?:report|say|tell us|complain|write|see|get|experience|face)\b"
    rf"|\b(?:{PEOPLE})\s(?:\w+\s){{0,3}}(?:{UNABLE}|affected|impacted|stuck|locked out)\b"
    r"|\b(?:spike|surge|flood) (?:in|of) (?:\w+ )?(?:complaints|tickets|conversations|calls)\b"
    r"|\b(?:nobody|no one) can\b|\b(?:real|legitimate) (?:users|customers)\b|\boutage\b"
    rf"|\b(?:{UNABLE})(?: to)?\s(?:log.?in|sign.?(?:in|up)|check.?out|pay|orders?|book)\b"
    r"(?! (?:to|into|on|at)\b)|\bburn.?rate\b|\bfast burn\b|\bsynthetics?\b"
    r"|\bbrowser (?:test|check)|\buptime check|外形監視|シンセティック"
    r"|\b(?:pingdom|status ?cake|uptime ?robot|site24x7|better ?stack|checkly)\b.*\b(?:down|fail)"
    rf"|{PUBLIC}.*(?:\bis (?:down|unhealthy|unreachable)|http critical|socket timeout|not respond"
    rf"|応答な|応答があり)|\bis down\b.*{PUBLIC}"
    rf"|\b(?:no|zero|0) (?:healthy|available|ready) (?:\w+ ){{,2}}{SERVERS}\b"
    rf"|\bno {SERVERS} (?:is |are )?(?:available|healthy|left|for)|healthyhost\w* ?(?:is|:) 0\b"
    rf"|\b(?:all|100 ?% of) (?:\w+ ){{,3}}{SERVERS} (?:\w+ ){{,5}}(?:down|un(?:avail|health|reach))"
    rf"|\b0(?:/| of )\d+ {SERVERS} (?:are )?(?:healthy|available|ready|up)",
    re.IGNORECASE,
)
"""People who cannot do something, checks from outside that fail, and nothing that answers."""

IMPACT: Final = re.compile(
    rf"\b(?:{PEOPLE}|{JOURNEYS}|{USED})\b[^.;\n]{{0,60}}?\b(?:{TROUBLE})\b"
    rf"|\b(?:{TROUBLE})\b[^.;\n]{{0,40}}?\b(?:for|by|from|to|of)\s(?:\S+\s){{,3}}"
    rf"(?:{PEOPLE}|(?<=of )requests)\b"
    r"|\b(?:payments|log.?ins|sign.?ups|orders|bookings)\b[^.;\n]{0,60}?\b(?:rejected|declined)\b"
    r"|\b(?:fail(?:ed|ing|ures? (?:of|in|on))|errors? (?:in|on|at|during)|slow|broken|rejected"
    rf"|declined)\s(?:\w+\s){{,2}}(?:payments|checkout|orders|transfers|log.?ins|{USED})\b"
    rf"|\b(?:no|zero)\s(?:\w+\s)?(?:{JOURNEYS}|traffic|page ?views)\b"
    rf"|\b(?:conversions?|revenue|sales|traffic|(?:authori[sz]ation|approval) rate|{JOURNEYS})\b"
    r"[^.;\n]{0,40}?(?:\b(?:dropp?\w*|fell|fall\w*|down by|below|under|lower than|declin(?:es?|ing)"
    r"|plung\w*|decreas\w*|plummet\w*|stopped|at zero|(?:to|at|is|are) 0(?![.\d]))\b|: 0(?![.\d]))"
    r"|\b(?:site|website|service|api|page|app) (?:is )?(?:down|unavailable|unreachable)\b"
    rf"|\b(?:{SURFACE})\b[^.;\n]{{0,40}}?\b(?:(?:response|load(?:ing)?) times?|slow\w*|blank|broken"
    r"|unreachable|not load\w*|takes? \S+ (?:\w+ )?to)\b|\bnot load\b"
    r"|\b(?:blank|white|broken|empty|error) (?:pages?|screens?)\b|\breturns? 0 (?:hits|results)\b"
    r"|\brum\b|\breal.user\b|\b(?:crash|anr)[- ](?:free|rate)|\b(?:re)?buffering|\bttfb\b"
    r"|\b(?:http|status(?: code)?|(?:return|answer)(?:s|ed|ing)?|gets?|getting|receives?|throws"
    r"|with|code|cloudflare|error)[\s:=]+5[02]\ds?\b(?! \w+s\b(?<!errors))|\binternal server error"
    r"|\b50[0-4] (?:error|response)s\b|\bbad gateway\b|\bgateway time-?out\b",
    re.IGNORECASE,
)
"""A person or a user journey with trouble, a page that does not work, or a failed attempt."""

NO_IMPACT: Final = re.compile(
    r"\b(?:no|not|without|never)\b[^.;\n]{0,20}\b(?:affected|impact(?:ed)?)\b"
    r"|\blog.?ins?\b.*\b(?:attempts?|root|for user \w)|\bfor (?:order|invoice|card)\b"
    r"|\b(?:payment|order|booking|refund"
    r"|subscription|transaction|invoice|customer|user|account|card)\s(?:#|<id>|[a-z]{2,}_\w|\d{4,})"
    r"|(?:影響|支障|問題)[^。\n]{0,8}(?:な[いく]|ませんで?|なし)"
    r"|(?:異常|エラー|障害)[はが]?(?:なし|あり?ません|[発出]\w{0,6}ません)",
    re.IGNORECASE,
)
"""Words for no user impact, for attempts to break in, and for one person or payment."""

WHO: Final = "お客様|お客さま|顧客|ユーザー?|利用者|会員|購入者|来訪者|加盟店|生徒|患者|乗客|従業員"
DONE: Final = (
    "ログイン|サインイン|サインアップ|購入|決済|支払い?|注文|予約|登録|検索|閲覧|アクセス|送信"
    "|送金|再生|通話|申し?込み?|会計|打刻|アップロード|ダウンロード|視聴|配送|入金|出金|メール|SMS"
    "|プッシュ|名前解決"
)
SEEN: Final = "サイト|サービス|画面|ページ|アプリ|トップ|ウェブ|フォーム|動画|映像|検索結果|音声"
FAILS: Final = (
    "でき(?:ない|ません|ず|なく)|不可|失敗|エラー|拒否|[てで]い(?:ない|ません)"
    "|(?<=[かさたばまらわしじせけれえ])(?<!かもしれ)(?:ない|ません)"
)
"""The last one is a negated verb: 起動しない, 届かない, 進まない."""
IMPACT_JA: Final = re.compile(
    rf"(?:{WHO})[^。\n]{{0,30}}(?:{FAILS}|影響|苦情|問い?合わ?せ|困)"
    r"|(?:問い?合わ?せ|苦情|通報|報告)[^。\n]{0,12}(?:急増|殺到|多数|相次|増え|増加)"
    rf"|(?:{DONE})[^。\n]{{0,20}}(?:{FAILS}|急減|激減|遅延|[0０]\s?件)"
    r"|(?:売上|コンバージョン|トラフィック|注文|予約|購入|登録)[^。\n]{0,20}(?:急減|激減|減少|下回"
    r"|ゼロ|落ち込)"
    rf"|(?:{SEEN})[^。\n]{{0,25}}(?:{FAILS}|ダウン|停止|落ち|つなが|繋が|開け(?:ない|ません)|応答"
    rf"|遅い"
    "|遅く|重い|重く|利用でき|障害|真っ白|途切れ|かか[っり])|表示(?:でき|され)(?:ない|ません)"
    "|可用性|(?:応答時間|応答速度|レスポンス(?:タイム|時間)?|レイテンシ)|(?:エラー|失敗|成功"
    "|クラッシュ)率"
    r"|50[0-4]\s?(?:エラー|を返|が返)|(?:正常な|ヘルシー)[^。\n]{0,12}(?:[0０]|ゼロ|あり?ません"
    r"|ない)"
)
BEHIND: Final = re.compile(
    r"(?<!after )(?<!since )(?<!after the )\b(?:argo ?cd|flux|helm\w*|kustomiz\w+|jenkins|gitlab"
    r"|github|ci|workflow|pipeline|builds?|deploy(?:s|ing|ments?)?|sync\w*|terraform|roll(?:out"
    r"|back)s?|batch|(?:night|dai|week|month|hour)ly|(?:cron ?)?jobs?|cron|back-?ups?|snapshots?"
    r"|replica(?!s)\w*|migrations?|dags?|airflow|etl|dbt|import|export|reports?|reconciliation"
    r"|staging|sandbox|dev|qa|acme|certificates?|dependency|retr(?:y|ies|ied|ying)|warehouse"
    r"|archive|dead.letter|dlq|tests|(?:unit|e2e|load|restore) test|coverage|rebuild|re-?index\w*"
    r"|indexing|transcod\w*|pods?|containers?|workers?|consumers?|brokers?|queues?|tables?|topics?"
    r"|cpu|memory|disk|vacuum|scan\w*|(?:pull|merge) request|attempts?|sshd?|internal|readiness"
    r"|liveness|runner|registry|webhook|slow (?:quer\w+|log|disk)|unavailable (?:replica|pod|node"
    r"|shard)s?|(?:node|disk|i/?o|read|write|fsync|replicas?|queries|query|etcd|consumer|incident"
    r"|probe)\s(?:\w+\s)?(?:latency|slow|response|unavailable))\b|(?-i:[A-Z]\w*(?:Error"
    r"|Exception)):|バッチ|ジョブ|夜間|[日月週]次|バックアップ|レプリ|同期|集計|ビルド|デプロイ"
    r"|パイプライン|インポート|監査|(?:テスト|開発|検証)環境|ステージング|取り?込み|連携"
    r"|スナップショット|攻撃|不正|インデックス|再構築",
    re.IGNORECASE,
)
"""Background work or one component: a failure there has no user impact yet."""


def user_impact(text: str) -> str | None:
    """Return the words of a text that report user impact; None if there are none."""
    for line in text.splitlines():
        if NO_IMPACT.search(line):
            continue
        match = REPORTED.search(line)
        if match is None and (match := IMPACT.search(line)) and BEHIND.search(line[: match.end()]):
            match = None
        if match is None and not BEHIND.search(line):
            match = IMPACT_JA.search(line)
        if match is not None:
            return " ".join(match[0].split())
    return None
