"""The parts of `retrieval.search.searcher` and `retrieval.search.ranking`: what a query means, and how passages are ordered and shown."""
