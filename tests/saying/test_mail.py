"""A mail has exactly the headers we give it, whatever the data holds; a link opens the draft as it is."""

from email import message_from_bytes
from email.policy import default
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.errors import Refused
from nps.saying.known import many_lines, one_line
from nps.saying.mail import LONGEST_SUBJECT, Mail, address, mailto, message
from tests.saying.conftest import NOW

HEADERS = {"Date", "From", "To", "Subject", "Message-ID", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
ATTACK = [
    "Hello\r\nBcc: eve@example.com",
    "Hello\nSubject: other",
    "a\rb",
    "Eve <eve@example.com>, x",
    '"Eve" <eve@example.com>',
    "=?utf-8?q?=0D=0ABcc:_eve@example.com?=",
    "Ada\u2028Bcc: eve@example.com",
    "Ada\x0bBcc: x\x1c\x85y",
    "ä" * 200,
    "Ünlü, " * 30 + "eve@example.com",
    ".\r\n.\r\nQUIT",
    "\ud800",
]
nasty = st.sampled_from(ATTACK) | st.text(max_size=200) | st.text('\r\n :,;<>@"=?_.aÄ', max_size=80)


def _mail(**more: object) -> Mail:
    given: dict[str, object] = {
        "key": "k",
        "sender": "care@example.com",
        "sender_name": "Ben",
        "to": "ada@example.org",
        "subject": "Hello",
        "body": "Text",
    }
    return Mail(**{**given, **more})  # type: ignore[arg-type]


@given(nasty, nasty, nasty)
def test_no_header_and_no_recipient_comes_in_with_data(name: str, subject: str, body: str) -> None:
    try:
        made = message(_mail(sender_name=name, subject=subject, body=body), at=NOW)
    except Refused as refused:
        assert "is empty" in str(refused)
        return
    wire = made.as_bytes()
    assert wire.replace(b"\r\n", b"").count(b"\r") == wire.replace(b"\r\n", b"").count(b"\n") == 0
    assert wire.isascii()
    read = message_from_bytes(wire, policy=default)
    assert set(read.keys()) == HEADERS
    assert [each.addr_spec for each in read["To"].addresses] == ["ada@example.org"]
    assert [each.addr_spec for each in read["From"].addresses] == ["care@example.com"]
    assert read["Subject"] == one_line(subject.replace("=?", "= ?"), LONGEST_SUBJECT)
    assert read.get_content().replace("\r\n", "\n").strip() == many_lines(body)
    assert read.get_content_type() == "text/plain"


@given(nasty)
def test_an_address_is_plain_or_refused(text: str) -> None:
    try:
        plain = address(text)
    except Refused as refused:
        assert "is not an e-mail address" in str(refused)
    else:
        assert plain == text.strip().lower()
        assert plain.count("@") == 1
        assert not set(plain) & set('\r\n :,;<>()[]"\\')


@pytest.mark.parametrize("text", ["ada@example.com", " Ada.O'Brien+nps@mail.example.co.uk ", "a_b%c@x-y.example"])
def test_addresses_that_mail_goes_to(text: str) -> None:
    assert address(text) == text.strip().lower()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "a@b",
        "a@b@c.de",
        "a..b@c.de",
        ".a@c.de",
        "a@-c.de",
        "a@c.de.",
        "a" * 65 + "@c.de",
    ],
)
def test_addresses_that_are_none(text: str) -> None:
    with pytest.raises(Refused, match="is not an e-mail address"):
        address(text)


@given(nasty, nasty)
def test_a_link_holds_one_address_the_subject_and_the_text(subject: str, body: str) -> None:
    try:
        link = mailto("a+b&c@example.org", subject, body)
    except Refused:
        return
    if link is None:
        return
    assert link.isascii()
    assert link.isprintable()
    assert " " not in link
    url = urlsplit(link)
    asked = parse_qs(url.query, keep_blank_values=True, strict_parsing=True)
    assert (url.scheme, unquote(url.path), set(asked)) == ("mailto", "a+b&c@example.org", {"subject", "body"})
    assert asked["subject"] == [one_line(subject.replace("=?", "= ?"), LONGEST_SUBJECT)]
    assert asked["body"] == [many_lines(body).replace("\n", "\r\n")]


def test_a_link_longer_than_mail_clients_take_is_none() -> None:
    assert mailto("ada@example.org", "Hello", "word " * 500) is None


def test_mail_to_many_says_how_to_leave_and_that_a_machine_sent_it() -> None:
    made = message(_mail(bulk=True, reply_to="ben@example.com"), at=NOW)
    assert made["List-Unsubscribe"] == "<mailto:ben@example.com?subject=unsubscribe>"
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["Reply-To"].addresses[0].addr_spec == "ben@example.com"
    assert message(_mail(), at=NOW)["List-Unsubscribe"] is None


def test_one_mail_has_one_id() -> None:
    assert message(_mail(), at=NOW)["Message-ID"] == message(_mail(body="edited"), at=NOW)["Message-ID"]
    assert message(_mail(), at=NOW)["Message-ID"] != message(_mail(key="other"), at=NOW)["Message-ID"]
