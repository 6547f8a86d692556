"""A question's run always ends with a turn; it can be stopped, it waits for the papers, it mixes nothing."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from assistant.domain import Answer, Delta, Event, Stage
from assistant.errors import AssistantError
from assistant.page import asking as module
from assistant.page.asking import Asking, Message
from assistant.page.desk import Desk
from assistant.page.holder import Opening
from tests.fake_assistant import MATH, FakeAssistant


def run(asking: Asking, question: str, **more: object) -> list[Message]:
    async def collect() -> list[Message]:
        return [message async for message in asking.stream({"run": "r", "question": question, **more})]

    return asyncio.run(collect())


def test_an_answer_grows_and_ends_as_a_turn() -> None:
    *live, turn = run(Asking(Opening(FakeAssistant(pause=0.01))), "Which papers use tree search?")
    assert {message["kind"] for message in live} == {"live"}
    assert turn["turn"]["answer"]["status"] == "answered"
    assert "<mark" in turn["sources"]
    assert turn["turn"]["answer"]["id"] == "r"


@pytest.mark.parametrize("question", ["please fail", "please crash", "", "x" * 5000])
def test_every_failure_is_a_turn_with_words(question: str) -> None:
    turn = run(Asking(Opening(FakeAssistant())), question)[-1]
    assert turn["turn"]["answer"]["status"] == "failed"
    assert turn["turn"]["answer"]["text"]
    assert "/etc/path" not in str(turn)


def test_history_scope_and_meaning_reach_the_engine_and_numbers_stay() -> None:
    assistant = FakeAssistant()
    asking = Asking(Opening(assistant))
    first = run(asking, "Which papers use tree search?")[-1]["turn"]
    scope = [[MATH.paper_id, MATH.title]]
    second = run(asking, "And math?", turns=[first], scope=scope, understood="Which math?")[-1]["turn"]
    question, history, limited, understood = assistant.asked[-1]
    assert (question, understood, limited) == ("And math?", "Which math?", {MATH.paper_id})
    assert history[0].answer is not None
    taken = {citation["number"] for citation in first["answer"]["citations"]}
    assert {citation["number"] for citation in second["answer"]["citations"]}.isdisjoint(taken)


class Deaf(FakeAssistant):
    """Never looks whether it was stopped."""

    def stream(self, question: str, *_: object, **__: object) -> Iterator[Event]:  # type: ignore[override]
        yield Stage("Thinking")
        yield Delta("Some words ")
        time.sleep(20)
        yield Answer("answered", "Too late.")


@pytest.mark.parametrize("made", [lambda: FakeAssistant(pause=0.2), Deaf], ids=["listens", "deaf"])
def test_a_stopped_answer_keeps_what_was_written(
    made: Callable[[], FakeAssistant], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE_S", 0.4)
    asking = Asking(Opening(made()))

    async def stopped() -> list[Message]:
        messages = []
        async for message in asking.stream({"run": "r", "question": "Which papers are slow?"}):
            messages.append(message)
            if "Some words" in message.get("html", "") or len(messages) == 4:
                asking.stop({"run": "r"})
        return messages

    begun = time.monotonic()
    turn = asyncio.run(stopped())[-1]
    assert time.monotonic() - begun < 10
    assert turn["turn"]["answer"]["status"] == "failed"
    assert "topped" in str(turn["turn"]["answer"]["trace"]["notes"])
    assert asking.stop({"run": "r"}) == {"known": False}


def test_a_closed_tab_stops_the_engine() -> None:
    assistant = FakeAssistant(pause=0.05)
    asking = Asking(Opening(assistant))

    async def left() -> None:
        stream = asking.stream({"run": "r", "question": "Which papers are slow?"})
        for _ in range(3):
            await anext(stream)
        await stream.aclose()
        for _ in range(100):
            if assistant.stopped:
                return
            await asyncio.sleep(0.05)

    asyncio.run(left())
    assert assistant.stopped == 1


def test_a_question_waits_for_the_collection() -> None:
    opening = Opening()
    threading.Timer(0.5, lambda: opening.open(lambda progress: FakeAssistant())).start()
    *live, turn = run(Asking(opening), "Which papers use tree search?")
    assert any("Opening the collection" in message["html"] for message in live)
    assert turn["turn"]["answer"]["status"] == "answered"


def test_a_collection_that_cannot_be_opened_is_told_in_words(tmp_path) -> None:
    opening = Opening()

    def build(progress: Callable[..., None]) -> FakeAssistant:
        raise AssistantError("The folder data/ is empty. Put papers into it.")

    assert opening.open(build) == "The folder data/ is empty. Put papers into it."
    assert "folder data/" in run(Asking(opening), "Anything?")[-1]["turn"]["answer"]["text"]
    assert "folder data/" in Desk(opening, tmp_path).ready({})["problem"]


def test_many_visitors_get_their_own_answers() -> None:
    asking = Asking(Opening(FakeAssistant(pause=0.01)))

    async def visitor(name: str) -> Message:
        last: Message = {}
        async for message in asking.stream({"run": name, "question": f"Compare {name}"}):
            assert message["run"] == name
            last = message
        return last

    async def all_at_once() -> list[Message]:
        return await asyncio.gather(*(visitor(f"visitor{number}") for number in range(12)))

    for number, message in enumerate(asyncio.run(all_at_once())):
        assert message["turn"]["question"] == f"Compare visitor{number}"
        assert f"visitor{number}" in message["turn"]["answer"]["trace"]["understood_as"]


# --- the small requests -------------------------------------------------------------------------------


def test_the_desk_serves_without_raising(tmp_path) -> None:
    desk = Desk(Opening(FakeAssistant()), tmp_path)
    assert desk.ready({})["papers"] == 107
    assert "with these words" in desk.browse({"query": "tree search"})["told"]
    assert "problem" in desk.browse({"page": "x"})
    assert "problem" in desk.paper({"paper": "gone"})
    assert "More like this" in desk.paper({"paper": desk_paper(desk)})["html"]
    assert "problem" in desk.export({"kind": "bibtex", "turns": []})
    assert "problem" in desk.feedback({"reason": "rude"})
    assert desk.atlas({})["html"].count('class="dot') == 107
    assert 0 < len(desk.browse({"topic": 0})["all"]) < 107


def desk_paper(desk: Desk) -> str:
    return desk.browse({"query": "tree search"})["html"].split('data-paper="')[1].split('"')[0]


def test_stored_turns_are_drawn_again_with_their_numbers_and_sources(tmp_path) -> None:
    opening = Opening(FakeAssistant())
    turn = run(Asking(opening), "Which papers use tree search?")[-1]
    drawn = Desk(opening, tmp_path).turns({"turns": [turn["turn"], {"broken": 1}]})["turns"]
    assert [message["html"] for message in drawn] == [turn["html"]]
    assert drawn[0]["sources"] == turn["sources"]


def test_what_was_stopped_is_called_stopped_now_and_when_it_is_drawn_again(tmp_path) -> None:
    asking = Asking(Opening(FakeAssistant(pause=0.2)))

    async def stopped() -> Message:
        last: Message = {}
        async for message in asking.stream({"run": "r", "question": "Which papers use tree search?"}):
            last = message
            asking.stop({"run": "r"})
        return last

    turn = asyncio.run(stopped())
    assert 'data-status="stopped"' in turn["html"]
    again = Desk(Opening(FakeAssistant()), tmp_path).turns({"turns": [turn["turn"]]})
    assert 'data-status="stopped"' in again["turns"][0]["html"]
    assert 'data-status="stopped"' not in run(asking, "please fail")[-1]["html"]


def test_neighbours_of_a_paper_are_listed_and_can_be_chosen_together(tmp_path) -> None:
    listed = Desk(Opening(FakeAssistant()), tmp_path).browse({"like": MATH.paper_id})
    assert "most alike first" in listed["told"]
    assert MATH.paper_id not in [paper_id for paper_id, _ in listed["all"]]
    assert Desk(Opening(FakeAssistant()), tmp_path).browse({})["all"] == []
