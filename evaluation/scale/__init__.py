"""A plan with numbers: what a million episodes and 71,000 new ones a day take, by the costs that were measured."""
