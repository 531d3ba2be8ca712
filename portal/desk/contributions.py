"""What anybody has brought in, from its receipt to its publication: shown once an editor has accepted it, and followed by a code."""

import datetime
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from portal.answering.normalise import normalise, visible
from portal.desk import subjects
from portal.desk.database import Database
from portal.desk.offers import ContributionError, Kind, Offer, check_length, checked
from portal.desk.subjects import ContributionSubject
from portal.publication.store import Store
from portal.settings import Settings
from portal.texts.errors import sentence
from portal.texts.personal_data import mask

if TYPE_CHECKING:
    from portal.desk.tables import Contribution

# Without what is taken for something else when it is read out or copied by hand.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_SIGNS = 16


class State(StrEnum):
    """What became of it."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    REFUSED = "refused"


@dataclass(frozen=True)
class Told:
    """A contribution as its public page shows it; of a refused one that nobody but its author may read, the log has no words."""

    kind: Kind
    about_kind: ContributionSubject
    about_id: str
    about_name: str
    text: str
    value: str
    unit: str
    period: str
    source_url: str
    state: State
    received: datetime.datetime
    decided: datetime.datetime | None
    reason: str
    version: str


@dataclass(frozen=True)
class Logged:
    """A page of the public log, newest decision first; `total` counts all pages."""

    total: int
    entries: list[Told]


class Contributions:
    """The contributions of a portal. Safe to use from several threads.

    Args:
        database: where they are kept.
        settings: whether they are taken, and how many.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    @property
    def open(self) -> bool:
        """Whether anybody may bring something in."""
        return self._settings.contributions

    def receive(self, offer: Offer, store: Store, now: datetime.datetime) -> str:
        """Take a contribution in.

        Args:
            offer: as it was typed.
            store: the published version, which knows what it is about.
            now: with its time zone.

        Returns:
            The code it is followed by; nobody can guess it.
        Raises:
            ContributionError: it cannot be taken in.
            DatabaseUnavailableError: it could not be stored.
        """
        if not self.open:
            raise ContributionError(sentence("contribution.off"))
        name = subjects.name_of(store, offer.about.kind, offer.about.id)
        if name is None:
            raise ContributionError(
                sentence("contribution.about", kind=offer.about.kind, id=visible(offer.about.id)[:80])
            )
        fields = checked(offer)
        contact = fields.pop("contact")
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_SIGNS))
        with self._database.writing() as session:
            from portal.desk import contribution_rows as rows
            from portal.desk.tables import Contribution

            if rows.waiting(session) >= self._settings.contributions_waiting:
                raise ContributionError(sentence("contribution.full", most=self._settings.contributions_waiting))
            kept = Contribution(
                **fields,
                code=code,
                kind=offer.kind.value,
                about_kind=offer.about.kind.value,
                about_id=offer.about.id,
                about_name=normalise(offer.about.question).text or name,
                state=State.RECEIVED.value,
                received=now,
                decided=None,
                decided_by="",
                reason="",
                version="",
            )
            rows.add(session, kept, contact)
        return code

    def find(self, code: str) -> Told:
        """The contribution of a code, however it is grouped or written.

        Raises:
            ContributionError: there is none.
            DatabaseUnavailableError: it could not be read.
        """
        plain = "".join(c for c in visible(code[:80]).upper() if c in _ALPHABET)
        with self._database.reading() as session:
            from portal.desk import contribution_rows as rows

            found = rows.by_code(session, plain) if len(plain) == _CODE_SIGNS else None
            if found is None:
                raise ContributionError(sentence("contribution.unknown"))
            return told(found)

    def log(self, limit: int, offset: int = 0) -> Logged:
        """What was decided, newest first.

        Raises:
            DatabaseUnavailableError: it could not be read.
        """
        with self._database.reading() as session:
            from portal.desk import contribution_rows as rows

            total, found = rows.decided(session, limit, offset)
            return Logged(total, [_for_all(told(r)) for r in found])

    def of_state(self, state: State, limit: int, offset: int = 0) -> tuple[int, list[tuple[int, Told]]]:
        """How many are in a state, and a page of them with their numbers, oldest first.

        Raises:
            DatabaseUnavailableError: it could not be read.
        """
        with self._database.reading() as session:
            from portal.desk import contribution_rows as rows

            total, found = rows.of_state(session, state, limit, offset)
            return total, [(row.id, told(row)) for row in found]

    def open_one(self, number: int) -> tuple[Told, str]:
        """A contribution by its number, with how to reach its author while it waits; for editors.

        Raises:
            ContributionError: there is none.
            DatabaseUnavailableError: it could not be read.
        """
        with self._database.reading() as session:
            from portal.desk import contribution_rows as rows

            row = rows.by_number(session, number)
            if row is None:
                raise ContributionError(sentence("contribution.unknown"))
            return told(row), rows.contact_of(session, number)

    def decide(self, number: int, accept: bool, reason: str, by: str, now: datetime.datetime) -> None:
        """Accept or refuse what waits; how to reach its author is forgotten.

        Args:
            number: of the contribution.
            accept: or refuse.
            reason: everybody may read it.
            by: the account that decides.
            now: with its time zone.

        Raises:
            ContributionError: there is no such contribution, it was decided before, or the reason is missing or too long.
            DatabaseUnavailableError: it could not be stored.
        """
        why = mask(visible(reason))
        if not why:
            raise ContributionError(sentence("contribution.reason_missing"))
        check_length("reason", reason, why)
        with self._database.writing() as session:
            from portal.desk import contribution_rows as rows
            from portal.desk.account_rows import note

            row = rows.by_number(session, number)
            if row is None:
                raise ContributionError(sentence("contribution.unknown"))
            if row.state != State.RECEIVED:
                raise ContributionError(sentence("contribution.decided"))
            row.state = (State.ACCEPTED if accept else State.REFUSED).value
            row.decided, row.decided_by, row.reason = now, by, why
            rows.forget_contact(session, number)
            note(session, by, "contribution.accept" if accept else "contribution.refuse", str(number), now)
            rows.let_go(session, self._settings.contributions_max)

    def publish(self, number: int, version: str, created: datetime.datetime, by: str, now: datetime.datetime) -> None:
        """Say that what was accepted is part of a published version.

        Args:
            number: of the contribution.
            version: the published version it is part of.
            created: when that was published.
            by: the account that says so, another than the one that accepted it.
            now: with its time zone.

        Raises:
            ContributionError: it was not accepted, the version is older than that, or it is the account that accepted it.
            DatabaseUnavailableError: it could not be stored.
        """
        with self._database.writing() as session:
            from portal.desk import contribution_rows as rows
            from portal.desk.account_rows import note

            row = rows.by_number(session, number)
            if row is None or row.state != State.ACCEPTED or row.decided is None:
                raise ContributionError(sentence("contribution.not_accepted"))
            if row.decided_by == by:
                raise ContributionError(sentence("contribution.same_person"))
            if created <= row.decided:
                raise ContributionError(sentence("contribution.older", version=version))
            row.state, row.version = State.PUBLISHED.value, version
            note(session, by, "contribution.publish", f"{number} {version}", now)


def told(row: "Contribution") -> Told:
    """A row as its author sees it."""
    return Told(
        Kind(row.kind),
        ContributionSubject(row.about_kind),
        row.about_id,
        row.about_name,
        row.text,
        row.value,
        row.unit,
        row.period,
        row.source_url,
        State(row.state),
        row.received,
        row.decided,
        row.reason,
        row.version,
    )


def _for_all(entry: Told) -> Told:
    """An entry of the public log: the words of what was refused are nobody else's business."""
    if entry.state is not State.REFUSED:
        return entry
    return Told(**{**entry.__dict__, "text": "", "value": "", "unit": "", "period": "", "source_url": ""})


def grouped(code: str) -> str:
    """A code as it is shown, in groups of four."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))
