"""Text from data with HTML, Markdown, formulas and scripts: it never reaches a place where the browser acts on it."""

import csv
import io
from itertools import product
from zlib import crc32

import pytest
from streamlit.testing.v1 import AppTest

from nps import acts, casework, derived, kept, queries
from nps.clock import now
from nps.codebook.book import Action
from nps.decided import decide as set_to
from nps.derivations import Derivation
from nps.hotspots import watching
from nps.reasons import recoding
from nps.reasons.brought import decide, fields, values
from nps.reasons.readings import read
from nps.store import Store
from tests.pages.opening import PAGES, bring_in, labelled, opened, says, texts
from tests.pages.sinks import SHOWN_AS_THEY_ARE, acting_in_figures, read_as_markdown, strings

MARKS = (
    "<script>alert(1)</script>",
    '<img src="https://tracker.example/a.png">',
    "![a](https://tracker.example/b.png)",
    "[a](https://tracker.example/c)",
    "https://tracker.example/d",
    "www.tracker.example",
    "eve@tracker.example",
    "$\\frac{1}{2}$",
    ":smile:",
    ":red[loud]",
    ":material/home:",
    "**bold**",
    "=1+1",
    "`code`",
    "-> <- -- >= <=",
)
HOSTILE = " ".join(MARKS)
WHO = f"Eve {MARKS[2]}"
HEADER = HOSTILE.replace("**bold**", "bold")  # headers lose the marks that survey tools make words bold with
SEGMENTS = (f"Plan {HEADER}", f"Region {HEADER}")


def _file() -> str:
    """An export in which every text is hostile: 2 groups of 2 hostile segments, 15 answers in each pair."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["score", "date", "comment", "email", "name", "account", *SEGMENTS])
    for number, (answer, *pair) in enumerate(product(range(15), "AB", "XY")):
        writer.writerow(
            [
                str(answer % 11),
                f"2026-{1 + answer % 9:02d}-0{1 + number % 9}",
                f"{number} {HOSTILE}",
                f"eve{number}@tracker.example",
                f"Name {number} {HOSTILE}",
                f"Account {number % 20} {HOSTILE}",
                *(f"{value} {HOSTILE}" for value in pair),
            ]
        )
    return text.getvalue()


@pytest.fixture
def hostile(empty: Store) -> Store:
    """A store in which every text is hostile, case work and the name of the survey too."""
    roles = {"score": "score", "date": "date", "comment": "comment", "survey": f"NPS {HOSTILE}"}
    bring_in(empty, f"{HOSTILE}.csv", _file(), segments=SEGMENTS, **roles)
    first, second = _cases(empty)[:2]
    casework.tick(empty, [first], who=WHO, now=now())
    casework.do(empty, first, acts.note(HOSTILE), who=WHO, now=now())
    casework.do(empty, second, acts.assign(HOSTILE), who=WHO, now=now(), seen=0)
    return empty


def _cases(store: Store) -> list[str]:
    return [row[0] for row in store.rows("SELECT response_key FROM followups ORDER BY score, response_key")]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_hands_text_from_data_to_markdown(hostile: Store, page: str) -> None:
    app = opened(page, who=WHO)
    assert not read_as_markdown(app, MARKS)
    assert not acting_in_figures(app)


def test_filters_and_choices_do_not_either(hostile: Store) -> None:
    columns = [segment.column for segment in queries.segments(hostile)]
    assert len(columns) == 2
    for page in (*PAGES[:4], "measures"):
        app = opened(page, who=WHO)
        for column in columns:
            values = app.sidebar.multiselect(key=column)
            values.select(values.options[0]).run()
        labelled(app.sidebar.selectbox, "Survey").select_index(1).run()
        assert says(app, HOSTILE), "the sentence names what was filtered"
        assert not read_as_markdown(app, MARKS)
        assert not acting_in_figures(app)
    app = opened("segments", who=WHO)
    app.selectbox(key="value").select_index(1).run()
    app.selectbox(key="other").select_index(1).run()
    assert not read_as_markdown(app, MARKS)
    assert not acting_in_figures(app)


def test_reasons_their_phrases_values_and_readers_do_not_either(hostile: Store) -> None:
    label = f"{MARKS[3]} {MARKS[11]} {MARKS[8]}"
    words = {"en": [MARKS[3], MARKS[7]]}
    steps: list[tuple[Action, dict[str, object]]] = [
        ("group", {"group": "g", "label": label, "new": True}),
        ("add", {"group": "g", "code": "g.a", "label": label, "meaning": HOSTILE[:300], "words": words}),
        ("add", {"group": "g", "code": "g.b", "label": f"{label} b"}),
        ("retire", {"code": "g.b"}),
    ]
    for seen, (action, details) in enumerate(steps):
        recoding.do(hostile, action, details, seen=seen, who=WHO, now=now())
    key = hostile.rows("SELECT min(response_key) FROM responses")[0][0]
    first = read(hostile, key, ["g.a"], seen=None, who=WHO, now=now())
    read(hostile, key, [], seen=first, who=HOSTILE, now=now())
    field = fields(hostile)[0]
    decide(hostile, field, {values(hostile, field)[0].place: "g.a"}, seen=0, who=WHO, now=now())
    for part in ("Reasons", "From files", "Suggestions", "Agreement", "History"):
        app = opened("codebook", who=WHO, query={"codebook_part": part})
        assert "tracker.example" in " ".join(text for _, text in strings(app)), part
        if part == "Reasons":
            labelled(app.selectbox, "What to do").select("edit").run()
            labelled(app.selectbox, "Reason").select("g.a").run()
            labelled(app.text_input, "Name").set_value(f"{label} c")
            labelled(app.button, "Preview").click().run()
            assert says(app, f"“{label}” and will be under")
        assert not read_as_markdown(app, MARKS), part


@pytest.mark.parametrize(
    "query", [{"against": "Everybody else"}, {"period": "Custom dates", "from": "2026-04-01", "to": "2026-06-30"}]
)
def test_the_groups_of_a_comparison_and_their_people_do_not_either(hostile: Store, query: dict[str, str]) -> None:
    app = opened("compare", who=WHO, query=query)
    app.selectbox(key="part").select_index(1).run()
    assert any("frac" in each.value for each in app.subheader), "they are listed"
    assert not read_as_markdown(app, MARKS)
    assert not acting_in_figures(app)


def test_an_opened_case_shows_everything_as_text(hostile: Store) -> None:
    for key in _cases(hostile)[:2]:
        app = opened("followups", who=WHO, query={"case": key, "state": []})
        assert sum(HOSTILE in text for text in texts(app)) >= 2
        assert not read_as_markdown(app, MARKS)


def test_a_conflict_names_a_hostile_colleague_in_text(hostile: Store) -> None:
    key = _cases(hostile)[5]
    app = opened("followups", who="Ada", query={"case": key})
    casework.tick(hostile, [key], who=WHO, now=now())
    app.button(key="case_tick").click().run()
    assert says(app, f"{WHO} contacted this customer first")
    assert not read_as_markdown(app, MARKS)


def test_a_hostile_name_of_the_visitor_stays_text(empty: Store) -> None:
    app = opened("imports", who=WHO)
    assert not read_as_markdown(app, MARKS)


def test_an_uploaded_file_is_previewed_questioned_and_landed_as_text(empty: Store) -> None:
    app = opened("imports", who=WHO)
    app.file_uploader[0].upload(f"{HOSTILE}.csv".replace("/", "_"), _file().encode(), "text/csv").run()
    assert not read_as_markdown(app, MARKS)
    two = f"recommend A {HOSTILE},recommend B {HOSTILE}\n" + "9,3\n0,10\n4,4\n" * 5
    app.file_uploader[0].upload("two.csv", two.encode(), "text/csv").run()
    assert not read_as_markdown(app, MARKS)
    app.file_uploader[0].set_value(
        [("bad.csv", f"nps,{HOSTILE}\n{HOSTILE},x\n9,y\n3,{HOSTILE}\n".encode(), "text/csv")]
    ).run()
    app.selectbox[3].select_index(1).run()
    assert not read_as_markdown(app, MARKS)


def test_the_name_of_a_derived_segment_stays_text(hostile: Store) -> None:
    name = HOSTILE[:60]
    assert MARKS[1][:20] in name
    set_to(hostile, {"derived": (Derivation(name, "comment", edges=(50,)),)}, who=WHO, now=now())
    derived.keep(hostile)
    for page in ("settings", "segments", "hotspots"):
        app = opened(page, who=WHO)
        assert not read_as_markdown(app, (*MARKS[:1], MARKS[1][:20]))
        assert not acting_in_figures(app)


def test_a_saved_selection_with_a_hostile_name_stays_text(hostile: Store) -> None:
    first, second = queries.segments(hostile)
    value = queries.segment_values(hostile, first.column, limit=1)[0][0]
    for name in MARKS[:6]:
        kept.save(hostile, name, {first.column: [value], "survey": [HOSTILE], "gone": [HOSTILE]}, who=WHO, now=now())
    for side in ("1", "2"):
        app = opened("beside", who=WHO, query={"one_of": second.label})
        labelled(app.selectbox, "The other side").select(side).run()
        app.session_state["kept_popover"] = True
        app.run()
        labelled(app.selectbox, "People of").select_index(1).run() if labelled_there(app, "People of") else None
        app.button(key="kept_gone_3").click().run() if side == "2" else None
        assert not read_as_markdown(app, MARKS)
        assert not acting_in_figures(app)


def labelled_there(app: AppTest, label: str) -> bool:
    return any(widget.label == label for widget in app.selectbox)


def test_the_list_of_places_that_show_text_as_it_is_holds_no_markdown_sink() -> None:
    sinks = {"markdown.body", "caption.body", "metric.label", "metric.body", "metric.help", "popover.popover.label"}
    assert not sinks & SHOWN_AS_THEY_ARE


def test_the_walk_reaches_the_places_that_read_markdown(hostile: Store) -> None:
    places = {place for page in PAGES for place, _ in strings(opened(page, who=WHO))}
    assert {"caption.body", "metric.label", "multiselect.label", "popover.popover.label", "plotly_chart.spec"} <= places


def test_groups_that_stand_out_and_their_people_do_not_either(empty: Store) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["score", "date", "comment", *SEGMENTS])
    for number, (_, *pair) in enumerate(product(range(60), "AB", "XY")):
        score = 1 if pair == ["A", "X"] else 9
        writer.writerow([score, f"2026-0{1 + number % 9}-10", HOSTILE, *(f"{value} {HOSTILE}" for value in pair)])
    roles = {"score": "score", "date": "date", "comment": "comment"}
    bring_in(empty, "answers.csv", text.getvalue(), segments=SEGMENTS, **roles)
    app = opened("hotspots", who=WHO)
    assert any("frac" in each.value for each in app.subheader), "one is found"
    app.selectbox(key="group").select_index(1).run()
    name = str(app.selectbox(key="group").value)
    app.session_state[f"more_{crc32(name.encode()):08x}"] = app.session_state["watch_keep"] = True
    app.run()
    app.text_input(key="watch_owner").set_value(HOSTILE[:80])
    app.text_input(key="watch_note").set_value(HOSTILE)
    next(button for button in app.button if button.label == "Keep it under watch").click().run()
    [watch] = watching.watches(empty)
    assert watch.note == HOSTILE
    assert not read_as_markdown(app, MARKS)
    assert not acting_in_figures(app)
    watching.end(empty, watch.number, who=WHO, now=now())
    app.session_state["watch_ended"] = True
    app.run()
    assert f"watch_again_{watch.number}" in [button.key for button in app.button]
    assert not read_as_markdown(app, MARKS)
