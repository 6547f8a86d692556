import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.domain import Chunk
from assistant.errors import IndexBroken
from assistant.generations import Manifest, read_manifest, write_manifest
from assistant.settings import Settings
from assistant.vectors import VectorBuild, Vectors, vectors_fault
from tests.fakes import HashEmbedder

EMBEDDER = HashEmbedder()
TEXTS = ["tree search plans", "robots fold towels", "search engines rank pages", "diffusion draws images"]


def chunk(paper: str, ordinal: int, text: str) -> Chunk:
    return Chunk(f"{paper}:{ordinal}", paper, paper, text, 0, len(text))


def publish(folder: Path, build: VectorBuild) -> Manifest:
    count, stamps = build.close()
    manifest = Manifest("recipe", "identity", 1, "v", count, build.name, stamps)
    write_manifest(folder.with_suffix(".json"), manifest)
    build.remove_replaced(None)
    return manifest


def built(folder: Path, texts: list[str] = TEXTS, *, basis: Manifest | None = None) -> Manifest:
    build = VectorBuild(Settings(), folder, basis=basis)
    build.put([chunk(f"p{n}", 0, text) for n, text in enumerate(texts)], EMBEDDER.encode(texts))
    return publish(folder, build)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vectors"


def test_search_gives_cosine_similarities_best_first(folder: Path) -> None:
    vectors = Vectors(Settings(), folder, built(folder))
    query = EMBEDDER.encode(["tree search"])[0]
    found = vectors.search(query, 10)
    expected = EMBEDDER.encode(TEXTS) @ query
    assert found[0][:2] == ("p0:0", "p0")
    assert [similarity for _, _, similarity in found] == pytest.approx(
        sorted(expected, reverse=True), abs=1e-3
    )
    assert vectors.search(query, 0) == []
    vectors.close()


def test_the_vectors_of_given_papers_are_a_row_per_chunk(folder: Path) -> None:
    build = VectorBuild(Settings(), folder)
    build.put([chunk("a", n, text) for n, text in enumerate(TEXTS)], EMBEDDER.encode(TEXTS))
    vectors = Vectors(Settings(), folder, publish(folder, build))
    names, rows = vectors.vectors_of(["a", "unknown"])
    assert sorted(names) == ["a:0", "a:1", "a:2", "a:3"]
    assert rows.shape == (4, EMBEDDER.dimension)
    assert vectors.vectors_of([])[0] == []
    vectors.close()


def test_large_collections_give_the_same_vectors(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = Vectors(Settings(), folder, built(folder))
    names, rows = vectors.vectors_of(["p0", "p2"])
    assert vectors.in_memory
    monkeypatch.setattr("assistant.vectors._IN_MEMORY_UP_TO", 0)
    assert not vectors.in_memory
    other_names, other_rows = vectors.vectors_of(["p0", "p2"])
    places = [other_names.index(name) for name in names]
    assert other_rows[places] == pytest.approx(rows)
    vectors.close()


def test_an_update_is_a_new_generation_and_the_old_one_stays_readable(folder: Path) -> None:
    first = built(folder)
    reader = Vectors(Settings(), folder, first)
    build = VectorBuild(Settings(), folder, basis=first)
    build.remove(["p1", "p3"])
    build.put([chunk("p0", 0, "robots walk")], EMBEDDER.encode(["robots walk"]))
    second = publish(folder, build)
    assert second.count == 2
    assert len(reader.search(EMBEDDER.encode(["towels"])[0], 10)) == 4
    later = Vectors(Settings(), folder, second)
    assert later.search(EMBEDDER.encode(["robots walk"])[0], 1)[0][2] == pytest.approx(1, abs=1e-3)
    assert (folder / first.generation).is_dir()
    reader.close()
    later.close()
    publish(folder, VectorBuild(Settings(), folder, basis=second))
    assert not (folder / first.generation).exists()


def test_reading_leaves_the_stamps_as_they_are(folder: Path) -> None:
    manifest = built(folder)
    for _ in range(2):
        vectors = Vectors(Settings(), folder, manifest)
        vectors.search(EMBEDDER.encode(["x"])[0], 3)
        vectors.close()
    assert vectors_fault(folder, manifest) == ""


def many(folder: Path) -> Manifest:
    """Enough rows that Chroma writes its graph to files."""
    texts = [f"paper number {n} about topic {n * n}" for n in range(2300)]
    return built(folder, texts)


@pytest.mark.parametrize("name", ["data_level0.bin", "index_metadata.pickle", "link_lists.bin"])
@pytest.mark.parametrize("damage", ["cut", "flip", "delete"])
def test_damage_to_the_graph_is_found_without_opening_it(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, name: str, damage: str
) -> None:
    whole = tmp_path_factory.getbasetemp() / "graph" / "vectors"
    if not whole.exists():
        many(whole)
    folder = tmp_path / "vectors"
    shutil.copytree(whole, folder)
    shutil.copy(whole.with_suffix(".json"), folder.with_suffix(".json"))
    manifest = read_manifest(folder.with_suffix(".json"))
    assert manifest is not None
    assert vectors_fault(folder, manifest) == ""
    (path,) = folder.rglob(name)
    raw = path.read_bytes()
    if damage == "cut":
        path.write_bytes(raw[:-50])
    elif damage == "flip":
        path.write_bytes(bytes(255 - byte for byte in raw[:64]) + raw[64:])
    else:
        path.unlink()
    assert vectors_fault(folder, manifest)


def test_damage_to_the_database_is_found(folder: Path) -> None:
    manifest = built(folder)
    path = folder / manifest.generation / "chroma.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE embeddings_queue SET vector = zeroblob(256) WHERE id = 'p1:0'")
    assert "rows" in vectors_fault(folder, manifest)
    path.write_bytes(b"nothing" * 1000)
    assert vectors_fault(folder, manifest)
    path.unlink()
    assert "missing" in vectors_fault(folder, manifest)


def test_a_manifest_that_promises_other_rows_is_refused(folder: Path) -> None:
    manifest = built(folder)
    with pytest.raises(IndexBroken, match="rows"):
        Vectors(Settings(), folder, replace(manifest, count=9))
    with pytest.raises(IndexBroken):
        Vectors(Settings(), folder, replace(manifest, generation="gone"))


def test_a_server_that_does_not_answer_is_a_clear_error(folder: Path) -> None:
    settings = Settings(chroma_url="http://127.0.0.1:9")
    with pytest.raises(IndexBroken, match="CHROMA_URL"):
        Vectors(settings, folder, Manifest("r", "i", 1, "v", 0, "g"))


def test_wrong_widths_are_refused(folder: Path) -> None:
    build = VectorBuild(Settings(), folder)
    build.put([chunk("a", 0, "x")], EMBEDDER.encode(["x"]))
    with pytest.raises(IndexBroken, match="failed"):
        build.put([chunk("b", 0, "x")], np.ones((1, 3), dtype=np.float32))
    build.close()
