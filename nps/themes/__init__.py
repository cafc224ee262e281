"""What comments are about that no reason of the codebook covers, and what comes up more often than before.

finding.py groups comments by the words they share and is pure, rising.py compares how often something is said in two
periods and is pure too, questions.py asks the store for both.
"""
