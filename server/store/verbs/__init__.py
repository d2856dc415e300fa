"""What `Store` can do besides the book itself, part by part."""
