"""The parts of `retrieval.related.finder`: nearness without hubs, near-duplicates, how two claims relate and why."""
