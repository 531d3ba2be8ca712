"""Why a file, a column or a cell cannot be taken; every message is a sentence for the person who has the file."""

from portal.texts.errors import OperatorError


class FileError(OperatorError):
    """A file that cannot be read at all; the message says what is wrong and what to do."""


class RowError(OperatorError):
    """A row that cannot be taken; the message is the reason."""


class CellError(OperatorError):
    """A cell whose meaning is not certain; the message is the reason and what to write instead."""
