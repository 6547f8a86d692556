"""What an index needs: nothing, a few papers, or to be built as a whole.

Knows when an index is out of step, foreign or damaged, and when following costs more than building anew. Does
not know how an index is built.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.catalogue import Catalogue
from assistant.generations import Manifest, read_manifest

# Rows taken out of Chroma's graph can leave others there that no search reaches any more. Smaller collections
# are built anew from vectors that are there already, in less than a second; larger ones when a tenth changed.
BUILT_ANEW_UP_TO = 2000
FOLLOWED_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Plan:
    """What an index needs: `papers` to follow; None means all. `reason` is for people ("" at first)."""

    papers: tuple[str, ...] | None = None
    reason: str = ""


def manifest_path(folder: Path) -> Path:
    """Where the manifest of the index in `folder` lies."""
    return folder.with_suffix(".json")


def plan_for(
    catalogue: Catalogue, folder: Path, recipe: str, fault: Callable[[Path, Manifest], str]
) -> Plan | None:
    """What the index in `folder` needs to hold what the catalogue holds; None when it is whole and does."""
    manifest = read_manifest(manifest_path(folder))
    if manifest is None:
        return Plan(reason="was missing")
    stamp = catalogue.stamp
    if not manifest.fits(recipe, stamp):
        return Plan(reason="was built in another way or for other papers")
    wrong = fault(folder, manifest)
    if wrong:
        return Plan(reason=f"was damaged ({wrong})")
    if manifest.in_step(stamp):
        return None
    return Plan(tuple(catalogue.changes_since(manifest.sequence)), "was behind")


def vectors_to_follow(before: Manifest | None, papers: Sequence[str] | None) -> Manifest | None:
    """The vector index that is followed for these papers; None when it is better built anew."""
    if before is None or papers is None or before.count <= BUILT_ANEW_UP_TO:
        return None
    return before if before.followed + len(papers) <= FOLLOWED_SHARE * before.count else None
