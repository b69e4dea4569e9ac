"""The network: one client that is polite, bounded in bytes and time, and unable to reach a private address."""
