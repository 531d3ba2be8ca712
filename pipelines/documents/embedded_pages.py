"""Web pages within a Word file (altChunk): some programs write the whole document as one, and Word shows it as its text."""

import email
import email.policy
from pathlib import Path
from typing import Any

from pipelines.documents.extracted_text import DocumentFileError, Taken
from pipelines.documents.from_html import from_page

_HTML = {"text/html", "application/xhtml+xml", "message/rfc822", "multipart/related", "application/x-mimearchive"}


def embedded_page(part: Any, file: Path) -> Taken | None:
    """What an embedded file says; None where it is no web page.

    Args:
        part: the package part, with `content_type`, `partname` and `blob`.
        file: the Word file, named where it cannot be read.
    """
    name = str(part.partname).lower()
    if part.content_type not in _HTML and not name.endswith((".mht", ".mhtml", ".html", ".htm", ".xhtml")):
        return None
    blob: bytes = part.blob
    archived = name.endswith((".mht", ".mhtml")) or blob[:200].lower().lstrip().startswith(
        (b"mime-version", b"content-type")
    )
    text = _of_archive(blob) if archived else blob.decode("utf-8", "replace")
    try:
        return from_page(text, file)
    except DocumentFileError:
        return None


def _of_archive(blob: bytes) -> str:
    message = email.message_from_bytes(blob, policy=email.policy.default)
    page = message if not message.is_multipart() else message.get_body(("html", "plain"))
    if page is None:
        return ""
    try:
        content = page.get_content()
    except (LookupError, ValueError):
        content = page.get_payload(decode=True) or b""
    return content if isinstance(content, str) else bytes(content).decode("utf-8", "replace")
