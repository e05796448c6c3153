"""The screens of the mail room in the admin: what was sent to whom, and what to do about it."""
