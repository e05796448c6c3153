"""Requests to the team: from the form of a visitor to their end."""
