"""A transcript cut up: sentences, what they are there for, passages."""
