"""The words that everybody uses whatever they say, of the languages that comments are mostly in."""

import re
from functools import cache

import stopwords

LANGUAGES = ("english", "spanish", "french", "german", "portuguese")
RUN = re.compile(r"[^\W\d_]+")  # of letters


@cache
def ignored() -> tuple[str, ...]:
    """The runs of letters of all stop words, in order: of “don't” both don and t."""
    listed = (word for language in LANGUAGES for word in stopwords.get_stopwords(language))
    return tuple(sorted({run for word in listed for run in RUN.findall(word.lower())}))
