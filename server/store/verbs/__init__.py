"""The verbs of `Store`, by part: what is asked of the server's memory, without a word on how it is kept."""
