"""The engine that moves deliveries from the queue to the wire.

Nothing but the tables is the truth: a worker may be killed at any moment, run twice, or sleep
through its lease. See docs/adr/0010.
"""
