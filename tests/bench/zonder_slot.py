"""The site with the lock and the numbered seats switched off: the negative control of a storm."""

from config.wsgi import application
from tests.vorming.menigte import switch_off

__all__ = ["application"]

switch_off(lock=True, seats=True)
