"""What the rules say: the shortest sentence that answers with its document, article and date; exceptions; who punishes; no advice."""

from portal.answering.draft import Draft, frame
from portal.answering.kinds import AnswerKind
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.articles import ArticleHit
from portal.answering.lookup.card_facts import CardFacts
from portal.answering.lookup.plan_card import ABOUT, ASKED, PlanCard
from portal.answering.lookup.rules import Rule, RuleFacts
from portal.answering.telling.dispatch import tell
from portal.publication.statuses import DocumentStatus
from portal.publication.store import Row
from portal.texts.dates import day

_STATES = {DocumentStatus.IN_FORCE, DocumentStatus.REPEALED, DocumentStatus.UNKNOWN}


@tell.register
def tell_rules(facts: RuleFacts, knowledge: Knowledge) -> Draft:
    """Each rule in its own words, the best one first."""
    draft = Draft(AnswerKind.RULES, facts.query.language, knowledge)
    cards = {c["id"]: c for c in facts.cards}
    draft.rows += [dict(c) for c in facts.cards]
    for rule in facts.rules:
        _tell_rule(rule, cards[rule.hit.document], draft)
    draft.gap()
    draft.say("rules_no_advice")
    return draft


@tell.register
def tell_cards(facts: CardFacts, knowledge: Knowledge) -> Draft:
    """What documents are: the years of their dates in one line, then the lines that say them."""
    draft = Draft(AnswerKind.DOCUMENT_CARD, facts.query.language, knowledge)
    draft.rows += [{k: v for k, v in c.items() if k not in {"cites", "cited_by", "dated"}} for c in facts.cards]
    for card in facts.cards:
        draft.lines.append(_card_line(card, draft))
    if len(facts.cards) > 1 and "newer" in facts.wanted:
        _compare(facts.cards, draft)
    for title in facts.undated:
        draft.say("rules_undated", title=title)
    draft.gap()
    for line in facts.dated:
        draft.quote(line.clause, line.start, line.end, line.document)
    return draft


@tell.register
def tell_plan_card(facts: PlanCard, knowledge: Knowledge) -> Draft:
    """What is asked of the plan as a document first, then what else is known of it; what was not seen is said."""
    draft = Draft(AnswerKind.DOCUMENT_CARD, facts.query.language, knowledge)
    assert facts.card is not None
    site = knowledge.site
    held = {
        "issuer": facts.card["issuer"],
        "issued": facts.card["issued"] and day(facts.card["issued"], draft.language),
        "number": facts.card["number"],
        "period": _years(site.period_start.year, site.period_end.year),
    }
    draft.rows += [{**facts.card, "from": site.period_start.year, "to": site.period_end.year}]
    if ABOUT in facts.wanted:
        key = "rules_plan_about" if facts.chapters else "rules_plan_called"
        draft.say(key, title=facts.card["title"], chapters=frame(draft.language, "rules_comma").join(facts.chapters))
    wanted = [asked for asked in facts.wanted if asked != ABOUT]
    others = [asked for asked in ASKED if asked not in wanted]
    for asked in (*wanted, *(a for a in others if held[a])):
        draft.say(f"rules_plan_{asked}" if held[asked] else f"rules_plan_no_{asked}", value=held[asked])
    if note := draft.said(facts.card, "note"):
        draft.gap()
        draft.lines.append(note)
    draft.gap()
    draft.say("rules_plan_text")
    return draft


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _tell_rule(rule: Rule, card: Row, draft: Draft) -> None:
    (clause, start, end), *others = rule.spans
    draft.gap()
    draft.say(_intro(card), title=card["title"], label=rule.hit.label, year=_year(card))
    draft.gap()
    draft.quote(clause, start, end, rule.hit.document)
    for clause, start, end in others:
        draft.quote(clause, start, end, rule.hit.document)
    _more("rules_exceptions", rule.exceptions, draft)
    _more("rules_penalties", rule.penalties, draft)


def _more(key: str, hits: tuple[ArticleHit, ...], draft: Draft) -> None:
    if hits:
        draft.gap()
        draft.say(key)
        draft.gap()
    for hit in hits:
        draft.quote(hit.clause, hit.start, hit.start + len(hit.quote.rstrip()), hit.document)


def _intro(card: Row) -> str:
    if card.get("status") == DocumentStatus.REPEALED:
        return "rules_intro_repealed"
    return "rules_intro_amended" if card.get("amended") else "rules_intro" if _year(card) else "rules_intro_undated"


def _year(card: Row) -> str:
    dates = str(card.get("amended") or card.get("effective") or card.get("issued") or "")
    return dates.split("|")[-1][:4]


def _card_line(card: Row, draft: Draft) -> str:
    said = [frame(draft.language, "rules_card_title", title=card["title"])]
    held = [key for key in ("number", "issuer", "effective", "articles") if card.get(key)]
    said += [frame(draft.language, f"rules_card_{key}", value=card[key]) for key in held]
    if card.get("amended"):
        dates = str(card["amended"]).split("|")
        values = {"count": draft.count(len(dates)), "last": dates[-1]}
        said.append(frame(draft.language, "rules_card_amended", **values))
    elif card.get("status") != DocumentStatus.AMENDED:
        state = card.get("status") if card.get("status") in _STATES else "unknown"
        said.append(frame(draft.language, f"rules_card_{state}"))
    return frame(draft.language, "rules_comma").join(said) + frame(draft.language, "rules_stop")


def _compare(cards: tuple[Row, ...], draft: Draft) -> None:
    dates = {str(c["effective"]): c["title"] for c in cards if c.get("effective")}
    if len(dates) == 1:
        draft.say("rules_same_day", date=next(iter(dates)))
    elif dates:
        draft.say("rules_newer", title=dates[max(dates)], date=max(dates))
