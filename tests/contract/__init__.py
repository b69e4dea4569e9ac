"""Everything that is promised, measured again by one command: ``make contract``."""
