"""Reports as files: a document that says everything in words and figures, and what makes files of it.

Nothing in here reads the book, counts a rating or knows a language: a page puts the document together out of
the same figures that it shows (`server.web.report_center`, `server.web.report_province`).
"""
