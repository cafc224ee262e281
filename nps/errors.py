"""Everything that can go wrong, as one tree; the text of each error is a sentence for a person.

NpsError
├── Refused            what was given cannot be used: a file, a mapping, an argument
│   └── Ambiguous      it could be used in more than one way; `candidates` names them
├── StoreError         the store cannot do it now
│   ├── StoreBusy      another process holds the file, or others kept changing the same rows
│   ├── StoreNewer     written by a newer version of this program
│   ├── StoreDamaged   the file is not a store, or is broken
│   └── StoreFull      no room left where the file lies
└── Conflict           somebody else changed the same case first
"""


class NpsError(Exception):
    """Base of all errors that a person may see."""


class Refused(NpsError):
    """The input cannot be used; the message says what, where and what to do."""


class Ambiguous(Refused):
    """The input can be read in more than one way and is never guessed.

    `candidates` are the choices (column names, or `dayfirst` and `monthfirst`), `question` which option settles it.
    """

    def __init__(self, message: str, *, question: str, candidates: tuple[str, ...]) -> None:
        super().__init__(message)
        self.question = question
        self.candidates = candidates


class StoreError(NpsError):
    """The store cannot do what was asked."""


class StoreBusy(StoreError):
    """Another process holds the store, or others kept changing the same rows."""


class StoreNewer(StoreError):
    """The store was written by a newer version of this program."""


class StoreDamaged(StoreError):
    """The file is not a store of this program, or is broken."""


class StoreFull(StoreError):
    """There is no room left where the store lies."""


class Conflict(NpsError):
    """Somebody else changed the same case first; nothing was written."""
