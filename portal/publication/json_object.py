"""The one name of an object whose members are another standard's business or a file's own: a catalogue, a chart's options, a message."""

from typing import Any

JsonObject = dict[str, Any]
