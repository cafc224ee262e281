"""A store that many machines share: DuckLake, with its catalog in PostgreSQL and its data as Parquet.

opening   DuckDB's connection to it, which reaches nothing else
catalog   whose turn it is to write, and what others wrote, asked of PostgreSQL itself
engine    questions and transactions
upkeep    many small writes become few files
"""
