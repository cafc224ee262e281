"""The codebook: the reasons, on two levels, that a score may have, and every step that made it what it is.

book.py adds up the steps and is pure, telling.py puts them in words, shipped.py reads the codebooks that come with the
dashboard, changing.py writes steps to the store. What people or programs found in comments is kept by code and never
rewritten: a merge is a matter of reading it.
"""
