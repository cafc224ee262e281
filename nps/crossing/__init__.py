"""Segments against each other as a map: the score of every pair of values, or of every value by its size.

hiding.py says which groups must not be seen, cells.py draws the scores of the others towards those of their like,
squares.py lays out areas, drawing.py makes the figures,
questions.py asks the store. All but the last are pure.
"""
