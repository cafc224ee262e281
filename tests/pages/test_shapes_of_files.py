"""What the page about imports offers for files of an unusual shape: several of one kind, and one row per answer."""

import io
import zipfile

from nps import queries
from nps.selection import Selection
from nps.store import Store
from tests.pages.opening import assert_well, brought_in, labelled, opened, texts


def test_the_names_of_files_with_the_same_columns_become_a_segment_that_is_named(empty: Store) -> None:
    app = opened("imports", who="Ada")
    text = b"nps,date\n9,2024-01-05\n3,2024-01-06\n"
    app.file_uploader[0].set_value([("nps_email.csv", text, "text/csv"), ("other.csv", b"nps\n9\n", "text/csv")]).run()
    assert not [each for each in app.text_input if each.label.startswith("Segment that holds")]
    app.file_uploader[0].set_value([("nps_email.csv", text, "text/csv"), ("nps_web.csv", text, "text/csv")]).run()
    [asked] = [each for each in app.text_input if each.label.startswith("Segment that holds")]
    asked.input("Channel").run()
    assert_well(app)
    brought_in(app)
    assert_well(app)
    [channel] = queries.segments(empty)
    assert channel.label == "Channel"
    rows = queries.by_segment(empty, Selection(), channel.column)
    assert {row.value: row.tally.n for row in rows} == {"nps_email": 2, "nps_web": 2}
    later = text.replace(b"2024", b"2025")
    app.file_uploader[0].set_value([("nps_mobile.csv", later, "text/csv")]).run()
    [asked] = [each for each in app.text_input if each.label.startswith("Segment that holds")]
    assert asked.value == "Channel"
    brought_in(app)
    rows = queries.by_segment(empty, Selection(), channel.column)
    assert {row.value: row.tally.n for row in rows} == {"nps_email": 2, "nps_web": 2, "nps_mobile": 2}


def test_a_file_in_long_format_is_offered_as_what_it_is(empty: Store) -> None:
    app = opened("imports", who="Ada")
    rows = [f"{n},{question},{answer}" for n in range(9) for question, answer in (("NPS", n), ("Why?", f"text {n}"))]
    text = "\n".join(["visitor,question,answer", *rows]).encode()
    app.file_uploader[0].set_value([("long.csv", text, "text/csv")]).run()
    assert any(each.startswith("18 rows in long format (one per answer) turned into 9") for each in texts(app))
    assert any(each.startswith("Would go in: 9 scores") for each in texts(app))
    [turned] = [each for each in app.checkbox if each.label == "One row per response"]
    turned.uncheck().run()
    assert_well(app)
    assert not any("long format" in each for each in texts(app))
    brought_in(app)
    app.file_uploader[0].set_value([("next.csv", text, "text/csv")]).run()
    assert not labelled(app.checkbox, "One row per response").value
    assert any(each.startswith("Columns as remembered from long.csv") for each in texts(app))


def test_each_export_in_an_archive_has_a_box_of_its_own(empty: Store) -> None:
    text = "response_date,nps_rating,why\n" + "2026-01-05,9,quick\n2026-01-06,3,slow\n" * 5
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("2026/email.csv", text)
        archive.writestr("2026/web.csv", text.replace("slow", "late"))
        archive.writestr("2026/codes.csv", "code,meaning\na,fast\n")
    app = opened("imports", who="Ada")
    app.file_uploader[0].set_value([("channels.zip", stream.getvalue(), "application/zip")]).run()
    assert {"email.csv", "web.csv", "codes.csv"} <= {*texts(app)}
    assert any(each.startswith("In codes.csv no column looks like a 0-10") for each in texts(app))
    [asked] = [each for each in app.text_input if each.label.startswith("Segment that holds")]
    asked.input("Channel").run()
    brought_in(app)
    assert_well(app)
    [channel] = queries.segments(empty)
    rows = queries.by_segment(empty, Selection(), channel.column)
    assert {row.value: row.tally.n for row in rows} == {"email": 10, "web": 10}
