"""The assistant measured on files: retrieval, answers, and the checker of support.

Knows: files with known results, and what counts as right. Does not know: how the assistant comes to its
results; it is measured through the same doors a person uses.
"""
