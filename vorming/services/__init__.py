"""Everything that changes a session or an enrolment: one module per subject.

Each function is one transaction: the lock of the session first (`vorming.slot`), then the change, a
line in the log, and the mails. A mail that was not queued was not caused, and the reverse.
"""
