"""Invented responses, the same for every run: as a CSV file of twelve columns, or straight in a store."""

from pathlib import Path

from nps import rollups
from nps.store import Store, quoted, scratch

DAYS = 730
FIRST = "2024-11-01"
LAST = "2026-10-31"  # the newest answer
SURVEY = "NPS"
SCORES = (*["NULL"] * 2, *"0034556777788888999999", *["10"] * 10)
SEGMENTS = {
    "Plan": ("Free", "Team", "Business", "Enterprise"),
    "Region": ("EMEA", "NA", "APAC", "LATAM"),
    "Product": ("Core", "Analytics", "Mobile"),
    "Journey stage": ("Onboarding", "Adoption", "Renewal", "Expansion"),
    "Channel": ("e-mail", "in-app", "web"),
}
OPENINGS = (
    "Setting up took long",
    "Reports are quick",
    'The "new" editor is fine',
    "Support was kind",
    "We had outages",
)
MIDDLES = ("the team likes it", "exports still break", "mobile is slow", "billing is unclear", "training helped us")
ENDINGS = ("so we stay.", "and we look around.", "but prices rose again.", "thank you all.", "please call me.")


def _one_of(values: tuple[str, ...], salt: int) -> str:
    """SQL that picks a value for row `i`: always the same one for the same row and salt."""
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"[{listed}][1 + (hash(i * 64 + {salt}) % {len(values)})::INTEGER]"


def _rows(count: int) -> str:
    """SQL for `count` rows, the oldest first; two fifths have a comment, 200,000 customers answer again and again."""
    comment = f"concat_ws(', ', {_one_of(OPENINGS, 3)}, {_one_of(MIDDLES, 4)}, {_one_of(ENDINGS, 5)})"
    score = f"[{', '.join(SCORES)}][1 + (hash(i * 64 + 1) % {len(SCORES)})::INTEGER]"
    segments = [f"{_one_of(values, 10 + n)} AS {quoted(label)}" for n, (label, values) in enumerate(SEGMENTS.items())]
    return f"""
    SELECT
        'R-' || lpad(i::VARCHAR, 9, '0') AS "Response ID",
        TIMESTAMP '{FIRST}' + to_seconds(i * {DAYS * 86_400 - 60} // {count}) AS "Responded at",
        {score}::UTINYINT AS "Score",
        CASE WHEN hash(i * 64 + 2) % 5 < 2 THEN {comment} || ' ' || hash(i * 64 + 6) % 10_000 END AS "Comment",
        'Customer ' || who AS "Name",
        'c' || who || '@example.com' AS "E-mail",
        'Account ' || who % 5_000 AS "Account",
        {", ".join(segments)}
    FROM (SELECT i, hash(i * 64 + 7) % 200_000 AS who FROM range({count}) AS numbers (i))
    """


def write_csv(path: Path, count: int) -> None:
    """Write `count` rows as survey tools do: quotes only around cells that need them."""
    cells = [
        '"Response ID"',
        """strftime("Responded at", '%Y-%m-%d %H:%M:%S')""",
        """coalesce("Score"::VARCHAR, '')""",
        """coalesce('"' || replace("Comment", '"', '""') || '"', '')""",
        *map(quoted, ("Name", "E-mail", "Account", *SEGMENTS)),
    ]
    header = ("Response ID", "Responded at", "Score", "Comment", "Name", "E-mail", "Account", *SEGMENTS)
    with scratch() as con, path.open("w", encoding="utf-8") as file:
        file.write(",".join(header) + "\n")
        reader = con.execute(f"SELECT concat_ws(',', {', '.join(cells)}) FROM ({_rows(count)})").to_arrow_reader(
            100_000
        )
        for batch in reader:
            file.write("\n".join(batch.column(0).to_pylist()) + "\n")


def fill(path: Path, count: int) -> None:
    """Make a store with `count` rows, as if one import had brought them."""
    store = Store.open(path)
    columns = {f"seg_{label.lower().replace(' ', '_')}": (label, "choice") for label in SEGMENTS}
    store.widen(columns)
    store.transact(lambda tx: tx.list_segments(columns), touches=("responses",))
    insert = f"""
    INSERT INTO responses (response_key, response_id, import_id, survey, metric, answered_at, score, comment, customer,
        name, email, account, person_id, account_id, {", ".join(columns)})
    SELECT 'id {SURVEY} ' || "Response ID", "Response ID", 'invented', '{SURVEY}', 'nps', "Responded at", "Score",
        "Comment", "E-mail", "Name", "E-mail", "Account", person_id("E-mail", NULL, "Response ID"),
        account_id("Account", "E-mail", NULL, "Response ID"), {", ".join(map(quoted, SEGMENTS))}
    FROM ({_rows(count)})
    """
    record = f"""
    INSERT INTO imports (import_id, file, survey, metric, imported_at, imported_by, rows, accepted, blank, duplicate,
        changed, rejected, mapping, remarks, sample)
    VALUES ('invented', 'invented.csv', '{SURVEY}', 'nps', TIMESTAMP '{LAST} 23:59:59', 'a benchmark', {count}, {count},
        0, 0, 0, 0, '{{}}', '', false)
    """
    store.transact(lambda tx: tx.execute(insert), touches=("responses",))
    store.transact(lambda tx: tx.execute(record), touches=("responses",))
    rollups.anew(store)
    store.close()
