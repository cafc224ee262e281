"""What is known of customers beside their answers: files in, and whom each row is about.

read     bytes -> Rows    what a file is (shapes of known tools, else guessing), and its rows in one form
files    Rows -> store    brought in, counted, taken back
linking                   rows -> people, accounts and what happened with them, and the numbers that responses carry
asking                    what the pages ask: the files there were, rows that lead to nobody, one customer
sheet    Customer -> HTML one sheet of paper about a customer
"""

from nps.context.asking import contexts, unmatched
from nps.context.files import bring_in, found, lines, take_back
from nps.context.reading import Rows, read, rows_of, table
from nps.context.rows import Context, Unmatched

__all__ = [
    "Context",
    "Rows",
    "Unmatched",
    "bring_in",
    "contexts",
    "found",
    "lines",
    "read",
    "rows_of",
    "table",
    "take_back",
    "unmatched",
]
