"""The section on coverage: how much of a district, and of the city, lies near a park or a bus stop, and from what it is computed."""

from markupsafe import Markup, escape

from portal.plan import coverage
from portal.publication.store import Row, Store
from portal.texts.interface import either, language, t
from portal.texts.numbers import brief, number
from portal.ui import links
from portal.ui.html import actions, figure, figures, heading, link, table


def section(store: Store, district: str | None = None) -> Markup:
    """Figures of a district (its code), or of the city where None; the table beside them sets the city next to the district.

    Empty where the version measures no coverage.
    """
    city = coverage.coverage(store)
    own = coverage.coverage(store, district) if district else city
    if not own:
        return Markup("")
    rows = [pair for pairs in zip(own, city, strict=True) for pair in pairs] if district else city
    headers = [t(f"coverage.{name}") for name in ("measure", "area", "share", "from", "left_out")]
    body = [[_name(r), _area(r, store), _share(r), _used(r), _left_out(r)] for r in rows]
    return (
        heading(t("coverage.title", area=_area(own[0], store)), 2, t("coverage.lead"))
        + figures(figure(either(r, "name"), _share(r), _detail(r)) for r in own)
        + Markup("<details><summary>{}</summary>{}<p>{}</p></details>").format(
            t("coverage.how"), table(headers, body, t("coverage.caption")), either(store.dataset("coverage"), "caveats")
        )
        + actions([link(links.page("data", dataset="coverage"), t("coverage.data"), "action")])
    )


def _area(row: Row, store: Store) -> str:
    """The district or the city in the language of this run."""
    english = language() == "en" and row["district"] is None
    return store.manifest.site.city_en if english else either(row, "area_name")


def _name(row: Row) -> Markup:
    """The measure, leading to the plan's target about it."""
    name = either(row, "name")
    return link(links.page("indicator", id=row["indicator"]), name) if row["indicator"] else escape(name)


def _share(row: Row) -> str:
    if row["share"] is None:
        return t("coverage.unknown")
    percent = row["share"] * 100
    if percent < 0.01:
        return t("coverage.hardly")
    return f"{brief(percent)}%"


def _detail(row: Row) -> str:
    if row["share"] is None:
        return t(f"coverage.{row['reason']}", count=number(row["places_held"]), used=number(row["places_used"]))
    covered, whole = brief(row["covered_km2"], row["area_km2"]), brief(row["area_km2"])
    return t("coverage.detail", covered=covered, whole=whole, count=number(row["places_used"]))


def _used(row: Row) -> str:
    return t("coverage.places", count=number(row["places_used"]))


def _left_out(row: Row) -> str:
    return t("coverage.not_counted", rough=number(row["places_rough"]), without=number(row["places_without_position"]))
