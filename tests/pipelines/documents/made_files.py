"""Files as offices hand them over, made here: a notice in print, a scanned page, a page of a website, a Word file. All synthetic."""

import io
import zipfile
from pathlib import Path

import numpy as np
import typst
from PIL import Image

_HEAD = "header: [#text(size: 9pt)[合成市公报（合成文本）]], "
_PRINT = f"""\
#set page(paper: "a4", margin: 2.8cm, {_HEAD}numbering: "— 1 —")
#set text(font: "Noto Serif CJK SC", size: 15pt, lang: "zh")
#set par(first-line-indent: (amount: 2em, all: true), justify: true, leading: 1em)
"""
_NOTICE = """\
#align(center)[#text(size: 20pt)[合成市人民政府办公室文件]]
#align(center)[合成政办〔2024〕17号]
#align(center)[#text(size: 19pt)[合成市人民政府办公室关于印发合成市共享单车停放管理办法的通知]]

各县、区人民政府，市人民政府有关部门：

《合成市共享单车停放管理办法》已经市人民政府同意，现印发给你们，请认真贯彻执行。

#align(right)[合成市人民政府办公室]
#align(right)[2024年3月18日]
#pagebreak()
#align(center)[#text(size: 19pt)[合成市共享单车停放管理办法]]

第一条 为了规范共享单车停放秩序，维护行人通行权利，制定本办法。#footnote[本办法所称共享单车，不含合成电动车。]

第二条 本办法适用于本市城市建成区内共享单车的投放、停放、调度以及相关监督管理活动，其他区域参照执行，具体范围由市城市管理部门划定并公布。

第三条 各区停放区的数量和最多停放的车辆数，按下表执行：

#table(columns: (1fr, 1fr, 1fr), [区], [停放区（处）], [车辆（辆）], [合成东区], [120], [3600], [合成西区], [85], [2500])

第四条 企业应当在接到单车乱停放的通知后两小时内清理。

第五条 违反本办法第四条规定，企业未按时清理乱停放单车的，由城市管理部门责令改正；逾期不改正的，处五百元以上三千元以下罚款。

第六条 本办法自2024年5月1日起施行。《合成市租赁自行车管理暂行办法》同时废止。
"""
_SCANNED = """\
#align(center)[#text(size: 20pt)[合成市集中供冷管理规定]]
#align(center)[（2023年6月30日合成市第五届人民代表大会常务委员会第十二次会议通过）]

第一条 为了加强集中供冷管理，制定本规定。

第二条 本市集中供冷期为每年六月十五日至九月十五日。

第三条 用户不得擅自拆改供冷管道。

第四条 违反本规定第三条的，由市供冷主管部门责令改正，处二百元以上一千元以下罚款。

第五条 本规定自2023年8月1日起施行。
"""
_PAGE = """\
<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>合成市再生水利用办法_合成网站</title><style>.a{color:red}</style><script>var a = "<p>乱</p>";</script></head><body>
<div class="top"><a href="/">首页</a> | <a href="/zw">政务公开</a></div><div class="position">当前位置：首页 &gt; 规章</div>
<div class="main"><table class="info"><tr><td>索引号：</td><td>XG01/2022</td><td>发布机构：</td><td>合成市人民政府</td></tr>
<tr><td>成文日期：</td><td>2022年4月6日</td><td>发文字号：</td><td>合成政〔2022〕9号</td></tr></table>
<h1>合成市再生水利用办法</h1><div class="meta">发布时间：2022-04-08　来源：合成市人民政府　浏览次数：1024 【字体：<a>大</a> <a>小</a>】</div>
<div class="content"><p>　　<strong>第一条</strong>　为了促进再生水利用，节约水资源，制定本办法。<sup><a href="#f1">[1]</a></sup></p>
<p>　　<strong>第二条</strong>　城市绿化、道路清扫应当优先使用再生水。</p>
<p>　　<strong>第三条</strong>　新建二万平方米以上的公共建筑，应当建设再生水利用设施。</p>
<table border="1"><tr><th>用途</th><th>每日用量</th></tr><tr><td>绿化</td><td>12吨</td></tr><tr><td>清扫</td><td>18吨</td></tr></table>
<p>　　<strong>第四条</strong>　违反本办法第三条规定，未建设再生水利用设施的，处一万元以上五万元以下罚款。</p>
<p>　　<strong>第五条</strong>　本办法自2022年6月1日起施行。</p><p id="f1">[1] 再生水，是指污水经合成处理后可以再次使用的水。</p>
<p><img src="/map.jpg" alt="图"></p></div><div class="share">分享到：<a>微信</a></div></div>
<div class="foot">主办：合成市人民政府办公室</div></body></html>
"""
_WORD_PAGE = """\
<html><head><meta charset="utf-8"></head><body><h1>合成市树木法</h1><p>（2020年5月1日第七届合成人民代表大会通过）</p>
<p>第一条　砍伐合成树木，应当补种三棵。</p><p>第二条　本法自2020年6月1日起施行。</p></body></html>
"""
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"


def printed_notice(path: Path) -> Path:
    """A PDF of three pages: running head, page numbers, a title over two lines, a footnote, a table, a signature."""
    path.write_bytes(typst.compile((_PRINT + _NOTICE).encode()))
    return path


def scanned_page(path: Path) -> Path:
    """A PDF of one picture: askew, grey, with grain, as it comes from a scanner."""
    picture = Image.open(
        io.BytesIO(typst.compile((_PRINT.replace(_HEAD, "") + _SCANNED).encode(), format="png", ppi=200))
    ).convert("L")
    turned = np.asarray(picture.rotate(0.6, fillcolor=255, resample=Image.Resampling.BICUBIC)).astype(float)
    grain = np.random.default_rng(3).normal(0, 12, turned.shape)
    Image.fromarray(np.clip(turned * 0.85 + 25 + grain, 0, 255).astype("uint8")).save(path, resolution=200)
    return path


def web_page(path: Path) -> Path:
    """A page of a website in GBK: a card above the title, a line under it, notes, a table, parts around the text."""
    path.write_bytes(_PAGE.encode("gb18030"))
    return path


def word_of_a_web_page(path: Path, charset: str = "utf-8") -> Path:
    """A .docx whose text is a web page within it, as some programs write them (altChunk).

    Args:
        path: the file.
        charset: what the page is said to be written in; it is in UTF-8.
    """
    archive = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="part"\r\n\r\n--part\r\n'
        b'Content-Type: text/html; charset="CHARSET"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        + _WORD_PAGE.encode()
        + b"\r\n--part--\r\n"
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="mht" ContentType="message/rfc822"/><Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    with zipfile.ZipFile(path, "w") as written:
        written.writestr("[Content_Types].xml", types)
        written.writestr("_rels/.rels", _relation("rId1", f"{_R}/officeDocument", "word/document.xml"))
        written.writestr("word/_rels/document.xml.rels", _relation("page", f"{_R}/aFChunk", "page.mht"))
        written.writestr("word/page.mht", archive.replace(b"CHARSET", charset.encode()))
        written.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body><w:altChunk r:id="page"/></w:body></w:document>',
        )
    return path


def _relation(name: str, kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_RELATED}"><Relationship Id="{name}" Type="{kind}" Target="{target}"/></Relationships>'
    )
