"""Optional last step: a language model smooths the answer's own words, and what it returns is sent only if every fact still stands.

The model sees a verified draft and the masked question, nothing else. It is never asked about a refusal, and never rewrites a
question: the rules that refuse must read what was typed. Any failure leaves the extractive answer as it was.
"""

import logging
import threading
import time
import tomllib
from collections.abc import Callable
from concurrent.futures import Future
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from portal.answering.draft import Draft
from portal.answering.wording import Rejected, allowed, check
from portal.settings import Settings

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

T = TypeVar("T")

_log = logging.getLogger(__name__)
# A text that grows beyond this many times the draft is not the draft with smoother words.
_LONGEST = 2


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
        return chat_model(self._settings)

    def _written(self, draft: Draft, question: str) -> str:
        """The whole text of the model's stream, within the time allowed.

        Raises:
            Rejected: it failed, broke off or was late.
        """
        words = _tables()[draft.language]
        system = words["system"].format(allowed=allowed(draft.language))
        messages = [("system", system), ("user", words["user"].format(question=question, draft=draft.text))]
        model, most_s = self._model, self._settings.llm_timeout_s
        longest, until = _LONGEST * len(draft.text), time.monotonic() + most_s
        return in_time(lambda: _collect(model, messages, longest, until), most_s)


def chat_model(settings: Settings) -> "ChatOpenAI":
    """The language model the settings name.

    Args:
        settings: `llm_url`, `llm_model`, `llm_key`, `llm_timeout_s`.
    """
    # Importing takes seconds; only a portal that has a model pays for it.
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

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


def in_time(work: Callable[[], T], most_s: float) -> T:
    """What some work with a language model gives, within the time allowed.

    Args:
        work: asks the model.
        most_s: seconds it may take.
    Raises:
        Rejected: it failed, broke off or was late.
    """
    whole: Future[T] = Future()

    # A thread, because a time-out of the connection starts anew with every byte and does not cover name look-up.
    def run() -> None:
        try:
            whole.set_result(work())
        except Exception as error:
            whole.set_exception(error)

    threading.Thread(target=run, name="llm", daemon=True).start()
    try:
        return whole.result(most_s)
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


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "llm.toml").read_text("utf-8"))
