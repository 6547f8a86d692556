import contextlib
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from assistant.catalogue import Catalogue, Changes, DamagedCatalogue, KnownSource, vector_cache
from assistant.catalogue.schema import MIGRATIONS
from assistant.chunks import split_papers
from assistant.domain import Paper
from assistant.errors import CatalogueError

ONE = Paper("one", "Planning", "We plan. It works.", "a.txt", 3, ("Ada",), 2024, "ICML", "https://x")
TWO = Paper("two", "Folding", "Robots fold.", "a.txt", 9)


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    opened = Catalogue.open(tmp_path / "catalogue.sqlite")
    yield opened
    opened.close()


def test_papers_come_back_as_they_were_in_the_order_of_the_sources(catalogue: Catalogue) -> None:
    assert catalogue.sync([TWO, ONE]) == Changes(added=("two", "one"))
    assert catalogue.papers() == [TWO, ONE]
    assert catalogue.paper_ids() == ["two", "one"]
    assert list(catalogue.get(["one", "none", "two", "one"]).values()) == [ONE, TWO]
    assert len(catalogue) == 2


def test_the_same_papers_again_change_nothing(catalogue: Catalogue) -> None:
    catalogue.sync([ONE, TWO])
    before = catalogue.stamp
    assert catalogue.sync([ONE, TWO]) == Changes()
    assert catalogue.stamp == before


def test_changes_are_told_apart_and_journaled(catalogue: Catalogue) -> None:
    catalogue.sync([ONE, TWO])
    before = catalogue.stamp
    three = Paper("three", "New", "Text.")
    changes = catalogue.sync([replace(ONE, abstract="We plan again."), three])
    assert changes == Changes(("three",), ("one",), ("two",))
    assert set(catalogue.changes_since(before.sequence)) == {"one", "two", "three"}
    assert catalogue.changes_since(catalogue.stamp.sequence) == []


def test_a_paper_that_only_moved_is_not_changed(catalogue: Catalogue) -> None:
    catalogue.sync([ONE])
    assert catalogue.sync([replace(ONE, line=50, source="b.txt")]) == Changes()
    assert catalogue.papers()[0].line == 50


def test_the_version_follows_the_content_and_nothing_else(catalogue: Catalogue) -> None:
    versions = []
    for papers in ([ONE, TWO], [ONE], [TWO, ONE], [ONE, TWO], [replace(ONE, line=1), TWO]):
        catalogue.sync(papers)
        versions.append(catalogue.version)
    assert len(set(versions[:3])) == 3
    assert versions[0] == versions[3] == versions[4]


def test_chunks_follow_their_paper(catalogue: Catalogue) -> None:
    catalogue.sync([ONE, TWO])
    papers = catalogue.unchunked("c1")
    chunks = split_papers(papers, chunk_tokens=64, chunk_overlap=0)
    catalogue.store_chunks([paper.paper_id for paper in papers], chunks, chunking="c1")
    assert catalogue.unchunked("c1") == []
    assert catalogue.unchunked("c2") == [ONE, TWO]
    assert catalogue.chunks(["two", "one"]) == [chunks[1], chunks[0]]
    catalogue.sync([replace(ONE, abstract="Another.")])
    assert [paper.paper_id for paper in catalogue.unchunked("c1")] == ["one"]
    assert catalogue.chunks(["two"]) == []
    assert catalogue.chunk_count() == 1


def test_vectors_are_kept_by_model_and_text(catalogue: Catalogue) -> None:
    rows = np.eye(3, dtype=np.float32)
    texts = ["a", "b", "é"]
    catalogue.store_vectors("m", texts, rows)
    found = catalogue.cached_vectors("m", ["é", "a", "unknown"])
    assert sorted(found) == ["a", "é"]
    assert np.array_equal(found["é"], rows[2])
    assert catalogue.cached_vectors("other", texts) == {}


def test_sources_are_remembered(catalogue: Catalogue) -> None:
    known = [KnownSource("a.txt", "1"), KnownSource("/b.bib", "2", added=True)]
    catalogue.remember_sources(known)
    assert sorted(catalogue.sources(), key=lambda s: s.path, reverse=True) == known


def test_a_failing_sync_leaves_everything_as_it_was(catalogue: Catalogue) -> None:
    catalogue.sync([ONE])
    before = catalogue.stamp
    with pytest.raises(CatalogueError):
        catalogue.sync([TWO, replace(ONE, line=None)])  # type: ignore[arg-type]
    assert (catalogue.papers(), catalogue.stamp) == ([ONE], before)


def test_several_threads_may_read_and_write(catalogue: Catalogue) -> None:
    def work(number: int) -> None:
        for _ in range(20):
            catalogue.store_vectors("m", [f"t{number}"], np.eye(1, 4, dtype=np.float32))
            catalogue.papers()

    catalogue.sync([ONE])
    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(catalogue.cached_vectors("m", [f"t{n}" for n in range(4)])) == 4


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"not a database at all, but long enough to look at" * 100,
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw.replace(b"Robots fold", b"Robots hold"),
        lambda raw: raw[:4096] + b"\xff" * 4096 + raw[8192:],
    ],
    ids=["other file", "cut off", "one word altered", "a page overwritten"],
)
def test_damage_is_found_at_open(tmp_path: Path, damage) -> None:
    path = tmp_path / "catalogue.sqlite"
    first = Catalogue.open(path)
    first.sync([ONE, TWO])
    first.close()
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DamagedCatalogue, match="damaged"):
        Catalogue.open(path)


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    Catalogue.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(CatalogueError, match="newer version"):
        Catalogue.open(path)


def test_a_folder_that_cannot_be_used_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CatalogueError, match="cannot be used"):
        Catalogue.open(tmp_path / "file" / "catalogue.sqlite")


def test_a_full_disk_is_a_clear_error_and_nothing_is_lost(catalogue: Catalogue) -> None:
    catalogue.sync([ONE])
    pages = catalogue._connection.execute("PRAGMA page_count").fetchone()[0]
    catalogue._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(CatalogueError, match="The disk is full"):
        catalogue.sync([ONE, replace(TWO, abstract="word " * 100_000)])
    assert catalogue.papers() == [ONE]


def test_a_catalogue_that_another_program_holds_is_a_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.catalogue.schema._LOCK_WAIT_S", 0.01)
    path = tmp_path / "catalogue.sqlite"
    mine = Catalogue.open(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(CatalogueError, match="Another program holds it"):
        mine.sync([ONE])
    assert mine.papers() == []
    other.close()
    mine.close()


class CatalogueMachine(RuleBasedStateMachine):
    """Whatever is synced, in any order: the catalogue equals the last sources, the journal misses nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.catalogue = Catalogue.open(Path(self.folder.name, "catalogue.sqlite"))
        self.papers: dict[str, Paper] = {}
        self.follower: dict[str, str] = {}
        self.seen = 0

    @rule(names=st.lists(st.sampled_from("abcdef"), unique=True), text=st.sampled_from(["x", "y", "z"]))
    def sync(self, names: list[str], text: str) -> None:
        kept = {name: self.papers.get(name, Paper(name, name, text)) for name in names}
        if names and text == "z":
            kept[names[0]] = Paper(names[0], names[0], "z")
        self.catalogue.sync(list(kept.values()))
        self.papers = kept

    @rule()
    def follow(self) -> None:
        stale = self.catalogue.changes_since(self.seen)
        present = self.catalogue.get(stale)
        for name in stale:
            self.follower.pop(name, None)
            if name in present:
                self.follower[name] = present[name].content_hash
        self.seen = self.catalogue.stamp.sequence
        assert self.follower == {name: paper.content_hash for name, paper in self.papers.items()}

    @invariant()
    def equals_the_sources(self) -> None:
        assert self.catalogue.papers() == list(self.papers.values())

    def teardown(self) -> None:
        self.catalogue.close()
        self.folder.cleanup()


TestCatalogueMachine = CatalogueMachine.TestCase
TestCatalogueMachine.settings = settings(max_examples=30, stateful_step_count=15, deadline=None)


def test_a_vector_that_was_altered_counts_as_missing(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    first = Catalogue.open(path)
    first.store_vectors("m", ["a", "b"], np.array([[0.5, 0.25], [0.125, 0.75]], dtype=np.float32))
    first.close()
    stored = np.array([0.125, 0.75], dtype=np.float16).tobytes()
    raw = path.read_bytes()
    assert raw.count(stored) == 1
    path.write_bytes(raw.replace(stored, stored[:-1] + b"\x7f"))
    second = Catalogue.open(path)
    assert set(second.cached_vectors("m", ["a", "b"])) == {"a"}
    second.store_vectors("m", ["b"], np.array([[0.125, 0.75]], dtype=np.float32))
    assert set(second.cached_vectors("m", ["a", "b"])) == {"a", "b"}
    second.close()


def test_vectors_of_the_first_version_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as old:
        MIGRATIONS[0](old)
        row = np.array([0.5, 0.25], dtype=np.float16).tobytes()
        old.execute("INSERT INTO embedding VALUES (?, ?)", (vector_cache.key("m", "a"), row))
        old.execute("PRAGMA user_version = 1")
    opened = Catalogue.open(path)
    assert opened.cached_vectors("m", ["a"])["a"].tolist() == [0.5, 0.25]
    opened.close()


@pytest.mark.parametrize("limit", ["CHECKED_UP_TO", "PAPERS_CHECKED_UP_TO"])
def test_an_altered_paper_of_a_large_catalogue_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    path = tmp_path / "catalogue.sqlite"
    first = Catalogue.open(path)
    first.sync([ONE, TWO])
    first.close()
    path.write_bytes(path.read_bytes().replace(b"Robots fold", b"Robots hold"))
    monkeypatch.setattr(f"assistant.catalogue.schema.{limit}", 0)
    with pytest.raises(DamagedCatalogue, match="two was altered"):
        Catalogue.open(path).get(["one", "two"])
