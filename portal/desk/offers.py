"""What anybody may bring in: a figure, a place, a correction; checked and masked before it is kept."""

from enum import StrEnum
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from portal.answering.normalise import visible
from portal.desk.subjects import ContributionSubject
from portal.texts.errors import BilingualError, sentence
from portal.texts.personal_data import mask

MOST = {"text": 1000, "value": 60, "unit": 30, "period": 40, "source_url": 500, "contact": 100, "reason": 500}
"""The most characters of each field."""


class Kind(StrEnum):
    """What is brought in."""

    FIGURE = "figure"
    PLACE = "place"
    CORRECTION = "correction"
    OTHER = "other"


class ContributionError(BilingualError):
    """A contribution cannot be taken in, found or decided; the sentence says why and what to do."""


class About(BaseModel):
    """What it is about; the portal as a whole where no id is given."""

    model_config = ConfigDict(extra="forbid")

    kind: ContributionSubject = ContributionSubject.PORTAL
    id: str = Field("", max_length=200)
    question: str = Field("", max_length=2000, description="of an answer: what was asked")


class Offer(BaseModel):
    """What somebody brings in, as it was typed."""

    model_config = ConfigDict(extra="forbid")

    about: About = Field(default_factory=About)
    kind: Kind
    text: str = Field("", description="in one's own words; needed for all but a figure")
    value: str = Field("", description="a figure, in digits or as it was published")
    unit: str = ""
    period: str = Field("", description="the year or date it holds for")
    source_url: str = Field("", description="a page that bears it out")
    contact: str = Field("", description="how to ask back; never shown, deleted with the decision")


def checked(offer: Offer) -> dict[str, str]:
    """The fields of an offer fit to be kept: visible characters only, personal data masked (but for the contact).

    Raises:
        ContributionError: something is missing, too long, or no address of the web.
    """
    fields = {name: visible(getattr(offer, name)[: most * 4]) for name, most in MOST.items() if name != "reason"}
    for name, text in fields.items():
        check_length(name, getattr(offer, name), text)
    if offer.kind is Kind.FIGURE:
        _check_value(fields["value"])
    elif not fields["text"]:
        raise ContributionError(sentence("contribution.text_missing"))
    if fields["source_url"] and not is_address(fields["source_url"]):
        raise ContributionError(sentence("contribution.url", value=fields["source_url"][:80]))
    return fields | {name: mask(fields[name]) for name in ("text", "value", "unit", "period")}


def check_length(name: str, typed: str, text: str) -> None:
    """That a field is not too long, hidden characters and all.

    Raises:
        ContributionError: it is.
    """
    if len(typed) > MOST[name] * 4 or len(text) > MOST[name]:
        field, count = sentence(f"contribution.{name}"), max(len(text), len(typed))
        raise ContributionError(sentence("contribution.too_long", field=field, most=MOST[name], count=count))


def _check_value(value: str) -> None:
    if not value:
        raise ContributionError(sentence("contribution.value_missing"))
    if not any(c.isnumeric() for c in value):
        raise ContributionError(sentence("contribution.value_none", value=value))


def is_address(url: str) -> bool:
    """Whether a text is the address of a page of the web, with nothing hidden in it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and "@" not in parts.netloc and " " not in url
