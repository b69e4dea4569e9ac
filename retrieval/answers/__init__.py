"""The parts of `retrieval.answers.answerer`: what is asked, what the evidence carries, and when to say nothing."""
