"""Names of topics: phrases as the papers write them, shared by a group and rare elsewhere."""

from pathlib import Path

import numpy as np

from assistant.domain import Paper
from assistant.sources import read_source
from assistant.topics import topic_names

COLLECTION = Path(__file__).resolve().parents[2] / "data" / "papers_page.txt"
ROBOTS = [
    Paper("a", "Reinforcement Learning from Human Feedback for LLMs", "We use reinforcement learning."),
    Paper("b", "Reinforcement learning with few LLM calls", "Large language models are trained."),
]
IMAGES = [
    Paper("c", "Diffusion Models for pictures", "A diffusion model draws pictures."),
    Paper("d", "Guided diffusion models", "Large language models are not used."),
]


def test_names_are_runs_of_words_as_they_are_written() -> None:
    names = topic_names([*ROBOTS, *IMAGES], np.array([0, 0, 1, 1]))
    assert names[0].startswith("Reinforcement learning")
    assert names[1].startswith("Diffusion models")
    assert "anguage models" not in names[0] + names[1]


def test_no_name_leaves_out_the_words_between() -> None:
    papers = read_source(COLLECTION).papers
    groups = np.arange(len(papers)) % 9
    shown = " ".join(f"{paper.title} {paper.abstract}" for paper in papers).lower()
    for name in topic_names(papers, groups).values():
        assert all(part in shown for part in name.lower().split(", ")), name


def test_a_group_without_a_telling_word_still_has_a_name() -> None:
    assert topic_names([Paper("a", "The", "and of"), Paper("b", "", "")], np.array([0, 1])) == {
        0: "papers",
        1: "papers",
    }


def test_a_topic_is_named_in_the_plural_where_the_papers_use_it() -> None:
    papers = [
        Paper("a", "An agent for the web", "The agent plans. Agents act."),
        Paper("b", "Web agents", "An agent."),
    ]
    papers += [Paper("c", "Proteins", "Folding."), Paper("d", "Protein folding", "Folds.")]
    assert "agents" in topic_names(papers, np.array([0, 0, 1, 1]))[0].lower().split(", ")
