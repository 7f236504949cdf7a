"""Who reads and writes, what they may do, which rows are theirs, and the record of all of it."""
