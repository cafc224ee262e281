"""One attempt against a real mail server: what it refuses, drops or leaves open, and what its settings may hold."""

import logging
import ssl
import subprocess
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from nps.errors import Refused
from nps.saying import wire
from nps.saying.mail import Mail, message
from nps.saying.wire import Handed, Server, hand_over
from tests.saying.conftest import NOW
from tests.saying.smtp import mail_server

MAIL = Mail("key", "care@example.com", "Ben Ortiz", "ada@example.org", "Hello Zoë", "One\n.\n..two\nThree ä")


def _send(port: int, mail: Mail = MAIL, **more: str) -> Handed:
    return hand_over(Server("127.0.0.1", port, "care@example.com", **more), message(mail, at=NOW))  # type: ignore[arg-type]


def test_a_mail_arrives_as_it_was_written() -> None:
    with mail_server() as server:
        assert _send(server.port) == Handed("sent", "250 OK queued")
    [envelope] = server.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("care@example.com", ["ada@example.org"])
    read = message_from_bytes(server.texts()[0], policy=default)
    assert read["Subject"] == "Hello Zoë"
    assert read.get_content().replace("\r\n", "\n") == "One\n.\n..two\nThree ä\n"


@pytest.mark.parametrize(
    ("at_recipient", "at_text", "result"),
    [
        (["450 busy"], [], "temporary"),
        (["550 no such user"], [], "permanent"),
        (["drop"], [], "temporary"),
        ([], ["451 try later"], "temporary"),
        ([], ["554 spam"], "permanent"),
        ([], ["drop"], "unknown"),
        ([], ["take and drop"], "unknown"),
        ([], ["354 what"], "unknown"),
    ],
)
def test_what_the_server_says_decides(at_recipient: list[str], at_text: list[str], result: str) -> None:
    with mail_server() as server:
        server.at_recipient, server.at_text = at_recipient, list(at_text)
        assert _send(server.port).result == result
    assert len(server.taken) == (at_text == ["take and drop"])


def test_a_server_that_says_nothing_is_tried_later_and_after_the_text_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PATIENCE", 0.2)
    with mail_server() as server:
        server.silent_after_the_text = True
        assert _send(server.port).result == "unknown"
    assert _send(server.port).result == "temporary", "nobody listens there any more"


class _Passwords:
    def __call__(self, *given: object) -> AuthResult:
        assert isinstance(given[-1], LoginPassword)
        return AuthResult(success=given[-1].password == b"s3cret", handled=False)


def _certificate(folder: Path) -> ssl.SSLContext:
    options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    named = ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(["openssl", *options.split(), *files, *named], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for loopback that this process trusts."""
    context = _certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    return context


def test_encryption_is_begun_where_offered_and_the_password_is_checked(tls: ssl.SSLContext) -> None:
    with mail_server(tls_context=tls, authenticator=_Passwords(), auth_required=True) as server:
        assert _send(server.port, user="ben", password="s3cret").result == "sent"
        assert _send(server.port, user="ben", password="wrong").result == "temporary"
    assert len(server.taken) == 1


def test_a_server_that_speaks_tls_from_the_first_byte(tls: ssl.SSLContext) -> None:
    with mail_server(ssl_context=tls) as server:
        secure = Server("127.0.0.1", server.port, "care@example.com", secure=True)
        assert hand_over(secure, message(MAIL, at=NOW)).result == "sent"


def test_a_certificate_that_is_not_trusted_stops_the_mail(tmp_path: Path) -> None:
    with mail_server(tls_context=_certificate(tmp_path)) as server:
        assert _send(server.port).result == "temporary"
    assert not server.taken


def test_a_password_is_not_sent_in_the_open() -> None:
    with mail_server() as server:
        there = Server("127.1", server.port, "care@example.com", user="ben", password="s3cret")
        handed = hand_over(there, message(MAIL, at=NOW))
    assert handed.result == "temporary"
    assert "no encryption" in handed.said


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.com", ("mail.example.com", 587, False, "", "")),
        ("smtps://mail.example.com", ("mail.example.com", 465, True, "", "")),
        (
            "smtp://ben%40example.com:p%2Fw%3A@mail.example.com:2525",
            ("mail.example.com", 2525, False, "ben@example.com", "p/w:"),
        ),
    ],
)
def test_the_settings(monkeypatch: pytest.MonkeyPatch, url: str, expected: tuple[object, ...]) -> None:
    monkeypatch.setenv("NPS_SMTP_URL", url)
    monkeypatch.setenv("NPS_MAIL_FROM", "care@example.com")
    found = wire.server()
    assert found is not None
    assert (found.host, found.port, found.secure, found.user, found.password) == expected
    assert found.password not in repr(found) or not found.password


@pytest.mark.parametrize(
    "url", ["mail.example.com", "http://u:s3cret@x", "smtp://u:s3cret@x:y", "smtp://u:s3cret@/", "smtp://["]
)
def test_settings_that_cannot_be_used_are_refused_without_repeating_them(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    monkeypatch.setenv("NPS_SMTP_URL", url)
    monkeypatch.setenv("NPS_MAIL_FROM", "care@example.com")
    with caplog.at_level(logging.DEBUG), pytest.raises(Refused, match="NPS_SMTP_URL cannot be read") as refused:
        wire.server()
    assert "s3cret" not in str(refused.value) + caplog.text
    monkeypatch.setenv("NPS_SMTP_URL", "smtp://x")
    monkeypatch.delenv("NPS_MAIL_FROM")
    with pytest.raises(Refused, match="NPS_MAIL_FROM is missing"):
        wire.server()
    monkeypatch.delenv("NPS_SMTP_URL")
    assert wire.server() is None
