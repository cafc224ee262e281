"""Which template earns an answer, and a better next score: shares with n and interval.

Nothing here proves that a template made the difference: agents choose templates by case, and without any contact many
score better next time too.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from nps.score import FEWEST_SHOWN
from nps.store import Store
from nps.topics import reads

MEANING = (
    "An answer is a call, an e-mail or a meeting that an agent noted after the mail. Better is the next score of the "
    "same person, of those who gave one since. Without any contact, 31 to 56 % of detractors score better next time: "
    "most of a better score is regression to the mean."
)


@dataclass(frozen=True)
class Share:
    """A part of a whole: `hits` of `n`."""

    hits: int
    n: int

    @property
    def percent(self) -> float | None:
        """From 0 to 100; None where too few are known to be shown."""
        return 100 * self.hits / self.n if self.n >= FEWEST_SHOWN else None

    def interval(self, level: float = 0.95) -> tuple[float, float] | None:
        """The Wilson score interval in percent (Wilson 1927); None where too few are known to be shown."""
        if self.n < FEWEST_SHOWN:
            return None
        z, share = NormalDist().inv_cdf(0.5 + level / 2), self.hits / self.n
        centre = (share + z * z / (2 * self.n)) / (1 + z * z / self.n)
        half = z * sqrt(share * (1 - share) / self.n + z * z / (4 * self.n * self.n)) / (1 + z * z / self.n)
        return 100 * max(0.0, centre - half), 100 * min(1.0, centre + half)


@dataclass(frozen=True)
class Earned:
    """What a template earned in all its versions: answers of the cases it was sent to, better scores of those who
    answered a survey again.
    """

    template: str
    answered: Share
    better: Share


# One row for each case and template: the first mail that counts. A mail or an attempt that was undone does not.
_EARNED = """
WITH counting AS (
    SELECT response_key, version, happened_at, kind, value, details
    FROM case_events
    WHERE kind IN ('sent', 'attempt')
        AND event_id NOT IN (SELECT value FROM case_events WHERE kind = 'undone' AND value IS NOT NULL)
),
sent AS (
    SELECT response_key, (details ->> 'template') AS template, min(version) AS version, min(happened_at) AS sent_at
    FROM counting WHERE kind = 'sent' AND (details ->> 'template') IS NOT NULL
    GROUP BY ALL
),
answers_to AS (
    SELECT sent.response_key, sent.template
    FROM sent JOIN counting ON counting.response_key = sent.response_key AND counting.version > sent.version
    WHERE counting.kind = 'attempt' AND counting.value <> 'no answer'
    GROUP BY ALL
),
again AS (
    SELECT sent.response_key, sent.template, any_value(first.score) AS score,
        min_by(later.score, (later.answered_at, later.response_key)) AS next_score
    FROM sent
    JOIN responses AS first ON first.response_key = sent.response_key
    JOIN responses AS later ON later.person_id = first.person_id AND later.response_key <> first.response_key
        AND later.metric = first.metric AND later.score IS NOT NULL AND later.answered_at > sent.sent_at
    GROUP BY ALL
)
SELECT
    sent.template,
    count(answers_to.response_key), count(*),
    count(*) FILTER (WHERE again.next_score > again.score), count(again.response_key)
FROM sent
LEFT JOIN answers_to USING (response_key, template)
LEFT JOIN again USING (response_key, template)
GROUP BY sent.template
ORDER BY count(*) DESC, sent.template
"""


@reads("responses", "cases")
def earned(store: Store) -> tuple[Earned, ...]:
    """What each template earned, the most used first."""
    return tuple(
        Earned(template, Share(answered, n), Share(better, again))
        for template, answered, n, better, again in store.rows(_EARNED)
    )
