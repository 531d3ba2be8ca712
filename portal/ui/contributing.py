"""Ways into the form for what people know, and how a thing they wrote about is reached again."""

from markupsafe import Markup

from portal.desk.offers import Kind
from portal.desk.subjects import ContributionSubject
from portal.settings import settings
from portal.texts.interface import t
from portal.ui import links
from portal.ui.html import link

_PAGES = {
    ContributionSubject.INDICATOR: ("indicator", "id"),
    ContributionSubject.PLACE: ("nearby", "place"),
    ContributionSubject.PROJECT: ("projects", "project"),
    ContributionSubject.DATASET: ("data", "dataset"),
}


def offers(
    subject: ContributionSubject, id: str, *kinds: Kind, css: str = "action", question: str | None = None
) -> list[Markup]:
    """Links that open the form for a thing, one for each kind; none where the portal takes no contributions.

    Args:
        subject: the kind of thing.
        id: of the thing.
        kinds: what can be said of it.
        css: class of the links.
        question: which an answer was given to.
    """
    if not settings().contributions:
        return []
    return [link(address(subject, id, kind, question), t(f"contribute.kind_{kind}"), css) for kind in kinds]


def address(subject: ContributionSubject, id: str, kind: Kind, question: str | None = None) -> str:
    """The form's address for a thing; of an answer with the question it was given to."""
    return links.page("contribute", about=subject.value, id=id or None, kind=kind.value, question=question or None)


def page_of(subject: ContributionSubject, id: str) -> str | None:
    """The page that shows a thing; None where none does."""
    if subject in _PAGES:
        path, name = _PAGES[subject]
        return links.page(path, **{name: id})
    if subject is ContributionSubject.CLAUSE:
        document, _, clause = id.rpartition("/")
        return links.clause(clause, document=document or None)
    return None
