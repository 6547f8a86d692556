"""The map: every paper in its place, the same each time, kept in a file, sane for few and for many papers."""

from pathlib import Path

import numpy as np
import pytest

from assistant import map as atlas
from assistant.domain import Paper
from assistant.map import make_map, map_of

TOPICS = {
    "robot": "robot arm grasping manipulation gripper",
    "vision": "image pixels diffusion picture generation",
    "speech": "audio speech voice recognition sound",
}


def papers(each: int) -> list[Paper]:
    return [
        Paper(f"{name}-{at}", f"{name.title()} {at}", f"{words} {words} number{at}")
        for name, words in TOPICS.items()
        for at in range(each)
    ]


def test_every_paper_has_a_place_inside_and_a_topic() -> None:
    drawn = make_map(papers(8))
    assert [place.paper_id for place in drawn.places] == [paper.paper_id for paper in papers(8)]
    assert all(0 <= place.x <= 1 and 0 <= place.y <= 1 for place in drawn.places)
    assert sum(topic.count for topic in drawn.topics) == 24
    assert all(topic.name for topic in drawn.topics)


def test_papers_of_one_kind_share_their_topics() -> None:
    kind = np.repeat(np.eye(3), 10, axis=0)
    vectors = kind + np.random.default_rng(1).normal(scale=0.05, size=kind.shape)
    topic = make_map(papers(10), vectors).topic_of()
    kinds = [{topic[f"{name}-{at}"] for at in range(10)} for name in TOPICS]
    assert sum(map(len, kinds)) == len(set.union(*kinds))


def test_the_same_papers_give_the_same_map() -> None:
    assert make_map(papers(6)) == make_map(papers(6))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 7])
def test_few_papers_do_not_break_it(count: int) -> None:
    assert len(make_map(papers(3)[:count]).places) == count


def test_papers_of_the_same_words_do_not_break_it() -> None:
    assert len(make_map([Paper(str(at), "Same", "the same words") for at in range(9)]).places) == 9


def test_large_collections_are_laid_out_by_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atlas, "SAMPLE", 60)
    vectors = np.random.default_rng(0).normal(size=(150, 16)).astype("float32")
    assert len(make_map(papers(50), vectors).places) == 150


def test_the_map_is_kept_until_the_papers_change(tmp_path: Path) -> None:
    asked = []

    def vectors() -> None:
        asked.append(1)

    first = map_of(papers(3), tmp_path, vectors)
    assert map_of(papers(3), tmp_path, vectors) == first
    assert len(asked) == 1
    assert len(map_of(papers(4), tmp_path, vectors).places) == 12
    (tmp_path / "map.json").write_text("{broken", encoding="utf-8")
    assert len(map_of(papers(4), tmp_path, vectors).places) == 12
