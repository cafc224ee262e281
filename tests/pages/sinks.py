"""Where text from data may go: every string of every element is either shown as it is, or read as Markdown."""

import json
import re
from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message  # type: ignore[import-untyped] # its stubs are a package of their own
from streamlit.testing.v1 import AppTest

from tests.pages.opening import nodes

# Shown as they are by the browser (tests/browser/test_hostile_text.py looks), or never shown at all.
SHOWN_AS_THEY_ARE = {
    "text.body",
    "selectbox.options",
    "selectbox.raw_value",
    "multiselect.options",
    "multiselect.default",
    "text_input.default",
    "text_area.default",
    "dataframe.arrow_data.data",
    "dataframe.columns",
    "page_link.query_string",
    "code.code_text",
    "link_button.url",
}
IDENTITY = re.compile(r"(^|\.)(id|key|query_param_key|form_id)$")
FIGURE = "plotly_chart.spec"


def strings(app: AppTest) -> Iterator[tuple[str, str]]:
    """Every string that the page sends to the browser, with its place: metric.label, text.body ..."""
    for node in nodes(app):
        proto = getattr(node, "proto", None)
        if isinstance(proto, Message):
            yield from _strings(proto, node.type)


def _strings(message: Message, place: str) -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            continue  # settings of widgets by number
        for each in value if field.is_repeated else [value]:
            if isinstance(each, Message):
                yield from _strings(each, f"{place}.{field.name}")
            elif isinstance(each, str | bytes):
                yield f"{place}.{field.name}", each if isinstance(each, str) else each.decode("utf-8", "replace")


def read_as_markdown(app: AppTest, marks: tuple[str, ...]) -> list[str]:
    """The places where a mark stands that the browser would act on; figures are judged by `acting_in_figures`."""
    return [
        f"{place}: {text[:300]}"
        for place, text in strings(app)
        if place not in SHOWN_AS_THEY_ARE
        and place != FIGURE
        and not IDENTITY.search(place)
        and any(mark in text for mark in marks)
    ]


def acting_in_figures(app: AppTest) -> list[str]:
    """Text with tags that a figure would read: names, labels, titles, and what its hover text is made of."""
    return [
        text
        for place, spec in strings(app)
        if place == FIGURE
        for text in _read_by_plotly(json.loads(spec))
        if re.search(r"<(?!br>|/?extra>|/?b>)", text)
    ]


def _read_by_plotly(figure: dict[str, Any]) -> Iterator[str]:
    yield from _leaves({key: value for key, value in figure.get("layout", {}).items() if key != "template"})
    for trace in figure.get("data", []):
        yield from _leaves({key: value for key, value in trace.items() if key != "customdata"})
        used = {
            int(number) for number in re.findall(r"customdata\[(\d+)\]", json.dumps(trace.get("hovertemplate", "")))
        }
        for row in trace.get("customdata") or []:
            yield from (str(row[number]) for number in used)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
