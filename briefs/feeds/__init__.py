"""What a reader follows as Atom and as JSON Feed."""
