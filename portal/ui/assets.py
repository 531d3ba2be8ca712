"""Style and script of a single page, put on it beside the ones every page has."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

_STATIC = Path(__file__).parent / "static"


def add(name: str) -> None:
    """Put `<name>.css` and `<name>.js` of the static files on the page; the script must bear running at every rerun."""
    st.html(f"<style>{_text(f'{name}.css')}</style>")
    st.html(f"<script>{_text(f'{name}.js')}</script>", unsafe_allow_javascript=True)


@lru_cache(maxsize=16)
def _text(name: str) -> str:
    return (_STATIC / name).read_text("utf-8")
