"""The verbs: what is done to cases, contacts, tasks and the rest. They take objects, values and the time."""
