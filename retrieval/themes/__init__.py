"""What a library is about: clusters of insights with ids that last, headings, and a map.

`keeper.ThemeKeeper` is the way in. `cluster` finds themes among vectors, `identity` says which of them were there before,
`phrases`, `naming` and `labels` give them headings, `layout` draws the map, and `join` lets newcomers in.

Measured end to end on 100,000 insights (vectors resampled from eight suites with noise; 384 dimensions; catalog in SQLite,
vectors, headings, map and writing included): 62 to 71 s of processor time, 1.1 GB at most, 148 themes. On two cores that ten
other busy processes shared it took 270 s of wall time.
"""
