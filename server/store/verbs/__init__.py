"""The verbs of `Store`, in parts: one protocol for each part of the work."""
