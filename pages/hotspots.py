"""Which groups drive the score: every combination of up to three segment values, and what of it is real."""

from nps import queries, ui
from nps.spotting import looking, telling

with ui.page("Hotspots") as frame:
    ui.sentence(frame, ui.ask(queries.summary, frame.selection).tally.n)
    ui.needs_responses()
    wanted = looking.wanted()
    looked = looking.look(frame, wanted)
    chosen = telling.tell(frame, looked, wanted.direction)
    if chosen:
        telling.people(frame, looked, chosen)
