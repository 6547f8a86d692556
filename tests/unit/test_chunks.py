from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.chunks import chunking_name, split_papers
from assistant.domain import Chunk, Paper
from assistant.sentences import split_sentences
from assistant.tokens import count_tokens

LONG = " ".join(f"Sentence number {n} speaks of topic {n * 7} and of nothing else." for n in range(60))


def chunks(abstract: str, *, tokens: int = 64, overlap: int = 20) -> list[Chunk]:
    paper = Paper("p", "A Title", abstract)
    return split_papers([paper], chunk_tokens=tokens, chunk_overlap=overlap)


def test_a_short_abstract_is_one_chunk_and_the_title_is_embedded_with_it() -> None:
    (chunk,) = chunks("  Few words. ")
    assert (chunk.chunk_id, chunk.text, chunk.start, chunk.end) == ("p:0", "Few words.", 2, 12)
    assert chunk.embedded_text == "A Title. Few words."


def test_chunks_keep_to_their_size_and_overlap_in_whole_sentences() -> None:
    found = chunks(LONG)
    assert len(found) > 5
    assert all(count_tokens(chunk.text) <= 64 for chunk in found)
    starts = {span.start for span in split_sentences("p", LONG)}
    assert all(chunk.start in starts and chunk.text.endswith(".") for chunk in found)
    assert all(later.start < chunk.end for chunk, later in pairwise(found))
    assert [chunk.chunk_id for chunk in found] == [f"p:{n}" for n in range(len(found))]


def test_the_same_abstract_gives_the_same_chunks_alone_and_in_company() -> None:
    papers = [Paper("a", "A", LONG), Paper("b", "B", LONG[:400])]
    together = split_papers(papers, chunk_tokens=64, chunk_overlap=10)
    alone = [c for paper in papers for c in split_papers([paper], chunk_tokens=64, chunk_overlap=10)]
    assert together == alone


def test_a_special_token_in_an_abstract_is_ordinary_text() -> None:
    assert len(chunks("We print <|endoftext|> now. " * 40)) > 1


def test_the_name_tells_ways_of_cutting_apart() -> None:
    names = {chunking_name(chunk_tokens=a, chunk_overlap=b) for a, b in [(64, 0), (64, 8), (128, 8)]}
    assert len(names) == 3


pieces = st.sampled_from(
    ["We plan. ", "A b c. ", "x" * 90, "\n", "\n\n", "Is it? ", "é 日本語。", "1.5 e.g. ", "<|endoftext|>"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(pieces, max_size=80).map("".join) | st.text(max_size=400))
def test_chunks_are_slices_in_order_that_lose_nothing_but_white_space(abstract: str) -> None:
    found = chunks(abstract, tokens=32, overlap=8)
    position = 0
    for chunk in found:
        assert abstract[chunk.start : chunk.end] == chunk.text
        assert not abstract[position : chunk.start].strip()
        position = chunk.end
    assert not abstract[position:].strip()
