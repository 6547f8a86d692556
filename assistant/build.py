"""Where the concrete parts meet: settings in, a ready assistant out. The only place that knows all of
them."""

from __future__ import annotations

from collections.abc import Callable

from assistant.answering.offline import OfflineAnswers
from assistant.candidates import Candidates
from assistant.domain import Hit
from assistant.embedding import MiniLM
from assistant.engine import Assistant
from assistant.ingest import Index, Progress, open_index
from assistant.interaction import Interaction
from assistant.lexicon import Lexicon
from assistant.library import Library
from assistant.model_parts import ModelParts
from assistant.prompts import Prompts
from assistant.questions import QuestionReader
from assistant.retrieval import Retrieval
from assistant.settings import Settings
from assistant.token_vectors import TokenVectorCache
from assistant.wordlist import english_words

RETRIEVED = 60
Retrieve = Callable[[str], list[Hit]]


def build(settings: Settings, *, progress: Progress | None = None) -> Assistant:
    """An assistant over the collection of `settings`; the index is made or healed first.

    Raises:
        AssistantError: with what to do next.
    """
    prompts = Prompts.load(settings.prompts_dir)
    index = open_index(settings, progress=progress)
    return assemble(settings, index, prompts)


def assemble(settings: Settings, index: Index, prompts: Prompts) -> Assistant:
    """An assistant over an open index."""
    lexicon = Lexicon.of(index.catalogue.papers(), english_words())
    library = Library(index.catalogue, lexicon)
    model = index.embedder if isinstance(index.embedder, MiniLM) else MiniLM()
    interaction = Interaction(library, model, TokenVectorCache(index.catalogue, model))
    retrieval = Retrieval(index.vectors, index.words, index.embedder)
    candidates = Candidates(library, retrieval, interaction, _socket(retrieval, index))
    offline = OfflineAnswers(library, candidates, prompts)
    parts = _model_parts(settings, prompts, model) if settings.has_model else None
    return Assistant(index, library, retrieval, QuestionReader(lexicon), offline, parts)


def _socket(retrieval: Retrieval, index: Index) -> Retrieve:
    """Retrieval through LlamaIndex's `BaseRetriever`, where another retriever can be put in."""
    from llama_index.core.schema import QueryBundle

    from assistant.retrieval.llama import HybridRetriever, to_hits

    retriever = HybridRetriever(retrieval, index.catalogue, similarity_top_k=RETRIEVED)
    return lambda text: to_hits(retriever.retrieve(QueryBundle(text)))


def _model_parts(settings: Settings, prompts: Prompts, model: MiniLM) -> ModelParts:
    from assistant.checking.support import support_checker
    from assistant.llm import LanguageModel

    return ModelParts(LanguageModel(settings), prompts, support_checker(model))
