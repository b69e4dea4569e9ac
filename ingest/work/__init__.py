"""Who works on what: leases and heartbeats, progress and time left, budgets, and what a run would do."""
