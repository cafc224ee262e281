"""Exports of tools that were set to another language: the same columns are found."""

import pytest

from nps.importing import answers, guess, read

EXPORTS = {
    "Google Forms, Portuguese": (
        "Carimbo de data/hora|Em uma escala de 0 a 10, o quanto você recomendaria a nossa empresa a um amigo?|"
        "Qual o motivo da sua nota?",
        "25/03/2024 8:15:30|9|Atendimento sempre muito bom",
    ),
    "Google Forms, Spanish of Mexico": (
        "Marca temporal|Del 0 al 10, ¿qué tan probable es que nos recomiendes?|¿Cuál es el motivo de tu calificación?",
        "25/03/2024 8:15:30 a. m.|9|Muy buen servicio siempre",
    ),
    "Google Forms, Italian": (
        "Informazioni cronologiche|Con quale probabilità ci consiglieresti a un amico?|Perché?",
        "25/03/2024 8.15.30|9|Ottimo servizio davvero",
    ),
    "Google Forms, Swedish": (
        "Tidstämpel|Hur troligt är det att du skulle rekommendera oss till en vän?|Varför?",
        "2024-03-25 kl. 08.15.30|9|Mycket bra service",
    ),
    "Google Forms, Polish": (
        "Sygnatura czasowa|Jak bardzo prawdopodobne jest, że polecisz nas znajomym?|Dlaczego?",
        "25.03.2024 8:15:30|9|Bardzo dobra obsługa klienta",
    ),
    "Google Forms, Russian": (
        "Отметка времени|Насколько вероятно, что вы порекомендуете нас друзьям?|Почему вы поставили такую оценку?",
        "25.03.2024 8:15:30|9|Все хорошо работает",
    ),
    "Google Forms, Japanese": (
        "タイムスタンプ|この製品を友人に勧める可能性はどのくらいありますか?|理由を教えてください",
        "2024/03/25 8:15:30|9|とても 良い 製品です",
    ),
    "Google Forms, Korean": (
        "타임스탬프|친구에게 추천할 가능성은 얼마나 되나요?|이유는 무엇인가요?",
        "2024/03/25 8:15:30 오전|9|아주 좋은 제품",
    ),
    "Microsoft Forms, German": (
        "ID|Startzeit|Fertigstellungszeit|E-Mail|Name|Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?|"
        "Haben Sie Anmerkungen?",
        "1|25.03.2024 08:10:00|25.03.2024 08:15:30|anonymous||9|Alles sehr gut gelaufen",
    ),
    "HubSpot, German": (
        "Datensatz-ID|Datum|Bewertung|Feedback|Stimmung|Umfragename",
        "7001|25.03.2024 08:15:30|9|Alles sehr gut gelaufen|Promoter|Loyalität",
    ),
    "LimeSurvey, French": (
        "ID de la réponse|Date de soumission|Dernière page|Date de lancement|"
        "Quelle est la probabilité que vous recommandiez notre service ?|Commentaire",
        "1|2024-03-25 08:15:30|4|2024-03-25 08:10:00|9|Rien à dire de plus",
    ),
    "LimeSurvey, German": (
        "Antwort ID|Datum Abgeschickt|Letzte Seite|Start-Sprache|Datum gestartet|"
        "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?|Warum?",
        "1|2024-03-25 08:15:30|4|de|2024-03-25 08:10:00|9|Alles sehr gut gelaufen",
    ),
}
IDS = {"ID", "Datensatz-ID", "ID de la réponse", "Antwort ID"}


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_score_date_comment_and_id_are_found(export: tuple[str, str]) -> None:
    header, row = (line.split("|") for line in export)
    grid = read("a.csv", "\n".join(";".join(f'"{cell}"' for cell in line) for line in (header, row)).encode())
    guessed = guess(grid)
    assert guessed.open == ()
    [found] = answers(grid, guessed.mapping).table.to_pylist()
    assert (found["score"], found["answered_at"].isoformat()) == (9, "2024-03-25T08:15:30")
    assert found["comment"] in row
    assert len(found["comment"].split()) >= 3
    assert guessed.mapping.id == next((name for name in header if name in IDS), None)
