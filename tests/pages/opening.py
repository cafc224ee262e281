"""The dashboard without a browser: open a page through the navigation, and read what it says."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Node, UnknownElement

from nps import importing, imports
from nps.clock import now
from nps.start import fill_with_sample
from nps.store import Store
from nps.suggesting import keeping

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = (
    "overview",
    "trends",
    "segments",
    "followups",
    "team",
    "imports",
    "settings",
    "templates",
    "compare",
    "hotspots",
    "comments",
    "measures",
    "beside",
    "reasons",
    "codebook",
)


def filled(path: Path) -> Path:
    """A new store at `path`, filled with the sample and closed again."""
    store = Store.open(path)
    fill_with_sample(store)
    store.close()
    return path


def suggested(path: Path) -> Path:
    """The store at `path`, with what is suggested for its comments, closed again."""
    store = Store.open(path)
    keeping.refresh(store, now=now())
    store.close()
    return path


def opened(
    page: str = "overview", *, who: str | None = None, query: Mapping[str, str | list[str]] | None = None
) -> AppTest:
    """A page as a browser with that address shows it first. `who` is the name that the browser is known by."""
    app = AppTest.from_file(ROOT / "nps" / "app.py", default_timeout=60)
    app.session_state["visitor"] = who
    for key, value in (query or {}).items():
        app.query_params[key] = value
    if page != "overview":
        app.switch_page(f"../pages/{page}.py")
    app.run()
    assert_well(app)
    return app


def turn_to(app: AppTest, page: str) -> AppTest:
    """Another page in the same session."""
    app.switch_page(f"../pages/{page}.py").run()
    assert_well(app)
    return app


def assert_well(app: AppTest) -> None:
    """No exception was drawn."""
    assert not [each.value for each in app.exception]


def brought_in(app: AppTest) -> AppTest:
    """The Imports page once the files that it takes are in, however long that takes."""
    return done(app.button(key="import").click().run())


def done(app: AppTest) -> AppTest:
    """The page once nothing is under way any more, looked at again and again as a browser does."""
    while [button for button in app.button if str(button.key).startswith("cancel_")]:
        sleep(0.1)
        app.run()
    assert_well(app)
    return app


def texts(app: AppTest) -> list[str]:
    """All that the page says: its headings, texts and captions."""
    return [str(each.value) for each in (*app.header, *app.subheader, *app.text, *app.caption)]


def says(app: AppTest, words: str) -> bool:
    """Whether a heading, text or caption of the page holds these words."""
    return any(words in text for text in texts(app))


def labelled(widgets: Any, label: str) -> Any:
    """The one widget of that label."""
    [found] = [widget for widget in widgets if widget.label == label]
    return found


def nodes(app: AppTest) -> Iterator[Node]:
    """Every element and block of the page and the sidebar."""

    def walk(block: Block) -> Iterator[Node]:
        for child in block.children.values():
            yield child
            if isinstance(child, Block):
                yield from walk(child)

    return walk(app._tree)


def figures(app: AppTest) -> dict[str, Any]:
    """The plotly figures of the page by their key."""
    return {
        node.key or "": json.loads(node.proto.spec)
        for node in nodes(app)
        if isinstance(node, UnknownElement) and node.type == "plotly_chart"
    }


def bring_in(
    store: Store, name: str, text: str, *, segments: Sequence[str] | None = None, **said: str
) -> imports.Landed:
    """Import a file as the Imports page does; `said` are corrections of the guess, `segments` the columns to keep."""
    grid = importing.read(name, text.encode())
    guess = importing.guess(grid, **said)  # type: ignore[arg-type]
    assert not guess.open
    mapping = guess.mapping if segments is None else replace(guess.mapping, segments=tuple(segments))
    return imports.land(store, importing.answers(grid, mapping), file=name, by="Ada", now=now())
