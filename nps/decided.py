"""What was decided about the settings: appended with who and when; the newest of each counts, else the default."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from nps import zones
from nps.errors import Refused
from nps.settings import NAMES, Settings, from_json, to_json
from nps.store import Store, Transaction
from nps.topics import reads

_HISTORY = "SELECT name, value, decided_at, decided_by FROM settings ORDER BY number"
_APPEND = """
INSERT INTO settings
SELECT coalesce(max(number), 0) + 1, $name, $value, $now, $who FROM settings
"""


@dataclass(frozen=True)
class Decision:
    """One change of one setting: from `before` to `after`, when (UTC) and by whom."""

    name: str
    before: Any
    after: Any
    at: datetime
    who: str


def settings(store: Store) -> Settings:
    """The settings as they stand now."""
    return _settings(store, store.version("settings"))


@lru_cache(maxsize=16)
def _settings(store: Store, _version: int) -> Settings:
    return _standing(store.rows(_HISTORY))


def settings_in(source: Store | Transaction) -> Settings:
    """The same, within a transaction too."""
    return settings(source) if isinstance(source, Store) else _standing(source.rows(_HISTORY))


def clock_of(source: Store | Transaction, moment: datetime) -> tuple[datetime, str]:
    """What the clocks of the reporting zone show at a moment in UTC, and the name of the zone."""
    zone = _standing(source.rows(_HISTORY)).zone
    return zones.on_clock(moment, zone), zone


@reads("settings")
def decisions(store: Store) -> tuple[Decision, ...]:
    """All changes of settings, the newest first."""
    standing, found = Settings(), list[Decision]()
    for name, value, at, who in store.rows(_HISTORY):
        if name in NAMES:
            after = from_json(name, json.loads(value))
            found.append(Decision(name, getattr(standing, name), after, at, who))
            standing = replace(standing, **{name: after})
    return tuple(reversed(found))


def decide(store: Store, values: Mapping[str, Any], *, who: str, now: datetime) -> tuple[str, ...]:
    """Give settings other values; return the names of those that changed.

    Raises Refused where a value cannot be meant, nothing is called so, or nobody says who decides; nothing is changed
    then.
    """
    if not who.strip():
        raise Refused("Say who you are first, so that colleagues see who changed the settings.")
    if unknown := [name for name in values if name not in NAMES]:
        raise Refused(f"There is no setting “{unknown[0]}”. There are: {', '.join(NAMES)}.")

    def work(tx: Transaction) -> tuple[str, ...]:
        standing = _standing(tx.rows(_HISTORY))
        wanted = replace(standing, **values)
        changed = tuple(name for name in values if getattr(wanted, name) != getattr(standing, name))
        for name in changed:
            value = json.dumps(to_json(name, values[name]), ensure_ascii=False)
            tx.execute(_APPEND, {"name": name, "value": value, "now": now, "who": who.strip()})
        return changed

    return store.transact(work, touches=("settings",))


def _standing(history: list[tuple[Any, ...]]) -> Settings:
    """What rows of the history add up to; a setting that this version does not know is passed over."""
    newest = {name: value for name, value, *_ in history if name in NAMES}
    return Settings(**{name: from_json(name, json.loads(value)) for name, value in newest.items()})
