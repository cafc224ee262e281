"""The columns of derived segments: filled from responses and context, and kept right whenever one of these changes.

They are columns of the responses like those of files, so that no page pays for how they are made. Every write that
changes responses, or whom they lead to, calls `derive` within its transaction: all values are reckoned anew, and those
that differ are written. What they are made by stands in the table `derived`, as it was when the columns were filled.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from nps import decided, derivations, rollups
from nps.derivations import (
    ACCOUNT,
    BEFORE,
    COLUMN,
    EDGES,
    FACT,
    NO_COMMENT,
    PERSON,
    PREFIX,
    RENEWAL,
    REVENUE,
    STAGES,
    TURNS,
    Derivation,
)
from nps.errors import Refused
from nps.store import Store, Transaction, quoted
from nps.topics import reads
from nps.zones import answered_sql

SAMPLE = 5_000  # values by which a column is judged
_LIKE_A_DAY = re.compile(r"\d{4}-\d\d-\d\d.*|\d\d?\.\d\d?\.\d{4}|\d{4}/\d\d?/\d\d?|\d\d? \w+ \d{4}|\w+ \d\d?, \d{4}")
_LIKE_A_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_MADE_FOR = "SELECT made_for FROM derived"
_COUNTED = "rowid IN (SELECT place FROM made) AND import_id IS DISTINCT FROM $uncounted"
_ISO = r"^\d{4}-\d\d-\d\d"
_DAYS = "['%d.%m.%Y', '%Y/%m/%d', '%d %b %Y', '%d %B %Y', '%b %d, %Y', '%B %d, %Y']"  # none that can be misread
_GROUPED = r"^-?\d{1,3}(,\d{3})+(\.\d+)?$"
_FIRST = """
(SELECT metric, person_id, min(answered_at) AS first_at FROM responses
 WHERE score IS NOT NULL AND answered_at IS NOT NULL AND coalesce(email, customer) IS NOT NULL
 GROUP BY metric, person_id)
"""
_KNOWN = """
LEFT JOIN (SELECT person_id, account_id AS led_account, person_key FROM known_people) AS person USING (person_id)
LEFT JOIN (SELECT account_id AS known_account, revenue, renewal_on, account_key FROM known_accounts) AS account
    ON known_account = coalesce(led_account, answers.account_id)
"""


def keep(store: Store) -> None:
    """See that the derived segments are those of the settings. Costs nothing where they are."""
    _kept(store, store.version("settings"))


@lru_cache(maxsize=16)
def _kept(store: Store, _version: int) -> None:
    wanted = decided.settings(store)
    made_for = _as_json(wanted.zone, wanted.derived) if wanted.derived else None
    if store.rows(_MADE_FOR) == ([(made_for,)] if made_for else []):
        return
    store.widen(each.column for each in wanted.derived)

    def work(tx: Transaction) -> None:
        tx.execute("DELETE FROM derived")
        tx.execute("DELETE FROM segments WHERE starts_with(column_name, $prefix)", {"prefix": PREFIX})
        if made_for:
            tx.execute("INSERT INTO derived VALUES ($made_for)", {"made_for": made_for})
            derive(tx)
        rollups.keep(tx)

    store.transact(work, touches=("responses",))


def derive(tx: Transaction, import_id: str | None = None, *, uncounted: str = "") -> None:
    """Give every response its derived segments, within a write that touches the responses.

    Where an import only added some, those of its people are enough, unless context says whom responses lead to. The
    import whose responses are in no count yet is `uncounted`.
    """
    zone, derived = _made(tx)
    if not derived:
        return
    sql, bound = _reckoned(derived, _Columns.of(tx), zone, import_id)
    tx.execute(f"CREATE OR REPLACE TEMP TABLE made AS {sql}", bound)
    values = ", ".join(f"{quoted(each.column)} = made.value_{number}" for number, each in enumerate(derived))
    with rollups.changing(tx, _COUNTED, {"uncounted": uncounted}, only=PREFIX):
        tx.execute(f"UPDATE responses SET {values} FROM made WHERE responses.rowid = made.place")  # noqa: S608
    _list(tx, derived)


def unlike(tx: Transaction) -> list[str]:
    """The keys of responses whose derived segments are not what their rules give."""
    zone, derived = _made(tx)
    if not derived:
        return []
    sql, bound = _reckoned(derived, _Columns.of(tx), zone, None)
    keys = f"SELECT response_key FROM ({sql}) AS made JOIN responses ON responses.rowid = made.place"  # noqa: S608
    return [key for (key,) in tx.rows(keys, bound)]


def _made(tx: Transaction) -> tuple[str, tuple[Derivation, ...]]:
    """By what the columns are filled: the zone and the derived segments, none where there are none."""
    made = tx.rows(_MADE_FOR)
    return _from_json(made[0][0]) if made else ("", ())


@dataclass
class _Columns:
    """What values are reckoned from: which columns there are, with the joins and the parameters that are needed."""

    there: frozenset[str]
    bound: dict[str, Any] = field(default_factory=dict)
    joins: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, tx: Transaction) -> "_Columns":
        return cls(frozenset(row[0] for row in tx.rows("SELECT column_name FROM (DESCRIBE responses)")))

    def put(self, value: Any) -> str:
        """A parameter with this value."""
        name = f"made_{len(self.bound)}"
        self.bound[name] = value
        return f"${name}"

    def number(self, source: str) -> str:
        """SQL for the number that a source holds; null where it holds none."""
        if source == REVENUE:
            self.joins["known"] = _KNOWN
            return "revenue"
        text = self._text(source)
        plain = f"CASE WHEN regexp_matches({text}, {self.put(_GROUPED)}) THEN replace({text}, ',', '') ELSE {text} END"
        number = f"try_cast(trim({plain}) AS DOUBLE)"
        return f"CASE WHEN isfinite({number}) THEN {number} END"

    def day(self, source: str) -> str:
        """SQL for the day that a source holds, likewise."""
        if not source:
            return "NULL::DATE"
        if source == RENEWAL:
            self.joins["known"] = _KNOWN
            return "renewal_on"
        text = self._text(source)
        return (
            f"CASE WHEN regexp_matches(trim({text}), {self.put(_ISO)}) THEN try_cast(left(trim({text}), 10) AS DATE) "
            f"ELSE try_strptime(trim({text}), {_DAYS})::DATE END"
        )

    def _text(self, source: str) -> str:
        match = FACT.fullmatch(source)
        assert match, "a derivation was checked when it was made"
        where, name = match.groups()
        if where == COLUMN:
            return f"answers.{quoted(name)}" if name in self.there else "NULL::VARCHAR"
        self.joins["known"] = _KNOWN
        if source not in self.joins:
            self.joins[source] = self._fact(where, name, f"fact_{len(self.joins)}")
        return f"fact_{list(self.joins).index(source)}"

    def _fact(self, where: str, name: str, called: str) -> str:
        """A join with what context says of account or person under a header; of several files the latest."""
        table, key = {ACCOUNT: ("accounts", "account_key"), PERSON: ("people", "person_key")}[where]
        pointer = self.put("/" + name.replace("~", "~0").replace("/", "~1"))
        said = f"list_transform(from_json(facts, '[\"JSON\"]'), lambda one: json_extract_string(one, {pointer}))"
        told = f"list_last(list_filter({said}, lambda text: trim(text) <> ''))"
        return (
            f"LEFT JOIN (SELECT {key} AS {called}_key, {told} AS {called} FROM {table}) "  # noqa: S608
            f"ON {called}_key = {where}.{key}\n"
        )


def _reckoned(
    derived: Sequence[Derivation], columns: _Columns, zone: str, import_id: str | None
) -> tuple[str, dict[str, Any]]:
    """The question for the places whose values are others than before, with the new ones, and its parameters."""
    there = answered_sql("answers.answered_at", zone)
    values = [_value(each, columns) for each in derived]
    new = ", ".join(f"{value} AS value_{number}" for number, value in enumerate(values))
    old = ", ".join(f"answers.{quoted(each.column)} AS old_{number}" for number, each in enumerate(derived))
    differs = " OR ".join(f"value_{number} IS DISTINCT FROM old_{number}" for number in range(len(derived)))
    kept = ", ".join(f"value_{number}" for number in range(len(derived)))
    joins, whose = "".join(columns.joins.values()), ""
    if import_id and "known" not in columns.joins:
        whose = f"WHERE person_id IN (SELECT person_id FROM responses WHERE import_id = {columns.put(import_id)})"  # noqa: S608
    return (
        f"SELECT place, {kept} FROM (SELECT place, {new}, {old} "  # noqa: S608
        f"FROM (SELECT *, {there} AS there FROM answers {whose}) AS answers {joins}) WHERE {differs}",
        columns.bound,
    )


def _value(derived: Derivation, columns: _Columns) -> str:
    """SQL for the value of one derived segment; null where what it is made of is not known."""
    if derived.kind == "weekday":
        return "dayname(there)"
    if derived.kind == "turn":
        columns.joins["first"] = f"LEFT JOIN {_FIRST} AS first USING (metric, person_id)"
        first, again = map(columns.put, TURNS)
        return (
            "CASE WHEN score IS NOT NULL AND coalesce(email, customer) IS NOT NULL "
            f"THEN CASE WHEN answered_at = first_at THEN {first} WHEN answered_at > first_at THEN {again} END END"
        )
    if derived.kind == "stage":
        return _stage(derived, columns)
    if derived.kind == "comment":
        length = "length(trim(coalesce(comment, '')))"
        return f"CASE WHEN {length} = 0 THEN {columns.put(NO_COMMENT)} ELSE {_band(length, derived, columns)} END"
    if derived.kind == "months":
        months = _months(columns.day(derived.source))
        return f"CASE WHEN {months} < 0 THEN {columns.put(BEFORE)} ELSE {_band(months, derived, columns)} END"
    return _band(columns.number(derived.source), derived, columns)


def _band(number: str, derived: Derivation, columns: _Columns) -> str:
    names = list(map(columns.put, derived.bands))
    steps = " ".join(
        f"WHEN {number} < {columns.put(edge)} THEN {name}" for edge, name in zip(derived.edges, names, strict=False)
    )
    return f"CASE {steps} WHEN {number} IS NOT NULL THEN {names[-1]} END"


def _months(since: str) -> str:
    """SQL for the whole months from a day to that of the answer."""
    return (
        f"((year(there) - year({since})) * 12 + month(there) - month({since}) "
        f"- CASE WHEN day(there) < day({since}) THEN 1 ELSE 0 END)"
    )


def _stage(derived: Derivation, columns: _Columns) -> str:
    start, renewal = columns.day(derived.source), columns.day(derived.until)
    new, near = (columns.put(int(days)) for days in derived.edges or EDGES["stage"])
    before, onboarding, under, renewing, after = map(columns.put, STAGES)
    return (
        f"CASE WHEN there IS NULL OR ({start} IS NULL AND {renewal} IS NULL) THEN NULL "
        f"WHEN there::DATE < {start} THEN {before} WHEN there::DATE > {renewal} THEN {after} "
        f"WHEN {renewal} - there::DATE <= {near} THEN {renewing} "
        f"WHEN there::DATE - {start} < {new} THEN {onboarding} ELSE {under} END"
    )


def _list(tx: Transaction, derived: Sequence[Derivation]) -> None:
    """List the derived segments that have a value, after those of files."""
    tx.execute("DELETE FROM segments WHERE starts_with(column_name, $prefix)", {"prefix": PREFIX})
    found = [
        each
        for each in derived
        if tx.rows(f"SELECT 1 FROM responses WHERE {quoted(each.column)} IS NOT NULL LIMIT 1")  # noqa: S608
    ]
    tx.list_segments({each.column: (each.name, "choice") for each in found})


def _as_json(zone: str, derived: Sequence[Derivation]) -> str:
    return json.dumps({"zone": zone, "derived": derivations.to_json(derived)}, ensure_ascii=False)


def _from_json(text: str) -> tuple[str, tuple[Derivation, ...]]:
    made = json.loads(text)
    return made["zone"], derivations.from_json(made["derived"])


@dataclass(frozen=True)
class Source:
    """Where a derived segment can come from; `of` is "number" or "day", `key` what a derivation names it by."""

    of: str
    key: str
    label: str


@reads("responses", "context")
def sources(store: Store) -> tuple[Source, ...]:
    """All columns and facts that hold numbers or days, at least half of them."""
    [[renewals, revenues]] = store.rows("SELECT count(renewal_on), count(revenue) FROM accounts")
    found = [Source("day", RENEWAL, "Renewal of the account (customer context)")] if renewals else []
    found += [Source("number", REVENUE, "Revenue of the account (customer context)")] if revenues else []
    listed = store.rows(
        "SELECT column_name, label FROM segments WHERE NOT starts_with(column_name, $prefix) ORDER BY position",
        {"prefix": PREFIX},
    )
    for column, label in listed:
        values = store.rows(f"SELECT DISTINCT {quoted(column)} FROM responses LIMIT {SAMPLE}")  # noqa: S608
        found += _sources([value for (value,) in values if value], f"{COLUMN}:{column}", label)
    for where, table in ((ACCOUNT, "accounts"), (PERSON, "people")):
        facts = dict[str, list[str]]()
        for (told,) in store.rows(f"SELECT facts FROM {table} WHERE facts IS NOT NULL LIMIT {SAMPLE}"):  # noqa: S608
            for name, value in ((name, value) for one in json.loads(told) for name, value in one.items()):
                facts.setdefault(name, []).append(str(value))
        for name, told_of in facts.items():
            found += _sources(told_of, f"{where}:{name}", f"{name} ({where} in the customer context)")
    return tuple(found)


def _sources(values: Sequence[str], key: str, label: str) -> list[Source]:
    """As a day, a number, or neither."""
    for of, known in (("day", _LIKE_A_DAY), ("number", _LIKE_A_NUMBER)):
        if 2 * sum(bool(known.fullmatch(value.strip())) for value in values) > len(values):
            return [Source(of, key, label)]
    return []


def cuts(store: Store, source: str, parts: int) -> tuple[float, ...]:
    """Where the numbers of a source, one for each response, fall into so many parts of about equal size, rounded.

    Fewer cuts where many responses have the same number. Raises Refused where none has any.
    """

    def work(tx: Transaction) -> tuple[float, ...]:
        columns = _Columns.of(tx)
        number, shares = columns.number(source), columns.put([place / parts for place in range(1, parts)])
        [[found]] = tx.rows(
            f"SELECT quantile_disc({number}, {shares}::DOUBLE[]) FROM answers {''.join(columns.joins.values())}",  # noqa: S608
            columns.bound,
        )
        if not found:
            raise Refused("None of the responses has a number there, so it cannot be cut. Choose another column.")
        return derivations.rounded(found)

    return store.tried(work)
