"""NPS weighed in other ways, with intervals that respect accounts, and CSAT and CES beside it.

Questions bring counts per account or per value; numpy weighs and resamples them; formulas are in docs/method.md.
"""
