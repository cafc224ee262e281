"""Who wants no mail: read from any list, kept with who and when, and taken back by a later row."""

import pytest

from nps.errors import Refused
from nps.saying import optout
from nps.store import Store
from tests.saying.conftest import NOW


def test_addresses_are_read_from_a_list_a_csv_and_an_address_book() -> None:
    text = 'email,reason\nAda@Example.org,"asked us"\n"Ben Ortiz" <ben@example.org>; eve@example.org\nnot@an\n@home\n'
    assert optout.read(text) == optout.Listed(
        ("ada@example.org", "ben@example.org", "eve@example.org"), ("not@an", "@home")
    )


def test_an_address_is_out_until_it_is_written_otherwise(store: Store) -> None:
    write = optout.write
    assert write(store, ["a@x.de", "b@x.de"], opted_out=True, who="Ada", now=NOW) == 2
    assert write(store, ["b@x.de", "c@x.de"], opted_out=True, who="Ben", now=NOW) == 1
    assert write(store, ["a@x.de", "z@x.de"], opted_out=False, who="Ben", now=NOW) == 1
    assert [one.address for one in optout.unwanted(store, limit=9)] == ["b@x.de", "c@x.de"]
    assert optout.count(store) == 2
    assert optout.objection(store, "B@x.de", None) == "B@x.de wants no mail: Ada wrote that down on 20 Nov 2026."
    assert optout.objection(store, "a@x.de", None) is None
    with pytest.raises(Refused, match="no e-mail address"):
        write(store, [], opted_out=True, who="Ada", now=NOW)
