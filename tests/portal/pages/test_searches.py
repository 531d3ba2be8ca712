"""The overview's search finds what people of the city type: a park, a trouble, a complaint, a road."""

from tests.portal.pages.conftest import Open


def test_a_park_is_found_with_where_it_is(visit: Open) -> None:
    page = visit(q="王城公园")
    assert "/nearby?place=park-wangcheng" in page.links()
    assert "公园王城公园西工区地铁站王城公园站西工区" in page.text.replace("\n", "")


def test_a_trouble_the_plan_names_leads_to_the_targets_meant_to_end_it(visit: Open) -> None:
    page = visit(q="停车难")
    assert "没有哪一项目标提到“停车难”；写到它的条款里有这些目标：" in page.text
    for target in ("public_car_parks_new", "parking_spaces_new", "ev_chargers_new"):
        assert f"/indicator?id={target}" in page.links()


def test_a_complaint_leads_to_who_takes_it(visit: Open) -> None:
    page = visit(q="投诉")
    assert "/about?article=complain" in page.links()
    assert "请拨打 12345。" in page.text
    # What was found comes first, and nothing is offered to look at of what was not.
    assert page.text.index("请拨打 12345。") < page.text.index("没有哪一项目标提到“投诉”")
    assert "/?q=%E6%8A%95%E8%AF%89&view=table" not in page.links()
    assert "/about?article=complain&lang=en" in visit(q="complaints", lang="en").links()


def test_a_road_leads_to_what_stands_on_it(visit: Open) -> None:
    page = visit(q="九都路")
    assert "/data?dataset=places&filter.id=park-xiyuan" in page.links()
    assert "南昌路与九都西路交汇处，没有公布坐标" in page.text
