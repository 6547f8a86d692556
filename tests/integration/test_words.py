from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.domain import Paper
from assistant.errors import IndexBroken
from assistant.generations import Manifest
from assistant.words import WordBuild, Words, stems_of, words_fault

PAPERS = [
    Paper("a", "Tree Search for Agents", "Agents plan with Monte Carlo tree search (MCTS)."),
    Paper("b", "Folding Robots", "Robots fold towels. One agent searches."),
    Paper("c", "Über naïve Modelle", "GPT-4 and o1 are models."),
]


def published(folder: Path, build: WordBuild) -> Manifest:
    count, stamps = build.close()
    return Manifest("r", "i", 1, "v", count, build.name, stamps)


@pytest.fixture
def built(tmp_path: Path) -> tuple[Path, Manifest]:
    build = WordBuild(tmp_path)
    build.put(PAPERS)
    return tmp_path, published(tmp_path, build)


@pytest.fixture
def words(built: tuple[Path, Manifest]) -> Words:
    return Words(*built)


def test_papers_that_share_words_are_found_best_first(words: Words) -> None:
    found = words.search("Which agents use tree searching?", 10)
    assert [paper_id for paper_id, _ in found] == ["a", "b"]
    assert found[0][1] > found[1][1] > 0
    assert words.search("Which agents use tree searching?", 1) == found[:1]


def test_case_accents_and_forms_do_not_matter(words: Words) -> None:
    assert words.search("uber NAIVE model", 5)[0][0] == "c"
    assert words.search("gpt-4", 5)[0][0] == "c"


@pytest.mark.parametrize("query", ["", "   ", "which of the", "?!", "zebra"])
def test_a_query_without_a_word_of_the_papers_finds_nothing(words: Words, query: str) -> None:
    assert words.search(query, 5) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80) | st.sampled_from(['title:"x" AND (', "a^2 ~ -b +c", "[1 TO 2]", "\x00"]))
def test_no_question_is_a_syntax_error(words: Words, query: str) -> None:
    for paper_id, score in words.search(query, 5):
        assert paper_id in "abc"
        assert 0 < score <= words.bound(query) + 1e-3


def test_other_forms_of_words_count_less_than_the_words_typed(words: Words) -> None:
    typed = dict(words.search("mcts towels", 5))
    hinted = dict(words.search("mcts", 5, also=["towels"]))
    assert 0 < hinted["b"] < typed["b"] / 2
    assert hinted["a"] == pytest.approx(typed["a"])


def test_related_papers_share_the_telling_words_of_the_texts(words: Words) -> None:
    assert words.related({"Towels are folded by a robot.": 1.0}, 5) == [("b", 1.0)]
    both = dict(words.related({"robots fold towels": 1.0, "Monte Carlo": 0.1}, 5))
    assert both["b"] == 1.0 > both["a"] > 0
    assert words.related({}, 5) == words.related({"zebra": 1.0}, 5) == []


def test_the_bound_grows_with_unknown_words(words: Words) -> None:
    assert words.bound("tree zebra") > words.bound("tree") > words.bound("the") == 0


def test_empty_words_are_left_out_before_stemming() -> None:
    assert stems_of("Which of those agents are planning, planning?") == ["agent", "plan"]


def test_an_update_replaces_and_removes(built: tuple[Path, Manifest]) -> None:
    folder, first = built
    reader = Words(folder, first)
    build = WordBuild(folder, basis=first)
    build.remove(["a", "b"])
    build.put([Paper("a", "Zebras", "Zebras run.")])
    second = published(folder, build)
    later = Words(folder, second)
    assert later.count == 2
    assert [paper_id for paper_id, _ in later.search("zebra", 5)] == ["a"]
    assert later.search("towels", 5) == []
    assert reader.search("towels", 5)[0][0] == "b"
    build.remove_replaced(first)
    assert (folder / first.generation).exists()
    reader.close()
    build.remove_replaced(first)
    assert not (folder / first.generation).exists()


@pytest.mark.parametrize("ending", [".idx", ".term", ".store", "meta.json"])
def test_damage_is_found(built: tuple[Path, Manifest], ending: str) -> None:
    folder, manifest = built
    assert words_fault(folder, manifest) == ""
    path = next(path for path in (folder / manifest.generation).iterdir() if path.name.endswith(ending))
    raw = path.read_bytes()
    path.write_bytes(raw[:-1] + bytes([255 - raw[-1]]))
    assert path.name in words_fault(folder, manifest)


def test_what_cannot_be_opened_is_refused(built: tuple[Path, Manifest]) -> None:
    folder, manifest = built
    with pytest.raises(IndexBroken):
        Words(folder, replace(manifest, generation="gone"))
    with pytest.raises(IndexBroken, match="papers"):
        Words(folder, replace(manifest, count=7))
