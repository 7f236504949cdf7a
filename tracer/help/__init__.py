"""Help: short texts on how things are done here, and finding words in them. Pure: no framework, no database."""
