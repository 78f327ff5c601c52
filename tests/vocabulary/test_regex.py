"""Regular expressions mean what RE2 says, and take no longer for a pattern of bad intent."""

import random
import time
from itertools import product

import pytest

from reliability.regex import RegexRefusedError, matches_whole, never_matches


@pytest.mark.parametrize(
    ("pattern", "matched", "other"),
    [
        ("alert|ticket", ["alert", "ticket"], ["alerts", "", "log"]),
        (".+", ["x", "a b"], ["", "a\nb"]),
        ("(?s).*", ["", "a\nb"], []),
        ("team-[a-z]+", ["team-web"], ["team-", "team-Web", "a team-web"]),
        ("^prod$", ["prod"], ["prod\n", "production"]),
        ("(?i)Prod", ["PROD", "prod"], ["prad"]),
        ("(?i:a)b", ["Ab", "ab"], ["AB"]),
        ("a{2,3}", ["aa", "aaa"], ["a", "aaaa"]),
        ("a{,2}", ["a{,2}"], ["a", "aa"]),
        ("(ab|c)*d?", ["", "abcd", "cc"], ["abd d"]),
        (r"\d{3}", ["404"], ["٤٠٤", "40"]),
        (r"\s", [" ", "\t"], ["\v", "\u00a0"]),
        (r"\w+\b", ["a_1"], ["é"]),
        ("[[:alpha:]_]+", ["ab_"], ["a1"]),
        ("[^[:^digit:]]", ["1"], ["a"]),
        ("[]a-c]+", ["]b"], ["d"]),
        (r"\p{Lu}\pL*", ["Éa"], ["éa"]),
        (r"\p{Greek}+", ["αβ"], ["ab"]),
        (r"\Qa.b\E+", ["a.bbb"], ["axb"]),
        (r"\x41\x{1F600}", ["A😀"], ["A"]),
        (r"(?P<name>a)(?<other>b)", ["ab"], ["a"]),
        (r"\Aa\z", ["a"], ["a\n"]),
        (r"\\C", [r"\C"], ["a", "C"]),
    ],
)
def test_a_pattern_matches_whole_texts(pattern: str, matched: list[str], other: list[str]) -> None:
    assert [text for text in matched if not matches_whole(pattern, text)] == []
    assert [text for text in other if matches_whole(pattern, text)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        *("(?=a)", "(?<!a)b", r"(a)\1", "(?>a)", "a**", "a++", "*a", "(", ")", "[a", "[b-a]"),
        *("a{1001}", "(a{100}){100}", r"\Z", r"\y", "[[:letter:]]", "\\", "(?x)a"),
        *(r"\x{110000}", r"\C", r"a\C", r"\\\C"),
    ],
)
def test_what_re2_does_not_read_is_refused(pattern: str) -> None:
    with pytest.raises(RegexRefusedError):
        matches_whole(pattern, "a")


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)x"])
def test_a_pattern_that_keeps_other_engines_busy_is_answered_at_once(pattern: str) -> None:
    start = time.process_time()
    assert not matches_whole(pattern, "a" * 500)
    assert time.process_time() - start < 2, "seconds of CPU"


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"\C", r"no such escape: \C"),
        (r"\y", r"no such escape sequence: \y"),
        ("a**", "bad repetition operator: **"),
        ("(a", "missing ): (a"),
        ("a)", "stray ): a)"),
        ("(?=a)", "no such perl operator: (?="),
        ("[[:x:]]", "no such character class range: [:x:]"),
    ],
)
def test_a_refusal_names_the_part_that_is_wrong(pattern: str, reason: str) -> None:
    with pytest.raises(RegexRefusedError) as refused:
        matches_whole(pattern, "a")
    assert str(refused.value) == reason


TEXTS = ["".join(text) for length in range(7) for text in product("ab", repeat=length)]


def test_a_pattern_never_matches_if_re2_matches_no_text() -> None:
    chosen, refused, answers = random.Random(7), 0, []
    for _ in range(6000):
        pattern = "".join(chosen.choices([*"ab^$^$()|*+?", "{0,2}", r"\A", r"\z"], k=6))
        try:
            expected = not any(matches_whole(pattern, text) for text in TEXTS)
        except RegexRefusedError:
            refused, expected = refused + 1, False
        answers.append(expected)
        assert never_matches(pattern) is expected, pattern
    assert answers.count(True) > 300
    assert refused < 5000


@pytest.mark.parametrize(
    ("pattern", "never"),
    [
        ("product-db-([1-9][0-9]*)$-wal", True),
        ("(?:a$)b", True),
        ("(?i:a$)b", True),
        ("(?P<n>a$)b", True),
        ("a{,2}^b", True),
        (r"\pN$b", True),
        (r"a\b$b", True),
        ("[^$]^", True),
        ("(?m)a$b", False),
        (r"\Qa$b\E", False),
        (r"a\$b", False),
        ("[[:alpha:]$]b", False),
        ("[]$]b", False),
        (r"[\]$]b", False),
        (r"(a|b\|c)$", False),
        ("\U000f0001$a", True),
        pytest.param("()" * 30_000 + "$a", True, id="many groups"),
        pytest.param("(" * 900 + "$a" + ")" * 900, False, id="too many groups in groups"),
    ],
)
def test_an_anchor_inside_of_a_pattern_excludes_every_value(pattern: str, never: bool) -> None:
    assert never_matches(pattern) is never


@pytest.mark.parametrize("pattern", ["[" + "ab" * 40_000 + "]", "a" * 65_537, "a\ud800"])
def test_a_pattern_is_bounded_before_it_is_compiled(pattern: str) -> None:
    with pytest.raises(RegexRefusedError, match=r"the limit is [0-9,]+|surrogate"):
        matches_whole(pattern, "a")
