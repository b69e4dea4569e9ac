"""Texts to vectors: one module a backend; `retrieval.encoder` chooses among them."""
