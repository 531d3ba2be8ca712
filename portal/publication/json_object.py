"""The one name of a JSON object whose members are another standard's business: a catalogue, a chart's options, a message."""

from typing import Any

JsonObject = dict[str, Any]
