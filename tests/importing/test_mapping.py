"""Guessing which column means what, and asking where only a person can tell."""

import pytest

from nps.errors import Ambiguous, Refused
from nps.importing import Grid, Guess, guess, guesses, read
from nps.importing.mapping import told_apart


def table(**columns: list[object]) -> Grid:
    """A grid of columns of equal length; an underscore in a name is a space in the file."""
    header = [name.replace("_", " ") for name in columns]
    rows = zip(*columns.values(), strict=True)
    lines = ["\t".join(header), *("\t".join(map(str, row)) for row in rows)]
    return read("answers.tsv", "\n".join(lines).encode())


def spread_out(count: int) -> list[object]:
    return [number % 11 for number in range(count)]


def only_question(found: Guess) -> Ambiguous:
    assert len(found.open) == 1
    return found.open[0]


def test_every_role_of_a_usual_export_is_found() -> None:
    count = 60
    grid = table(
        Response_ID=[f"R-{n}" for n in range(count)],
        Responded_at=[f"2024-01-{n % 28 + 1:02d} 10:00:00" for n in range(count)],
        Score=spread_out(count),
        Comment=[f"a comment with words {n}" for n in range(count)],
        Name=[f"Person {n}" for n in range(count)],
        Email=[f"p{n}@example.com" for n in range(count)],
        Account=[f"Account {n % 25}" for n in range(count)],
        Plan=["Team", "Business"] * (count // 2),
        Account_owner=["Ada", "Ben", "Cy"] * (count // 3),
        Annual_revenue=[1000 * (n % 25) + 999 for n in range(count)],
        Renewal_date=[f"2025-{n % 12 + 1:02d}-01" for n in range(count)],
        Phone=[f"+44 {n}" for n in range(count)],
        IP_address=["10.0.0.1", "10.0.0.2"] * (count // 2),
    )
    found = guess(grid)
    assert found.open == ()
    mapping = found.mapping
    assert (mapping.score, mapping.date, mapping.comment) == ("Score", "Responded at", "Comment")
    assert (mapping.id, mapping.email, mapping.name) == ("Response ID", "Email", "Name")
    assert (mapping.account, mapping.customer) == ("Account", None)
    assert mapping.segments == ("Plan", "Account owner", "Annual revenue", "Renewal date")
    assert (mapping.survey, mapping.metric, mapping.scale, mapping.dayfirst) == ("NPS", "nps", None, None)
    assert set(found.reasons) == {"score", "date", "comment", "id", "email", "name", "account"}
    assert found.reasons["score"] == "header says 'score'; all values 0-10; 0% blank"


@pytest.mark.parametrize(
    "header",
    [
        "nps",
        "NPS",
        "nps_rating",
        "NPSScore",
        "Likely-To-Recommend",
        "LikelyToRecommend",
        "How likely are you to recommend us to a friend? (0-10)",
        "¿Qué tan probable es que nos recomiendes?",
        "Recommanderiez-vous notre magasin ?",
        "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
        "Jak prawdopodobne jest, że nas polecisz?",
        "Насколько вероятно, что вы порекомендуете нас?",
        "この商品を友人に薦める可能性はどのくらいですか",
        "추천하시겠습니까?",
        "您有多大可能推荐我们？",
        "Score",
        "rating",
        "hs_value",
        "answer",
    ],
)
def test_a_score_column_is_known_by_its_header(header: str) -> None:
    text = f"{header}|plan\n" + "\n".join(f"{n % 11}|A" for n in range(40))
    assert guess(read("a.csv", text.encode())).mapping.score == header.strip()


def test_agreement_in_words_is_no_score() -> None:
    grid = table(Recommend=["Strongly agree", "Agree"] * 20, LikelyToRecommend=spread_out(40))
    assert guess(grid).mapping.score == "LikelyToRecommend"


def test_other_ratings_do_not_compete_with_the_score() -> None:
    count = 44
    grid = table(nps=spread_out(count), satisfaction=spread_out(count), intention=spread_out(count))
    found = guess(grid)
    assert (found.mapping.score, found.open) == ("nps", ())
    assert found.mapping.segments == ("satisfaction", "intention")


def test_a_recommendation_on_a_smaller_scale_does_not_compete() -> None:
    grid = table(recommend_to_peers=[1, 2, 3, 4, 5] * 10, nps=spread_out(50))
    found = guess(grid)
    assert (found.mapping.score, found.open) == ("nps", ())


def test_the_band_of_the_vendor_is_neither_score_nor_segment() -> None:
    count = 30
    grid = table(
        NPS=spread_out(count),
        NPS_group=[n % 3 + 1 for n in range(count)],
        Kind=["Promoter", "Detractor"] * (count // 2),
    )
    found = guess(grid)
    assert (found.mapping.score, found.mapping.segments, found.open) == ("NPS", (), ())


def test_two_recommend_questions_are_asked_about() -> None:
    grid = table(recommend_R=spread_out(30), recommend_Python=spread_out(30))
    question = only_question(guess(grid))
    assert (question.question, question.candidates) == ("score", ("recommend R", "recommend Python"))
    assert '"recommend R", "recommend Python"' in str(question)
    assert guess(grid, score="recommend python").mapping.score == "recommend Python"
    assert guess(grid, score="recommend python").open == ()


@pytest.mark.parametrize(("scale", "values"), [("1-5", [1, 2, 3, 4, 5]), ("1-7", [1, 2, 3, 4, 5, 6, 7])])
def test_a_smaller_scale_is_asked_about_unless_the_person_says_so(scale: str, values: list[object]) -> None:
    grid = table(recommend=values * 10)
    question = only_question(guess(grid))
    assert question.question == "scale"
    assert f"looks like a {scale} scale" in str(question)
    assert guess(grid, scale="0-10").open == ()
    assert guess(grid, scale="1-10").open == ()


def test_low_scores_under_a_header_that_says_0_to_10_are_believed() -> None:
    grid = read("a.csv", b"Would you recommend us? (Score 0-10)\n" + b"3\n4\n2\n5\n1\n" * 5)
    assert guess(grid).open == ()


def test_a_scale_without_zero_goes_in_with_a_remark() -> None:
    found = guess(table(nps=[1, 5, 9, 10] * 10))
    assert found.open == ()
    assert found.remarks == ("No zero among the scores: this looks like a 1-10 scale; the bands are the same.",)


def test_without_a_score_column_the_columns_are_listed() -> None:
    with pytest.raises(
        Refused, match=r"no column looks like a 0-10 recommendation score; choose one \(--score\)\."
    ) as told:
        guess(table(name=["Ada", "Ben"], visits=[5, 40]))
    assert str(told.value).endswith('Columns: "name", "visits".')


@pytest.mark.parametrize("columns", [{"note": ["slow", "fine"]}, {"name": ["Ada", "Ben"], "city": ["Oslo", "Bern"]}])
def test_nobody_is_asked_to_choose_a_score_among_columns_of_text(columns: dict[str, list[object]]) -> None:
    with pytest.raises(Refused, match="and none holds whole numbers: export the answers with their scores") as told:
        guess(table(**columns))
    assert "--score" not in str(told.value)
    with pytest.raises(Refused, match="looks like a 1-5 CSAT score, and none holds whole numbers"):
        guess(table(**columns), metric="csat")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([8.6, 6.6, 4.2] * 10, r'"nps score" comes closest, but its values are not whole numbers \("'),
        ([85, 20, 60] * 10, r'"nps score" comes closest, but its values go from 20 to 85'),
        (["Yes", "No", "Maybe"] * 10, r'"nps score" comes closest, but its values are not whole numbers \("Yes"\)'),
    ],
)
def test_the_nearest_miss_is_named_with_what_is_wrong(values: list[object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        guess(table(nps_score=values, city=["Oslo"] * 30))


def test_wrong_values_in_a_small_file_do_not_hide_its_score() -> None:
    assert guess(table(score=[9, 11, -1, 7.5, "abc"])).mapping.score == "score"


def test_a_column_is_named_without_case_and_by_a_beginning_that_no_other_has() -> None:
    grid = read("a.csv", b'"How likely are\nyou to recommend us?",How many,nps\n9,1,3\n')
    assert guess(grid, score="how likely").mapping.score == "How likely are you to recommend us?"
    assert guess(grid, score=" NPS ").mapping.score == "nps"
    with pytest.raises(Ambiguous, match='begin with "How"') as several:
        guess(grid, score="How")
    assert several.value.candidates == ("How likely are you to recommend us?", "How many")
    with pytest.raises(
        Refused, match=r'no column "rating".*Its columns: "How likely are you to recommend us.", "How many", "nps"'
    ):
        guess(grid, score="rating")


def test_a_column_is_named_as_it_is_spelt_where_another_differs_in_case_only() -> None:
    grid = read("a.csv", b"Score,SCORE\n9,1\n8,2\n")
    assert guess(grid, score="SCORE").mapping.score == "SCORE"
    with pytest.raises(Ambiguous, match='begin with "score"'):
        guess(grid, score="score")


def test_an_unknown_scale_is_refused() -> None:
    with pytest.raises(Refused, match="no scale '0-100'"):
        guess(table(nps=[9]), scale="0-100")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["Date", "Start Date", "End Date"], "Date"),
        (["Start Date", "End Date"], "End Date"),
        (["created_at", "responded_at"], "responded_at"),
        (["sent", "rated at"], "rated at"),
        (["Renewal date", "Contract start", "Date of birth"], None),
        (["Renewal date", "Submission Date"], "Submission Date"),
        (["Zeitstempel"], "Zeitstempel"),
        (["Renewal date", "タイムスタンプ"], "タイムスタンプ"),
        (["whenever"], "whenever"),
        (["this", "that"], None),
    ],
)
def test_the_date_of_the_answer_is_told_from_other_dates(headers: list[str], expected: str | None) -> None:
    rows = "\n".join(",".join(["9", *[f"2024-01-{day:02d}"] * len(headers)]) for day in range(1, 25))
    grid = read("a.csv", f"nps,{','.join(headers)}\n{rows}\n".encode())
    assert guess(grid).mapping.date == expected


def test_day_and_month_that_cannot_be_told_apart_are_asked_about() -> None:
    grid = table(nps=[9, 3, 10], date=["05/06/2024", "07/08/2024", "01/02/2024"])
    question = only_question(guess(grid))
    assert (question.question, question.candidates) == ("date order", ("dayfirst", "monthfirst"))
    assert "--dayfirst or --monthfirst" in str(question)
    assert guess(grid, dayfirst=True).open == ()
    assert guess(grid, dayfirst=True).mapping.dayfirst is True


def test_the_evidence_for_the_order_is_told() -> None:
    found = guess(table(nps=[9, 3], date=["05/06/2024", "25/06/2024"]))
    assert found.open == ()
    assert "day first: 1 dates exist in no other order" in found.reasons["date"]


def test_an_id_that_repeats_is_a_person() -> None:
    found = guess(table(nps=[9, 3, 8], id=["a", "b", "a"])).mapping
    assert (found.id, found.customer) == (None, "id")
    found = guess(table(nps=[9, 3, 8], id=["a", "b", ""])).mapping
    assert (found.id, found.customer) == ("id", None)


def test_a_customers_id_is_never_the_responses() -> None:
    found = guess(table(nps=[9, 3], user_id=["1", "2"])).mapping
    assert (found.id, found.customer) == (None, "user id")
    found = guess(table(nps=[9, 3], customer_id=["1", "2"], response_id=["7", "8"])).mapping
    assert (found.id, found.customer) == ("response id", "customer id")


def test_an_id_chosen_by_a_person_that_repeats_becomes_the_customer_with_a_remark() -> None:
    found = guess(table(nps=[9, 3], ref=["a", "a"]), id="ref")
    assert (found.mapping.id, found.mapping.customer) == (None, "ref")
    assert any('"ref" has values in several rows' in remark for remark in found.remarks)


def test_the_address_of_the_staff_is_not_the_respondents() -> None:
    grid = table(nps=[9, 3], Account_owner_email=["x@example.com"] * 2, Email=["a@example.com", "b@example.com"])
    assert guess(grid).mapping.email == "Email"


def test_the_comment_is_free_text_nearest_to_the_right_of_the_score() -> None:
    count = 40
    texts: list[object] = [f"some words of their own {n}" for n in range(count)]
    grid = table(
        Why_us=texts,
        nps=spread_out(count),
        Reason_code=["price", "speed"] * (count // 2),
        What_is_the_reason_for_your_score=texts,
        Any_comment=texts,
    )
    assert guess(grid).mapping.comment == "What is the reason for your score"


def test_free_text_ids_and_unique_values_are_no_segments() -> None:
    count = 200
    grid = table(
        nps=spread_out(count),
        city=[f"City {n % 90}" for n in range(count)],
        country=[f"Land {n % 45}" for n in range(count)],
        ticket_id=[n % 5 for n in range(count)],
        notes=[f"long text about something quite particular, number {n % 4}" for n in range(count)],
        constant=["x"] * count,
        edition=["Pro"] * count,
    )
    assert guess(grid).mapping.segments == ("country", "edition")


def test_numbers_that_are_constant_within_an_account_are_shown() -> None:
    count = 200
    grid = table(
        nps=spread_out(count),
        account=[f"Account {n % 70}" for n in range(count)],
        headcount=[100 + n % 70 for n in range(count)],
        tickets=list(range(count)),
    )
    assert guess(grid).mapping.segments == ("headcount",)


def test_a_small_file_keeps_its_segments_by_their_names() -> None:
    grid = table(nps=[9, 3], Plan=["Team", "Team"], Region=["EMEA", "APAC"], Quote=["so good it is", "no"])
    assert guess(grid).mapping.segments == ("Plan", "Region")


def test_what_a_person_said_is_kept_and_not_used_twice() -> None:
    count = 30
    grid = table(
        nps=spread_out(count),
        comment=[f"a text with words {n}" for n in range(count)],
        why=[f"another text here {n}" for n in range(count)],
        plan=["A", "B"] * (count // 2),
    )
    found = guess(grid, comment="why", account="plan", survey=" Spring ")
    assert (found.mapping.comment, found.mapping.account, found.mapping.survey) == ("why", "plan", "Spring")
    assert found.mapping.segments == ()
    assert found.reasons["comment"] == "chosen by you"


def test_a_date_column_that_cannot_be_read_is_pointed_out() -> None:
    found = guess(table(nps=[9, 3], Date=["third week", "fourth week"]))
    assert found.mapping.date is None
    assert any('"Date" is not taken as the date: its values, such as "third week"' in told for told in found.remarks)


def test_ids_that_are_not_there_do_not_repeat() -> None:
    assert guess(table(nps=[9, 3, 8, 7], id=["a", "NA", "NA", "-"])).mapping.id == "id"
    assert guess(table(nps=[9, 3, 8, 7], id=["a", "a ", "b", "c"])).mapping.id is None


def test_a_guessed_id_that_repeats_is_said_to_be_the_customers() -> None:
    found = guess(table(nps=[9, 3, 8], id=["a", "b", "a"]))
    assert found.remarks == (
        "\"id\" has values in several rows, so it is taken as the customer's id, not the response's.",
    )
    assert guess(table(nps=[9, 3, 8], user_id=["a", "b", "a"])).remarks == ()


def test_a_question_about_answers_is_not_taken_for_a_date() -> None:
    grid = table(nps=[9, 3], Did_you_feel_that_the_staff_responded_quickly=[8, 9])
    assert guess(grid).remarks == ()


@pytest.mark.parametrize(
    ("questions", "names"),
    [
        (["Would you recommend R to a friend?", "Would you recommend Python to a friend?"], ["R", "Python"]),
        (["How would you rate A?", "How would you rate the  keynote?"], ["A", "the keynote"]),
        (["recommend_us", "recommend_app"], ["recommend_us", "recommend_app"]),
        (["Recommend?", "Recommend our app?"], ["Recommend", "Recommend our app"]),
    ],
)  # fmt: skip
def test_questions_are_named_by_what_tells_them_apart(questions: list[str], names: list[str]) -> None:
    assert told_apart(questions) == names


def test_several_questions_are_a_survey_each_and_no_segment_of_one_another() -> None:
    grid = table(recommend_R=spread_out(30), recommend_Python=spread_out(30), Plan=["A", "B"] * 15)
    found = [one.mapping for one in guesses(grid, scores=["recommend R", "recommend p", "Recommend R"])]
    assert [(one.score, one.survey, one.segments) for one in found] == [
        ("recommend R", "NPS: R", ("Plan",)),
        ("recommend Python", "NPS: Python", ("Plan",)),
    ]
    named = guesses(grid, scores=["recommend R", "recommend p"], survey="Spring")
    assert [one.mapping.survey for one in named] == ["Spring: R", "Spring: Python"]
    assert [one.mapping.survey for one in guesses(grid, scores=["recommend R"], survey="Spring")] == ["Spring"]
    assert guesses(grid)[0].open[0].question == "score"


def test_a_hundred_airlines_are_a_segment() -> None:
    grid = table(nps=spread_out(1000), Airline=[f"Airline {n % 100}" for n in range(1000)])
    assert guess(grid).mapping.segments == ("Airline",)


def test_the_reason_for_a_score_of_another_metric_is_told() -> None:
    found = guess(table(How_easy_was_it=[1, 7, 4, "NA"]), metric="ces", reverse=False)
    assert found.reasons["score"] == "header says 'easy'; all values 1-7; 25% blank"
