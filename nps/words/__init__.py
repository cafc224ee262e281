"""Which words one set of comments has more of than another.

stopping.py knows the words that everybody uses, questions.py asks the store in how many comments each other word is,
telling.py says which of them tell one set from the other. telling.py is pure.
"""
