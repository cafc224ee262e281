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
OLD = {
    "cp1251": (
        "Дата|Насколько вероятно, что вы порекомендуете нас?|Комментарий",
        "25.03.2024|9|Все очень хорошо работает",
    ),
    "shift_jis": ("回答日時|当社を友人に薦める可能性|理由", "2024/03/25|9|とても 良い サービスです"),
    "euc_kr": ("날짜|친구에게 추천할 가능성은 얼마나 되나요|이유", "2024/03/25|9|아주 좋은 제품"),
    "gb2312": ("提交时间|您向朋友推荐我们的可能性有多大|原因", "2024/03/25|9|非常 好用 的产品"),
    "latin-1": (
        "Réponse le|Nous recommanderiez-vous à des proches ?|Pourquoi ?",
        "25.03.2024|9|Très bien, équipe réactive",
    ),
    "mac_roman": ("Datum|Würden Sie uns weiterempfehlen?|Begründung", "25.03.2024|9|Schön, für mich völlig gut"),
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


@pytest.mark.parametrize("encoding", OLD)
def test_an_old_encoding_of_the_language_is_read(encoding: str) -> None:
    header, row = (line.split("|") for line in OLD[encoding])
    text = "\r\n".join(";".join(f'"{cell}"' for cell in line) for line in (header, row, row))
    grid = read("a.csv", text.encode(encoding))
    assert grid.header == tuple(header)
    assert [*grid.table.to_pylist()[0].values()] == row
    assert any(remark.startswith("Not valid UTF-8") for remark in grid.remarks)
    assert answers(grid, guess(grid, date=header[0]).mapping).table["score"].to_pylist() == [9, 9]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "Befragten-ID,Collector-ID,Enddatum,Wie wahrscheinlich ist es\\, dass Sie uns empfehlen?,Warum?",
            ",,,Antwort,Offen",
        ),
        ("ID du répondant,ID du collecteur,Date de fin,Nous recommanderiez-vous ?,Pourquoi ?", ",,,Réponse,Ouverte"),
        ("Identificador del encuestado,Recopilador,Fecha de fin,¿Nos recomendaría?,¿Por qué?", ",,,Respuesta,Abierta"),
    ],
)
def test_the_second_header_row_of_surveymonkey_is_none_in_any_language(first: str, second: str) -> None:
    rows = "114,4,25/03/2024 08:15:30,9,fast and friendly\n115,4,26/03/2024 08:15:30,3,slow and loud\n"
    header = first.replace("\\,", "")
    grid = read("a.csv", f"{header}\n{second}\n{rows}".encode())
    guessed = guess(grid)
    found = answers(grid, guessed.mapping)
    assert (found.rows, found.table["score"].to_pylist()) == (2, [9, 3])
    assert [guessed.mapping.id, guessed.mapping.date, guessed.mapping.comment] == [
        header.split(",")[place] for place in (0, 2, 4)
    ]
