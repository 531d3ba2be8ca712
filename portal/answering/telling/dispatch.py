"""Which telling facts get: each module of this folder registers its own."""

from functools import singledispatch

from portal.answering.draft import Draft
from portal.answering.facts import Facts
from portal.answering.knowledge import Knowledge


@singledispatch
def tell(facts: Facts, _knowledge: Knowledge) -> Draft:
    """The answer that facts make.

    Raises:
        TypeError: nobody says how to tell facts of this kind.
    """
    raise TypeError(f"no telling for {type(facts).__name__}")
