"""From the bytes of an export to responses and rejects.

read     bytes -> Grid       one table of text cells, as it stands in the file
guess    Grid -> Guess       which column means what, why, and which questions only a person can answer
answers  Grid, Mapping -> Answers   typed responses, and every row that is none, with its line and reason

Nothing here opens a path, touches the store or draws a screen.
"""

from nps.importing.answers import Answers, answers
from nps.importing.mapping import Guess, Mapping, guess, guesses
from nps.importing.reading import Grid, sheets
from nps.importing.scores import METRICS
from nps.importing.shaping import read
from nps.importing.source import Source

__all__ = ["METRICS", "Answers", "Grid", "Guess", "Mapping", "Source", "answers", "guess", "guesses", "read", "sheets"]
