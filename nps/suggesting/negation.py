"""What takes a topic back: set phrases in which its words mean nothing, and words by which a person denies it; data.

A phrase of the codebook names a topic, good or bad, so "not expensive", "pas cher" and "nicht teuer" are about the
price as "expensive" is: negation by itself drops nothing. Two things do. In SAYINGS words stand that are no topic
there: "no problem", "rien à redire", "kein Problem". By DENIALS a person says that the topic is not the reason, or
that they cannot judge it: "not because of the price", "never needed support"; they deny the topics that follow closely
in the same clause and, where the verb comes last, as in German, those right before.
"""

# A trailing * stands for any ending; written without accents and capitals.
SAYINGS = (
    # English
    "no problem*", "no issue*", "not a problem", "not an issue", "no complaint*", "nothing to complain",
    "nothing to say", "nothing to add", "no comment*", "nothing special", "nothing in particular",
    "no particular reason", "no reason", "can't complain", "cannot complain", "of course", "as a matter of fact",
    "in case", "free time", "feel free", "at the end of the day", "in the long run", "no doubt",
    # Spanish
    "sin problema*", "ningun problema*", "no hay problema*", "no tengo problema*", "nada que objetar",
    "nada que decir", "nada que anadir", "ninguna queja", "sin queja*", "no tengo queja*", "sin comentarios",
    "nada en particular", "nada en especial", "por supuesto", "en caso de", "sin duda",
    # French
    "pas de probleme*", "aucun probleme*", "sans probleme*", "jamais de probleme*", "jamais eu de probleme*",
    "pas de souci*", "aucun souci*", "sans souci*", "rien a redire", "rien a dire", "rien a signaler",
    "rien a reprocher", "rien a ajouter", "pas de commentaire*", "pas de remarque*", "rien de particulier",
    "rien de special", "bien sur", "en cours", "au cours", "en fonction de", "sans doute", "par rapport", "a part",
    "parce que", "tout le monde",
    # German
    "kein problem*", "keine probleme*", "ohne probleme*", "nie probleme*", "problemlos", "nichts auszusetzen",
    "nichts zu beanstanden", "nichts zu meckern", "nichts zu sagen", "keine beanstandung*", "keine beschwerde*",
    "kein kommentar*", "keine angabe*", "nichts besonderes", "auf jeden fall", "zum gluck", "ohne zweifel",
    # Portuguese
    "sem problema*", "nenhum problema*", "nao ha problema*", "nao tenho problema*", "nada a reclamar",
    "nada a declarar", "nada a dizer", "nada a acrescentar", "nenhuma reclamacao", "sem reclamac*", "sem queixa*",
    "sem comentario*", "nada em particular", "nada em especial", "com certeza", "em caso de", "sem duvida*",
)  # fmt: skip
DENIALS = (
    # English
    "not because of", "not about", "nothing to do with", "nothing to say about", "no opinion on", "no opinion about",
    "can't judge", "cannot judge", "can't comment on", "cannot comment on", "don't care about", "never needed",
    "never had to use", "never used", "haven't used", "have not used", "haven't needed", "have not needed",
    "haven't tried", "have not tried", "never tried", "no need for", "don't need", "do not need", "didn't need",
    "not the reason",
    # Spanish
    "no por", "no es por", "no tiene que ver con", "nada que ver con", "nada que decir de", "nada que decir sobre",
    "sin opinion sobre", "no puedo opinar", "no puedo juzgar", "nunca he usado", "nunca use", "no he usado",
    "nunca he necesitado", "nunca necesite", "no he necesitado", "no necesito", "no necesite", "no he probado",
    # French
    "pas a cause", "pas pour", "rien a voir avec", "rien a dire sur", "pas d'avis sur", "sans avis sur",
    "ne peux pas juger", "ne peux juger", "jamais utilise", "pas utilise", "jamais eu besoin", "pas eu besoin",
    "jamais eu affaire", "pas besoin", "pas teste", "jamais teste", "jamais essaye", "pas essaye",
    # German
    "nicht wegen", "nichts zu tun mit", "nichts zu sagen zu", "keine meinung zu", "nicht beurteilen",
    "noch nie gebraucht", "nie gebraucht", "nicht gebraucht", "nie benotigt", "nicht benotigt", "nie genutzt",
    "nicht genutzt", "nie benutzt", "nicht benutzt", "nie in anspruch", "nicht in anspruch", "brauche keine*",
    # Portuguese
    "nao por", "nao e por", "nada a ver com", "nada a dizer sobre", "sem opiniao sobre", "nao posso opinar",
    "nao posso avaliar", "nao posso julgar", "nunca usei", "nao usei", "nunca precisei", "nao precisei",
    "nao preciso", "nunca utilizei", "nao utilizei", "nunca testei", "nao testei",
)  # fmt: skip
VERB_LAST = ("nie", "noch", "nicht")  # with which a denial may come after what it denies
REACH = 4  # words between a denial and what it denies
BUT = ("but", "pero", "mais", "aber", "mas", "sino", "sondern", "however", "although", "aunque", "obwohl", "embora")
