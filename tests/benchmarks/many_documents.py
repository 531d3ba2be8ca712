"""Hundreds of regulations beside a plan, for measuring. All are synthetic, and every title says so.

Each has a hundred sentences by a fixed seed, in as many words as rules are written in: subjects, deeds and things differ from one
document to the next, so that some words are in all of them and others in a few.
"""

import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from tests.synthetic import SyntheticProject

SENTENCES = 100
_SEED = 20211231
_PLACES = [
    "公园",
    "广场",
    "河渠",
    "湿地",
    "绿地",
    "道路",
    "桥梁",
    "隧道",
    "车站",
    "码头",
    "市场",
    "学校",
    "医院",
    "工地",
    "小区",
    "楼道",
    "屋顶",
    "地下室",
    "停车场",
    "步行街",
]
_THINGS = [
    "树木",
    "花坛",
    "座椅",
    "路灯",
    "井盖",
    "管道",
    "阀门",
    "广告牌",
    "垃圾箱",
    "充电桩",
    "电梯",
    "消防栓",
    "护栏",
    "标牌",
    "水井",
    "锅炉",
    "燃气表",
    "犬只",
    "鸽舍",
    "帐篷",
    "摊位",
    "船只",
    "电动车",
    "渣土车",
    "脚手架",
    "雨棚",
    "空调外机",
    "监控杆",
    "采暖管",
    "再生水池",
]
_DEEDS = [
    "擅自占用",
    "移动",
    "拆除",
    "损坏",
    "遮挡",
    "涂改",
    "出租",
    "转让",
    "停用",
    "改装",
    "加建",
    "堆放",
    "倾倒",
    "焚烧",
    "抛掷",
    "攀爬",
    "采挖",
    "围挡",
    "封闭",
    "清洗",
    "检修",
    "更换",
    "登记",
    "备案",
    "公示",
    "验收",
    "养护",
    "巡查",
    "移交",
    "编号",
]
_BODIES = [
    "住房建设",
    "城市管理",
    "园林绿化",
    "水行政",
    "交通运输",
    "公安",
    "市场监管",
    "生态环境",
    "应急管理",
    "文物",
    "教育",
    "卫生健康",
]
_OWNERS = ["所有人", "管理单位", "施工单位", "经营者", "使用人", "物业服务人", "建设单位", "运营单位"]


def many_documents(folder: Path, documents: int) -> SyntheticProject:
    """The synthetic city with so many synthetic regulations beside its plan, nothing published.

    Args:
        folder: an empty one.
        documents: how many, of a hundred sentences each.
    """
    project = SyntheticProject(folder).grow()
    for number in range(documents):
        write(project, number)
    return project


def write(project: SyntheticProject, number: int, amended: str = "") -> None:
    """Write one of the regulations.

    Args:
        number: which.
        amended: a sentence more, before the last article.
    """
    name = f"synthetic-{number:04}"
    title = f"合成市{topic(number)}管理规定（合成第{number}号）"
    text = f"{title}\n" + "".join(_articles(number, amended))
    (project.corpus / f"{name}.txt").write_text(text, "utf-8")
    (project.corpus / f"{name}.toml").write_text(f'id = "{name}"\ntitle = "{title}"\n', "utf-8")


def topic(number: int) -> str:
    """What a regulation is about: a place and a thing, of the later ones a second thing too; no two documents the same."""
    pairs = list(product(_PLACES, _THINGS))
    random.Random(_SEED).shuffle(pairs)
    again, first = divmod(number, len(pairs))
    return "".join(pairs[first]) + (f"和{_THINGS[again - 1]}" if again else "")


def questions(documents: int, count: int) -> list[str]:
    """What residents might ask of so many documents, no two the same in their words; one in five is in no document."""
    chosen = random.Random(_SEED + documents)
    asked = []
    for number in range(count):
        about, deed, owner = topic(chosen.randrange(documents)), chosen.choice(_DEEDS), chosen.choice(_OWNERS)
        forms = (
            f"{about}能不能{deed}，要谁同意",
            f"{deed}{about}要罚多少钱",
            f"{about}归哪个部门管，多少天内办完",
            f"我是{owner}，想{deed}{about}，怎么办手续",
            f"{about}的彩票第{number}期几点开奖",
        )
        asked.append(forms[number % len(forms)])
    return asked


def _articles(number: int, amended: str) -> Iterator[str]:
    """Fifty articles of two sentences in ten chapters; every tenth punishes the one before it."""
    chosen = random.Random(_SEED * 1000 + number)
    about = topic(number)
    count = SENTENCES // 2
    for article in range(1, count + 1):
        if article % 5 == 1:
            yield f"第{_numeral(article // 5 + 1)}章 合成第{article // 5 + 1}章\n"
        if article == count:
            yield f"{amended}\n" if amended else ""
        deed, thing, place = chosen.choice(_DEEDS), chosen.choice(_THINGS), chosen.choice(_PLACES)
        body, owner, days = chosen.choice(_BODIES), chosen.choice(_OWNERS), chosen.randrange(3, 90)
        if article % 10 == 0:
            first = f"违反本规定第{_numeral(article - 1)}条规定的，由{body}主管部门责令改正，处{days * 10}元以上{days * 100}元以下罚款。"
        else:
            first = f"{deed}{about}和{place}的{thing}，应当经{body}主管部门同意。"
        yield f"第{_numeral(article)}条 {first}{owner}应当在{days}日内向{body}主管部门报送{place}{thing}的合成记录。\n"


def _numeral(number: int) -> str:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return (f"{digits[tens] if tens > 1 else ''}十" if tens else "") + (digits[ones] if ones or not tens else "")
