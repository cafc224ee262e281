"""Why a score differs between two groups of answers: two periods, or two groups of customers.

sides.py says what is compared with what, split.py parts the difference into mix and rate, contrast.py finds the groups
that moved apart from the others, wording.py says it, figures.py draws it, benchmarks.py reads the table of other
companies, questions.py asks the store who changed band. All but the last two are pure.
"""
