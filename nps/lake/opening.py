"""A connection of DuckDB to a lake: extensions from packages, nothing downloaded, nothing else within reach."""

import importlib
import os
from pathlib import Path
from urllib.parse import urlsplit

import duckdb

from nps.connecting import CLOSED, config
from nps.errors import Refused
from nps.places import LakePlace

NAME = "nps"  # of the lake within a connection
INLINED = 1_000  # rows; writes of fewer go into the catalog, until they are put into a file together
ALONE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
# Without these a question to a machine that is gone waits for many minutes.
PATIENCE = "connect_timeout=5 keepalives_idle=5 keepalives_interval=2 keepalives_count=3 tcp_user_timeout=10000"


def connected(place: LakePlace, data: str, *, closed: bool = True) -> duckdb.DuckDBPyConnection:
    """A new connection to the lake, which is made where there is none.

    But for `closed` ones, it could reach other files: for copies only. Raises duckdb.Error, and Refused where what it
    needs is not there.
    """
    connection = duckdb.connect(
        config={**config(), **ALONE, "temp_directory": str(place.beside.with_name(f"{place.beside.name}.tmp"))}
    )
    try:
        for name in ("ducklake", "postgres_scanner", *(("httpfs",) if data.startswith("s3://") else ())):
            connection.execute(f"LOAD {text(str(_extension(name)))}")
        if data.startswith("s3://"):
            connection.execute(_bucket())
        else:
            Path(data).mkdir(parents=True, exist_ok=True)
        # an empty password would keep PGPASSWORD from being asked
        password = f", PASSWORD {text(place.password)}" if place.password else ""
        connection.execute(f"CREATE SECRET catalog (TYPE postgres{password})")
        where = text(f"ducklake:postgres:{place.catalog} {PATIENCE}")
        options = f"DATA_PATH {text(data)}, META_SECRET 'catalog', DATA_INLINING_ROW_LIMIT {INLINED}"
        connection.execute(f"ATTACH {where} AS {NAME} ({options})")
        if closed:
            connection.execute(f"SET allowed_directories = [{text(data)}]")
            for name, value in CLOSED.items():
                connection.execute(f"SET {name} = {value}")
    except BaseException:
        connection.close()
        raise
    return connection


def _extension(name: str) -> Path:
    """The file of an extension, as its package brings it."""
    try:
        package = importlib.import_module(f"duckdb_extension_{name}")
    except ModuleNotFoundError as error:
        raise Refused(
            f"A lake needs the package duckdb-extension-{name.replace('_', '-')}=={duckdb.__version__}. Install it."
        ) from error
    folder = Path(str(package.__file__)).parent / "extensions" / f"v{duckdb.__version__}"
    return folder / f"{name}.duckdb_extension"


def _bucket() -> str:
    """The secret for S3, of the variables that everything else for S3 reads, too."""
    given = os.environ
    if not given.get("AWS_ACCESS_KEY_ID") or not given.get("AWS_SECRET_ACCESS_KEY"):
        raise Refused("Data on S3 need AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment.")
    told = {"KEY_ID": given["AWS_ACCESS_KEY_ID"], "SECRET": given["AWS_SECRET_ACCESS_KEY"]}
    told["REGION"] = given.get("AWS_REGION") or given.get("AWS_DEFAULT_REGION") or "us-east-1"
    if token := given.get("AWS_SESSION_TOKEN"):
        told["SESSION_TOKEN"] = token
    secure = ""
    if url := given.get("AWS_ENDPOINT_URL"):
        parts = urlsplit(url)
        told |= {"ENDPOINT": parts.netloc, "URL_STYLE": "path"}
        secure = f", USE_SSL {str(parts.scheme == 'https').lower()}"
    return f"CREATE SECRET bucket (TYPE s3{''.join(f', {k} {text(v)}' for k, v in told.items())}{secure})"


def text(value: str) -> str:
    """A text for SQL where a parameter cannot stand."""
    return "'" + value.replace("'", "''") + "'"
