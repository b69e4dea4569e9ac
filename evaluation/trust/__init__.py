"""Test campaigns: what Earmark promises of any feed, file and kill, measured. `make trust` runs them all."""
