"""A language model without a server of somebody else's: chosen, fetched, and run as a child of this program."""
