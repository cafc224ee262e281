"""The page of the codebook: its reasons with their counts, its steps, and what counts beside what people found.

listing.py shows the reasons, stepping.py previews and does a step, told by wording.py, past.py lists those that were
done.
"""
