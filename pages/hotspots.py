"""Which groups drive the score: every combination of up to three segment values, and what of it is real."""

from nps import queries, spotting, ui

with ui.page("Hotspots") as frame:
    ui.sentence(frame, ui.ask(queries.summary, frame.selection).tally.n)
    ui.needs_responses()
    towards = spotting.direction()
    looked = spotting.look(frame, towards)
    chosen = spotting.tell(frame, looked, towards)
    if chosen:
        spotting.people(frame, looked, chosen)
