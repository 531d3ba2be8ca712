"""What went wrong, said in two languages: the one class of errors whose sentences people read."""

from portal.texts.interface import Language, language


class BilingualError(Exception):
    """Something cannot be done; `zh` and `en` say what, why, and what to do instead."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en

    def told(self, wanted: Language | None = None) -> str:
        """The sentence in a language, or in that of this run."""
        return self.en if (wanted or language()) == "en" else self.zh
