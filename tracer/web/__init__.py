"""Pages for people: one module for each noun, one guard, one place where faults become answers."""
