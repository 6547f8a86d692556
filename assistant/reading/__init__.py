"""How papers are read: as terms, names, passages and word vectors, and what can be measured of them.

    terms -> acronyms -> lexicon -> library -> token_vectors -> interaction -> signals, passages

Everything here looks at text; nothing here decides. `retrieval`, `screening` and `evidence` do.
"""
