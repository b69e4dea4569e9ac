"""What a reader keeps, for other programs: notes in Markdown, highlights for Readwise, cards for Anki."""
