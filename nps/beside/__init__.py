"""Two groups of answers beside each other.

apart.py says how far their scores lie from each other, also where they share answers; wording.py says it,
drawing.py draws it. All of it is pure.
"""
