"""Real exports run through the search, and each finding is what filtering by hand gives."""

from dataclasses import replace
from pathlib import Path

import pytest

from nps import queries
from nps.__main__ import main
from nps.hotspots import months, questions
from nps.hotspots.finding import Direction
from nps.selection import Selection
from nps.store import Store

R = "r-community-survey"
R_ENGLISH = f"{R}/2019 English R Community Survey Responses.csv"
FILES: list[tuple[list[str], list[str]]] = [
    ([R_ENGLISH], ["--score", "How likely are you to recommend R to"]),
    ([f"{R}/2019 Spanish R Community Survey Responses.csv"], ["--score", "¿Qué tan probable es que recomiendes R"]),
    ([f"{R}/2020-spanish-survey-final.tsv"], ["--score", "Qrecommend"]),
    ([f"{R}/Learning R Internet Survey - Form Responses 1.tsv"], []),
    (["carpentries/20180908_post_clean.csv"], []),
    (["carpentries/longterm_October2017.csv"], []),
    (["channels/nps_email.csv", "channels/nps_mobile.csv", "channels/nps_web.csv"], []),
]


@pytest.mark.parametrize(("files", "said"), FILES, ids=[" ".join((*files, *said[1:])) for files, said in FILES])
def test_a_finding_in_a_real_export_is_what_filtering_by_hand_gives(
    exports: Path, tmp_path: Path, files: list[str], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [str(exports / file) for file in files]
    assert main(["import", *paths, "--store", str(tmp_path / "nps.duckdb"), *said]) == 0
    store = Store.open(tmp_path / "nps.duckdb")
    segments = queries.segments(store)
    total = queries.summary(store, Selection()).tally
    directions: tuple[Direction, ...] = ("low", "high")
    for direction in directions:
        looked = questions.hotspots(store, Selection(), segments, direction=direction)
        assert looked.n == total.n
        for finding in looked.search.findings:
            by_hand = queries.summary(store, Selection().inside(finding.segments)).tally
            assert replace(by_hand, blanks=0) == finding.tally
            assert finding.tally + finding.rest == replace(total, blanks=0)
            assert by_hand.nps is not None
            assert finding.rest.nps is not None
            assert (by_hand.nps < finding.rest.nps) == (direction == "low")
        questions.forget()
        monkeypatch.setattr(months, "FEWEST_KEPT", 0)
        assert repr(questions.hotspots(store, Selection(), segments, direction=direction)) == repr(looked)
        monkeypatch.undo()
    store.close()
