"""The Japanese catalog uses one term for one thing, and sentences that a native reader expects."""

import re
from pathlib import Path
from typing import Any

import pytest

from reliability.render.words import LOCALE
from tests.japanese import english_in
from tools.generators.catalogs import read

CATALOG = LOCALE / "ja" / "LC_MESSAGES" / "reliability.po"
REQUIRED = {
    r"SLOs?": "SLO",
    r"[Ee]rror budgets?": "エラーバジェット",
    r"[Bb]urn[- ]rates?": "バーンレート",
    r"[Ww]aive(d|rs?)": "例外",
    r"[Bb]aseline": "ベースライン",
    r"[Ff]indings?": "検出結果",
    r"[Ii]ncidents?": "インシデント",
    r"[Rr]unbooks?": "ランブック",
    r"[Aa]ttainment": "達成率",
    r"[Tt]ickets?(?! tier)": "チケット",
    r"[Oo]n-call": "オンコール",
    r"SLO period": "SLO 期間",
    r"(?<!Configuration )(?<![Tt]his )pages?": "呼び出し",
    r"[Nn]otif(y|ies|ied|ications?)": "通知",
    r"[Ii]nhibit(s|ed|ion)?": "抑制",
    r"[Ss]ilences?": "サイレンス",
    r"[Ee]rror ratios?": "エラー率",
    r"SLO target": "目標値",
    r"[Ss]ync target": "同期先",
    r"[Rr]eceivers?": "レシーバー",
    r"(?<!under )[Mm]atchers?": "マッチャー",
    r"[Ss]ignals?": "シグナル",
    r"(?<!kind )(?<!from )[Hh]eartbeat": "ハートビート",
    r"series": "時系列",
    r"[Ss]crape intervals?": "スクレイプ間隔",
    r"[Rr]etention": "保持期間",
    r"window sets?": "ウィンドウセット",
    r"(long|short|shortest) windows?": "ウィンドウ",
    r"time slices?": "タイムスライス",
    r"approvers?": "承認者",
    r"code owners?": "コードオーナー",
    r"user journey": "ユーザージャーニー",
    r"postmortems?": "ポストモーテム",
    r"provisional": "暫定",
    r"user impact": "利用者への影響",
}
FORBIDDEN = {
    "約束": "SLO",
    "予算": "エラーバジェット",
    "手順書": "ランブック",
    "指摘": "検出結果",
    "猶予": "例外",
    "免除": "例外",
    "達成度": "達成率",
    "障害": "インシデント",
    "ページング": "呼び出し",
    "アラート予算": "呼び出し回数の上限",
    "閾値": "しきい値",
    "受信者": "レシーバー",
    "ユーザー影響": "利用者への影響",
    "黙らせ": "抑制",
}
PLAIN_ENDS = re.compile(r"(である|だ|する|(?<![まで])した|ない|いる)。")


TESTS = Path(__file__).parent.parent
LITERAL = re.compile(r"`[^`]*`|[\w{}]+: \w+|\{\w+\}|\S*[./]\w\S*")
"""What stays as it is in every language: code, values, paths, keys with dots, `key: value`."""


def _joined(forms: Any) -> str:
    return forms if isinstance(forms, str) else " / ".join(forms)


def entries() -> list[tuple[str, str]]:
    """Every message with its translation; of a plural, both forms in one text."""
    return [(_joined(each.id), _joined(each.string)) for each in read(CATALOG) if each.id]


@pytest.mark.parametrize(("english", "japanese"), REQUIRED.items())
def test_a_term_has_its_japanese_term(english: str, japanese: str) -> None:
    pattern = re.compile(rf"\b{english}\b")
    without = [
        message
        for message, translation in entries()
        if pattern.search(LITERAL.sub("", message)) and japanese not in translation
    ]
    assert without == []


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_translation_uses_another_word_for_a_term(word: str) -> None:
    assert [translation for _, translation in entries() if word in translation] == []


def test_only_a_page_is_called_a_call() -> None:
    """呼び出し is a page that goes to the on-call engineer, and no other notification."""
    called = [message for message, translation in entries() if "呼び出し" in translation]
    assert [each for each in called if not re.search(r"\b[Pp]age(s|d)?\b", each)] == []


def test_sentences_end_in_the_polite_form() -> None:
    plain = [text for _, text in entries() if PLAIN_ENDS.search(text) and not text.startswith("-")]
    assert plain == []


def test_no_japanese_sentence_is_followed_by_a_space() -> None:
    assert [text for _, text in entries() if re.search(r"[。、] ", text)] == []


def test_japanese_comments_and_issues_hold_no_english_sentence() -> None:
    shown = sorted(TESTS.glob("**/golden/*.ja.md"))
    assert len(shown) > 10
    english = {path.name: english_in(path.read_text("utf-8")) for path in shown}
    assert {name: texts for name, texts in english.items() if texts} == {}
