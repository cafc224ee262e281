"""The words by which columns are known: patterns over plain headers, best first.

A plain header is lower case without accents, words parted by single spaces: `LikelyToRecommend` and "Likely to
recommend?" are both `likely to recommend`. Adding a vendor's word here is all it takes to have its column guessed.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import product

# Cells that say "nothing here", in lower case. A score or comment like these was not given.
BLANK = (
    "",
    "na",
    "n/a",
    "#n/a",
    "nan",
    "null",
    "none",
    "nil",
    "-",
    "--",
    "–",
    "—",
    ".",
    "?",
    "\\n",
)  # the last: \N, as MySQL writes it
BLANK_SPELLINGS = tuple(
    "".join(letters) for word in BLANK for letters in product(*({letter, letter.upper()} for letter in word))
)
NOTHING = "(?i)(?:" + "|".join(map(re.escape, BLANK)) + ")"  # the same for SQL

RECOMMEND = re.compile(
    r"\bnps|net promoter|recommend|recomiend|recomend|recommand|recomand|rekommend|raccomand|consigli|"
    r"empfehl|empfieh|"
    r"aanbevel|aanraad|aanraden|anbefal|suositt|polec|doporuc|odporuc|preporuc|priporoc|ajanl|tavsiye|"
    r"rekomend|soovita|gioi thieu|menyarankan|συστη|συνιστ|توصي|توصية|להמליץ|תמליץ|แนะนำ|सिफारिश|अनुशंसा|"
    r"рекоменд|推薦|推荐|推奨|勧め|薦め|すすめ|추천"
)
# Written beside a score by the vendor: the band, not the score.
BAND = re.compile(r"\bnps (?:group|categor|type|class|segment|band|label)|promoter type|response group")
NPS_GROUP = re.compile(r"^(?P<question>.+)_NPS_GROUP$", re.IGNORECASE)
# The bands as vendors write them.
BANDS = {
    "promoter": "promoter",
    "promoters": "promoter",
    "passive": "passive",
    "passives": "passive",
    "neutral": "passive",
    "neutrals": "passive",
    "detractor": "detractor",
    "detractors": "detractor",
    "passiv": "passive",
    "kritiker": "detractor",
    "promoteur": "promoter",
    "passif": "passive",
    "détracteur": "detractor",
    "promotor": "promoter",
    "pasivo": "passive",
    "passivo": "passive",
    "neutro": "passive",
    "detrator": "detractor",
    "promotore": "promoter",
    "detrattore": "detractor",
}
SCORE = re.compile(
    r"\bscore\b|\brating\b|\brate\b|\branking\b|\bgrade\b|scale (?:of|from) 0|\b0 (?:to |bis |a |tot )?10\b|"
    r"\banswer\b|^response$|"
    r"\blikelihood\b|\blikely\b|hs value|poll response|survey response|\bnote\b|puntuacion|puntaje|calificacion|"
    r"bewertung|wahrscheinlich|probab|punteggio|valutazione|cijfer|betyg|ocena|pontuacao|nota\b"
)
# What a question about another metric says, and which words stand at the ends of its scale.
OTHERS = {
    "csat": re.compile(r"satisf|csat|zufrieden|tevreden|soddisf|\bsmiley"),
    "ces": re.compile(r"\bces\b|effort|\beas[yei]|difficult|aufwand|einfach|esfuerzo|sforzo|facil"),
}
BAD_END = re.compile(
    r"dissatisf|unsatisf|insatisf|disagree|difficult|\bhard\b|unhappy|\bpoor|\bbad\b|\bnot\b|\bhigh effort|unzufrieden|"
    r"schwierig|schwer\b|dificil|difficile"
)
GOOD_END = re.compile(
    r"satisf|\bagree|\beas[yi]|\bhappy|\bgood\b|excellent|\bgreat\b|\blow effort|\blittle effort|zufrieden|einfach|"
    r"leicht|\bfacil"
)
SCORE_EXACTLY = re.compile(r"(?:the |your |survey |response |final )?(?:score|rating)")
OTHER_METRIC = re.compile(
    r"satisf|csat|\bces\b|effort|\beas[yei]|enjoy|difficult|\blead\b|health|credit|sentiment|engagement|"
    r"quiz|\btest\b|"
    r"zufrieden|tevreden|confidence|quality|qualite|calidad|qualitat"
)
ZERO_TO_TEN = re.compile(r"\b0 (?:to |bis |a |tot |und |and |through )?10\b")
# A column that says of each row which kind of question its score answers.
KIND = re.compile(r"^(?:hs )?(?:survey|question|metric|response) type$")

DATES = (
    re.compile(
        r"^(?:date )?(?:responded|answered|submitted|completed|rated|recorded)(?: at| on| date| time)*$|"
        r"(?:response|answer|submission|submit|survey|completion|recorded|result|rating|feedback|interview)s? "
        r"(?:date|time|datetime|received|at)|submitdate|recordeddate|responded|date (?:of )?"
        r"(?:submitted|response|completed|answer)|submission timestamp|date time utc|"
        r"^(?:fertigstellungszeit|antwortdatum|beantwortet am|(?:datum )?abgeschickt|abgesendet am|heure de fin|"
        r"date de (?:soumission|(?:la )?reponse)|hora de (?:finalizacion|conclusao)|"
        r"fecha de (?:envio|(?:la )?respuesta)|data (?:de|da|di) (?:envio|invio|resposta|risposta)|"
        r"ora di completamento|tijd van voltooi\w+|"
        r"datum van (?:inzending|antwoord)|sygnatura czasowa|godzina ukonczenia|zaman damgasi|отметка времени)$"
    ),
    re.compile(
        r"^(?:timestamp|date|datetime|date time|time|datestamp|date stamp|zeitstempel|marca temporal|horodateur|"
        r"horodatage|fecha|datum|data|tijdstempel|tidsstempel|carimbo.*|informazioni cronologiche|day|дата|"
        r"日付|タイムスタンプ)$"
    ),
    re.compile(
        r"\bend ?(?:date|time|ed)?\b|\bfinished\b|\bend[e]?datum\b|\beinddatum\b|\bslutdatum\b|"
        r"date de fin|fecha (?:de )?(?:fin|finalizacion)|data (?:de )?(?:fim|fine|termino)"
    ),
    re.compile(r"\bcreated?\b|\bcreation\b|\badded\b|\berstellt\b|\bcree le\b|\bcread[oa]\b|\bcriad[oa]\b|\bcreato\b"),
    re.compile(r"\bdate\b|\bdatetime\b|timestamp|\bfecha\b|\bdatum\b|\b(?:at|on)$|\btime started\b|\bstart ?date\b"),
    re.compile(r"\bsent\b|\bdelivered\b|\bupdated\b|\bmodified\b"),
)
UTC_NAMED = re.compile(r"\b(?:utc|gmt)\b")  # in the name of a column of times
NOT_ANSWERED_AT = re.compile(
    r"birth|\bdob\b|renew|contract|expir|\bdue\b|sign ?up|signed|registered|last (?:login|seen|contact|activity)|"
    r"\bnext\b|cancel|churn|\bhire|purchase|\border\b|invoice|delivery|customer since|subscription|geburt|"
    r"naissance|nacimiento"
)
# A column that names the month or quarter of another one's dates.
MONTH = re.compile(r"\b(?:month|monat|mois|mes|mese|maand|maned)\b")
QUARTER = re.compile(r"\b(?:quarter|qtr|quartal|trimestre|kwartaal)\b")
# A customer's attributes by date or money that an agent wants to see.
ATTRIBUTE = re.compile(
    r"revenue|\barr\b|\bmrr\b|\bacv\b|\btcv\b|renew|contract|umsatz|chiffre d affaires|ingresos|\bspend\b|\bltv\b|"
    r"\bseats?\b|\blicen[cs]es?\b|customer since|subscription (?:start|end)"
)

RESPONSE_IDS = (
    re.compile(
        r"^(?:survey )?response (?:id|uuid|uid|key|number|no)$|^responseid$|^record id$|^hs object id$|"
        r"^(?:antwort|datensatz|reponse|respuesta|resposta|risposta|antwoord|respons|svar) ?(?:id|nr|nummer)$|"
        r"^id (?:de |da |del |della )?(?:la )?(?:reponse|respuesta|resposta|risposta)$"
    ),
    re.compile(
        r"^(?:submission|feedback|result|answer set|survey response|survey submission|nps feedback) (?:id|uid|uuid)$"
    ),
    re.compile(
        r"^respondent (?:id|no|number)$|^survey id h$|^unique ?id$|^befragten id$|^identificador del encuestado$|"
        r"^id (?:du repondant|del encuestado|do respondente)$"
    ),
    re.compile(r"^(?:id|uuid|uid|guid|token|key)$"),
)
CUSTOMER_IDS = (
    re.compile(
        r"^(?:customer|client|user|person|contact|member|visitor|end user|distinct|respondent|student|subscriber|"
        r"patient|guest|people|crm|external|kunden|cliente) ?(?:id|uuid|uid|no|number|nr|key|ref|nummer|reference)$"
    ),
    re.compile(r"^external (?:data )?reference$|^network id$|^requester id$"),
)
ACCOUNT_IDS = re.compile(r"^(?:account|company|organi[sz]ation|org|tenant|workspace) ?(?:id|uuid|uid|no|number|key)$")
ACCOUNTS = (
    re.compile(
        r"^(?:account|company|organi[sz]ation|client|firma|unternehmen|entreprise|societe|empresa|azienda|bedrijf|"
        r"customer account)(?: name)?$"
    ),
    re.compile(r"^(?:employer|business|tenant|workspace|brand|hospital|school|university)(?: name)?$"),
)
EMAIL = re.compile(r"\be ?mail|correo|courriel|メール")
NAMES = (
    re.compile(
        r"^(?:(?:full|customer|contact|respondent|recipient|user|person|client|your|requester|submitter) )?name$|"
        r"^(?:submitter|respondent|customer|contact|nom|nombre|kunde|naam)$"
    ),
    re.compile(r"^(?:.* )?first ?name$|^vorname$|^prenom$|^given name$|recipientfirstname"),
)
LAST_NAME = re.compile(r"^(?:.* )?(?:last ?name|surname|family name|nachname)$|recipientlastname")
COMMENTS = (
    re.compile(
        r"^(?:comments?|customer comments?|verbatim|feedback|explanation|explication|kommentar|commentaires?|"
        r"comentarios?|commento|opmerking|review|response text|text|open ?text|free ?text|answer text|nps (?:comment|"
        r"reason|feedback|verbatim))$"
    ),
    re.compile(
        r"\bwhy\b|reason|\bwarum\b|\bgrund\b|pourquoi|raison|por que|motivo|perche|waarom|"
        r"dlaczego|varfor|hvorfor|\bmiksi|\bneden\b|почему|причин|理由|なぜ|原因|为什么|為什麼|이유"
    ),
    re.compile(
        r"comment|feedback|verbatim|improve|tell us|elaborate|explain|suggestion|kommentar|comentario|anything else|"
        r"anmerkung|bemerkung|ruckmeldung|verbesser|amelior|remarque|mejorar|melhorar|migliorar|sugeren|sugest|opmerking|"
        r"komment|комментар|отзыв|コメント|意見|의견|评论|反馈"
    ),
)
FREE_TEXT = re.compile(r"\bnotes?\b|\btext\b|\bdescription\b")
# A question to be answered by ticking, whatever else its words are.
CHOICE = re.compile(
    r"that apply|choices below|please choose|check all|select all|todas las (?:opciones )?que|marca todas|toutes les|"
    r"alle zutreffenden|^which (?:of|statement|tools?|category)|what tools|que herramientas|que opcion"
)
# Columns that describe a group even when a small file shows one value only.
GROUP = re.compile(
    r"\b(?:plan|tier|region|country|city|state|market|territory|product|package|edition|segment|channel|"
    r"stage|language|locale|"
    r"type|category|industry|sector|size|team|department|device|platform|source|version|branch|store|"
    r"location|site|group|"
    r"cohort|role|gender|owner|manager|agent|rep|persona|brand|lifecycle|vertical|status|survey|pais|land|"
    r"sprache|filiale|"
    r"journey|touchpoint|campaign|age|currency|partner|office|airline|hotel|clinic|supplier|dealer|franchise)\b"
)
# Never a group: what identifies a person, a place in a log, or a machine.
PERSONAL = re.compile(
    r"\bip\b|ip ?address|\bphone|\btel\b|\bmobile number|\bfax\b|latitude|longitude|\burl\b|user agent|\baddress\b|"
    r"street|\bpost ?(?:al|code)|\bzip\b|\btoken\b|password|\bseed\b|duration|\bseconds\b|permalink|"
    r"\bhash\b|last ?name|"
    r"first ?name|surname|\bdob\b|birth"
)
# With these among its values, "NA" in a column is a part of the world, not a missing answer.
REGIONS = frozenset(
    {"emea", "apac", "latam", "amer", "amers", "anz", "dach", "mena", "eu", "noram", "apj", "sa", "row"}
)


@lru_cache(maxsize=4096)
def plain(header: str) -> str:
    """A header in lower case without accents or punctuation: `NPSScore` and "nps_score" are both `nps score`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", header)
    # Accents of Latin, Greek and Cyrillic letters only: the marks of Japanese and Korean make other letters.
    bare = unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", parted)))
    return " ".join(re.sub(r"[^\w]|_", " ", bare.casefold()).split())


def is_blank(value: str) -> bool:
    """Whether a cell holds nothing, or a word for nothing."""
    return len(value) < 8 and value.strip().casefold() in BLANK
