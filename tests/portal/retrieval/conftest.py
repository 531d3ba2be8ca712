import pytest

from portal.retrieval.retriever import LazyEncoder


@pytest.fixture(scope="session")
def bundled() -> LazyEncoder:
    """The bundled model, loaded once for all tests of a run."""
    encoder = LazyEncoder("bundled")
    encoder.get()
    return encoder
