"""The suggestions that the store keeps."""

from collections.abc import Mapping, Sequence

from nps.codebook import changing
from nps.reasons.readings import Suggestion
from nps.store import Store
from nps.topics import reads

MOST = 3  # suggestions for one comment

_OF = """
SELECT response_key, code, source, certainty, words FROM suggestions
WHERE response_key IN (SELECT unnest($keys))
ORDER BY response_key, certainty DESC NULLS LAST, len(words) DESC, code
"""


@reads("suggestions", "codebook")
def suggested(store: Store, keys: Sequence[str]) -> Mapping[str, tuple[Suggestion, ...]]:
    """What is suggested for some responses by key, the best first, each code once; none for those not in it.

    A code is the one that it counts for today; those that are offered no more are left out.
    """
    book = changing.book(store)
    offered = {code.code for code in book.offered}
    found: dict[str, dict[str, Suggestion]] = {}
    for key, kept_as, source, certainty, words in store.rows(_OF, {"keys": list(keys)}):
        code = book.read(kept_as)
        own = found.setdefault(key, {})
        if code in offered and code not in own and len(own) < MOST:
            own[code] = Suggestion(code, source, certainty, tuple(words or ()))
    return {key: tuple(own.values()) for key, own in found.items() if own}
