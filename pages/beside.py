"""Two groups or saved selections beside each other: scores, trend, reasons, words, following up, and the people."""

from nps import pairing, queries, saving, ui

with ui.page("Side by side") as frame:
    ui.sentence(frame, ui.ask(queries.summary, frame.selection).tally.n)
    ui.needs_responses()
    pair = pairing.choose(frame)
    if pairing.verdict(frame, pair):
        pairing.answers(pair)
        pairing.reasons(pair)
        pairing.said(pair)
        pairing.followed_up(pair)
        pairing.people(pair)
    saving.shelf(tuple(segment.column for segment in frame.segments), frame.labels)
