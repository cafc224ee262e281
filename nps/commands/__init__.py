"""The commands of `python -m nps`: each takes the options that were given and returns the exit code."""
