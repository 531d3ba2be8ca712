"""What nobody has published: targets without a comparable result, what is known instead, and an application to ask for the figure.

The application refers to 《中华人民共和国政府信息公开条例》 (2019) without quoting it: who may ask (article 27), what an application holds
(article 29), what an authority replies that is not in charge of the information or finds none (article 36). Nothing is said of who holds
a figure beyond what the plan's clause names; the publishers of related figures are named as just that.
"""

import datetime
import re
from dataclasses import dataclass

from portal import progress, reply
from portal.progress import value_text
from portal.publication.manifest import Manifest
from portal.publication.store import Row, Store
from portal.reply import Block, Reply, Section
from portal.texts.interface import speaking, t

STATUSES = ("not_comparable", "not_published")
_BODY = "(?:(?!由)[一-鿿]){2,14}?(?:局|委员会|办公室|厅)"
_IN_CHARGE = re.compile(f"(?:^|[，。；：、（(\\s]|由)((?:{_BODY}、)*{_BODY})(?:牵头|负责)")
_LISTED = re.compile("(?:责任|牵头|主管)(?:单位|部门)[：:]([^）)。；\n]+)")


@dataclass(frozen=True)
class Gap:
    """A target without a comparable published result.

    `row` is as `portal.progress.progress` gives it; `known` are the figures published in another scope, the annual tasks and the later
    targets; `bodies` are those the clause puts in charge, verbatim; `publishers` have published one of the known figures.
    """

    row: Row
    known: tuple[Row, ...]
    bodies: tuple[str, ...]
    publishers: tuple[str, ...]


def gaps(store: Store) -> list[Gap]:
    """Every target that is not published or not comparable, in the plan's order."""
    texts = {
        r["clause"]: r["text"]
        for r in store.rows("SELECT clause, text FROM clauses WHERE document = ?", [store.manifest.site.plan])
    }
    found = []
    for row in progress.progress(store):
        if row["status"] in STATUSES:
            known = tuple(o for o in progress.observations(store, row["id"]) if not _is_result(o))
            publishers = tuple(dict.fromkeys(o["publisher"] for o in known if o["publisher"]))
            found.append(Gap(row, known, in_charge(texts.get(row["clause"], "")), publishers))
    return found


def in_charge(text: str) -> tuple[str, ...]:
    """The bodies a clause puts in charge, word for word; none where it names none."""
    names = [n for found in (*_IN_CHARGE.findall(text), *_LISTED.findall(text)) for n in found.split("、")]
    return tuple(dict.fromkeys(n.strip() for n in names if n.strip()))


def application(gap: Gap, manifest: Manifest) -> Reply:
    """The application for a target's result: who asks (to be filled in), of whom, what exactly, in which form, and why.

    It is in Chinese, as the authority reads it, whatever the language of the page. `portal.reply` sets it as text or as .docx.
    """
    row, site = gap.row, manifest.site
    document = next(d["title"] for d in manifest.documents if d["id"] == row["document"])
    with speaking("zh"):
        clause = t("clause.named", clause=row["clause"], title=row["clause_title"])
        asked = t(
            "application.asked_done" if row["unit"] == "done" else "application.asked",
            name=row["name_zh"],
            due=_day(row["due"]),
            unit=row["unit"],
        )
        wanted = [
            _paragraph(t("application.says", document=document, clause=clause)),
            Block("quote", ((row["quote"], False),)),
            _paragraph(asked),
            _item(t("application.scope", scope=row["scope"])),
            _item(t("application.period", start=_day(site.period_start), end=_day(row["due"]))),
            _item(t("application.target", target=row["target_text"] or row["quote"])),
        ]
        known = [_item(_known(o)) for o in gap.known]
        named = t("list.separator").join(gap.bodies)
        sections = (
            Section(t("application.applicant"), (_paragraph(t("application.blanks")),)),
            Section(
                t("application.to"),
                (
                    _paragraph(t("application.authority", city=site.city)),
                    *([_paragraph(t("application.bodies", bodies=named))] if named else []),
                ),
            ),
            Section(t("application.what"), tuple(wanted)),
            Section(t("application.known"), (_paragraph(t("application.known_note")), *known) if known else ()),
            Section(t("application.form"), (_paragraph(t("application.form_text")),)),
            Section(t("application.basis"), (_paragraph(t("application.basis_text")),)),
        )
        closing = (
            t("application.signed"),
            t("application.dated"),
            t("application.version", portal=site.title, version=manifest.version),
        )
    day = manifest.created.date()
    return Reply(_title(), tuple(s for s in sections if s.blocks), closing, site.title, day)


def text(gap: Gap, manifest: Manifest) -> str:
    """The application as plain text."""
    return reply.text(application(gap, manifest))


def docx(gap: Gap, manifest: Manifest) -> bytes:
    """The application as a Word document."""
    return reply.docx(application(gap, manifest))


def _is_result(observation: Row) -> bool:
    return bool(observation["kind"] == "actual" and observation["comparable"])


def _known(observation: Row) -> str:
    """A figure that is public but no result: what it is, when, where, by whom, and why it does not count."""
    key = "application.known_other" if observation["kind"] == "actual" else "application.known_plan"
    return t(
        key,
        kind=t(f"kind.{observation['kind']}"),
        value=value_text(observation),
        period=observation["period"],
        scope=observation["scope"],
        publisher=observation["publisher"] or observation["source_title"] or observation["source"],
        why=(observation["comparable_reason"] or "").rstrip("。"),
    )


def _title() -> str:
    with speaking("zh"):
        return t("application.title")


def _day(day: datetime.date) -> str:
    return t("application.day", year=day.year, month=day.month, day=day.day)


def _paragraph(words: str) -> Block:
    return Block("paragraph", ((words, False),))


def _item(words: str) -> Block:
    return Block("item", ((words, False),))
