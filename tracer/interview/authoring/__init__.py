"""Reading scripts as staff write them, and saying everything that is wrong with one, each fault with its place."""
