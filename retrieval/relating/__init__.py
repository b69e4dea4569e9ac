"""The parts of `retrieval.related`: nearness without hubs, near-duplicates, how two claims relate and why."""
