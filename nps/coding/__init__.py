"""The page of the codebook: its reasons with their counts, its steps, and what counts beside what people found.

listing.py shows the reasons, stepping.py previews and does a step, told by wording.py, past.py lists those that were
done. files.py says which reasons values of files stand for, trusting.py when suggestions count, agreeing.py whether
people agree.
"""
