import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from assistant.catalogue import Catalogue
from assistant.domain import Paper
from assistant.errors import AssistantError, CatalogueError, EmbeddingError, IndexBusy, SourceError
from assistant.generations import Manifest, differences, file_stamps
from assistant.ingest import IngestReport, index_papers, ingest, open_index
from assistant.ingest.index import Index
from assistant.ingest.indexing import Indexing
from assistant.ingest.plan import vectors_to_follow
from assistant.locks import writing
from assistant.settings import Settings
from assistant.vectors import VectorBuild, Vectors
from tests.fakes import HashEmbedder

PROJECT = Path(__file__).resolve().parents[2]
TOPICS = ["tree search", "folding towels", "image diffusion", "language navigation", "prompt injection"]


def abstract(topic: str, times: int = 12) -> str:
    return " ".join(f"We study {topic} in case {n} and report what we find." for n in range(times))


def row(topic: str, times: int = 12) -> dict[str, str]:
    return {"title": f"On {topic}", "abstract": abstract(topic, times)}


class Desk:
    """A data folder, its settings and an embedder that counts."""

    def __init__(self, folder: Path, **options: object) -> None:
        self.data = folder / "data"
        self.data.mkdir(parents=True, exist_ok=True)
        self.settings = Settings(data_dir=self.data, chunk_tokens=64, chunk_overlap=8, **options)  # type: ignore[arg-type]
        self.embedder = HashEmbedder()
        self.index_dir = self.settings.index

    def write(self, rows: list[dict[str, str]], name: str = "papers.jsonl") -> Path:
        path = self.data / name
        path.write_text("\n".join(json.dumps(item) for item in rows), encoding="utf-8")
        return path

    def ingest(self, *paths: Path) -> IngestReport:
        return ingest(self.settings, paths, embedder=self.embedder)

    def open(self) -> Index:
        return open_index(self.settings, embedder=self.embedder)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.write([row(topic) for topic in TOPICS])
    return made


def check_in_step(opened: Index) -> None:
    """Catalogue, vectors and words hold the same papers, and each paper is found by its own words."""
    papers = opened.catalogue.papers()
    chunks = opened.catalogue.chunks(paper.paper_id for paper in papers)
    assert opened.vectors.count == len(chunks) >= len(papers)
    assert opened.words.count == len(papers)
    for paper in papers:
        assert opened.words.search(paper.title, 1)[0][0] == paper.paper_id
    for chunk in chunks[:: max(1, len(chunks) // 20)]:
        assert (
            opened.catalogue.get([chunk.paper_id])[chunk.paper_id].abstract[chunk.start : chunk.end]
            == chunk.text
        )
        found = opened.vectors.search(opened.embedder.encode([chunk.embedded_text])[0], 1)
        assert found[0][2] > 0.99


def dict_of(found: list[tuple[str, str, float]]) -> dict[str, float]:
    return {chunk_id: similarity for chunk_id, _, similarity in found}


def test_the_first_ingest_says_what_it_did(desk: Desk) -> None:
    seen: list[tuple[str, int, int]] = []
    report = ingest(desk.settings, progress=lambda *step: seen.append(step), embedder=desk.embedder)
    assert (report.papers, len(report.added), report.notes) == (5, 5, ())
    assert report.sources == ("papers.jsonl",)
    assert report.embedded == len(desk.embedder.seen) > 5
    assert seen[0] == ("Embedding papers", 0, 5)
    assert seen[-1] == ("Embedding papers", 5, 5)
    with_index = desk.open()
    assert with_index.notes == ()
    check_in_step(with_index)
    with_index.close()


def test_a_second_ingest_embeds_nothing_and_leaves_the_indexes_alone(desk: Desk) -> None:
    desk.ingest()
    before = sorted(path for path in desk.index_dir.rglob("*") if path.is_dir())
    desk.embedder.seen.clear()
    report = desk.ingest()
    assert (report.added, report.changed, report.removed, report.embedded) == ((), (), (), 0)
    assert desk.embedder.seen == []
    assert sorted(path for path in desk.index_dir.rglob("*") if path.is_dir()) == before


@pytest.mark.parametrize("limit", [0, 2000], ids=["followed", "built anew"])
def test_only_a_changed_paper_is_embedded_and_a_removed_one_is_gone_everywhere(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr("assistant.ingest.plan.BUILT_ANEW_UP_TO", limit)
    monkeypatch.setattr("assistant.ingest.plan.FOLLOWED_SHARE", 1.0)
    desk.ingest()
    followed: list[str] = []
    remove = VectorBuild.remove
    monkeypatch.setattr(
        VectorBuild, "remove", lambda build, papers: (followed.extend(papers), remove(build, papers))
    )
    desk.embedder.seen.clear()
    desk.write([row(TOPICS[0], 13), *(row(topic) for topic in TOPICS[1:4])])
    report = desk.ingest()
    assert (len(report.added), len(report.changed), len(report.removed)) == (0, 1, 1)
    assert desk.embedder.seen
    assert all(TOPICS[0] in text for text in desk.embedder.seen)
    opened = desk.open()
    assert len(opened.catalogue) == 4
    assert opened.words.search("injection", 5) == []
    check_in_step(opened)
    opened.close()
    # Rows taken out of the graph can hide others; where it costs little, none are taken out.
    assert bool(followed) == (limit == 0)


def test_opening_reads_sources_that_changed_and_says_so(desk: Desk) -> None:
    desk.open().close()
    desk.write([row("quantum cats")], "more.jsonl")
    opened = desk.open()
    assert opened.notes == ("The sources changed: 1 paper added, 0 changed, 0 removed.",)
    check_in_step(opened)
    opened.close()


def test_the_same_index_comes_about_by_steps_and_at_once(tmp_path: Path) -> None:
    by_steps, at_once = Desk(tmp_path / "a"), Desk(tmp_path / "b")
    for number in range(1, len(TOPICS) + 1):
        by_steps.write([row(topic) for topic in TOPICS[:number]])
        by_steps.ingest()
    at_once.write([row(topic) for topic in TOPICS])
    one, other = by_steps.open(), at_once.open()
    query = HashEmbedder().encode(["navigation"])[0]
    assert one.catalogue.version == other.catalogue.version
    mine, theirs = dict_of(one.vectors.search(query, 50)), dict_of(other.vectors.search(query, 50))
    assert mine == pytest.approx(theirs, abs=1e-5)
    one.close()
    other.close()


# --- added paths, sources that fail ----------------------------------------------------------------------


def test_an_added_path_is_remembered(desk: Desk, tmp_path: Path) -> None:
    extra = tmp_path / "elsewhere" / "extra.jsonl"
    extra.parent.mkdir()
    extra.write_text(json.dumps(row("quantum cats")))
    assert desk.ingest(extra).papers == 6
    assert desk.ingest().papers == 6
    extra.unlink()
    report = desk.ingest()
    assert report.papers == 6
    assert "extra.jsonl" in report.notes[0]
    assert "Its 1 papers were kept" in report.notes[0]
    extra.write_text(json.dumps(row("quantum dogs")))
    assert (len(desk.ingest().added), len(desk.open().catalogue)) == (1, 6)


def test_a_folder_can_be_added(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    with pytest.raises(SourceError, match="holds no source file"):
        desk.ingest(folder)
    (folder / "a.jsonl").write_text(json.dumps(row("quantum cats")))
    assert desk.ingest(folder).papers == 6


def test_a_path_that_cannot_be_read_is_an_error_and_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.ingest()
    with pytest.raises(SourceError, match="No such file"):
        desk.ingest(tmp_path / "nothing.jsonl")
    assert desk.ingest().papers == 5


def test_a_source_that_becomes_unreadable_keeps_its_papers_with_a_note(desk: Desk) -> None:
    desk.ingest()
    (desk.data / "papers.jsonl").write_text("")
    report = desk.ingest()
    assert report.papers == 5
    assert "is empty" in report.notes[0]
    assert "Its 5 papers were kept" in report.notes[0]


def test_papers_of_a_file_that_left_the_data_folder_are_removed(desk: Desk) -> None:
    desk.write([row("quantum cats")], "more.jsonl")
    desk.ingest()
    (desk.data / "papers.jsonl").unlink()
    report = desk.ingest()
    assert (report.papers, len(report.removed)) == (1, 5)


def test_a_misspelt_folder_is_an_error_and_not_made(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "dtaa")
    for attempt in (ingest, open_index):
        with pytest.raises(SourceError, match="There is no folder"):
            attempt(settings, embedder=HashEmbedder())
    assert not (tmp_path / "dtaa").exists()


def test_paths_that_lead_nowhere_are_errors_that_change_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.ingest()
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "film.mp4").write_bytes(b"x")
    for name in ("pipe.txt", "loop.txt", "film.mp4", "gone.bib", "x" * 300 + ".txt"):
        with pytest.raises(SourceError):
            desk.ingest(tmp_path / name)
    with pytest.raises(SourceError, match="leads nowhere"):
        desk.ingest(Path("~nobody-has-this-name/x.bib"))
    # In the data folder, such things are no sources at all.
    os.mkfifo(desk.data / "pipe.csv")
    (desk.data / "folder.txt").mkdir()
    assert desk.ingest().papers == 5


def test_no_source_at_all_is_an_error_and_nothing_is_removed(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(SourceError, match="There are no papers"):
        open_index(Settings(data_dir=tmp_path / "none"), embedder=desk.embedder)
    desk.ingest()
    path = desk.data / "papers.jsonl"
    path.rename(tmp_path / "away.jsonl")
    with pytest.raises(SourceError):
        desk.ingest()
    opened = desk.open()
    assert len(opened.catalogue) == 5
    assert "There are no papers" in opened.notes[0]
    opened.close()


# --- healing ---------------------------------------------------------------------------------------------


def delete_vectors(index: Path) -> None:
    shutil.rmtree(index / "vectors")


def delete_manifests(index: Path) -> None:
    for path in index.glob("*.json"):
        path.unlink()


def spoil_manifests(index: Path) -> None:
    for path in index.glob("*.json"):
        path.write_text(path.read_text()[:40])


def spoil_chroma(index: Path) -> None:
    (path,) = index.rglob("chroma.sqlite3")
    path.write_bytes(path.read_bytes()[:5000])


def spoil_words(index: Path) -> None:
    path = next(index.rglob("*.idx"))
    path.write_bytes(b"x" * path.stat().st_size)


def delete_words(index: Path) -> None:
    shutil.rmtree(index / "words")
    (index / "words.json").unlink()


@pytest.mark.parametrize(
    ("damage", "healed"),
    [
        (delete_vectors, ["vector"]),
        (delete_words, ["word"]),
        (delete_manifests, ["word", "vector"]),
        (spoil_manifests, ["word", "vector"]),
        (spoil_chroma, ["vector"]),
        (spoil_words, ["word"]),
    ],
)
def test_a_broken_index_is_rebuilt_without_embedding_and_noted(
    desk: Desk, damage: Callable[[Path], None], healed: list[str]
) -> None:
    desk.ingest()
    damage(desk.index_dir)
    desk.embedder.seen.clear()
    opened = desk.open()
    assert desk.embedder.seen == []
    assert [note.split()[1] for note in opened.notes] == healed
    assert all("rebuilt from the catalogue" in note for note in opened.notes)
    check_in_step(opened)
    opened.close()
    again = desk.open()
    assert again.notes == ()
    again.close()


@pytest.mark.parametrize(
    ("count", "before", "papers", "is_followed"),
    [
        (300, 0, 1, False),
        (5000, 0, 1, True),
        (5000, 0, 500, True),
        (5000, 0, 501, False),
        (5000, 400, 101, False),
        (5000, 0, None, False),
    ],
)
def test_a_graph_of_which_much_was_changed_is_built_anew(
    count: int, before: int, papers: int | None, is_followed: bool
) -> None:
    manifest = Manifest("recipe", "identity", 1, "version", count, "generation", {}, before)
    changed = None if papers is None else [str(number) for number in range(papers)]
    assert (vectors_to_follow(manifest, changed) is manifest) == is_followed
    assert vectors_to_follow(None, changed) is None


def test_one_altered_byte_in_ten_megabytes_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "data_level0.bin"
    path.write_bytes(bytes(10_000_000))
    manifest = Manifest("r", "i", 1, "v", 1, "g", file_stamps(tmp_path, [path]))
    with path.open("r+b") as handle:
        handle.seek(3_992_383)
        handle.write(b"x")
    assert "data_level0.bin changed" in differences(file_stamps(tmp_path, [path]), manifest)


def test_a_chunk_that_the_approximate_search_misses_is_no_damage(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.ingest()
    missed = iter([False])
    monkeypatch.setattr(Vectors, "recognises", lambda self, row: next(missed, True))
    opened = desk.open()
    assert not any("rebuilt" in note for note in opened.notes)
    chunks = len(opened.catalogue.chunks(opened.catalogue.paper_ids()))
    once = iter([False] * chunks)
    monkeypatch.setattr(Vectors, "recognises", lambda self, row: next(once, True))
    opened.close()
    healed = desk.open()
    assert any("rebuilt" in note for note in healed.notes)
    healed.close()


def test_papers_for_measuring_are_healed_without_waiting_for_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebuilding takes the writer's lock; whoever still holds it would wait for itself."""
    once = iter([False])
    monkeypatch.setattr(Indexing, "recognised", lambda self, opened: next(once, True))
    papers = [Paper(topic, topic, abstract(topic)) for topic in TOPICS]
    opened = index_papers(Settings(data_dir=tmp_path, chunk_tokens=64), papers, embedder=HashEmbedder())
    assert opened.vectors.count == len(opened.catalogue.chunks(list(TOPICS)))
    opened.close()


def test_the_whole_index_folder_may_be_deleted(desk: Desk) -> None:
    desk.ingest()
    shutil.rmtree(desk.index_dir)
    opened = desk.open()
    check_in_step(opened)
    opened.close()


def test_a_damaged_catalogue_is_set_aside_and_made_anew_without_embedding(desk: Desk, tmp_path: Path) -> None:
    extra = tmp_path / "extra.jsonl"
    extra.write_text(json.dumps(row("quantum cats")))
    desk.ingest(extra)
    path = desk.index_dir / "catalogue.sqlite"
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"towels in case 3", b"weasel in case 3"))
    desk.embedder.seen.clear()
    opened = desk.open()
    assert len(opened.catalogue) == 6
    assert "was set aside" in opened.notes[0]
    assert len(list(desk.index_dir.glob("catalogue.damaged-*"))) == 1
    assert desk.embedder.seen == []
    check_in_step(opened)
    opened.close()


def test_vectors_that_were_altered_in_the_catalogue_are_made_again_when_needed(desk: Desk) -> None:
    desk.ingest()
    with contextlib.closing(sqlite3.connect(desk.index_dir / "catalogue.sqlite")) as connection:
        connection.execute("UPDATE embedding SET vector = zeroblob(length(vector)) WHERE rowid % 2")
        connection.commit()
    shutil.rmtree(desk.index_dir / "vectors")
    altered = len(desk.embedder.seen) - len(desk.embedder.seen) // 2
    desk.embedder.seen.clear()
    opened = desk.open()
    assert len(desk.embedder.seen) == altered
    check_in_step(opened)
    opened.close()


def test_a_catalogue_that_is_no_database_is_made_anew(desk: Desk) -> None:
    desk.ingest()
    (desk.index_dir / "catalogue.sqlite").write_bytes(b"rubbish " * 4000)
    opened = desk.open()
    assert "set aside" in opened.notes[0]
    check_in_step(opened)
    opened.close()


def test_another_embedder_or_chunk_size_rebuilds_the_vectors(desk: Desk) -> None:
    desk.ingest()
    desk.embedder = HashEmbedder(name="other", dimension=32)
    opened = desk.open()
    assert opened.notes == (
        "The vector index was built in another way or for other papers; it was rebuilt from the catalogue.",
    )
    check_in_step(opened)
    opened.close()


def test_a_failing_embedder_keeps_the_catalogue_and_the_next_run_goes_on(desk: Desk) -> None:
    desk.write([row(f"{topic} {n}") for n in range(8) for topic in TOPICS])
    desk.embedder = HashEmbedder(fails_after=100)
    with pytest.raises(EmbeddingError):
        desk.ingest()
    done = set(desk.embedder.seen)
    assert done
    desk.embedder = HashEmbedder()
    assert desk.ingest().papers == 40
    assert not done & set(desk.embedder.seen)
    opened = desk.open()
    check_in_step(opened)
    opened.close()


def test_when_new_papers_cannot_be_embedded_the_last_state_is_served_with_a_note(desk: Desk) -> None:
    desk.ingest()
    desk.write([row("quantum cats")], "more.jsonl")
    desk.embedder = HashEmbedder(fails_after=0)
    opened = desk.open()
    assert "not up to date" in opened.notes[0]
    assert "did not answer" in opened.notes[0]
    assert opened.words.search("towels", 1)
    opened.close()


# --- several processes, kills, full disks ----------------------------------------------------------------


def test_a_second_writer_is_told_so_and_a_reader_is_served(desk: Desk) -> None:
    desk.ingest()
    with writing(desk.index_dir):
        with pytest.raises(IndexBusy, match=f"process {os.getpid()}"):
            desk.ingest()
        opened = desk.open()
        check_in_step(opened)
        opened.close()
        desk.write([row("quantum cats")], "more.jsonl")
        opened = desk.open()
        assert "Another process is writing" in opened.notes[0]
        opened.close()
    opened = desk.open()
    assert len(opened.catalogue) == 6
    opened.close()


def test_an_ingest_beside_an_open_index_does_not_disturb_it(desk: Desk) -> None:
    page = desk.open()
    query = desk.embedder.encode(["folding towels"])[0]
    before = page.vectors.search(query, 3)
    desk.write([row("quantum cats")])
    desk.ingest()
    assert page.vectors.search(query, 3) == before
    other = desk.open()
    assert other.vectors.count < page.vectors.count
    page.close()
    other.close()


SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from assistant.ingest import ingest, open_index
from assistant.settings import Settings
from assistant.vectors import VectorBuild, Vectors
from tests.fakes import HashEmbedder
settings = Settings(data_dir=Path(sys.argv[1]), chunk_tokens=64, chunk_overlap=8)
if sys.argv[3] == "ingest":
    ingest(settings, embedder=HashEmbedder())
else:
    opened = open_index(settings, embedder=HashEmbedder())
    print(opened.words.search("towels", 1)[0][0], opened.notes)
"""


def started(desk: Desk, word: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", SCRIPT, str(desk.data), str(PROJECT), word]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_another_process_reads_beside_an_open_index(desk: Desk) -> None:
    page = desk.open()
    out, err = started(desk, "open").communicate(timeout=120)
    assert out.startswith(page.words.search("towels", 1)[0][0]), err
    assert out.strip().endswith("()")
    page.close()


def test_whenever_the_writer_is_killed_the_next_start_heals(desk: Desk) -> None:
    desk.ingest()
    whole = time.monotonic()
    first = started(desk, "ingest")
    first.communicate(timeout=120)
    duration = time.monotonic() - whole
    for attempt in range(3):
        desk.write([row(f"{topic} {attempt} {n}") for n in range(20) for topic in TOPICS])
        process = started(desk, "ingest")
        time.sleep(duration * (0.5 + 0.3 * attempt))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        opened = desk.open()
        assert len(opened.catalogue) == 100
        check_in_step(opened)
        opened.close()
    desk.ingest()
    folders = [path for name in ("vectors", "words") for path in (desk.index_dir / name).iterdir()]
    assert len(folders) == 2


@pytest.mark.parametrize("call", ["copytree", "write_manifest", "put"])
def test_a_full_disk_while_building_is_a_clear_error_and_nothing_is_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    desk.ingest()

    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    place = {"copytree": "shutil.copytree", "write_manifest": "assistant.ingest.indexing.write_manifest"}
    with monkeypatch.context() as patch:
        patch.setattr(place.get(call, "assistant.words.WordBuild.put"), full)
        desk.write([row("quantum cats")], "more.jsonl")
        with pytest.raises(AssistantError, match="No space left"):
            desk.ingest()
        opened = desk.open()
        assert "No space left" in opened.notes[0]
        assert opened.words.search("towels", 1)
        opened.close()
    assert desk.ingest().papers == 6
    opened = desk.open()
    check_in_step(opened)
    opened.close()


def test_a_catalogue_that_cannot_be_written_is_a_clear_error(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise CatalogueError("The disk is full.")

    monkeypatch.setattr(Catalogue, "sync", full)
    with pytest.raises(CatalogueError, match="full"):
        desk.ingest()


# --- throw-away indexes -----------------------------------------------------------------------------


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    desk = Desk(tmp_path, index_dir=tmp_path / "file" / "index")
    desk.write([row("quantum cats")])
    with pytest.raises(CatalogueError, match=r"cannot be written to.*PAPERS_ASSISTANT_INDEX_DIR"):
        desk.ingest()


def test_papers_can_be_indexed_without_sources(tmp_path: Path) -> None:
    papers = [Paper(str(n), "", f"{topic} {n}. ") for n, topic in enumerate(TOPICS)]
    settings = Settings(index_dir=tmp_path / "index")
    opened = index_papers(settings, papers, embedder=HashEmbedder())
    assert opened.words.search("towels", 1)[0][0] == "1"
    assert opened.vectors.count == 5
    opened.close()


# --- any order of changes --------------------------------------------------------------------------------


class IngestMachine(RuleBasedStateMachine):
    """Add, change and remove papers in any order: all three stores always equal the last sources."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.desk = Desk(Path(self.folder.name))
        self.papers = {TOPICS[0]: 6}
        self.opened: Index | None = None

    @rule(topic=st.sampled_from(TOPICS), times=st.integers(4, 9))
    def put(self, topic: str, times: int) -> None:
        self.papers[topic] = times

    @rule(topic=st.sampled_from(TOPICS))
    def remove(self, topic: str) -> None:
        if len(self.papers) > 1:
            self.papers.pop(topic, None)

    @rule()
    def reorder(self) -> None:
        self.papers = dict(reversed(self.papers.items()))

    @rule(name=st.sampled_from(["vectors.json", "words.json"]))
    def lose(self, name: str) -> None:
        (self.desk.index_dir / name).unlink(missing_ok=True)

    @invariant()
    def in_step(self) -> None:
        self.desk.write([row(topic, times) for topic, times in self.papers.items()])
        self.desk.ingest()
        opened = self.desk.open()
        try:
            expected = [(f"On {topic}", abstract(topic, times)) for topic, times in self.papers.items()]
            assert [(paper.title, paper.abstract) for paper in opened.catalogue.papers()] == expected
            check_in_step(opened)
        finally:
            opened.close()

    def teardown(self) -> None:
        self.folder.cleanup()


TestIngestMachine = IngestMachine.TestCase
TestIngestMachine.settings = hypothesis_settings(max_examples=5, stateful_step_count=7, deadline=None)
