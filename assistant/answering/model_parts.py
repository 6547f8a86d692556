"""The language-model mode as four parts, for the engine.

    parts = ModelParts(model, prompts, support)                     # once, in build
    with parts.session(cancelled) as session:                       # per answer; leaving it stops every call
        question = parts.understand(session, question, history)     # or the same question
        verdicts = yield from parts.screen(session, question, candidates)       # lists; Stage events
        draft = yield from parts.compose(session, question, evidence, history)  # Delta events
        checked = parts.check(session, question, draft, evidence)   # sentences, citations, text
        usage, name = session.usage, session.model_name

Every part raises `ModelError` when it has nothing usable: the engine then takes its offline part and adds
`note_for(error)` to the trace. `ModelCancelled` is a ModelError too: the person left, no fallback is wanted.

Knows: how the parts are put together. Does not know: retrieval, evidence, events' order.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence

from assistant.checking.judging import SupportChecker
from assistant.checking.verify import Checked, Verifier
from assistant.domain import Delta, Draft, Evidence, Paper, Question, Stage, Turn, Verdict
from assistant.errors import ModelError
from assistant.llm import LanguageModel, ModelSession
from assistant.llm.cache import Kept
from assistant.prompts import Prompts
from assistant.questions.understanding import Understanding
from assistant.screening.judged import JudgedScreening
from assistant.writing.composed import Composer

MOST_VERDICTS = 200_000


class ModelParts:
    """Understanding, screening, writing and checking with one language model."""

    def __init__(self, model: LanguageModel, prompts: Prompts, support: SupportChecker) -> None:
        settings = model.settings
        self.model = model
        self._prompts = prompts
        self._understanding = Understanding(prompts, settings)
        self._screening = JudgedScreening(
            model, prompts, Kept(settings.index / "verdicts.sqlite", most=MOST_VERDICTS)
        )
        self._composer = Composer(prompts, settings)
        self._verifier = Verifier(support, prompts, settings)

    def session(self, cancelled: Callable[[], bool] | None = None) -> ModelSession:
        """One answer's access to the model; its deadline starts now."""
        return self.model.session(cancelled)

    def understand(
        self,
        session: ModelSession,
        base: Question,
        history: Sequence[Turn] = (),
        *,
        mentioned: Sequence[tuple[str, str]] = (),
        scope_given: bool = False,
    ) -> Question:
        """`base` refined by one small call where that pays; `base` itself when the call fails."""
        return self._understanding.understand(
            session, base, history, mentioned=mentioned, scope_given=scope_given
        )

    def screen(
        self, session: ModelSession, question: Question, candidates: Sequence[Paper]
    ) -> Generator[Stage, None, tuple[Verdict, ...]]:
        """A verdict per candidate, in their order; `Stage` events tell how far it is."""
        return (yield from self._screening.screen(session, question, candidates))

    def compose(
        self,
        session: ModelSession,
        question: Question,
        evidence: Sequence[Evidence],
        history: Sequence[Turn] = (),
        *,
        has_more: bool = False,
    ) -> Generator[Delta, None, Draft]:
        """The draft, streamed as `Delta` events while the model writes. With `has_more` papers to look at, a
        draft that finds nothing in these is not streamed."""
        writing = self._composer.compose(session, question, evidence, history, has_more=has_more)
        try:
            while True:
                yield Delta(next(writing))
        except StopIteration as stop:
            draft: Draft = stop.value
            return draft
        finally:
            writing.close()

    def check(
        self,
        session: ModelSession | None,
        question: Question,
        draft: Draft,
        evidence: Sequence[Evidence],
        *,
        earlier: Mapping[str, int] | None = None,
    ) -> Checked:
        """The draft held against its evidence. `earlier` (paper id -> number so far in the conversation)
        renumbers new papers in order of first use; without it the evidence's numbers stay."""
        return self._verifier.check(question, draft, evidence, session=session, earlier=earlier)

    def note_for(self, error: ModelError) -> str:
        """One line for the trace: why the offline answer is given."""
        return f"{error} {self._prompts.text('fallback_note')}"
