"""The language model behind any OpenAI-compatible endpoint.

    connection.py   the openai client: one request in its own thread, pieces out, closable at any moment
    failures.py     every foreign error translated once
    habits.py       what an endpoint turned out not to understand, and the request without it
    replies.py      JSON found in replies, endless replies noticed
    money.py        prices, and the day's spend kept on disk
    purse.py        what one answer used, and its caps
    call.py         one request read to its end
    cache.py        replies kept on disk
    session.py      one answer: deadline, cancel, retries
    model.py        LanguageModel: made once from the settings

Knows: how a reply is obtained and what it costs. Does not know: papers, prompts, what a reply means.
openai is imported when the first request is made, not before.
"""

from assistant.llm.model import LanguageModel
from assistant.llm.session import ModelSession

__all__ = ["LanguageModel", "ModelSession"]
