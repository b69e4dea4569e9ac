"""The parts of `retrieval.answer`: what is asked, what the evidence carries, and when to say nothing."""
