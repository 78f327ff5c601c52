"""Notifications that need nobody: reports of success, recoveries, and what people and tools do.

Some say so by themselves, whatever else they say: the type of a Kubernetes event, the result of a
build, a recovery, a pull request. Others are routine if they have no word of trouble.
"""

from __future__ import annotations

import re
from typing import Final

EXPLICIT: Final = re.compile(
    r"(?-i:\bNormal\b[\s\])|:/,-]+(?=[A-Z][a-z])|\btype[=:]\s?Normal\b|\bFinished: SUCCESS\b"
    r"|#\S+[\s:-]+(?:Success|SUCCESS|Fixed|FIXED|Stable)\b)|\breturned to OK\b|\bresolved by\b"
    r"|\bback (?:to normal|to green|online|up|below|under|within)\b|(?:\b(?:has|have|had|is|are"
    r"|was|now|been|auto)[ -]|^)(?:recover|resolv|restor|clear)ed\b|(?:^|[:\]|] )(?:recovered"
    r"|resolved|recovery|ok|closed):|(?<!not yet )(?<!not )\b(?:recovered|healthy|up|available"
    r"|reachable) again\b|(?:復旧|回復|解消|収束|解決|復帰)(?:しました|済み|した)|正常に戻り|解除"
    r"|\b(?:(?:pull|merge) requests?|PR|MR)\b[^\n]{0,80}\b(?:open|merg|clos|approv|creat)ed\b"
    r"|\b(?:open|merg|clos|approv|creat|review)ed\b[^\n]{0,40}\b(?:(?:pull|merge) request|PR|MR)\b"
    r"|\bbump(?:s|ed)? \S+ (?:\w+ )?(?:from|to)\b|\bcomment(?:ed)? (?:on|by|in)\b|レビュー"
    r"|\bpushed (?:\S+ ){1,3}commits?\b|\brequested (?:your|a) review\b|(?:プル|マージ)リクエスト",
    re.IGNORECASE,
)
"""Kubernetes' event type and Jenkins' results (case matters), recoveries, what developers do.

The title of a pull request may be about any trouble.
"""

ROUTINE: Final = re.compile(
    r"\b(?:finish|complet|deploy|start|appl|renew|creat|open|clos|publish|releas|promot|enabl"
    r"|updat|upgrad|add|join|invit|merg|provision|launch|rotat|archiv|upload|approv|synce?"
    r"|synchroni[sz]|rebas|verif|warm|post|import|export|generat|refresh|migrat|roll|sav|chang"
    r"|grant|clear|drain|modif|configur|assign|remov|delet|pass|issu|reconcil|reload|replac|block"
    r"|challeng|mitigat|terminat|scal|bann)(?:i?e?d|ing)\b|\bsucce(?:ed|ss)|\b(?:healthy"
    r"|beg[aiu]ns?|done|built|sent|fixed|operational|in sync|complete|paid|up to date"
    r"|(?<!messages )ready|is live|autoscal\w+|turned o\w+|(?:un)?ban(?:ned)?|maintenance|summary"
    r"|digest|reminder|newsletter|changelog|hand.?o(?:ff|ver)|(?:dai|week|month)ly (?:\S+ )?report"
    r"|slo report|is available|is running|now (?:running|available|on.?call)|(?:signed"
    r"|logged) (?:up|in)|to v\d|no (?:change|finding)s|new (?:lead|customer|subscriber|order"
    r"|sign.?up|user|booking|message))\b|\b(?:heartbeat|back-?up|ping|health ?check"
    r"|status)\b[^\n]{0,30}\bok\b|(?:完了|終了|開始|成功|作成|送信|公開|変更|更新|追加|削除|承認"
    r"|適用|反映|生成|登録|マージ|デプロイ|招待|アップデート|スケール[アイダ]\w*|切り?替え"
    r"|ブロック|配信|実施|交代|取得|再構築|復元|交換|移行|発行|起動|設定"
    r"|同期)(?:を\w*)?(?:(?:されま)?しました|されました|します|いたします|済み?|です|中です)"
    r"|(?:完了|成功|終了|開始)(?=[:：\s（(】]|$)|正常|リリース|お知らせ|メンテナンス|サマリー"
    r"|レポート|当番|合格",
    re.IGNORECASE,
)
HARMLESS: Final = re.compile(
    r"\b(?:no|zero|without(?: any)?|0) (?:new |known |open )?(?:errors?|fail(?:ures?|ed)|warnings?"
    r"|issues?|problems?|changes?|findings?|downtime|vulnerabilit\w+|data loss|action)(?: (?:need"
    r"|requir)ed)?|(?:エラー|異常|問題)は?(?:な[くし]|ありません)",
    re.IGNORECASE,
)
TROUBLE: Final = re.compile(
    r"fail(?!2ban|over)|error(?! budget)|warn|critical|fatal|\bnot\b|n't|cannot|unable"
    r"|timed? ?-?out|exceed|\bbad\b(?! bots)|\bno\b|degrad|miss|stuck|\blos[ts]\b|\bloss\b"
    r"|expire[sd]|expiring|overdue|\blate\b|denied|refus|crash|\boom|\bout of\b|restart|reboot"
    r"|evict|unhealthy|unavail|unreach|pending|\blags?\b|behind|\bfull\b(?! backup)"
    r"|vulnerabilities|\bcve\b|leak|suspicious|unauthori|unusual|unexpect|anomal|attack|intrusion"
    r"|malware|roll\w* ?back|abort|cancel|retir|deprecat|\bstill\b|longer than|delay|above"
    r"|\bhigh\b|too \w+|wait|needs?\b|require|must\b|confirm|stopp"
    r"|(?<!scale )(?<!scaled )(?<!scaling )down\b|absent|silent|drift|mismatch|corrupt|invalid"
    r"|unstable|reject|violat|broken|incomplete|partial|(?<!read-)\bonly\b|abandon|paused"
    r"|threshold|alarm|incident|outage|slow|duplic|deadlock|失敗|エラー|異常|警告|障害|でき(?:ない"
    r"|ません)|途絶|未完了|超過|超え|遅延|停止|不足|切れ|期限|残り|滞留|不可|必要|ません|下回|上回"
    r"|中断|再起動|脆弱|不正|逼迫|枯渇|ダウンし|終了コード",
    re.IGNORECASE,
)
"""Words that no report of routine work contains."""


def explicit_news(text: str) -> str | None:
    """Return the words by which a text says of itself that nobody has to act; None without any."""
    match = EXPLICIT.search(text)
    return " ".join(match[0].split()) if match else None


def good_news(text: str) -> str | None:
    """Return the words by which a text reports success or routine work; None if it does not."""
    harmless = HARMLESS.search(text)
    rest = HARMLESS.sub(" ", text)
    match = None if TROUBLE.search(rest) else ROUTINE.search(rest) or harmless
    return " ".join(match[0].split()) if match else None
