"""Customers who answered, and a mail server that the program is set to."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from nps.store import Store
from tests.saying.smtp import MailServer, mail_server

NOW = datetime.fromisoformat("2026-11-20 10:00")


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A running mail server that the environment names."""
    with mail_server() as server:
        monkeypatch.setenv("NPS_SMTP_URL", f"smtp://127.0.0.1:{server.port}")
        monkeypatch.setenv("NPS_MAIL_FROM", "care@example.com")
        yield server


def respond(store: Store, *answers: tuple[str, int, str | None, float]) -> None:
    """Land answers in the store: key, score, e-mail address, and how many days before NOW."""
    rows = [
        {"key": key, "score": score, "email": email, "answered_at": NOW - timedelta(days=days)}
        for key, score, email, days in answers
    ]

    def work(tx: object) -> None:
        tx.register("rows", pa.Table.from_pylist(rows))  # type: ignore[attr-defined]
        tx.execute(  # type: ignore[attr-defined]
            """
            INSERT INTO responses (response_key, survey, metric, answered_at, score, email, name, person_id, account_id)
            SELECT key, 'Relationship', 'nps', answered_at, score, email, 'Name of ' || key,
                person_id(lower(email), NULL, key), account_id(NULL, lower(email), NULL, key)
            FROM rows
            """
        )

    store.transact(work, touches=("responses",))
