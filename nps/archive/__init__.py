"""All of a store as open files: a Parquet file for each table and a manifest that says what they hold, and back.

An archive needs no program of ours to be read. `writing.write` makes one, of one moment; `reading.bring_in` fills a
store with one that proves to be what was written.
"""
