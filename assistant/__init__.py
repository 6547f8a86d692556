"""Papers Assistant: questions about a collection of papers, answered with the words that show it.

The folder reads as the flow: source file -> papers -> catalogue -> chunks -> vectors + words -> hits ->
evidence -> prompt -> answer -> checked citations -> page. `ingest` tells the write story, `engine` the
read story, `build` puts the concrete parts together. Importing this package loads nothing heavy.
"""

__version__ = "0.1.0"
