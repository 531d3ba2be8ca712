"""What a question states: a number, that something was done, or something nobody can say yes or no to."""

from typing import Literal

from portal.answering.language.lexicon import speaks_of
from portal.answering.names_index import Mention
from portal.answering.query import Claim, Facet, Operation, Stated
from portal.answering.reading import numbers
from portal.answering.reading.patterns import form
from portal.answering.reading.reading import Reading

# A number in these says which are meant (set at 100 %), or what was to be built.
_NAMING = {Operation.LIST, Operation.COUNT, Operation.VALUE, Operation.DIFFERENCE}
_OF_TARGET = {Operation.VALUE, Operation.DIFFERENCE}
# Forms by which a claim also states that it was done, by what it is of.
_DONE = {"target": ("done", "achieved", "verdict"), "result": ("verdict",), "event": ()}
# Who asks these of a number, and speaks of no plan, has a published figure before them.
OF_FIGURES = {Facet.SCOPE, Facet.SOURCE, Facet.RELIABILITY, Facet.UPDATE, Facet.METHOD}
"""What is asked of a figure that is before one, not of a target."""


def claim_of(reading: Reading, operation: Operation, facet: Facet) -> Claim | None:
    """What a question states: what it wants confirmed, or a number by which it says what it means (充电桩要建2.2万个，建了多少)."""
    checks = operation is Operation.CHECK
    stated = next((q for q in numbers_beside_names(reading) if q.unit or checks), None)
    ranked = numbers.rank(reading.folded)
    if operation is Operation.RANK and ranked:
        unsaid = _unsaid(reading, checks=True)
        return Claim(about="event", relation="happened", rank=ranked[0], up_to=ranked[1], unsaid=unsaid)
    if not checks and (stated is None or not _names_by_number(reading, operation)):
        return None
    if _unsaid(reading, checks):
        return Claim(about="event", relation="happened", unsaid=True)
    about = _claimed_of(reading, operation, facet, stated is not None)
    if about == "result" and checks and _says_any(reading, "belittled"):
        if not _says_any(reading, "due_by"):
            # “才…，是不是没完成” states two things at once: how it stands is told, without a yes or no.
            return Claim(about="event", relation="happened")
        # “到2025年才12家” is what the plan is said to be content with.
        about = "target"
    claim = _stating(reading, about, stated, checks)
    return claim.model_copy(update={"rank": ranked[0], "up_to": ranked[1]}) if checks and ranked else claim


def _names_by_number(reading: Reading, operation: Operation) -> bool:
    """Whether a number may say which is meant, or what was reached; by how much something rose names no target."""
    reached = operation is Operation.SERIES and _says_any(reading, "reached")
    return (operation in _NAMING or reached) and not _says_any(reading, "changed")


def _unsaid(reading: Reading, checks: bool) -> bool:
    """Whether neither yes nor no is said, whatever number is named: of an accusation, of who did it or of why, of what came later, of a
    distance between numbers, of being the only one."""
    if form("accusation").search(reading.folded):
        return True
    return checks and _says_any(reading, "beside", "postponed", "short_by", "exclusive")


def _stating(
    reading: Reading, about: Literal["target", "result", "event"], stated: numbers.Quantity | None, checks: bool
) -> Claim:
    """The claim of a number, or that something was so."""
    reached, below = (_says_any(reading, *names) for names in (("reached", "achieved"), ("below",)))
    # Of one year that is named it is asked how it was in that one.
    always = checks and not reading.times.years and _says_any(reading, "always")
    ever = checks and stated is not None and not (always or reading.times.years) and _says_any(reading, "ever")
    if ever:
        about = "result"
    compared = about == "result" and stated is not None
    return Claim(
        about=about,
        # “98以下” is that 98 was not reached, negated below.
        relation="at_least" if compared and below else _relation(reading, stated is not None, compared and reached),
        value=stated.value if stated else None,
        unit=(stated.unit or None) if stated else None,
        # That it was so in some year is that it was not otherwise in every one.
        negated=(numbers.negated(reading.folded) is not (compared and below)) is not ever,
        stated=_all_stated(reading),
        done=checks
        and not speaks_of("standards", reading.folded)
        and any(form(f).search(_without_names(reading)) for f in _DONE[about]),
        always=ever or (always and about == "result"),
        years=(*reading.times.years, *reading.times.beside) if checks else (),
    )


def _relation(
    reading: Reading, counted: bool, reached: bool
) -> Literal["is", "at_least", "at_most", "more", "less", "happened"]:
    """How the number stated is said to lie: as a bound, where the question says so (不超过39%, at least 39%)."""
    if not counted:
        return "happened"
    said = _without_names(reading)
    if form("at_most").search(said):
        return "at_most"
    return "at_least" if reached or form("at_least").search(said) else "is"


def _all_stated(reading: Reading) -> tuple[Stated, ...]:
    """Every number stated, each with the indicators whose name stands before it; the first name's, where none does."""
    mentions = reading.named.mentions
    names = [m for m in mentions if m.ids("indicators")]
    scopes = reading.scoped or ((),) * len(reading.stated)
    return tuple(
        Stated(value=q.value, of=_of(q, names), scopes=said)
        for q, said in zip(reading.stated, scopes, strict=True)
        if not any(m.start <= q.start and q.end <= m.end for m in mentions)
        and not numbers.counts_places(q, reading.text)
    )


def _of(quantity: numbers.Quantity, names: list[Mention]) -> tuple[str, ...]:
    before = [m for m in names if m.end <= quantity.start]
    name = before[-1] if before else next(iter(names), None)
    return tuple(name.ids("indicators")) if name else ()


def _claimed_of(
    reading: Reading, operation: Operation, facet: Facet, counted: bool
) -> Literal["target", "result", "event"]:
    """Of what a claim is: of the target where the question says so, names set aside (新建停车场), else of the result."""
    said = form("before_plan").sub(" ", _without_names(reading))
    if operation is Operation.CHECK and (about := _checked_of(reading, said, counted)):
        return about
    # Who asks whether a number was reached asks of the result, whatever else the question was read as.
    if counted and (operation is Operation.CHECK or _says_any(reading, "reached")):
        # What was reached and completed is a result, though a target is spoken of too (已达336处，超额完成，说明指标完成情况).
        completed = operation is not Operation.CHECK and form("done").search(said)
        return "target" if form("promised").search(said) and not completed else "result"
    if facet in OF_FIGURES and counted and not form("promised").search(reading.folded):
        # 绿地率39.35%是哪一年、什么口径的数字
        return "result"
    if facet in {Facet.TARGET, Facet.DUE, Facet.SCOPE, Facet.TEXT} or operation in _OF_TARGET:
        return "target"
    return _happened(counted)


def _checked_of(reading: Reading, said: str, counted: bool) -> Literal["target", "result", "event"] | None:
    """Of what a claim is whose words alone tell it; None where they do not."""
    if counted and speaks_of("standards", reading.folded):
        # 不低于9吨才算达标 is said of what the target is.
        return "target"
    if counted and clause_named(reading.folded):
        # What a clause is said to say (3.5.2写的是90%吧) is said of the plan.
        return "target"
    promised = form("promised").search(said)
    if not counted and not promised and (form("done").search(said) or form("finished").search(said)):
        return "event"
    if counted and len(reading.quantities) == 1 and form("verdict").search(said):
        # Whether it was enough is said of the result, whose number may stand beside it.
        return "result"
    if _says_any(reading, "achieved"):
        return _happened(counted)
    if not counted and _says_any(reading, "reached"):
        return "target" if promised else "event"
    return None


def _without_names(reading: Reading) -> str:
    """The question without the names in it; an English one whole, as its names are words of the language."""
    return reading.folded if reading.language == "en" else reading.named.rest


def _says_any(reading: Reading, *names: str) -> bool:
    # 有没有低于过98% states what comes after it.
    said = form("tag").sub(" ", reading.folded)
    return any(form(name).search(said) for name in names)


def _happened(counted: bool) -> Literal["result", "event"]:
    return "result" if counted else "event"


def numbers_beside_names(reading: Reading) -> list[numbers.Quantity]:
    """The numbers stated, those left out that are part of a name (500米覆盖率)."""
    spans = [(m.start, m.end) for m in reading.named.mentions]
    outside = (q for q in reading.quantities if not any(s <= q.start and q.end <= e for s, e in spans))
    return [q for q in outside if not numbers.counts_places(q, reading.folded)]


def clause_named(folded: str) -> str | None:
    """The clause a folded question names: by number, or as part, chapter and item; None where it names none."""
    if match := form("clause_id").search(folded):
        return match[1]
    part = form("clause_part").search(folded)
    if not part:
        return None
    path, at = [next(g for g in part.groups() if g)], part.end()
    for name in ("clause_item", "clause_sub"):
        if found := form(name).search(folded, at):
            path.append(next(g for g in found.groups() if g))
            at = found.end()
    return ".".join(str(numbers.counted(p)) for p in path)


def without_clause(text: str) -> str:
    """A text without the words by which it names a clause."""
    for name in ("clause_id", "clause_part", "clause_item", "clause_sub"):
        text = form(name).sub(" ", text)
    return text
