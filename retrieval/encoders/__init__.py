"""Texts to vectors: one module a backend; `retrieval.encoders.encoder` chooses among them."""
