"""Run a coroutine to its end in a thread of its own.

Playwright keeps an event loop running in the tests' own thread from the first page to the last test, and
`asyncio.run` refuses to start a second one there: which tests run before must not matter.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """What `coroutine` returns; what it raises is raised here."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()  # noqa: TID251
