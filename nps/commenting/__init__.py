"""Parts of the page Comments.

asking.py is what is looked for, showing.py a comment as text with what was found in it marked, listing.py the list and
its files, reading.py one comment after the other, tagging.py the reasons that a person gives it.
"""
