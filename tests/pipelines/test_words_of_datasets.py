"""What residents read of a dataset is words: no codes, no names of columns or files."""

import re

from portal.publication.store import Store

_CODES = re.compile(r"[a-z]+_[a-z_]+|\.csv\b|\bnear:|(?<![“‘])\b(medium|corrected)\b(?=[。，）])")


def test_what_is_said_of_a_dataset_holds_no_codes(store: Store) -> None:
    manifest = store.manifest
    told = {
        (d.id, name): found.group()
        for d in manifest.datasets
        for name in ("summary_zh", "summary_en", "caveats_zh", "caveats_en")
        if (found := _CODES.search(getattr(d, name) or ""))
    }
    assert told == {}
