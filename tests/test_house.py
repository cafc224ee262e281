"""House rules: who imports whom, how large a room may be, and what is never written."""

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Lowest floor first: a module imports modules of lower floors, never of its own or a higher one.
FLOORS = (
    ("errors", "headers", "clock", "turns", "topics", "torn"),
    ("connecting", "places", "reopening"),
    ("derivations",),
    ("score", "selection", "settings", "zones", "faults"),
    ("rows",),
    ("grains",),
    ("cases", "ranking", "jobs"),
    ("acts",),
    ("charts",),
    ("lake", "onefile"),
    ("store",),
    ("decided",),
    ("when", "rollups"),
    ("selected", "derived"),
    ("codebook",),
    ("daily", "checking"),
    ("carrying",),
    ("archive", "backups", "queries", "kept", "casework", "importing", "visitors", "clocks"),
    ("segments",),
    ("reasons",),
    ("changes", "incoming", "context", "team", "moves", "why", "words", "hotspots", "suggesting", "comments"),
    ("imports", "exporting", "remembered", "measures", "crossing", "themes"),
    ("saying", "beside"),
    ("sanity", "forecast", "recall", "takeaway"),
    ("intake",),
    ("start", "inbox", "sheets"),
    ("commands",),
    ("door",),
    ("__main__",),
    ("ui",),
    ("downloads", "saving"),
    ("sidebar", "views", "reach"),
    ("reexports", "uploads"),
    ("queues",),
    ("wording",),
    (
        "choosing",
        "comparing",
        "explaining",
        "spotting",
        "coding",
        "commenting",
        "desk",
        "customer",
        "landing",
        "leading",
        "giving",
        "marking",
        "watching",
    ),
    ("preview", "measuring", "weights", "mapped", "pairing", "driving", "emerging"),
    ("background", "bulk", "caseabout", "caseforms", "casereasons", "history", "listfile", "upload"),
    ("casefile",),
    ("mappings", "deciding"),
    ("deriving",),
    ("app",),
)
TOP = len(FLOORS)  # dashboard.py, pages/ and whatever only uses the package
LARGEST = {"pages": 80, "nps": 350, "data": 350, "benchmarks": 350, "dashboard.py": 80}
LARGEST_FUNCTION = 55
VAGUE = re.compile(r"(^|_)(utils?|helpers?|common|shared|misc|managers?|service|repository)$")
MACHINE_PATH = re.compile(r"(?<![\w.~*])/(?:work|root|home|Users|opt|mnt)/\w")


@cache
def _files(suffix: str = "") -> tuple[Path, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")
    return tuple(ROOT / name for name in sorted(set(listed)) if name.endswith(suffix) and (ROOT / name).is_file())


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _product() -> tuple[Path, ...]:
    """The Python files that are not tests."""
    return tuple(path for path in _files(".py") if not _name(path).startswith("tests/"))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from nps import imports` imports nps.imports; `from nps.store import Store` imports nps.store.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _libraries(path: Path) -> set[str]:
    return {module.split(".")[0] for module in _imports(path)}


def _room(module: str) -> str | None:
    """The module of ours that a dotted name lies in: `nps.store.Store` -> `store`."""
    parts = module.split(".")
    return parts[1] if parts[0] == "nps" and len(parts) > 1 else None


def _floor(room: str) -> int:
    floors = [level for level, rooms in enumerate(FLOORS) if room in rooms]
    assert floors, f"nps/{room} has no floor yet: give it one in FLOORS of tests/test_house.py"
    return floors[0]


def _room_of(path: Path) -> str | None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "nps" and parts[1] != "__init__" else None


def test_imports_only_point_downwards() -> None:
    wrong = []
    for path in _product():
        room = _room_of(path)
        floor = _floor(room) if room else TOP
        for target in {_room(module) for module in _imports(path)} - {room, None}:
            assert target is not None
            if _floor(target) >= floor:
                wrong.append(f"{_name(path)} imports nps.{target}")
    assert not wrong


def test_only_the_store_imports_duckdb() -> None:
    assert {_name(path) for path in _product() if "duckdb" in _libraries(path)} == {
        "nps/connecting.py",
        "nps/faults.py",
        "nps/lake/engine.py",
        "nps/lake/opening.py",
        "nps/lake/own.py",
        "nps/lake/upkeep.py",
        "nps/onefile.py",
        "nps/reopening.py",
        "nps/store.py",
    }


def test_every_update_of_responses_is_known_by_its_text() -> None:
    """A lake brings in again what came in and was updated in one transaction, which it knows by these words."""
    changing = re.compile(r"\b(UPDATE|MERGE\s+INTO)\s+(?:\w+\.)?\"?responses\b", re.IGNORECASE)
    found = [match[0] for path in _product() for match in changing.finditer(path.read_text(encoding="utf-8"))]
    assert len(found) > 2
    assert set(found) == {"UPDATE responses"}


def test_nothing_below_the_frame_of_a_page_imports_streamlit() -> None:
    below = [path for path in _product() if (room := _room_of(path)) and _floor(room) < _floor("ui")]
    assert not {_name(path) for path in below if "streamlit" in _libraries(path)}


def test_caches_and_settings_of_streamlit_have_one_owner() -> None:
    owned = re.compile(r"\bst\.(cache_data|cache_resource|query_params|set_option)\b")
    users = {_name(path) for path in _product() if owned.search(path.read_text(encoding="utf-8"))}
    assert users <= {"nps/ui.py"}


def test_a_page_holds_no_sql_and_no_store() -> None:
    for path in _files(".py"):
        if _name(path).startswith("pages/"):
            assert "store" not in {_room(module) for module in _imports(path)}, _name(path)
            assert not re.search(r"\bSELECT\b|\bINSERT\b|\bUPDATE\b", path.read_text(encoding="utf-8")), _name(path)


def test_rooms_stay_small() -> None:
    large = []
    for path in _product():
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > LARGEST[_name(path).split("/")[0]]:
            large.append(f"{_name(path)} has {lines} lines")
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LARGEST_FUNCTION:
                    large.append(f"{_name(path)}: {node.name} has {length} lines")
    assert not large


def test_no_room_has_a_vague_name() -> None:
    names = {part for path in _product() for part in path.relative_to(ROOT).with_suffix("").parts}
    assert not {name for name in names if VAGUE.search(name)}


def test_every_question_has_a_function_and_a_file_of_one_name() -> None:
    functions = {
        node.name
        for node in _tree(ROOT / "nps" / "queries.py").body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and node.args.args
        and node.args.args[0].arg == "store"
    }
    assert functions == {path.stem for path in (ROOT / "nps" / "sql").glob("*.sql")}


def test_every_change_of_the_schema_has_a_number_of_its_own() -> None:
    """The store knows a change by its number: of two with one number, only one would ever be made."""
    files = [path.name for path in (ROOT / "nps" / "schema").glob("*.sql") if path.name[0].isdigit()]
    assert "0001_spine.sql" in files
    assert all(re.fullmatch(r"0\d{3}_\w+\.sql", name) for name in files)
    numbers = Counter(name[:4] for name in files)
    assert not [name for name in files if numbers[name[:4]] > 1]


def test_pages_are_exactly_what_the_navigation_lists() -> None:
    texts = {
        node.value
        for node in ast.walk(_tree(ROOT / "nps" / "app.py"))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    stems = {path.stem for path in (ROOT / "pages").glob("*") if path.suffix != "" or path.is_file()}
    assert stems
    assert not {stem for stem in stems if not texts & {stem, f"{stem}.py", f"pages/{stem}.py"}}
    assert not {path.name for path in (ROOT / "pages").iterdir() if path.suffix != ".py" and path.is_file()}


def test_the_readme_names_every_page_and_leads_to_every_document() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    pages = re.findall(r'\("\w+", "([^"]+)", "\w+"\)', (ROOT / "nps" / "app.py").read_text(encoding="utf-8"))
    assert len(pages) == len(list((ROOT / "pages").glob("*.py")))
    assert not [title for title in pages if f"*{title}*" not in readme]
    assert not [path.name for path in (ROOT / "docs").glob("*.md") if f"](docs/{path.name})" not in readme]


def test_no_failure_is_swallowed() -> None:
    broad = []
    for path in _files(".py"):
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.ExceptHandler) and _is_broad(node.type):
                last = node.body[-1]
                if not (isinstance(last, ast.Raise) and last.exc is None):
                    broad.append(f"{_name(path)}:{node.lineno}")
    assert not broad


def _is_broad(caught: ast.expr | None) -> bool:
    return caught is None or any(
        isinstance(node, ast.Name) and node.id in {"Exception", "BaseException"} for node in ast.walk(caught)
    )


def test_text_is_never_handed_to_the_browser_as_html() -> None:
    keyword = "unsafe_allow_" + "html"
    assert not [_name(path) for path in _files(".py") if keyword in path.read_text(encoding="utf-8")]


def test_tests_use_the_real_thing_and_say_why_they_skip() -> None:
    bare = {"pytest.skip", "pytest.mark.skip", "pytest.mark.xfail"}
    wrong = []
    for path in _files(".py"):
        if "unittest.mock" in {".".join(each.split(".")[:2]) for each in _imports(path)}:
            wrong.append(f"{_name(path)} imports a mock")
        calls = (node for node in ast.walk(_tree(path)) if isinstance(node, ast.Call))
        wrong += [
            f"{_name(path)}:{call.lineno} gives no reason"
            for call in calls
            if not (call.args or call.keywords) and ast.unparse(call.func) in bare
        ]
    assert not wrong


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    found = []
    for path in _files():
        if path.suffix in {".py", ".toml", ".txt", ".md", ".sql", ".sh", ".yml", ".yaml", ""}:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if MACHINE_PATH.search(line):
                    found.append(f"{_name(path)}:{number}: {line.strip()[:80]}")
    assert not found


def test_every_requirement_is_pinned() -> None:
    for file in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
            requirement = line.split("#")[0].strip()
            assert not requirement or requirement == "-r requirements.txt" or "==" in requirement, f"{file}: {line}"
