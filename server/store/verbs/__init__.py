"""The verbs of `Store`, by what they are about. Types only: the engines write them out."""
