"""The sheet about a customer: everything that people wrote is text on it, and the drawing says what the answers say."""

from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from nps.context import sheet
from nps.context.rows import Answer, Colleague, Customer, Happening

NOW = datetime(2026, 6, 1, 12)
TAGS = {"html", "head", "meta", "title", "style", "body", "p", "header", "h1", "h2", "div", "span", "b", "section"}
TAGS |= {"svg", "line", "text", "polyline", "circle", "ul", "li"}


def answer(score: int, days: int, comment: str | None = None) -> Answer:
    band = "promoter" if score > 8 else "detractor" if score < 7 else "passive"
    return Answer(str(days), NOW - timedelta(days), "nps", score, band, "NPS", comment)


def customer(text: str = "word", *, many: int = 1) -> Customer:
    """A customer in whom every text is that one."""
    happened = [
        Happening(kind, "zendesk", NOW, text, text, text, text, text, True, (), ())
        for kind in ("ticket", "note", "goal", "article")
    ]
    figures = Happening("usage", "", None, None, None, None, None, None, True, ((text, text),))
    return Customer(
        person_id=1,
        name=text,
        email=text,
        phone=text,
        role=text,
        opted_out=True,
        account=text,
        revenue=1.0,
        renewal_on=NOW.date(),
        owner=text,
        facts=((text, text),) * many,
        account_facts=((text, text),) * many,
        answers=tuple(answer(n % 11, 900 - n, text) for n in range(many)),
        happened=tuple(replace(one, replies=(one,) * many) for one in happened) * many + (figures,) * many,
        colleagues=(Colleague(2, text, text, 3, "detractor", NOW, 1),) * many,
        cases=(),
    )


class Reader(HTMLParser):
    """The tags and their attributes, and the text, of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.said = set[str](), set[str](), ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.said += data


def read(of: Customer) -> Reader:
    return Reader(sheet.page(of, zone="UTC", now=NOW))


@given(
    st.one_of(
        st.text(min_size=1), st.sampled_from(["<script>alert(1)</script>", '"><img src=x onerror=1>', "{{ 7*7 }}"])
    )
)
@settings(max_examples=40)
def test_no_text_becomes_anything_but_text(text: str) -> None:
    plain, hostile = read(customer()), read(customer(text))
    assert hostile.tags == plain.tags <= TAGS
    assert hostile.attributes == plain.attributes
    assert " ".join(sheet.clipped(text).split()) in " ".join(hostile.said.split())


def test_nothing_is_fetched_and_nothing_runs() -> None:
    page = sheet.page(customer(many=3), zone="UTC", now=NOW)
    assert not [word for word in ("http", "src=", "href=", "<script", "@import", "url(") if word in page]


def test_the_drawing_puts_scores_where_their_time_and_number_are() -> None:
    plot = sheet.plotted([answer(10, 30), answer(0, 20), answer(5, 0)], zone="UTC")
    first, second, third = plot.points
    assert (first.y, second.y) == (sheet.TOP, sheet.HEIGHT - sheet.BOTTOM)
    assert abs(third.y - (first.y + second.y) / 2) <= 0.1
    assert abs((second.x - first.x) / (third.x - first.x) - 1 / 3) < 0.01
    assert plot.told == "Scores: 10 on 2 May 2026, 0 on 12 May 2026, 5 on 1 Jun 2026"


def test_long_lists_say_how_much_is_left_out() -> None:
    said = read(customer(many=12)).said
    assert "and 9 more" in said  # tickets: 3 of 12
    assert "and 8 older" in said  # answers: 4 of 12


def test_a_renewal_says_how_far_it_is() -> None:
    told = {
        days: dict(sheet.figures(replace(customer(), renewal_on=(NOW + timedelta(days)).date()), now=NOW))
        for days in (30, -3)
    }
    assert (told[30]["Renewal"], told[-3]["Renewal"]) == ("1 Jul 2026, in 30 days", "29 May 2026, 3 days ago")
