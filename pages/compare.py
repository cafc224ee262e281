"""What changed, and why: any two periods or groups compared, by who answered and what they said, and the people."""

from nps import comparing, explaining, queries, ui

with ui.page("What changed") as frame:
    ui.sentence(frame, ui.ask(queries.summary, frame.selection).tally.n)
    ui.needs_responses()
    against = comparing.how()
    sides = None
    if against in comparing.NUMBERS:
        comparing.with_a_number(frame, against)
    else:
        sides = comparing.sides(frame, against)
    if sides and comparing.verdict(sides):
        found = explaining.look(frame, sides)
        columns = explaining.choose(frame, sides, found)
        split = explaining.parts(sides, columns)
        chosen = (
            explaining.waterfall(split, sides, " and ".join(frame.labels[column] for column in columns))
            if split
            else None
        )
        if chosen:
            explaining.people(frame, sides, columns, chosen)
        explaining.switched(sides)
