"""The support checker: rules over words with a made-up encoder, the hand-written cases with MiniLM."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.checking.support import Support, SupportChecker, TokenVectors, Weights, support_checker
from assistant.checking.support.numbers import numbers_in, numbers_missing
from assistant.checking.support.polarity import pointers, reversals
from assistant.checking.support.sentences import is_quoted, split_sentences
from assistant.checking.support.words import words_of

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "support_cases.jsonl")
    .read_text("utf-8")
    .splitlines()
]
ABSTRACT = (
    "We present Kite. Kite improves accuracy by 25\\% on 20K examples, e.g. long ones. "
    "It outperforms Sparrow."
)


class WordEncoder:
    """A stand-in encoder: each word's vector depends on its spelling alone. Counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.asked += texts
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> TokenVectors:
        words = words_of(text)
        rows = [np.random.default_rng(zlib.crc32(w.stem.encode())).normal(size=16) for w in words]
        return TokenVectors(np.array(rows, np.float32), [(w.start, w.end) for w in words])


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def checker(encoder: WordEncoder) -> SupportChecker:
    return SupportChecker(encoder, Weights.shipped())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("25 percent", "25\\%"),
        ("25%", "25 per cent"),
        ("20K", "20,000"),
        ("twofold", "2x"),
        ("two times", "2$\\times$"),
        ("three tasks", "3 tasks"),
        ("7B parameters", "7 billion parameters"),
        ("34·3%", "34.3%"),
        ("10 000", "10,000"),
        ("doubles", "2x"),
        ("twenty-five", "25"),
        ("1.5-fold", "1.5 times"),
        ("50\\,000", "50,000"),
    ],
)
def test_spellings_of_the_same_number_agree(one: str, other: str) -> None:
    assert numbers_in(one), one
    assert not numbers_missing(one, other)
    assert not numbers_missing(other, one)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("by 25%", "by 35%"),
        ("20K examples", "20 examples"),
        ("2x faster", "3x faster"),
        ("7B", "70B"),
        ("5%", "15%"),
        ("three tasks", "four tasks"),
        ("25%", "25 times"),
        ("1.5", "15"),
    ],
)
def test_other_numbers_are_missing(claim: str, evidence: str) -> None:
    assert numbers_missing(claim, evidence)


@pytest.mark.parametrize("text", ["GPT-4", "p53", "H3K9", "T5", "IL-6", "Qwen2.5-7B"])
def test_digits_in_names_are_no_numbers(text: str) -> None:
    assert numbers_in(text) == ()


def test_a_wrong_number_is_never_supported(checker: SupportChecker) -> None:
    right, wrong = checker.judge(
        [
            ("Kite improves the accuracy by 25 percent on 20,000 examples.", "Kite", ABSTRACT),
            ("Kite improves the accuracy by 35 percent on 20,000 examples.", "Kite", ABSTRACT),
        ]
    )
    assert wrong.verdict == "unsupported"
    assert "35 percent" in wrong.reasons[0]
    assert wrong.score < right.score


@pytest.mark.parametrize(
    "said", ["It outperforms Sparrow by far", "it outperforms  \\textbf{Sparrow} by far!"]
)
def test_words_of_the_abstract_are_supported_without_vectors(
    said: str, checker: SupportChecker, encoder: WordEncoder
) -> None:
    [judged] = checker.judge([(said, "", "We present Kite. It outperforms Sparrow by far.")])
    assert judged == Support(1.0, "supported", ("The abstract says so word for word.",))
    assert encoder.asked == []


def test_a_swapped_comparison_is_unsupported(checker: SupportChecker) -> None:
    [judged] = checker.judge(
        [("Sparrow outperforms Kite on images.", "", "Kite outperforms Sparrow on images of birds.")]
    )
    assert judged.verdict == "unsupported"
    assert "other way round" in judged.reasons[0]


def test_an_opposite_word_is_unsupported(checker: SupportChecker) -> None:
    [judged] = checker.judge(
        [("Kite worsens accuracy on long examples.", "", "Kite improves accuracy on long examples.")]
    )
    assert judged.verdict == "unsupported"


def test_a_strange_name_is_at_most_weak(checker: SupportChecker) -> None:
    [judged] = checker.judge(
        [("It outperforms the older GPT-9 model.", "", "It outperforms the older Sparrow model.")]
    )
    assert judged.verdict != "supported"


@pytest.mark.parametrize(
    ("claim", "abstract"), [("", ABSTRACT), ("Kite flies.", ""), ("…", "…"), ("Kite flies.", "  ")]
)
def test_nothing_to_judge_is_unsupported(claim: str, abstract: str, checker: SupportChecker) -> None:
    [judged] = checker.judge([(claim, "", abstract)])
    assert (judged.score, judged.verdict) == (0.0, "unsupported")


def test_order_is_kept_and_sentences_are_read_once(checker: SupportChecker, encoder: WordEncoder) -> None:
    rows = [
        ("Kite is accurate indeed.", "", ABSTRACT),
        ("", "", ABSTRACT),
        ("Kite handles long examples.", "", ABSTRACT),
    ]
    together = checker.judge(rows)
    assert together == [checker.judge([row])[0] for row in rows]
    assert len(encoder.asked) == len(set(encoder.asked))


def test_sentences_end_at_full_stops_only() -> None:
    assert len(split_sentences(ABSTRACT)) == 3
    assert is_quoted("it outperforms sparrow now", "Kite flies. It outperforms Sparrow now!")


def test_reversals_point_the_other_way() -> None:
    text = "Kite improves accuracy."
    assert "Kite worsens accuracy." in reversals(text, words_of(text))
    [up], [down] = pointers(words_of("it increases")), pointers(words_of("it does not increase"))
    assert up.sign == -down.sign == 1


@pytest.fixture(scope="session")
def real_checker() -> SupportChecker:
    return support_checker()


@pytest.mark.parametrize("case", CASES, ids=[f"{c['kind']}-{n}" for n, c in enumerate(CASES)])
def test_hand_written_cases(case: dict[str, str], real_checker: SupportChecker) -> None:
    """Faithful sentences are supported; false ones are not (weak is allowed: it is shown as a warning)."""
    [judged] = real_checker.judge([(case["claim"], case["title"], case["evidence"])])
    assert (judged.verdict == "supported") == (case["expected"] == "supported"), judged
