"""Which groups of customers stand out: every combination of up to three segment values, and what of it is real.

counting.py counts them, significance.py tests them, finding.py drops what another one explains, shrinking.py draws
small groups towards their like, questions.py asks the store, wording.py says it. All but questions.py are pure.
"""
