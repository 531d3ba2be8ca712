"""A comparison taken away: the figures, the picture with its sources and doubts in it, the page for a frame."""

import csv
import html
import io
import re

import pytest
from starlette.testclient import TestClient


def words(svg: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "\n", svg))


def test_the_figures_come_as_csv_with_their_sources(client: TestClient) -> None:
    reply = client.get("/comparison/synthetic_road_area.csv?view=bars&from=2024&to=2024&place=合成市&place=合成甲市")
    assert reply.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert [(r["place"], r["year"], r["value"], r["unit"], r["doubtful"], r["source"]) for r in rows] == [
        ("合成市", "2024", "10.3307", "平方米", "False", "synthetic-yearbook-2024"),
        ("合成甲市", "2024", "12.5001", "平方米", "False", "synthetic-yearbook-2024"),
    ]


def test_the_json_is_what_the_api_answers(client: TestClient) -> None:
    body = client.get("/comparison/population.json").json()
    assert (body["rows"][0]["place"], body["rows"][0]["value"], body["rows"][0]["rank"]) == ("合成东区", 3000, 1)


@pytest.mark.parametrize(("view", "first"), [("bars", "合成道路人均面积 2024"), ("line", "合成道路人均面积 2020–2024")])
def test_a_picture_says_what_it_shows_where_it_is_from_and_what_to_doubt(
    client: TestClient, view: str, first: str
) -> None:
    reply = client.get(f"/comparison/synthetic_road_area.svg?dataset=city-comparison&view={view}")
    assert reply.headers["content-type"].startswith("image/svg+xml")
    told = words(reply.text)
    assert first in told
    assert "合成年鉴 2024" in told
    assert "合成乙市 2024 36.1664" in told
    assert "没有与合成年鉴原书核对" in told.replace("\n", "")


def test_bars_are_of_places_in_one_year_and_never_of_years(client: TestClient) -> None:
    told = words(client.get("/comparison/synthetic_road_area.svg?dataset=city-comparison&view=bars&from=2020").text)
    assert "合成丙市" in told
    assert "2021" not in told
    # A measure of one place has no bars, whatever the address asks for.
    assert "年份" in words(client.get("/comparison/synthetic_green_rate.svg?dataset=observations&view=bars").text)


def test_small_multiples_have_a_panel_a_place(client: TestClient) -> None:
    told = words(client.get("/comparison/synthetic_gas.svg?dataset=city-comparison&view=multiples&lang=en").text)
    for city in ("Synthetic City", "Synthetic Alpha", "Synthetic Beta", "Synthetic Gamma", "Synthetic Delta"):
        assert city in told


def test_a_frame_runs_nothing_and_leads_back(client: TestClient) -> None:
    reply = client.get(
        "/comparison/synthetic_green_rate/embed?dataset=city-comparison&view=line&place=合成市&place=合成甲市"
    )
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert "<script" not in reply.text
    assert '<svg role="img" aria-label="合成绿地率，折线图。' in reply.text
    assert 'href="/compare?measure=synthetic_green_rate&amp;dataset=city-comparison&amp;place=' in reply.text


def test_what_cannot_be_shown_is_told_with_a_way_on(client: TestClient) -> None:
    unknown = client.get("/comparison/<script>.svg")
    assert unknown.status_code == 404
    assert "没有“&lt;script&gt;”这一项可以比较" in unknown.text
    table = client.get("/comparison/合成桥数.svg")
    assert (table.status_code, "这些数没有图，只有表。" in table.text) == (404, True)
    assert client.get("/comparison/population.gif").status_code == 404
