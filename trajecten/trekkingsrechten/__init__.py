"""Bringing in a table of trekkingsrechten: reading the file, showing what it means, storing it."""
