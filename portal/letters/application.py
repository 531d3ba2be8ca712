"""An application to ask an authority for a target's result.

It refers to 《中华人民共和国政府信息公开条例》 (2019) without quoting it: who may ask (article 27), what an application holds (article 29),
what an authority replies that is not in charge of the information or finds none (article 36). Nothing is said of who holds a figure beyond
what the plan's clause names; the publishers of related figures are named as just that.
"""

import datetime

from portal.letters import letter
from portal.letters.letter import Block, Letter, Section, item, paragraph
from portal.plan.gaps import Gap
from portal.plan.progress import value_text
from portal.plan.rows import ObservedRow
from portal.publication.manifest import Manifest
from portal.publication.statuses import FigureKind
from portal.texts.interface import speaking, t


def application(gap: Gap, manifest: Manifest) -> Letter:
    """The application for a target's result: who asks (to be filled in), of whom, what exactly, in which form, and why.

    It is in Chinese, as the authority reads it, whatever the language of the page. `portal.letters.letter` sets it as text or as .docx.
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
            paragraph(t("application.says", document=document, clause=clause)),
            Block("quote", ((row["quote"], False),)),
            paragraph(asked),
            item(t("application.scope", scope=row["scope"])),
            item(t("application.period", start=_day(site.period_start), end=_day(row["due"]))),
            item(t("application.target", target=row["target_text"] or row["quote"])),
        ]
        known = [item(_known(o)) for o in gap.known]
        named = t("list.separator").join(gap.bodies)
        sections = (
            Section(t("application.applicant"), (paragraph(t("application.blanks")),)),
            Section(
                t("application.to"),
                (
                    paragraph(t("application.authority", city=site.city)),
                    *([paragraph(t("application.bodies", bodies=named))] if named else []),
                ),
            ),
            Section(t("application.what"), tuple(wanted)),
            Section(t("application.known"), (paragraph(t("application.known_note")), *known) if known else ()),
            Section(t("application.form"), (paragraph(t("application.form_text")),)),
            Section(t("application.basis"), (paragraph(t("application.basis_text")),)),
        )
        closing = (
            t("application.signed"),
            t("application.dated"),
            t("application.version", portal=site.title, version=manifest.version),
        )
    day = manifest.created.date()
    return Letter(_title(), tuple(s for s in sections if s.blocks), closing, site.title, day)


def text(gap: Gap, manifest: Manifest) -> str:
    """The application as plain text."""
    return letter.text(application(gap, manifest))


def docx(gap: Gap, manifest: Manifest) -> bytes:
    """The application as a Word document."""
    return letter.docx(application(gap, manifest))


def _known(observation: ObservedRow) -> str:
    """A figure that is public but no result: what it is, when, where, by whom, and why it does not count."""
    key = "application.known_other" if observation["kind"] == FigureKind.ACTUAL else "application.known_plan"
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
