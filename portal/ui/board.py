"""Every target in one look: a mark each, by section, and what was promised and missed told in a few sentences."""

from markupsafe import Markup

from portal.plan import progress
from portal.plan.peers import Standing
from portal.plan.rows import ProgressRow
from portal.publication.statuses import TargetStatus
from portal.texts.interface import either, t
from portal.ui import links, sentences
from portal.ui.html import join, link, target_bar


def news(rows: list[ProgressRow]) -> Markup:
    """How many targets stand how, in one sentence."""
    counts = progress.counts(rows)
    told = [t(f"news.{name}", count=count) for name, count in counts.items() if count]
    return Markup('<p class="news">{}</p>').format(t("news.all", total=len(rows), told=t("list.comma").join(told)))


def board(rows: list[ProgressRow]) -> Markup:
    """A mark for every target, by section; each mark and each section is a link."""
    sections = (
        Markup(
            '<li><a href="{}" target="_self" class="board-name">{} <span>{}</span></a><div class="marks">{}</div></li>'
        ).format(
            links.page("", theme=name), either(group[0], "theme_short"), len(group), join(_mark(row) for row in group)
        )
        for name, group in progress.by_theme(rows).items()
    )
    return Markup('<section class="board" aria-label="{}"><ul>{}</ul></section>').format(
        t("overview.board"), join(sections)
    )


def _mark(row: ProgressRow) -> Markup:
    said = t("overview.mark", name=either(row, "name"), status=t(f"status.{row['status']}"))
    return Markup('<a href="{}" target="_self" class="mark-link is-{}" title="{}" aria-label="{}"></a>').format(
        links.page("indicator", id=row["id"]), row["status"], said, said
    )


def stories(rows: list[ProgressRow], standings: dict[str, Standing]) -> Markup:
    """What was promised and missed: before, result, target, what a later document made of it, and how other cities stand.

    Args:
        rows: the targets.
        standings: the city's rank by target, where it is known.
    """
    missed = [row for row in rows if row["status"] == TargetStatus.NOT_MET and row["target"] is not None]
    return join(_story(row, standings.get(row["id"])) for row in missed)


def _story(row: ProgressRow, standing: Standing | None) -> Markup:
    said = join([sentences.missed(row), *([_among(standing)] if standing else [])], " ")
    return Markup('<section class="story"><h2>{}</h2><p>{}</p>{}</section>').format(
        link(links.page("indicator", id=row["id"]), t("story.title", name=either(row, "name"))), said, target_bar(row)
    )


def _among(standing: Standing) -> Markup:
    compared = links.page("compare", measure=standing.measure.id, dataset=standing.measure.dataset)
    told = t("story.rank", period=standing.period, rank=standing.rank, of=standing.of)
    if (standing.rank, standing.of) != (standing.rank_with_doubtful, standing.of_with_doubtful):
        told += t("story.rank_all", rank=standing.rank_with_doubtful, of=standing.of_with_doubtful)
    return Markup("{} {}").format(told, link(compared, t("story.compare")))
