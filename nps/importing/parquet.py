"""One Parquet file, read in a process of its own: its bytes on standard input, one Arrow stream on standard output.

This file is run as a script by `columnar`, imports nothing of ours, and may die of a hostile file: what it wrote counts
only if it ended well. The stream's columns are text and never null; the header, fields of structs with a dot between
their names, stands in the schema's metadata as JSON.
"""

import json
import sys

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

MEMORY = 6 * 1024**3
MOST_CELLS = 500_000_000
MOST_BYTES = 2 * 1024**3
JOINED = "; "  # between the values of a list in one cell


def main() -> None:
    limit_memory()
    file = pyarrow.parquet.ParquetFile(pa.BufferReader(sys.stdin.buffer.read()))
    held = file.metadata
    unpacked = sum(held.row_group(group).total_byte_size for group in range(held.num_row_groups))
    if held.num_rows * held.num_columns > MOST_CELLS or unpacked > MOST_BYTES:
        sys.exit(1)
    schema = None
    for group in file.iter_batches(batch_size=20_000):
        table = flat(pa.Table.from_batches([group]))
        texts = [as_text(column) for column in table.columns]
        if schema is None:
            names = json.dumps(table.column_names)
            schema = pa.schema([(f"c{place}", pa.string()) for place in range(len(texts))], metadata={"header": names})
            writer = pa.ipc.new_stream(sys.stdout.buffer, schema)
        writer.write_table(pa.table(texts, schema=schema))
    if schema is None:
        names = json.dumps(file.schema_arrow.names)
        schema = pa.schema([(f"c{place}", pa.string()) for place in range(len(file.schema_arrow))])
        writer = pa.ipc.new_stream(sys.stdout.buffer, schema.with_metadata({"header": names}))
    writer.close()


def limit_memory() -> None:
    """Die before the machine does, where the system can be told so."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def flat(table: pa.Table) -> pa.Table:
    """The table with a column for each field of its structs: `person.email`."""
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The cells as text: whole numbers without a point, no fraction of a second that is zero, lists joined."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return as_text(column.cast(kind.value_type))
    if pa.types.is_floating(kind):
        text = _numbers(column)
    elif pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        text = pc.replace_substring_regex(column.cast(pa.string()), r"\.0+([-+Z].*)?$", r"\1")
    elif pa.types.is_list(kind) and not pa.types.is_nested(kind.value_type):
        text = pc.binary_join(column.cast(pa.list_(pa.string())), JOINED)
    elif pa.types.is_nested(kind) or pa.types.is_duration(kind):
        values = [None if value is None else json.dumps(value, default=str) for value in column.to_pylist()]
        text = pa.chunked_array([pa.array(values, pa.string())])
    else:
        text = column.cast(pa.string())
    return pc.fill_null(text, "")


def _numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    number = column.cast(pa.float64())
    number = pc.if_else(pc.is_nan(number), None, number)
    whole = pc.and_(pc.equal(pc.trunc(number), number), pc.less(pc.abs(number), 1e15))
    text = pc.if_else(whole, number, 0).cast(pa.int64()).cast(pa.string())
    # From the column's own width: 0.1 in 32 bits is 0.10000000149 in 64.
    return pc.if_else(whole, text, pc.if_else(pc.is_nan(column), None, column).cast(pa.string()))


if __name__ == "__main__":
    main()
