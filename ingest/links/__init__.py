"""Links that lead to the second though the host's file has changed: quotes are found in it again."""
