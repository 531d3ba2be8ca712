"""The words of a city's plan and its people, as kept in `corpus/vocabulary.toml`."""

from pydantic import BaseModel, ConfigDict


class Vocabulary(BaseModel):
    """Placeholder shape; grows with the answer pipeline."""

    model_config = ConfigDict(extra="forbid", frozen=True)
