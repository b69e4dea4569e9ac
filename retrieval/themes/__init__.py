"""What a library is about: clusters of insights with ids that last, headings, and a map.

`keeper.ThemeKeeper` is the way in. `cluster` finds themes among vectors, `identity` says which of them were there before,
`phrases`, `naming` and `labels` give them headings, `layout` draws the map, and `join` lets newcomers in.

Measured end to end on 100,000 made insights (`python -m evaluation.bench_large`; catalog in SQLite, vectors, headings, map and
writing included): 91 to 97 s of processor time and 1.7 GB at most, the maker's own vectors included, 143 themes. On two cores that
half a dozen other busy processes shared it took two to three minutes of wall time. A new insight joins in 84 ms of processor time.
"""
