"""What people wrote: found by its words, and shown to others without what is personal in it.

search.py reads what somebody types and says where a text has it, masking.py hides what is personal; both are pure.
questions.py asks the store.
"""
