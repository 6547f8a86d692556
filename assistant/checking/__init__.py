"""A draft becomes an answer that can be checked.

    figures.py    is every number of a claim in its source?
    placing.py    do its numbers stand for the same there?
    stating.py    which sentences state something, and which only lead on or say what is missing
    quoting.py    the sentences of an abstract that a claim rests on
    pieces.py     the sentences on their way through the checks
    judging.py    support without a language model
    reviewing.py  the model as second judge, and as the one that mends: one call for all doubtful sentences
    listing.py    lists that are whole, and opening sentences whose count agrees
    verify.py     the story: markers, support, repair, quotes, text

Knows: how a sentence is held against the abstracts it cites. Does not know: how it was written, pages, money.
"""
