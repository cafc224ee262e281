"""Which groups drive the score: every combination of up to three segment values, and what of it is real."""

from nps import queries, ui
from nps.hotspots.finding import Finding
from nps.spotting import keeping, looking, telling

with ui.page("Hotspots") as frame:
    ui.sentence(frame, ui.ask(queries.summary, frame.selection).tally.n)
    ui.needs_responses()
    wanted = looking.wanted()
    group, findings = None, tuple[Finding, ...]()
    if wanted.direction:
        looked = looking.look(frame, wanted.direction, wanted)
        group, findings = telling.apart(frame, looked, wanted.direction), looked.search.findings
    elif compared := looking.look_back(frame, wanted):
        group = telling.moved(frame, compared, looking.EARLIER[wanted.earlier])
    if group:
        telling.people(frame, group)
    keeping.under_watch(frame, findings, wanted.direction)
