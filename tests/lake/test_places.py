"""Where a store lies, as people write it."""

from pathlib import Path

import pytest

from nps.errors import Refused
from nps.places import LakePlace, place


def test_a_file_is_a_file() -> None:
    assert place("data/nps.duckdb") == Path("data/nps.duckdb")


@pytest.mark.parametrize(
    ("text", "data", "catalog", "kept"),
    [
        ("ducklake:postgres:dbname=nps host=db", "s3://b/x", "dbname=nps host=db", "s3://b/x/"),
        ("ducklake:postgres:dbname=nps host=db", "s3://b/x/", "dbname=nps host=db", "s3://b/x/"),
        (
            "ducklake:postgres:postgresql://ada@db:5433/nps",
            "/srv/nps",
            "user=ada dbname=nps host=db port=5433",
            "/srv/nps/",
        ),
        ("ducklake:postgres:dbname=nps sslmode=require", "", "dbname=nps sslmode=require", ""),
    ],
)
def test_a_lake_is_a_catalog_and_a_place_for_its_data(text: str, data: str, catalog: str, kept: str) -> None:
    assert place(text, data) == LakePlace(catalog, kept)


@pytest.mark.parametrize("text", ["host=db dbname=nps user=ada password=geheim", "postgresql://ada:geheim@db/nps"])
def test_a_password_is_told_to_nobody(text: str) -> None:
    found = place(f"ducklake:postgres:{text}", "")
    assert isinstance(found, LakePlace)
    assert found.password == "geheim"
    assert found.name == "nps at db"
    assert "geheim" not in f"{found} {found!r} {found.beside} {found.catalog}"


@pytest.mark.parametrize(
    ("text", "data", "told"),
    [
        ("ducklake:sqlite:x.db", "", "is no lake that can be opened"),
        ("ducklake:postgres:what is this", "", "is not how to reach a PostgreSQL database"),
        ("ducklake:postgres:dbname=nps", "gs://bucket", "Name a folder, or s3://bucket/prefix"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_an_example(text: str, data: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        place(text, data)
