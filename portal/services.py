"""What a running portal shares in one process: the published version, the model, the question pipeline."""

from dataclasses import dataclass
from functools import lru_cache

from portal.answering.service import AnswerService
from portal.chat.common_conversations import CommonConversations
from portal.chat.conversations import Conversations
from portal.common_memory import common_memory
from portal.desk.accounts import Accounts
from portal.desk.changes import Changes
from portal.desk.contributions import Contributions
from portal.desk.database import Database
from portal.desk.effects import Effects
from portal.desk.enquiries import Enquiries
from portal.desk.feedback import Feedback
from portal.desk.kept_answers import KeptAnswers
from portal.desk.maintained import Maintained
from portal.desk.meanings import Meanings
from portal.desk.most_asked import MostAsked
from portal.desk.publishing import Publishing
from portal.desk.review import Review, meaning_by
from portal.publication.publications import Publications
from portal.retrieval.retriever import LazyEncoder
from portal.settings import settings


@dataclass(frozen=True)
class Services:
    """One of each for the process; all are safe to call from several threads."""

    publications: Publications
    encoder: LazyEncoder
    answers: AnswerService
    database: Database
    feedback: Feedback
    conversations: Conversations
    contributions: Contributions
    accounts: Accounts
    changes: Changes
    maintained: Maintained
    publishing: Publishing
    kept_answers: KeptAnswers
    enquiries: Enquiries
    review: Review
    effects: Effects
    meanings: Meanings
    most_asked: MostAsked


@lru_cache(maxsize=1)
def services() -> Services:
    """The process's services, made on first use; the model is loaded only when `encoder.start()` is called."""
    publications = Publications(settings())
    encoder = LazyEncoder(settings().embedding_model)
    answers = AnswerService(publications, encoder, settings())
    database = Database(settings())
    return Services(
        publications,
        encoder,
        answers,
        database,
        Feedback(database, settings()),
        _conversations(),
        Contributions(database, settings()),
        Accounts(database, settings()),
        Changes(database, settings()),
        Maintained(settings()),
        Publishing(database, settings()),
        KeptAnswers(database, settings()),
        Enquiries(database, settings()),
        Review(database, meaning_by(answers)),
        Effects(database, settings(), Maintained(settings())),
        Meanings(database, encoder),
        MostAsked(database, meaning_by(answers)),
    )


def _conversations() -> Conversations:
    memory = common_memory(settings().redis_url)
    return CommonConversations(memory) if memory else Conversations()
