"""The parts of `retrieval.search` and `retrieval.ranking`: what a query means, and how passages are ordered and shown."""
