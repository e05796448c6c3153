"""The forms of participants, and the fields and questions they share."""
