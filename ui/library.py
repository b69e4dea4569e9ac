"""The library: the one wiring that every face calls.

    library = Library.open()
    library.add("https://example.org/feed.xml"); library.ingest(); print(library.brief())

Read this file to see how the parts meet: `ingest` writes the catalog, `retrieval` follows it into the index and
answers from it, `briefs` picks a reader's five ideas.
"""
