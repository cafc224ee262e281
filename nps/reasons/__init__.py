"""Why people gave their scores: who found which reasons in a comment, and how many points of the NPS each costs.

readings.py writes what people found, given.py says which reasons count for each response, questions.py counts them, and
contribution.py, which is pure, turns the counts into points. brought.py maps what files bring, trusting.py measures
what is suggested, recoding.py does steps of the codebook with what follows for readings, readers.py and agreement.py
compare what two people found.
"""
