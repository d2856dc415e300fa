"""The verbs of `Store`, by what they are about. `server.store` puts them together."""
