"""Edited texts: every version is kept, the newest counts, any can be set back, and two editors see each other."""

from dataclasses import replace

import pytest

from nps.errors import Conflict, Refused
from nps.saying import playbook, templates, versions
from nps.saying.templates import Template, named
from nps.store import Store
from tests.saying.conftest import NOW


def _save(store: Store, template: Template, who: str = "Ada") -> int:
    return templates.save(store, template, who=who, now=NOW)


def test_the_defaults_count_until_somebody_saves(store: Store) -> None:
    assert templates.every(store) == tuple(templates.defaults().values())
    assert playbook.every(store) == tuple(playbook.defaults().values())


def test_a_saved_version_counts_and_any_earlier_one_can_be_set_back(store: Store) -> None:
    first = named(store, "passive")
    assert _save(store, replace(first, subject="One thing?")) == 1
    second = named(store, "passive")
    assert (second.subject, second.version) == ("One thing?", 1)
    assert _save(store, replace(second, body="Hello {name|you}", scores=(7,), retired=True)) == 2
    assert [one.number for one in versions.history(store, "template", "passive")] == [2, 1]
    older = templates.of_version(versions.history(store, "template", "passive")[1])
    assert older == replace(first, subject="One thing?")
    assert _save(store, replace(older, version=2)) == 3
    assert named(store, "passive") == older
    versions.save(store, "template", "passive", None, seen=3, who="Ada", now=NOW)
    assert (named(store, "passive"), named(store, "passive").version) == (first, 4)
    assert [one.saved_by for one in versions.history(store, "template", "passive")] == ["Ada"] * 4


def test_a_new_template_stands_after_those_of_the_file(store: Store) -> None:
    _save(store, Template("own", "Our own", "Hello", "Text"))
    assert [one.name for one in templates.every(store)] == [*templates.defaults(), "own"]


def test_who_saves_over_somebody_else_is_told(store: Store) -> None:
    seen = named(store, "passive")
    _save(store, replace(seen, subject="Mine"), who="Ben")
    with pytest.raises(Conflict, match="Ben saved another version of “passive” meanwhile"):
        _save(store, replace(seen, subject="Also mine"))
    assert named(store, "passive").subject == "Mine"
    with pytest.raises(Refused, match="who you are"):
        _save(store, named(store, "passive"), who=" ")


def test_a_play_is_edited_the_same_way(store: Store) -> None:
    play = playbook.every(store)[0]
    playbook.save(store, replace(play, steps=("Call",)), who="Ada", now=NOW)
    assert playbook.every(store)[0].steps == ("Call",)
    assert playbook.of_version(versions.history(store, "play", play.name)[0]) == playbook.every(store)[0]
    with pytest.raises(Refused, match="Two steps are the same"):
        replace(play, steps=("Call", "Call"))
    with pytest.raises(Refused, match="Step 2 needs a text"):
        replace(play, steps=("Call", " "))
