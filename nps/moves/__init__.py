"""Whether NPS moved, and since when.

questions counts per day in the store, marks keeps what happened; the others are pure: periods makes the points of the
line, finding where the scores changed (PELT), levels what lies between, limits what is unusual within one, telling says
it in words, drawing draws it.
"""
