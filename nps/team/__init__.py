"""What leads look at: how the loop with unhappy customers is closed, who has how much to do, and who gets which case.

questions.py counts in the store, figures.py makes figures of the counts, matched.py compares those who were contacted
with those who were not, rules.py says who gets which case, assigning.py gives it. The middle three are pure.
"""
