"""Judges the built book, as a stranger's phone meets it; nothing here is imported by the book."""
