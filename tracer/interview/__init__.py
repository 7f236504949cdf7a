"""The interview engine: scripts, their expressions, and a run of one. Pure: no framework, no database."""
