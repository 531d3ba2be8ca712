"""Optional last step: a language model smooths the answer's own words, and what it returns is sent only if every fact still stands.

The model sees a verified draft and the masked question, nothing else. It is never asked about a refusal, and never rewrites a
question: the rules that refuse must read what was typed. Any failure leaves the extractive answer as it was.
"""

import logging
import re
import threading
import time
import tomllib
import unicodedata
from concurrent.futures import Future
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal.answering.draft import Draft
from portal.answering.verify import Unverified, verify
from portal.settings import Settings
from portal.texts.folding import fold

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

_log = logging.getLogger(__name__)
# A text that grows beyond this many times the draft is not the draft with smoother words.
_LONGEST = 2
# Words (Chinese: pairs of characters) in a row, and in all, that may be new or gone: a turn of phrase, not a statement.
_ROW, _ALL = 8, 24
_BLOCK = r"^>[^\n]*(?:\n>[^\n]*)*(?=\n[ \t]*\n|\s*\Z)"
_MARKED = r"\*\*.+?\*\*|\[[^\]\n]*\]\([^)\s]*\)|[（(](?:[^（）()]|[（(][^（）()]*[）)])*[）)]|[“「『《\"][^”」』》\"\n]*[”」』》\"]"
_NUMBER = r"\d+(?:[.,:/-]\d+)*\s*[%‰万亿]?|[〇零一二两三四五六七八九十百千万亿几半双]+"
# Markup that could hide, strike out or link something; in own words only what the draft has may stand.
_MARKUP = re.compile(r"[<>`\\$@|\[\]~#*_^{}]|://|&#?\w+;|[a-z0-9-]\.[a-z]{2,}|(?:javascript|data|mailto|tel):", re.I)
_PIECE = re.compile(r"[a-z]+|(?=([\u3400-\u9fff]{2}))", re.I)


class Rejected(Exception):
    """The model's text is not used; the message says why and holds none of the text."""


class Smoother:
    """Rewords answers through an OpenAI-compatible endpoint. Safe to call from several threads.

    Args:
        settings: `llm_url`, `llm_model`, `llm_key`, `llm_timeout_s`.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def smoothed(self, draft: Draft, question: str) -> str | None:
        """The draft's text in smoother words, checked; None where the model failed or said something else.

        Args:
            draft: a verified answer.
            question: normalised and masked.
        """
        try:
            text = self._written(draft, question).strip()
            check(text, draft)
        except Rejected as why:
            _log.warning("The language model's wording was not used: %s", why)
            return None
        return text

    @cached_property
    def _model(self) -> "ChatOpenAI":
        # Importing takes seconds; only a portal that has a model pays for it.
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        settings = self._settings
        return ChatOpenAI(
            base_url=settings.llm_url,
            model=settings.llm_model,
            # Some key must be given, or one for another service is taken from the environment.
            api_key=SecretStr(settings.llm_key.get_secret_value() or "none"),
            timeout=settings.llm_timeout_s,
            max_retries=0,
            temperature=0,
            stream_usage=False,
        )

    def _written(self, draft: Draft, question: str) -> str:
        """The whole text of the model's stream, within the time allowed.

        Raises:
            Rejected: it failed, broke off or was late.
        """
        words = _tables()[draft.language]
        messages = [("system", words["system"]), ("user", words["user"].format(question=question, draft=draft.text))]
        model, allowed = self._model, self._settings.llm_timeout_s
        whole: Future[str] = Future()

        # A thread, because a time-out of the connection starts anew with every byte and does not cover name look-up.
        def work() -> None:
            try:
                whole.set_result(_collect(model, messages, _LONGEST * len(draft.text), time.monotonic() + allowed))
            except Exception as error:
                whole.set_exception(error)

        threading.Thread(target=work, name="llm", daemon=True).start()
        try:
            return whole.result(allowed)
        except Rejected:
            raise
        except Exception as error:
            # Messages of the libraries may repeat what was sent; the kind of error does not.
            raise Rejected(f"{type(error).__name__} {getattr(error, 'status_code', '')}".strip()) from None


def _collect(model: "ChatOpenAI", messages: list[tuple[str, str]], longest: int, until: float) -> str:
    from langsmith import tracing_context

    text, finished = "", None
    with tracing_context(enabled=False):
        for chunk in model.stream(messages):
            text += chunk.text
            finished = chunk.response_metadata.get("finish_reason", finished)
            if len(text) > longest:
                raise Rejected("far longer than the draft")
            if time.monotonic() > until:
                raise Rejected("not finished in time")
    if finished != "stop":
        raise Rejected(f"broke off ({finished})")
    return text


def check(text: str, draft: Draft) -> None:
    """Check that a text says what a draft says: its facts, in its order, and nothing else.

    Args:
        text: the model's.
        draft: a verified answer.
    Raises:
        Rejected: a fact, claim, quotation or link is gone, new or moved; markup, another place or subject, or too many new
            words came in; or the text fails the check every answer passes.
    """
    if not text:
        raise Rejected("empty")
    if any(unicodedata.category(c).startswith("C") and c != "\n" for c in text):
        raise Rejected("hidden characters")
    if facts(text) != facts(draft.text):
        raise Rejected("facts differ from the draft's")
    own, before = _fact().sub(" ", text), _fact().sub(" ", draft.text)
    if any(mark not in before for mark in [*_MARKUP.findall(own), *filter(str.isnumeric, own)]):
        raise Rejected("markup or numerals the draft does not have")
    elsewhere = draft.knowledge.vocabulary.elsewhere(fold(own))
    if elsewhere and elsewhere not in fold(draft.text):
        raise Rejected("names another place")
    if _reworded(own, draft.text) or _reworded(before, text):
        raise Rejected("too many words new or gone")
    try:
        verify(text, draft.citations, draft.rows, draft.computed, draft.knowledge)
    except Unverified:
        raise Rejected("failed the check every answer passes") from None


def facts(text: str) -> list[str]:
    """What a Markdown text states, in order: quotation blocks, marked spans (bold, brackets, quotation marks, links), numbers, claims."""
    return [f if f.startswith(">") else "".join(f.lower().split()) for f in _fact().findall(text)]


@lru_cache(maxsize=1)
def _fact() -> re.Pattern[str]:
    claims = _tables()["claims"]
    words = "|".join([*claims["zh"], rf"\b(?:{'|'.join(claims['en'])})\b"])
    return re.compile(rf"{_BLOCK}|{_MARKED}|{_NUMBER}|{words}", re.MULTILINE | re.IGNORECASE)


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "llm.toml").read_text("utf-8"))


def _reworded(own: str, known: str) -> bool:
    """Whether more of some words is new beside a known text than a turn of phrase needs."""
    held = set(_pieces(known))
    rows = [len(list(run)) for new, run in groupby(_pieces(own), lambda piece: piece not in held) if new]
    return max(rows, default=0) > _ROW or sum(rows) > _ALL


def _pieces(text: str) -> list[str]:
    return [m.group(1) or m.group() for m in _PIECE.finditer(text.lower())]
