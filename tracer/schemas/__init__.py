"""One schema for each noun: JSON, form and batch row."""
