"""Which groups of customers stand out: every combination of up to three segment values, and what of it is real.

questions.py asks: reading.py fetches answers, months.py keeps their counts by month, choosing.py says which segments
and values are combined, counting.py counts them, significance.py tests them, finding.py finds, shadows.py drops what
another one explains, shrinking.py draws small groups towards their like, wording.py says it, drawing.py draws it.
changed.py looks for what moved between two periods, which between.py asks for; watching.py keeps groups under watch.
"""
