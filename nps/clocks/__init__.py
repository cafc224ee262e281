"""The clocks of the desk: working time, and when a follow-up is due.

working.py is pure: how much working time lies between two moments, and when so much of it has passed. due.py turns it
and the settings into tables of the store, so that SQL answers for all follow-ups at once.
"""

from nps.clocks.due import calendar_of, keep, stretches
from nps.clocks.working import Calendar, calendar

__all__ = ["Calendar", "calendar", "calendar_of", "keep", "stretches"]
