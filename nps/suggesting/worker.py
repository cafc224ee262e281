"""A process of its own that learns and suggests, so that people's pages have the interpreter for themselves.

On standard input come a codebook as a line of JSON, then two Arrow streams: tagged comments, and the comments to
suggest for with their keys. On standard output goes an Arrow stream of suggestions, a batch for each that came.
"""

import json
import os
import sys
from typing import BinaryIO

import pyarrow as pa

from nps.codebook.book import Book, Code
from nps.suggesting.both import Suggester

SUGGESTED = pa.schema(
    [
        ("response_key", pa.string()),
        ("code", pa.string()),
        ("source", pa.string()),
        ("certainty", pa.float32()),
        ("words", pa.list_(pa.string())),
    ]
)
POLITE = 5  # how far behind the pages it stands in the queue for a core


def work(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Read all that comes and write what is suggested."""
    book = _book(incoming.readline())
    with pa.ipc.open_stream(incoming) as tagged:
        table = tagged.read_all()
    suggester = Suggester(book, zip(table["comment"].to_pylist(), table["codes"].to_pylist(), strict=True))
    with pa.ipc.open_stream(incoming) as comments, pa.ipc.new_stream(outgoing, SUGGESTED) as answers:
        for batch in comments:
            answers.write_batch(_answered(suggester, batch))


def told(book: Book) -> bytes:
    """A codebook as a line for this process."""
    codes = [
        {"code": code.code, "label": code.label, "group": code.group, "words": dict(code.words)}
        | {"into": code.into, "retired": code.retired}
        for code in book.codes.values()
    ]
    return json.dumps({"name": book.name, "groups": dict(book.groups), "codes": codes}).encode() + b"\n"


def _book(line: bytes) -> Book:
    said = json.loads(line)
    codes = [Code(**one) for one in said["codes"]]
    return Book(said["name"], said["groups"], {code.code: code for code in codes})


def _answered(suggester: Suggester, batch: pa.RecordBatch) -> pa.RecordBatch:
    rows = [
        (key, each.code, each.source, each.certainty, each.words)
        for key, comment in zip(batch["response_key"].to_pylist(), batch["comment"].to_pylist(), strict=True)
        for each in suggester.suggest(comment)
    ]
    columns = zip(*rows, strict=True) if rows else ((),) * len(SUGGESTED)
    arrays = [pa.array(list(values), field.type) for values, field in zip(columns, SUGGESTED, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=SUGGESTED)


if __name__ == "__main__":
    os.nice(POLITE)
    work(sys.stdin.buffer, sys.stdout.buffer)
