"""From the bytes of an export to responses and rejects.

files    bytes -> bytes      the several exports of an archive, each as a file of its own
read     bytes -> Grid       one table of text cells, as it stands in the file
guess    Grid -> Guess       which column means what, why, and which questions only a person can answer
answers  Grid, Mapping -> Answers   typed responses, and every row that is none, with its line and reason

Nothing here opens a path, touches the store or draws a screen. Who does what:

read     shaping    reading, the vendor, and long or wide tables turned (long, wide)
         reading    large text that is regular goes by large, part by part, into packed columns; for all else
                    containers, then one reader for each kind: delimited (records, encodings), workbook and
                    columnar (spreadsheet, parquet: processes of their own, by apart), objects; into a sheet, with
                    edges taken off, vendors' further header rows joined, and columns of choices (ticked) too
         repaired, source    a file that was here before: its rejects mended, or the very same bytes
guess    mapping    known (whose rules sift rows, by sifting) first, else roles by words and columns;
                    then segments and choices
answers  answers    scores on their scales, dates in their order, misfits kept or rejects; remarks about the rest;
         responses  all else is typed piece by piece on its way into the store
"""

from nps.importing.answers import Answers, answers
from nps.importing.containers import files
from nps.importing.mapping import Guess, Mapping, guess, guesses
from nps.importing.reading import Grid, sheets
from nps.importing.responses import Responses
from nps.importing.scores import METRICS, SCALES, counted_as
from nps.importing.shaping import read, told_apart
from nps.importing.source import Source

__all__ = [
    "METRICS",
    "SCALES",
    "Answers",
    "Grid",
    "Guess",
    "Mapping",
    "Responses",
    "Source",
    "answers",
    "counted_as",
    "files",
    "guess",
    "guesses",
    "read",
    "sheets",
    "told_apart",
]
