"""The language of a comment, guessed."""

from functools import cache

from py3langid.langid import LanguageIdentifier

# Of languages that share few letters with these nobody would be told another one; of close relatives that few write in
# (Galician, Occitan ...) short comments in Spanish or French would be.
AMONG = (
    *("en", "es", "fr", "de", "pt", "it", "nl", "ca", "pl", "cs", "sk", "hu", "ro", "sv", "da", "no", "fi", "el", "tr"),
    *("ru", "uk", "bg", "ar", "he", "fa", "hi", "zh", "ja", "ko", "vi", "id", "th"),
)
SURE = 0.6  # from which certainty on
FEWEST = 3  # letters, of which less is told by nobody
MOST_READ = 1_000  # letters, more of which would tell no more


def language(comment: str) -> str | None:
    """The language of a comment as ISO 639-1, None where it cannot be told."""
    if sum(map(str.isalpha, comment[:MOST_READ])) < FEWEST:
        return None
    found, certainty = _identifier().classify(comment[:MOST_READ])
    return str(found) if certainty >= SURE else None


@cache
def _identifier() -> LanguageIdentifier:
    """The model that the package ships; it takes half a second to read."""
    known = LanguageIdentifier.from_model_file("data/model.npz.xz", norm_probs=True)
    known.set_languages([each for each in AMONG if each in known.labels])
    return known
